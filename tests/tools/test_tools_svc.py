"""The svc family, driving a systemctl of our own that keeps the state of its services in files."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from nlsh.core.errors import NlshError, UsageError
from nlsh.core.results import Emission, Note, Table
from nlsh.core.scope import Scope
from nlsh.core.syscall import Syscall
from nlsh.tools.svc import systemd
from nlsh.tools.svc.changing import Disable, Enable, Restart, Start, Stop
from nlsh.tools.svc.looking import List, Status
from nlsh.tools.svc.systemd import unit_rows

SYSTEMCTL = r"""#!/bin/sh
here=$(dirname "$0")
[ "$1" = --user ] && { users=yes; shift; }
[ "$1" = --no-pager ] && shift
[ "$1" = --no-ask-password ] && shift
act=$1
for unit; do :; done
unit=${unit%.service}
echo "$act $unit $users" >> "$here/calls"
case $act in
list-units)
    echo "nginx.service loaded active running A web server"
    echo "cron.service  loaded inactive dead Run jobs"
    echo "bad.service   loaded failed failed Broken thing"
    echo "gone.service  not-found inactive dead gone.service" ;;
list-unit-files) echo "nginx.service enabled enabled"; echo "other.service enabled enabled" ;;
show)
    [ -f "$here/$unit.state" ] || { echo "Id=$unit.service"; echo LoadState=not-found; exit 0; }
    [ "$users" != yes ] && grep -q mine "$here/$unit.state" && { echo LoadState=not-found; exit 0; }
    echo "Id=$unit.service"; echo "LoadState=loaded"; echo "ActiveState=$(head -n1 "$here/$unit.state")"
    echo "SubState=running"; echo "UnitFileState=$(cat "$here/$unit.boot" 2>/dev/null || echo disabled)"
    echo "MainPID=77"; echo "MemoryCurrent=2097152"; echo "Description=A = b" ;;
start|restart)
    [ "$unit" = locked ] && { echo "Access denied" >&2; exit 4; }
    [ "$unit" = bad ] && { echo failed > "$here/bad.state"; exit 0; }
    grep -q mine "$here/$unit.state" && mine=mine
    printf '%s\n' active $mine > "$here/$unit.state" ;;
stop) echo inactive > "$here/$unit.state" ;;
enable) echo enabled > "$here/$unit.boot" ;;
disable) echo disabled > "$here/$unit.boot" ;;
esac
"""


@pytest.fixture
def bin_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "systemctl").write_text(SYSTEMCTL)
    (folder / "systemctl").chmod(0o755)
    for name, state in (("nginx", "active"), ("cron", "inactive"), ("bad", "failed"), ("locked", "inactive")):
        (folder / f"{name}.state").write_text(f"{state}\n")
    (folder / "sync.state").write_text("inactive\nmine\n")
    monkeypatch.setattr(systemd, "RUNNING", str(folder))
    return folder


@pytest.fixture
def drive(scope: Scope, bin_folder: Path) -> Callable[[Syscall], list[Emission]]:
    here = replace(scope, env={**scope.env, "PATH": f"{bin_folder}:{scope.env['PATH']}"})

    def runner(syscall: Syscall) -> list[Emission]:
        facts = syscall.resolve(here)
        runner.title = syscall.preview(facts).title  # type: ignore[attr-defined]
        runner.facts = facts  # type: ignore[attr-defined]
        return list(syscall.run(here, facts))

    return runner


def names(emissions: list[Emission]) -> list[str]:
    [found] = emissions
    assert isinstance(found, Table)
    return [str(row[0]) for row in found.rows]


Drive = Callable[[Syscall], list[Emission]]


@pytest.mark.parametrize(
    ("state", "services"),
    [
        ("all", ["nginx.service", "cron.service", "bad.service"]),
        ("running", ["nginx.service"]),
        ("failed", ["bad.service"]),
        ("stopped", ["cron.service"]),
        ("enabled", ["nginx.service", "other.service"]),
    ],
)
def test_list_by_state(drive: Drive, state: str, services: list[str]) -> None:
    assert names(drive(List.parse({"state": state}))) == services


def test_status_tells_state_process_and_memory(drive: Drive) -> None:
    [found] = drive(Status(unit="nginx"))
    assert isinstance(found, Table)
    facts = dict(found.rows)
    assert facts["state"] == "active (running)"
    assert (facts["process"], facts["memory"], facts["description"]) == ("77", "2.0 MiB", "A = b")


def test_a_missing_service_offers_what_is_near(drive: Drive) -> None:
    with pytest.raises(NlshError, match="there is no service ngin") as caught:
        drive(Status(unit="ngin"))
    assert caught.value.hint == "did you mean nginx?"


@pytest.mark.parametrize("unit", ["--now", "a b", "", "x;reboot", "a/b"])
def test_what_is_no_name_reaches_no_program(drive: Drive, bin_folder: Path, unit: str) -> None:
    with pytest.raises(UsageError, match="is not the name of a service"):
        drive(Stop(unit=(unit,)))
    assert not (bin_folder / "calls").exists()


def test_changes_act_and_say_what_came_of_them(drive: Drive) -> None:
    assert drive(Start(unit=("cron",))) == [Note("cron.service is active (running) now, disabled at boot")]
    assert drive(Stop(unit=("nginx",))) == [Note("nginx.service is inactive (running) now, disabled at boot")]
    assert drive(Enable(unit=("nginx",))) == [Note("nginx.service is inactive (running) now, enabled at boot")]
    assert drive(Disable(unit=("nginx",))) == [Note("nginx.service is inactive (running) now, disabled at boot")]
    assert len(drive(Restart(unit=("cron", "nginx")))) == 2


def test_the_preview_names_the_unit_and_its_state(drive: Drive) -> None:
    drive(Start(unit=("cron",)))
    assert drive.title == "start cron.service"  # type: ignore[attr-defined]
    facts = drive.facts  # type: ignore[attr-defined]
    assert facts.details["lines"] == ["cron.service: inactive (running), at boot: disabled"]
    assert (facts.targets[0].kind, facts.count) == ("unit", 1)


def test_a_service_that_fails_to_start_is_an_error(drive: Drive) -> None:
    with pytest.raises(NlshError, match=r"bad\.service is failed"):
        drive(Start(unit=("bad",)))


def test_what_systemd_says_is_passed_on(drive: Drive) -> None:
    with pytest.raises(NlshError, match=r"systemd could not start locked\.service: Access denied"):
        drive(Start(unit=("locked",)))


def test_a_service_of_ones_own_is_found_and_needs_no_root(
    drive: Drive, bin_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    drive(Start(unit=("sync",)))
    assert drive.facts.privileged == ""  # type: ignore[attr-defined]
    assert "start sync yes" in (bin_folder / "calls").read_text()
    drive(Start(unit=("cron",)))
    assert drive.facts.privileged == "services of the system are root's to change"  # type: ignore[attr-defined]


def test_without_systemd_it_says_so_and_what_there_is(
    scope: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(systemd, "RUNNING", str(tmp_path / "nowhere"))
    monkeypatch.setattr(systemd, "find_program", lambda name, _: f"/sbin/{name}" if name == "rc-status" else "")
    for syscall in (List(), Status(unit="x")):
        with pytest.raises(NlshError, match="systemd is not running") as caught:
            list(syscall.run(scope, syscall.resolve(scope)))
        assert caught.value.hint == "this system has OpenRC: rc-status"
    with pytest.raises(NlshError, match="systemd is not running"):
        Start(unit=("x",)).resolve(scope)


def test_rows_without_a_description_are_read_too() -> None:
    assert list(unit_rows("a.service loaded active exited\n\nnoise\n")) == [("a.service", "active", "exited", "")]
