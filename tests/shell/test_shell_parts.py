from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.errors import NlshError
from nlsh.shell.carried import (
    next_env,
    plain_alias,
    read_aliases,
    read_functions,
    read_report,
    read_variables,
)
from nlsh.shell.ending import end
from nlsh.shell.grammars import fault_of
from nlsh.shell.screens import ScreenScanner
from nlsh.shell.scrolls import Scroll, as_input

ENTERING = [b"\x1b[?1049h", b"\x1b[?47h", b"\x1b[?1047h", b"\x1b[?1;1049h", b"\x1b[?25;47;7h"]


@given(
    st.binary(max_size=40), st.sampled_from(ENTERING), st.binary(max_size=20), st.integers(0, 80), st.integers(0, 80)
)
def test_the_alternate_screen_is_seen_wherever_reads_are_split(
    before: bytes, entering: bytes, after: bytes, first: int, second: int
) -> None:
    whole = before + entering + after
    cuts = sorted((min(first, len(whole)), min(second, len(whole))))
    scanner = ScreenScanner()
    shown, wanted = b"", None
    for piece in (whole[: cuts[0]], whole[cuts[0] : cuts[1]], whole[cuts[1] :]):
        if wanted is None:
            part, wanted = scanner.feed(piece)
            shown += part
        else:
            wanted += piece
    assert wanted is not None
    assert shown + wanted == whole


@given(st.lists(st.binary(max_size=30), max_size=6))
def test_other_output_passes_whole(pieces: list[bytes]) -> None:
    scanner = ScreenScanner()
    fed = [scanner.feed(piece) for piece in pieces]
    if all(wanted is None for _, wanted in fed):
        assert b"".join(shown for shown, _ in fed) + scanner.rest() == b"".join(pieces)


def test_a_report_keeps_every_byte() -> None:
    report = read_report(b"/a\nb\xff\n\0A=1\nx=y\0B==\xfe\0\0one\0two\0")
    assert report is not None
    assert os.fsencode(report.cwd) == b"/a\nb\xff"
    assert {name: os.fsencode(value) for name, value in report.env.items()} == {"A": b"1\nx=y", "B": b"=\xfe"}
    assert report.sections == ("one", "two", "")
    assert read_report(b"") is None
    assert read_report(b"/cut off") is None


def test_what_each_process_has_of_its_own_is_not_carried() -> None:
    before = {"SHLVL": "1", "A": "1"}
    assert next_env(before, {"SHLVL": "2", "_": "/usr/bin/env", "B": "2"}) == {"SHLVL": "1", "B": "2"}
    assert next_env(before, {}) == before


TEXT = st.text(max_size=30).filter(lambda text: "\0" not in text and text == text.encode(errors="replace").decode())


@given(TEXT)
def test_bash_spellings_are_split_as_bash_wrote_them(value: str) -> None:
    script = 'v=$1; declare -a l=("$1" b); alias a="$1"; alias b=x; declare -p v l; printf "\\0"; alias -p'
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    done = subprocess.run(("bash", "-c", script, "bash", value), env=env, capture_output=True, check=True)
    variables, aliases = os.fsdecode(done.stdout).split("\0")
    read = read_variables(variables)
    assert "".join(f"{text}\n" for text in read.values()) == variables
    assert {"v", "l"} == set(read)
    assert set(read_aliases(aliases)) == {"a", "b"}


def test_functions_are_split() -> None:
    text = "a () \n{ \n    _x 1\n}\n_x () \n{ \n    b () \n    { \n        :\n    }\n}\n_y () \n{ \n    :\n}\n"
    functions = read_functions(text)
    assert list(functions) == ["a", "_x", "_y"]
    assert read_functions("zz () {\n\techo\n}\n") == {"zz": "zz () {\n\techo\n}"}
    assert read_functions("") == {}


def test_only_plain_aliases_are_read_as_words() -> None:
    assert plain_alias("alias ls='ls --color=auto'") == ("ls", "--color=auto")
    assert plain_alias("alias ls='ls; rm x'") == ()
    assert plain_alias("alias -g G='| grep'") == ()


def test_a_scroll_is_private_and_goes_where_there_is_room(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    with Scroll((str(folder),), "text") as scroll:
        assert os.stat(scroll.path).st_mode & 0o777 == 0o600
        assert folder.stat().st_mode & 0o777 == 0o700
        assert scroll.read() == b"text"
    assert list(folder.iterdir()) == []
    assert scroll.read() == b""
    blocked = tmp_path / "file"
    blocked.write_text("")
    with Scroll((str(blocked / "x"), str(folder))) as second:
        assert second.path.startswith(str(folder))
    with pytest.raises(NlshError):
        Scroll((str(blocked / "x"),))


def test_input_is_read_from_its_beginning() -> None:
    fd = as_input(b"abc" * 100_000)
    with os.fdopen(fd, "rb") as file:
        assert file.read() == b"abc" * 100_000


def test_ending_spares_everybody_else() -> None:
    mine = subprocess.Popen(("sleep", "60"), process_group=0)
    other = subprocess.Popen(("sleep", "60"), process_group=0)
    end(mine.pid)
    assert mine.wait(5) == -2
    assert other.poll() is None
    other.kill()
    other.wait()


HARMLESS = """ls -laF --color=auto x
head -n5
head -n 5 x
sort -k2,2 -t, x
sort -ko
sort -- -o
cat -- -o
git status
git stash list
date +%F
crontab -l
python3 --version
find . -name x -print
find . -name -delete"""
UNPROVEN = """ls --colour
head -n
sort -kx -o y
sort -uoy
uniq a b
uniq -- a b
git stash
date -- 0101
date 01010000
crontab
python3 --version x
nonsense
find . -delete -name x"""


@pytest.mark.parametrize(
    ("line", "is_harmless"),
    [
        *((line, True) for line in HARMLESS.splitlines()),
        *((line, False) for line in UNPROVEN.splitlines()),
    ],
)
def test_argument_grammars(line: str, is_harmless: bool) -> None:
    program, *words = line.split()
    assert (fault_of(program, words) == "") is is_harmless
