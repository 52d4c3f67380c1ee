"""Plans as shell commands: run in bash, zsh and fish they show what the tools show."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlsh.core.plan import read_plan
from nlsh.core.results import Chunk, Result, Table
from nlsh.core.scope import Scope
from nlsh.core.shellwords import shell_path, shell_word
from nlsh.tools.commands import shell_command
from nlsh.tools.toolbox import Tools

SHELLS = [shell for shell in ("bash", "zsh", "fish") if shutil.which(shell)]
BARE = {"bash": ["--norc"], "zsh": ["-f"], "fish": ["--no-config"]}
TOOLS = Tools()


def command(*steps: dict[str, Any], cwd: str = "/") -> str:
    return shell_command(read_plan(json.dumps(steps), TOOLS.lookup), cwd)


def ran(shell: str, line: str, cwd: Path) -> bytes:
    env = {"PATH": os.environ["PATH"], "HOME": str(cwd), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [shell, *BARE[shell], "-c", line], cwd=cwd, env=env, capture_output=True, timeout=20, check=False
    )
    assert b"not found" not in done.stderr, done.stderr
    return done.stdout


def shown(scope: Scope, steps: Sequence[dict[str, Any]]) -> Table | bytes:
    """What the tools show for a plan."""
    results: dict[int, Result] = {}
    for step in read_plan(json.dumps(steps), TOOLS.lookup).steps:
        here = replace(scope, results=dict(results))
        emissions = list(step.syscall.run(here, step.syscall.resolve(here)))
        tables = [one for one in emissions if isinstance(one, Table)]
        output = b"".join(one.data for one in emissions if isinstance(one, Chunk) and not one.is_error)
        results[step.number] = Result(tables[0] if tables else None, output)
    last = results[len(steps)]
    return last.table if last.table is not None else last.output


NAMES = ["a.txt", "it's \\ $(x) `y`.txt", "-dash.txt", "~tilde", "sub/deep.txt"]
SPANS: list[dict[str, Any]] = [
    {"first": 2},
    {"last": 2},
    {"start": 2, "end": 3},
    {"skip": 2},
    {"start": 3},
    {"drop": 2},
    {"number": True},
]


@pytest.fixture
def tree(scope: Scope, cwd: Path) -> Path:
    lines = "pear\napple\n\nfig 2\nApple\npear\nlast without newline"
    for name in (
        "a.txt",
        "it's \\ $(x) `y`.txt",
        "-dash.txt",
        "sub/deep.txt",
        "sub/.hidden",
        "~tilde",
        "b.PDF",
        "c.pdf",
    ):
        (cwd / name).parent.mkdir(exist_ok=True)
        (cwd / name).write_text(lines)
    (cwd / "big.pdf").write_bytes(b"x" * 3000)
    (cwd / "empty").touch()
    (cwd / "link").symlink_to("sub")
    os.utime(cwd / "a.txt", (1_600_000_000, 1_600_000_000))
    return cwd


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "steps",
    [
        *([{"fs.read": {"path": name}}] for name in NAMES),
        *([{"fs.read": {"path": "a.txt", **span}}] for span in ({"first": 2}, {"last": 2}, {"start": 2, "end": 3})),
        *(
            [{"fs.read": {"path": "a.txt", **span}}]
            for span in ({"skip": 2}, {"start": 3}, {"drop": 2}, {"number": True})
        ),
        [{"text.grep": {"source": "a.txt", "pattern": "app"}}],
        [{"text.grep": {"source": "a.txt", "pattern": "app", "ignore_case": True}}],
        [{"text.grep": {"source": "a.txt", "pattern": "app", "invert": True}}],
        [{"text.sort": {"source": "a.txt"}}],
        [{"text.sort": {"source": "a.txt", "reverse": True, "unique": True}}],
        [{"text.uniq": {"source": "a.txt"}}],
        [
            {"text.sort": {"source": "a.txt"}},
            {"text.uniq": {"source": "$1"}},
            {"text.slice": {"source": "$2", "first": 2}},
        ],
        [{"fs.read": {"path": "a.txt", "first": 4}}, {"text.grep": {"pattern": "p"}}],
    ],
)
def test_lines_are_the_same(shell: str, steps: list[dict[str, Any]], tree: Path, scope: Scope) -> None:
    line = command(*steps, cwd=str(tree))
    assert line
    assert ran(shell, line, tree).rstrip(b"\n") == bytes(shown(scope, steps)).rstrip(b"\n")  # type: ignore[arg-type]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "steps",
    [
        [{"text.count": {"source": "a.txt"}}],
        [{"text.count": {"source": "a.txt", "what": "words"}}],
        [{"text.count": {"source": "it's \\ $(x) `y`.txt", "what": "bytes"}}],
        [{"text.grep": {"source": "a.txt", "pattern": "p"}}, {"text.count": {"source": "$1"}}],
        [{"fs.count": {}}],
        [{"fs.count": {"name": "*.txt", "recursive": True}}],
        [{"fs.count": {"path": "sub", "type": "any"}}],
    ],
)
def test_counts_are_the_same(shell: str, steps: list[dict[str, Any]], tree: Path, scope: Scope) -> None:
    line = command(*steps, cwd=str(tree))
    table = shown(scope, steps)
    assert isinstance(table, Table)
    assert int(ran(shell, line, tree)) == table.rows[0][0]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"name": "*.txt"},
        {"name": "*.pdf", "ignore_case": True},
        {"name": "*.{txt,pdf}"},
        {"type": "folder"},
        {"type": "file", "empty": True},
        {"size": ">1k"},
        {"size": "<1k"},
        {"name": "*.txt", "older": "30d"},
        {"newer": "1d", "direct": True},
        {"older": "2021-01-01"},
        {"path": "sub"},
        {"max_depth": 1, "type": "file"},
    ],
)
def test_what_is_found_is_the_same(shell: str, arguments: dict[str, Any], tree: Path, scope: Scope) -> None:
    steps = [{"fs.find": arguments}]
    found = {os.path.normpath(path) for path in ran(shell, command(*steps, cwd=str(tree)), tree).decode().splitlines()}
    table = shown(scope, steps)
    assert isinstance(table, Table)
    assert found == {str(row[0]) for row in table.rows}


@pytest.mark.parametrize("arguments", [{}, {"all": True}, {"sort": "modified"}, {"path": "sub"}, {"path": "link"}])
def test_a_listing_names_the_same(arguments: dict[str, Any], tree: Path, scope: Scope) -> None:
    steps = [{"fs.list": arguments}]
    line = re.sub(r"^ls -lh", "ls -1", command(*steps, cwd=str(tree))) + " --quoting-style=literal"
    names = ran("bash", line, tree).decode().splitlines()
    table = shown(scope, steps)
    assert isinstance(table, Table)
    told = [os.path.basename(str(row[0])) for row in table.rows]
    assert sorted(names) == sorted(told)
    if arguments.get("sort") == "modified":
        assert names[-1] == told[-1] == "a.txt"


@pytest.mark.parametrize("shell", SHELLS)
def test_what_changes_the_shell_itself_does(shell: str, tree: Path) -> None:
    line = command({"sh.cd": {"path": "sub"}}, cwd=str(tree))
    env = "set -gx CDPATH /tmp; " if shell == "fish" else "CDPATH=/tmp; "
    assert ran(shell, f"{env}{line} && pwd", tree).decode().splitlines()[-1] == str(tree / "sub")
    value = 'it\'s $HOME \\ * "x"'
    line = command({"sh.export": {"variable": "WORD", "value": value}}, cwd=str(tree))
    assert ran(shell, f"{line}; printenv WORD", tree).decode() == value + "\n"
    line = command({"fs.mkdir": {"path": ["new one", "-x", "a/b"]}}, cwd=str(tree))
    ran(shell, line, tree)
    assert all((tree / name).is_dir() for name in ("new one", "-x", "a/b"))


@pytest.mark.parametrize(
    "steps",
    [
        [{"fs.remove": {"path": "a.txt"}}],
        [{"fs.move": {"source": "a.txt", "to": "b"}}],
        [{"fs.write": {"path": "a.txt", "text": "x"}}],
        [{"fs.read": {"path": "sub"}}],
        [{"fs.read": {"path": "gone"}}],
        [{"fs.read": {"path": ["a.txt", "c.pdf"]}}],
        [{"fs.read": {"path": "*.txt"}}],
        [{"fs.grep": {"pattern": "x"}}],
        [{"fs.grep": {"pattern": "x", "path": "sub"}}],
        [{"fs.grep": {"pattern": "x", "path": "a.txt", "regex": True}}],
        [{"fs.list": {"sort": "size"}}],
        [{"fs.find": {"name": "*.txt", "limit": 3}}],
        [{"fs.find": {"name": "[!a]*"}}],
        [{"fs.find": {"name": "*.txt"}}, {"text.count": {"source": "$1"}}],
        [{"fs.find": {"name": "*.txt"}}, {"fs.remove": {"path": "$1"}}],
        [{"text.sort": {"source": "a.txt", "numeric": True}}],
        [{"text.grep": {"source": "a.txt", "pattern": "timeouts"}}],
        [{"text.slice": {"first": 3}}],
        [{"sh.run": {"cmd": "a\nb"}}],
        [{"proc.list": {}}],
        [{"say": {"text": "hello"}}],
    ],
)
def test_what_no_command_does_exactly_has_none(steps: list[dict[str, Any]], tree: Path) -> None:
    assert command(*steps, cwd=str(tree)) == ""


_ANY = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)


@pytest.mark.parametrize("shell", SHELLS)
@given(texts=st.lists(_ANY, min_size=1, max_size=30))
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_text_is_one_word_in_every_shell(shell: str, tmp_path: Path, texts: list[str]) -> None:
    texts = [*texts, "", "'", "\\", "a'b\\c", "\\'", "''", "~", "=ls", "!x", "-n"]
    line = "printf '%s\\0' " + " ".join(map(shell_word, texts))
    assert ran(shell, line, tmp_path).decode().split("\0")[:-1] == texts


def test_paths_are_never_options_and_home_stays_home() -> None:
    assert [shell_path(path) for path in ("~", "~/a b", "-rf", "~x", "a")] == ["~", "~/'a b'", "./-rf", "'./~x'", "a"]
