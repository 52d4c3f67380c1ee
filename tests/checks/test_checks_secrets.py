"""Check 6: a program that asks for a password gets it on the terminal, and nobody else does."""

from __future__ import annotations

import pytest

from tests.checks.conftest import Open
from tests.checks.home import REAL, SCRIPTED, Home
from tests.checks.terminal import Terminal

pytestmark = pytest.mark.terminal
SECRET = "zyx-4711-wvu"
SUDO = f"""#!/bin/sh
exec 3<>/dev/tty
trap 'stty echo <&3; exit 1' INT
stty -echo <&3
printf '[sudo] password: ' >&3
IFS= read -r word <&3
stty echo <&3
echo >&3
if [ "$word" = {SECRET} ]; then shift; ls "$@"; echo root has looked; else echo Sorry, try again. >&2; exit 1; fi
"""


def at_prompt(home: Home, terminal: Open, program: tuple[str, ...]) -> Terminal:
    home.program("sudo", SUDO)
    (home.work / "inside").touch()
    opened = terminal(*program, "--inline")
    opened.prompt()
    return opened


def test_check_06_a_password_goes_to_its_program_and_nowhere_else(home: Home, terminal: Open) -> None:
    opened = at_prompt(home, terminal, REAL)
    opened.start("sudo ls .")
    opened.until(b"password: ")
    opened.send(SECRET + "\r")
    shown = opened.prompt()
    assert b"inside" in shown
    assert b"root has looked" in shown
    assert SECRET.encode() not in shown
    assert b"typed" in opened.line("echo typed")
    opened.leave()
    assert home.files_with(SECRET.encode()) == [str(home.programs / "sudo")]
    assert home.files_with(b"sudo ls .") != []


def test_check_06_ctrl_c_at_a_password_returns_and_echoes_again(home: Home, terminal: Open) -> None:
    opened = at_prompt(home, terminal, REAL)
    opened.start("sudo ls .")
    opened.until(b"password: ")
    opened.send("half\x03")
    shown = opened.prompt()
    assert b"half" not in shown
    assert b"root" not in shown
    assert b"seen\r\n" in opened.line("head -c 5 <<< seen")
    opened.leave()


def test_check_06_a_plan_that_wants_one_asks_on_the_terminal(home: Home, terminal: Open) -> None:
    home.plans({"look as root": [{"sh.run": {"cmd": "sudo ls ."}}]})
    opened = at_prompt(home, terminal, SCRIPTED)
    opened.start("look as root")
    opened.until(b"To go ahead type: ")
    phrase = opened.until(b"\r\n")
    opened.settle()
    opened.send(phrase + b"\r")
    opened.until(b"password: ")
    opened.send(SECRET + "\r")
    shown = opened.prompt()
    assert b"root has looked" in shown
    assert SECRET.encode() not in shown
    opened.leave()
    assert home.files_with(SECRET.encode()) == [str(home.programs / "sudo")]
