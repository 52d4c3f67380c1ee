"""The world around: streams, homes, folders, permissions, disks, settings."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.flows.conftest import Program, assert_tidy, sentence

LISTED: dict[str, Any] = {"please list it": [{"fs.list": {}}]}
ASKED = "please list it"
WITHOUT_PRIVILEGE = ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all")


def may(*argv: str) -> bool:
    """Whether this system lets us."""
    if shutil.which(argv[0]) is None:
        return False
    return subprocess.run([*argv, "true"], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("call", ["-c ls", f"-c '{ASKED}'", "audit tail", "audit export", "--version", "help", ""])
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams(program: Program, call: str, closed: str) -> None:
    program.plans = LISTED
    done = program.shell(f"nlsh {call} {closed}")
    assert_tidy(done.stdout + done.stderr)
    assert program.crashes() == []
    assert done.returncode in ((0, 2) if "ls" in call else (0,))  # ls itself minds


@pytest.mark.parametrize("call", ["help", f"-c '{ASKED}'", "audit tail", "--version"])
def test_a_full_device_behind_the_output(program: Program, call: str) -> None:
    program.plans = LISTED
    (program.work / "a").touch()
    program("-c", "true")
    done = program.shell(f"nlsh {call} > /dev/full")
    assert_tidy(done.stderr)
    assert b"standard output cannot be written" in done.stderr
    assert done.returncode == 1
    assert program.shell(f"nlsh {call} 2> /dev/full").returncode == 0


@pytest.mark.parametrize("call", ["-c 'seq 100000'", "audit export", "help", f"-c '{ASKED}'"])
def test_nobody_reads_to_the_end(program: Program, call: str) -> None:
    program.plans = LISTED
    for number in range(300):
        (program.work / f"{number}").touch()
    done = program.shell(f"nlsh {call} | head -1")
    assert (done.stderr.replace("· fs.list\n".encode(), b""), done.returncode) == (b"", 0)


def test_without_a_home(program: Program) -> None:
    program.plans = LISTED
    assert program("-c", ASKED, before=("env", "-u", "HOME")).returncode == 0


@pytest.mark.parametrize("line", ["echo hi", ASKED])
def test_a_home_that_cannot_be_written(program: Program, line: str) -> None:
    done = program("-c", line, before=("env", "-u", "NLSH_HOME", "HOME=/proc/none"))
    assert "NLSH_HOME" in sentence(done)
    assert (done.stdout, done.returncode) == (b"", 2)


def test_a_home_with_spaces_and_letters_of_all_kinds(program: Program) -> None:
    program.plans = LISTED
    home = str(program.folder / "häus ♥ 家 of 'mine'")
    assert program("-c", ASKED, NLSH_HOME=home).returncode == 0
    assert program("-c", "cd /; true", NLSH_HOME=home).returncode == 0
    assert b"the chain holds" in program("audit", "verify", NLSH_HOME=home).stdout


def test_a_working_folder_that_is_gone(program: Program) -> None:
    done = program.shell("mkdir gone; cd gone; rmdir ../gone; nlsh -c pwd")
    assert done.stdout.decode() == f"{program.home}\n"
    assert b"the working directory is gone" in done.stderr


@pytest.mark.parametrize("path", ["locked", "locked/inside"])
def test_a_folder_without_permission(program: Program, path: str) -> None:
    if not may(*WITHOUT_PRIVILEGE):
        pytest.skip("permissions do not bind us here")
    program.plans = {ASKED: [{"fs.list": {"path": path}}]}
    (program.work / "locked" / "inside").mkdir(parents=True)
    (program.work / "locked").chmod(0)
    try:
        done = program("-c", ASKED, before=WITHOUT_PRIVILEGE)
    finally:
        (program.work / "locked").chmod(0o700)
    assert b"locked" in done.stderr
    assert done.returncode in (1, 2)


def test_a_state_folder_without_permission(program: Program) -> None:
    if not may(*WITHOUT_PRIVILEGE):
        pytest.skip("permissions do not bind us here")
    program("-c", "true")
    program.state.chmod(0)
    try:
        done = program("-c", "touch made", before=WITHOUT_PRIVILEGE)
    finally:
        program.state.chmod(0o700)
    sentence(done)
    assert done.returncode in (1, 2)
    assert not (program.work / "made").exists()


@pytest.mark.parametrize("fill", ["head -c 250k /dev/zero > fill", "cat /dev/zero > fill 2> /dev/null"])
def test_a_full_disk_runs_nothing_unrecorded(program: Program, fill: str) -> None:
    if not may("unshare", "-m"):
        pytest.skip("no mount namespaces here")
    script = f"""
        mount -t tmpfs -o size=300k tmpfs "$NLSH_HOME" && cd "$NLSH_HOME" && {{ {fill}; cd "$HOME/work"; }}
        exec "$0" "$@"
    """
    done = program("-c", "touch made", before=("unshare", "-m", "/bin/bash", "-c", script))
    assert "is full" in sentence(done)
    assert done.returncode == 1
    assert not (program.work / "made").exists()


BROKEN = [
    ("config.toml", "x = [", "config.toml"),
    ("config.toml", "modle = 'a'", "modle"),
    ("config.toml", "model = 3", "model"),
    ("config.toml", "plan_floor = 'x'", "plan_floor"),
    ("rules.toml", "x = [", "rules.toml"),
    ("rules.toml", "rul = 1", "rul"),
    ("rules.toml", "[[rule]]\nname = 'x'", "rule 1"),
]


@pytest.mark.parametrize(("file", "text", "named"), BROKEN)
def test_broken_settings_fail_closed(program: Program, file: str, text: str, named: str) -> None:
    program.plans = {"please drop it": [{"fs.remove": {"path": "a"}}]}
    (program.work / "a").touch()
    (program.config / file).write_text(text)
    for words in (("-c", "please drop it", "--yes"), ("--inline",)):
        done = program(*words, stdin=b"please drop it\n")
        assert file in sentence(done)
        assert named in sentence(done)
        assert done.returncode == 2
    assert (program.work / "a").exists()
    assert program("doctor").returncode == 1


def test_the_doctor_sees_a_theme_that_is_not_there(program: Program) -> None:
    (program.config / "config.toml").write_text("theme = 'nope'\n")
    rows = {row["subject"]: row for row in json.loads(program("doctor", "--json").stdout)}
    assert rows["theme and keys"]["state"] == "missing"


@pytest.mark.parametrize("text", ["x = [", "sourc = 'a'", "context_tokens = 'many'"])
def test_a_broken_model_description(program: Program, text: str) -> None:
    (program.config / "models").mkdir()
    (program.config / "models" / "mine.toml").write_text(text)
    done = program("model", "list")
    assert "mine.toml" in sentence(done)
    assert done.returncode == 2


def test_colour_is_left_out_where_it_is_not_wanted(program: Program) -> None:
    program.plans = LISTED
    (program.work / "x\x1b[31mred\x07").touch()
    assert b"\x1b" not in program("-c", ASKED).stdout
    terminal = program.terminal("-c", ASKED, NO_COLOR="1")
    terminal.expect("red")
    assert "\x1b" not in terminal.before
    terminal.close()
