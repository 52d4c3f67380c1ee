"""What the machine is made of."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from nlsh.core.display import human_size
from nlsh.core.errors import NlshError
from nlsh.core.facts import Facts
from nlsh.core.results import Emission
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.machine import sayings
from nlsh.tools.machine.facts import container, cpu_model, pairs, small_file
from nlsh.tools.programs import capture, find_program

_SECTOR: Final = 512
_CLASSES: Final = {"01": "storage", "02": "network", "03": "graphics", "04": "sound", "0c": "bus", "12": "accelerator"}
_VENDORS: Final = {
    "0x10de": "NVIDIA",
    "0x1002": "AMD",
    "0x8086": "Intel",
    "0x1af4": "virtio",
    "0x15b3": "Mellanox",
    "0x14e4": "Broadcom",
    "0x10ec": "Realtek",
}
_ROW = re.compile(r'^\S+ "([^"]*)" "([^"]*)" "([^"]*)"', re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Hardware(Syscall):
    """Tell what the machine is made of: model, processor, memory, disks, graphics, sensors, battery."""

    name: ClassVar[str] = "sys.hardware"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("what hardware is in this machine", '[{"sys.hardware":{}}]'),
        Example("which graphics card do I have?", '[{"sys.hardware":{}}]'),
        Example("show the temperature of the cpu", '[{"sys.hardware":{}}]'),
        Example("how much battery is left", '[{"sys.hardware":{}}]'),
        Example("list pci devices", '[{"sys.hardware":{}}]'),
        Example("is there a gpu in here", '[{"sys.hardware":{}}]'),
        Example("what model is this laptop", '[{"sys.hardware":{}}]'),
        Example("welche Grafikkarte ist eingebaut", '[{"sys.hardware":{}}]'),
        Example("qué hardware tiene esta máquina", '[{"sys.hardware":{}}]'),
        *sayings.HARDWARE,
    )

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One table of facts."""
        import psutil

        rows = [
            ("model", _model()),
            ("container", container()),
            ("processor", f"{cpu_model()}, {psutil.cpu_count() or 1} cores"),
            ("memory", human_size(psutil.virtual_memory().total)),
        ]
        yield pairs([*rows, *_disks(), *_devices(scope), *_sensors(), *_battery()])


def _model() -> str:
    parts = (small_file(f"/sys/class/dmi/id/{name}").strip() for name in ("sys_vendor", "product_name"))
    return " ".join(part for part in parts if part) or small_file("/proc/device-tree/model").strip("\0\n ")


def _disks() -> Iterator[tuple[str, str]]:
    """Real disks: loops, ram disks and empty drives are left out."""
    for name in _names("/sys/block"):
        if name.startswith(("loop", "ram", "zram", "dm-", "md")):
            continue
        sectors = small_file(f"/sys/block/{name}/size").strip()
        model = " ".join(small_file(f"/sys/block/{name}/device/model").split())
        if sectors.isdigit() and int(sectors):
            kind = "hard disk" if small_file(f"/sys/block/{name}/queue/rotational").strip() == "1" else "solid state"
            size = human_size(int(sectors) * _SECTOR)
            yield f"disk {name}", ", ".join(part for part in (size, model, kind) if part)


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def _devices(scope: Scope) -> list[tuple[str, str]]:
    """PCI devices with their names where `lspci` knows them, else with their numbers."""
    lspci = find_program("lspci", scope)
    if lspci:
        try:
            said = capture([lspci, "-mm"], scope, 5).text()
        except NlshError:
            said = ""
        if named := [(kind.lower(), f"{vendor} {model}") for kind, vendor, model in _ROW.findall(said)]:
            return named
    return list(_numbered())


def _numbered() -> Iterator[tuple[str, str]]:
    for name in _names("/sys/bus/pci/devices"):
        code = small_file(f"/sys/bus/pci/devices/{name}/class").strip()[2:4]
        vendor, device = (small_file(f"/sys/bus/pci/devices/{name}/{part}").strip() for part in ("vendor", "device"))
        if code in _CLASSES:
            yield _CLASSES[code], f"{_VENDORS.get(vendor, vendor)} {device}"


def _sensors() -> Iterator[tuple[str, str]]:
    import psutil

    if not hasattr(psutil, "sensors_temperatures"):
        return
    for chip, readings in psutil.sensors_temperatures().items():
        for one in readings:
            yield f"temperature {one.label or chip}", f"{one.current:.0f} °C"


def _battery() -> Iterator[tuple[str, str]]:
    import psutil

    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    if battery is not None:
        yield "battery", f"{battery.percent:.0f} %, {'plugged in' if battery.power_plugged else 'discharging'}"
