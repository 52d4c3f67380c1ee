"""What can be done with a question before it is answered, in the real program on a real terminal."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from tests.flows.conftest import Program, left

pytestmark = pytest.mark.terminal
DROP, BUILD, TIDY = "please drop it", "please build it", "please tidy it all up"
INSTEAD = "no, the third one please"


@pytest.fixture
def asking(program: Program) -> Program:
    """A program with something to lose, and plans that ask."""
    program.plans = {
        DROP: [{"fs.remove": {"path": "a.txt"}}],
        INSTEAD: [{"fs.remove": {"path": "may.txt"}}],
        BUILD: [{"sh.run": {"cmd": "touch built"}}],
        TIDY: [
            {"fs.remove": {"path": "a.txt"}},
            {"fs.mkdir": {"path": "new"}},
            {"fs.move": {"source": "b.txt", "to": "new"}},
        ],
    }
    for name in ("a.txt", "b.txt", "may.txt"):
        (program.work / name).write_text(name)
    return program


def tree(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Every file with its mode, time and content."""
    found = sorted(folder.rglob("*"))
    return {
        str(path): (path.stat().st_mode, path.stat().st_mtime_ns, hashlib.sha256(_bytes(path)).hexdigest())
        for path in found
    }


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def said(program: Program, line: str, *words: str) -> Any:
    """Line mode, or `-c`, in which a line was said and the question it leads to stands there."""
    running = program.terminal(*(words or ("--inline",)))
    if not words:
        running.expect("❯ ")
        running.send(f"{line}\r")
    running.expect("y/N")
    return running


def bye(running: Any) -> int:
    running.expect("❯ ")
    running.send("exit\r")
    return left(running)


def test_the_command_itself_is_the_line(asking: Program) -> None:
    running = said(asking, BUILD)
    running.send("e\r")
    running.expect_exact("touch built")
    running.send(" too\x1b\rtouch three\r")
    running.expect("touch built too.*touch three.*y/N")
    running.send("y\r")
    bye(running)
    assert {"built", "too", "three"} <= {path.name for path in asking.work.iterdir()}


def test_a_line_that_cannot_be_read_is_shown_again_with_what_was_typed(asking: Program) -> None:
    running = said(asking, BUILD)
    running.send("e\r")
    running.expect_exact("touch built")
    running.send(" 'oh\r")
    running.expect("not at its end")
    running.expect("y/N")
    running.send("e\r")
    running.expect_exact("touch built 'oh")
    running.send("'\r")
    running.expect("y/N")
    running.send("n\r")
    running.expect("declined")
    assert not (asking.work / "built").exists()
    running.close(force=True)


def test_steps_to_come_are_seen_edited_and_taken_out(asking: Program) -> None:
    running = said(asking, TIDY)
    assert 'then 2: fs.mkdir(path="new")' in running.before
    running.send("e 2\r")
    running.expect_exact('fs.mkdir(path="new")')
    running.send("\x15\r")
    running.expect("y/N")
    running.send("e 3\r")
    running.expect_exact('fs.move(source="b.txt", to="new")')
    running.send("\x7f" * 5 + 'c.txt")\r')
    running.expect(r'then 3: fs.move\(source="b.txt", to="c.txt"\)')
    running.expect("y/N")
    running.send("y\r")
    running.expect("b.txt.*y/N")
    running.send("y\r")
    running.expect("undo takes it back")
    assert bye(running) == 0
    assert sorted(path.name for path in asking.work.iterdir()) == ["c.txt", "may.txt"]


@pytest.mark.parametrize("words", [(), ("-c", TIDY)])
def test_trying_it_dry_changes_nothing(asking: Program, words: tuple[str, ...]) -> None:
    before = tree(asking.work)
    running = said(asking, TIDY, *words)
    running.send("d\r")
    running.expect("nothing is run, nothing is changed")
    running.expect("work/a.txt  5 B")
    running.expect("touches 1, 5 B")
    running.expect("2  make folder|2  .*new")
    running.expect("3  fs.move|3  move")
    running.expect("y/N")
    assert tree(asking.work) == before
    running.send("n\r")
    running.expect("declined")
    assert tree(asking.work) == before
    running.close(force=True)


def test_why_it_is_asked(asking: Program) -> None:
    running = said(asking, DROP)
    running.send("w\r")
    running.expect("ASK by delete-asks: it deletes")
    running.expect("nlsh's own rules.toml, rule 1")
    running.expect("risk R2, changes things here")
    running.expect("work/a.txt .file, 5 B")
    running.expect("undo: undo can take it back")
    running.expect("y/N")
    running.send("y\r")
    running.expect("undo takes it back")
    running.close(force=True)
    assert not (asking.work / "a.txt").exists()


@pytest.mark.parametrize("words", [(), ("-c", DROP)])
def test_declining_by_saying_what_is_meant_goes_on(asking: Program, words: tuple[str, ...]) -> None:
    running = said(asking, DROP, *words)
    running.send(f"{INSTEAD}\r")
    running.expect("declined")
    running.expect("may.txt.*y/N")
    running.send("y\r")
    running.expect("undo takes it back")
    assert (left(running) if words else bye(running)) == 0
    assert sorted(path.name for path in asking.work.iterdir()) == ["a.txt", "b.txt"]
    outcomes = [row["outcome"] for row in asking.records() if row["phase"] in ("approval", "result")]
    assert outcomes == ["no", "declined", "once", "done"]


def test_what_is_said_at_a_question_is_never_run_as_a_command(asking: Program) -> None:
    running = said(asking, DROP)
    running.send("touch from-the-question\r")
    running.expect("declined")
    running.expect("not understood|did not|nlsh: ")
    bye(running)
    assert not (asking.work / "from-the-question").exists()
    assert (asking.work / "a.txt").exists()


def test_ctrl_c_declines_and_stops(asking: Program) -> None:
    running = said(asking, TIDY)
    running.send("\x03")
    running.expect("cancelled")
    assert bye(running) == 130
    assert (asking.work / "a.txt").exists()


def test_on_a_plain_terminal_everything_works_by_number(asking: Program) -> None:
    running = asking.terminal("--inline", TERM="dumb")
    running.expect("> ")
    running.send(f"{DROP}\n")
    running.expect("1  no.*2  yes, once.*3  edit.*4  why.*5  dry run.*or say what you want instead.*y/N")
    assert "\x1b" not in running.before + running.after
    running.send("4\n")
    running.expect("ASK by delete-asks.*y/N")
    running.send("5\n")
    running.expect("nothing is run.*y/N")
    running.send("3\n")
    running.expect("Enter alone leaves it as it is")
    running.expect("  > ")
    running.send('fs.remove(path="b.txt")\n')
    running.expect("b.txt.*y/N")
    running.send(f"{INSTEAD}\n")
    running.expect("may.txt.*y/N")
    running.send("2\n")
    running.expect("> ")
    running.send("exit\n")
    assert left(running) == 0
    assert sorted(path.name for path in asking.work.iterdir()) == ["a.txt", "b.txt"]
