"""The sys family on the machine the tests run on, and its readers on texts of other machines."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from nlsh.core.errors import Cancelled, NlshError, UsageError
from nlsh.core.ports import Shell
from nlsh.core.results import Emission, Table
from nlsh.core.scope import Scope
from nlsh.core.syscall import Syscall
from nlsh.tools.machine import SYSCALLS, disks
from nlsh.tools.machine.addresses import Network, gateways
from nlsh.tools.machine.disks import Disk, Mount, holding, worth_showing
from nlsh.tools.machine.people import Users
from nlsh.tools.machine.schedule import Schedule, cron_rows, timer_rows
from nlsh.tools.machine.summary import Cpu, Memory, Os, Overview, Uptime
from nlsh.tools.machine.surroundings import Env, Time, Which, find_zone, is_secret, masked

Run = Callable[[Syscall], list[Emission]]


def table(emissions: list[Emission]) -> Table:
    [found] = emissions
    assert isinstance(found, Table)
    return found


def facts(emissions: list[Emission]) -> dict[str, Any]:
    return dict(table(emissions).rows)


@pytest.fixture
def tell(run: Run) -> Callable[[Syscall], dict[str, Any]]:
    return lambda syscall: facts(run(syscall))


@pytest.mark.parametrize("cls", [cls for cls in SYSCALLS if cls is not Which], ids=lambda cls: cls.name)
def test_every_one_answers_with_rows_of_json_values(run: Run, cls: type[Syscall]) -> None:
    found = table(run(cls()))
    assert found.rows or found.note
    assert all(len(row) == len(found.columns) for row in found.rows)
    json.dumps(found.rows)


def test_overview_names_the_machine_and_its_memory(tell: Callable[[Syscall], dict[str, Any]]) -> None:
    found = tell(Overview())
    assert found["computer"] == socket.gethostname()
    assert "iB used" in found["memory"]
    assert "free" in found["disk /"]


def test_cpu_has_a_share_for_every_core(tell: Callable[[Syscall], dict[str, Any]]) -> None:
    found = tell(Cpu())
    cores = [value for what, value in found.items() if what.startswith("core ")]
    assert len(cores) == os.cpu_count()
    assert all(0 <= float(value.split()[0]) <= 100 for value in cores)


def test_cpu_can_be_cancelled(scope: Scope) -> None:
    scope.cancellation.cancel()
    with pytest.raises(Cancelled):
        list(Cpu().run(scope, Cpu().resolve(scope)))


def test_memory_adds_up(run: Run) -> None:
    row = next(iter(table(run(Memory())).records()))
    assert row["total"] == row["used"] + row["available"] > 0


def test_uptime_lies_in_the_past(tell: Callable[[Syscall], dict[str, Any]]) -> None:
    assert tell(Uptime())["since"] < time.strftime("%Y-%m-%d %H:%M:%S")


def test_os_tells_the_kernel(tell: Callable[[Syscall], dict[str, Any]]) -> None:
    assert tell(Os())["kernel"] == f"{os.uname().sysname} {os.uname().release}"


# ---- disks


def test_disk_shows_the_root_with_its_size(run: Run) -> None:
    root = next(row for row in table(run(Disk())).records() if row["mount"] == "/")
    found = os.statvfs("/")
    assert root["size"] == found.f_blocks * found.f_frsize
    assert 0 < root["used share"] <= 100


def test_disk_of_a_path_is_the_one_that_holds_it(run: Run, cwd: Path) -> None:
    [row] = table(run(Disk(path="."))).records()
    assert os.stat(row["mount"]).st_dev == os.stat(cwd).st_dev


def test_disk_of_a_missing_path_is_an_error(run: Run) -> None:
    with pytest.raises(NlshError, match="there is no nowhere"):
        run(Disk(path="nowhere"))


def test_a_container_is_not_left_without_a_disk() -> None:
    inside = [
        Mount("overlay", "/", "overlay"),
        Mount("proc", "/proc", "proc"),
        Mount("tmpfs", "/dev", "tmpfs"),
        Mount("/dev/vda1", "/etc/hosts", "ext4"),
        Mount("/dev/vda1", "/etc/resolv.conf", "ext4"),
        Mount("/dev/vdb", "/data", "ext4"),
        Mount("/dev/vdb", "/data/again", "ext4"),
    ]
    assert [one.place for one in worth_showing(inside)] == ["/", "/data"]
    assert [one.place for one in worth_showing([])] == ["/"]


def test_the_longest_mount_holds_a_path() -> None:
    every = [Mount("a", "/", "ext4"), Mount("b", "/data", "ext4"), Mount("c", "/data/x", "ext4")]
    assert [holding(path, every).device for path in ("/datax", "/data", "/data/x/y")] == ["a", "b", "c"]


def test_a_file_system_that_does_not_answer_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disks, "mounts", lambda: [Mount("/dev/a", "/", "ext4"), Mount("host:/x", "/nfs", "nfs4")])
    monkeypatch.setattr(disks, "PATIENCE_S", 5.0)
    found = table(run(Disk()))
    assert [row[1] for row in found.rows] == ["/"]
    assert found.note == "no answer from /nfs"


# ---- network


def test_network_lists_the_loop(run: Run) -> None:
    rows = list(table(run(Network())).records())
    assert any("127.0.0.1" in row["address"] and row["interface"].startswith("lo") for row in rows)


def test_gateways_are_read_from_the_route_tables() -> None:
    routes = (
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
        "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
        "eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"
    )
    zero, gate = "0" * 32, "fe80" + "0" * 27 + "1"
    routes6 = (
        f"{zero} 00 {zero} 00 {gate} 00000400 00000001 00000000 00450003     eth0\n"
        f"{zero} 00 {zero} 00 {zero} ffffffff 00000001 00000000 00200200       lo\n"
    )
    expected = "192.168.1.1" if sys.byteorder == "little" else "1.1.168.192"
    assert gateways(routes, routes6) == {("eth0", 4): expected, ("eth0", 6): "fe80::1"}
    assert gateways("", "") == {}


# ---- people


def test_users_knows_me(tell: Callable[[Syscall], dict[str, Any]]) -> None:
    assert tell(Users())["user id"] == str(os.getuid())


def test_my_groups_come_first_and_are_marked(run: Run) -> None:
    rows = list(table(run(Users(what="groups"))).records())
    mine = {row["id"] for row in rows if row["mine"] == "yes"}
    assert {os.getgid(), *os.getgroups()} <= mine
    assert rows[0]["mine"] == "yes"


def test_accounts_that_cannot_log_in_are_counted_not_shown(run: Run) -> None:
    found = table(run(Users(what="all")))
    assert all(not str(row["shell"]).endswith("nologin") for row in found.records())
    assert "root" in [row["user"] for row in found.records()]


# ---- surroundings


def with_env(scope: Scope, **env: str) -> Scope:
    return replace(scope, env={**scope.env, **env})


def values(scope: Scope, name: str = "") -> dict[str, str]:
    return facts(list(Env(name_=name).run(scope, Env().resolve(scope))))


def test_env_masks_secrets_and_shows_the_rest(scope: Scope) -> None:
    here = with_env(scope, API_TOKEN="tok-123456", EDITOR="vim", DB="postgres://bob:hunter2@db/x")
    found = values(here)
    assert found["EDITOR"] == "vim"
    assert found["API_TOKEN"] == "****** (hidden, 10 characters)"
    assert found["DB"] == "postgres://bob:******@db/x"
    assert "hunter2" not in str(found)


def test_env_by_name_case_and_part(scope: Scope) -> None:
    here = with_env(scope, HTTP_PROXY="a", NO_PROXY="b", LANG="C")
    assert values(here, "LANG") == {"LANG": "C"}
    assert values(here, "$lang") == {"LANG": "C"}
    assert values(here, "proxy") == {"HTTP_PROXY": "a", "NO_PROXY": "b"}
    assert values(here, "*_PROXY") == {"HTTP_PROXY": "a", "NO_PROXY": "b"}
    with pytest.raises(NlshError, match="the variable NOPE is not set"):
        values(here, "NOPE")


@pytest.mark.parametrize(
    "name",
    [
        "GITHUB_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "DB_PASSWORD",
        "PGPASSWORD",
        "apiKey",
        "MY_API_KEY",
        "PASS",
        "DB_PWD",
        "KEY",
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret(name)
    assert "s3cr3t" not in masked(name, "s3cr3t")


@pytest.mark.parametrize("name", ["PATH", "PWD", "OLDPWD", "KEYBOARD", "HOME", "MONKEY", "COMPASS", "SSH_AUTH_SOCK"])
def test_names_of_no_secrets(name: str) -> None:
    assert not is_secret(name)
    assert masked(name, "plain") == "plain"


class _Shell:
    """A shell that knows one alias."""

    def kind(self, word: str) -> str:
        return "alias" if word == "ll" else "program"


def which(scope: Scope, name: str) -> Table:
    services = replace(scope.services, shell=cast(Shell, _Shell()))
    here = replace(scope, services=services)
    return table(list(Which(name_=name).run(here, Which(name_=name).resolve(here))))


def test_which_finds_programs_in_order_and_aliases_first(scope: Scope, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "ll").write_text("#!/bin/sh\n")
        (tmp_path / folder / "ll").chmod(0o755)
    here = with_env(scope, PATH=f"{tmp_path}/one:{tmp_path}/two")
    found = which(here, "ll")
    assert [row[1] for row in found.rows] == ["alias", "program", "program"]
    assert found.paths()[1:] == (f"{tmp_path}/one/ll", f"{tmp_path}/two/ll")


def test_which_offers_what_is_near(scope: Scope, tmp_path: Path) -> None:
    (tmp_path / "python3").touch()
    with pytest.raises(NlshError, match="there is no program pyhton3") as caught:
        which(with_env(scope, PATH=str(tmp_path)), "pyhton3")
    assert caught.value.hint == "did you mean python3?"


@pytest.mark.parametrize(
    ("text", "key"),
    [("Europe/Berlin", "Europe/Berlin"), ("new york", "America/New_York"), ("tokyo", "Asia/Tokyo"), ("utc", "UTC")],
)
def test_zones_by_name_city_and_letters(text: str, key: str) -> None:
    assert str(find_zone(text)) == key


def test_time_in_a_zone_tells_its_offset(tell: Callable[[Syscall], dict[str, Any]]) -> None:
    assert tell(Time(zone="Tokyo"))["zone"] == "Asia/Tokyo (UTC+09:00)"
    assert abs(int(tell(Time())["seconds since 1970"]) - time.time()) < 60


def test_an_unknown_zone_offers_what_is_near() -> None:
    with pytest.raises(UsageError, match="there is no time zone Berln") as caught:
        find_zone("Berln")
    assert "berlin" in caught.value.hint


# ---- schedule


def test_cron_tables_are_read_without_comments_and_settings() -> None:
    text = "# m h\nMAILTO=root\nPATH = /bin\n\n0 3 * * 1-5 root /bin/backup --all\n@reboot bob start it\nbroken line\n"
    assert list(cron_rows(text, "t", has_user=True)) == [
        ("t", "0 3 * * 1-5", "root", "/bin/backup --all"),
        ("t", "@reboot", "bob", "start it"),
    ]
    assert list(cron_rows("*/5 * * * * echo a  b\n", "t", has_user=False)) == [("t", "*/5 * * * *", "", "echo a  b")]


def test_timers_are_read_from_json() -> None:
    text = '[{"next":1700000000000000,"unit":"a.timer","activates":"a.service"},{"next":0,"unit":"b.timer"}]'
    first, second = timer_rows(text)
    assert (first[0], first[3], first[1][:9]) == ("a.timer", "a.service", "next 2023")
    assert second[1] == "not scheduled"


def test_the_persons_own_crontab_is_asked_for(scope: Scope, tmp_path: Path) -> None:
    fake = tmp_path / "crontab"
    fake.write_text("#!/bin/sh\n[ \"$1\" = -l ] && echo '5 4 * * * echo hello'\n")
    fake.chmod(0o755)
    here = with_env(scope, PATH=f"{tmp_path}:{scope.env['PATH']}")
    rows = table(list(Schedule().run(here, Schedule().resolve(here)))).rows
    assert ("your crontab", "5 4 * * *", "", "echo hello") in rows
