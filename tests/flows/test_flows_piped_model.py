"""The model that comes with nlsh, asked about what was piped in, in words it was not tuned on here."""

from __future__ import annotations

import pytest

from tests.flows.conftest import Program

pytestmark = pytest.mark.model

LOG = b"ok started\nread timeout on disk 2\nWARNING low memory\nok started\nerror: bad gateway\n# remark\n"
CSV = b"name,age,city\nann,31,rome\nbob,12,paris\neve,50,rome\n"
NUMBERS = b"3\n19\n2\n88\n41\n"
ASKED: list[tuple[str, bytes, bytes]] = [
    ("which lines mention timeouts", LOG, b"read timeout on disk 2\n"),
    ("how many lines", LOG, b"6\n"),
    ("sort these lines", NUMBERS, b"19\n2\n3\n41\n88\n"),
    ("show the 3 largest numbers", NUMBERS, b"88\n41\n19\n"),
    ("second column", CSV, b"age\n31\n12\n50\n"),
    ("what is the average age", CSV, b"31\n"),
    ("first 2 lines", LOG, b"ok started\nread timeout on disk 2\n"),
    ("remove duplicate lines", b"a\nb\na\n", b"a\nb\n"),
    ("sum of these numbers", NUMBERS, b"153\n"),
]


@pytest.mark.parametrize(("line", "data", "out"), ASKED)
def test_what_is_piped_in_is_understood(real_program: Program, line: str, data: bytes, out: bytes) -> None:
    done = real_program("-c", line, stdin=data)
    assert (done.stdout, done.returncode) == (out, 0), done.stderr


@pytest.mark.parametrize("line", ["show running processes", "list the files here", "how big is this folder"])
def test_what_is_not_about_it_does_not_read_it(real_program: Program, line: str) -> None:
    (real_program.work / "a.txt").touch()
    done = real_program("-c", line, "--json", stdin=LOG)
    assert done.returncode == 0
    assert b'"text.' not in done.stdout
