"""The route of a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.risk import Route
from nlsh.kernel.route import read_route, strip_force


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PROGRAMS = words(
    """ls cat grep egrep find sort uniq wc head tail cut tr sed awk tar gzip gunzip zip unzip make gcc g++ cmake
    git python python3 pip npm node docker kubectl ssh scp rsync curl wget ping dig host nslookup ps top htop
    kill pkill killall who w whoami id date cal uptime uname df du free mount umount ln cp mv rm mkdir rmdir
    touch chmod chown file stat less more man which whereis locate tee xargs env sudo su nice nohup timeout time
    watch split join paste fold look write install last link rename convert import display compare open test
    expr seq sleep yes true false printf echo tmux vim nano emacs systemctl journalctl service apt apt-get dpkg
    brew crontab at history jq diff cmp patch strip size strings nl od xxd shuf rev tac sha256sum md5sum base64
    bc factor hostname ip ifconfig ss netstat lsof tree clear reset screen ffmpeg go cargo rustc java javac ruby
    perl php mysql psql sqlite3 redis-cli terraform aws gcloud helm ansible vagrant pytest tox ruff mypy black
    dd mkfs fdisk lsblk blkid useradd passwd groups users shutdown reboot nproc lscpu printenv dirname basename
    realpath readlink mktemp truncate expand column comm iconv script bash sh zsh code gh fzf rg fd bat identify
    renice snap"""
)
BUILTINS = words(
    """. : [ alias bg bind break builtin cd command compgen complete continue declare dirs disown echo enable eval
    exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd
    pwd read readarray readonly return set shift shopt source suspend test times trap true type typeset ulimit
    umask unalias unset wait"""
)
KEYWORDS = frozenset(
    "! [[ ]] { } case coproc do done elif else esac fi for function if in select then time until while".split()
)
FILES = words(
    """. .. ~ / notes.txt app.log names src build Makefile README.md data.csv photos docs main.py old backup.tar.gz
    tests report.pdf ./run.sh /etc /etc/hosts /var/log /tmp ~/Downloads a.txt b.txt x.py todo.md logs
    package.json"""
)


def kind_of(word: str) -> str:
    if word in ("ll", "gs", "la"):
        return "alias"
    if word in ("mkcd", "deploy"):
        return "function"
    if word in KEYWORDS:
        return "keyword"
    if word in BUILTINS:
        return "builtin"
    return "program" if word.rpartition("/")[2] in PROGRAMS and (word.startswith("/") or "/" not in word) else ""


def route(line: str) -> Route:
    return read_route(line, kind_of, FILES.__contains__).route


TRAPS_FOR_LITERALS = (
    *("find the largest files here", "kill zzz", "make a folder called x", "who is using port 80?", "date?"),
    *("tail app.log, only three lines", "sort the lines of names", "install ripgrep", "rm the whole build dir"),
    *("remove *.tmp", "do I have enough disk space", "if there is a core file delete it", "time in tokyo", "yes"),
    *("which files changed today", "sudo make me a sandwich", "in src, count the python files", "ls?", "Sort names"),
)
TRAPS_FOR_UTTERANCES = (
    *("touch notes.txt", "echo hello to all of you", "git diff", "ls | wc -l", "find . -type f -name 'o*'"),
    *("who am i", "make test"),
    *(
        "sh -c 'exit 7'",
        "gti status",
        "foobar",
        "git commit -m 'fix the bug in the parser'",
        "make test",
        "which python3",
    ),
    *(
        "for f in *.txt; do echo $f; done",
        "time make",
        "A=1 make",
        "./run.sh",
        "grep the README.md",
        "sleep 5",
        "cd src",
    ),
)
LINES = Path(__file__).parent / "lines"
"""Hand-made: each batch was written before the rule had seen any of it."""
LITERALS = (LINES / "literals.txt").read_text().splitlines()
UTTERANCES = (LINES / "utterances.txt").read_text().splitlines()


@pytest.mark.parametrize(("lines", "wanted"), [(LITERALS, Route.LITERAL), (UTTERANCES, Route.UTTERANCE)])
def test_the_lists(lines: list[str], wanted: Route) -> None:
    wrong = [line for line in lines if route(line) is not wanted]
    assert len(lines) > 1000
    assert len(wrong) <= len(lines) // 100, wrong


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        *((line, Route.UTTERANCE) for line in TRAPS_FOR_LITERALS),
        *((line, Route.LITERAL) for line in TRAPS_FOR_UTTERANCES),
    ],
)
def test_traps(line: str, wanted: Route) -> None:
    assert route(line) is wanted


def test_a_misspelt_command_is_never_a_plan_and_never_sure() -> None:
    for line in ("gti status", "gitt push", "sl", "dcoker ps", "pyhton main.py", "lss -la", "mkae test"):
        reading = read_route(line, kind_of, FILES.__contains__)
        assert reading.route is Route.LITERAL
        assert reading.margin < 0.6


@pytest.mark.parametrize("line", ["", " ", "\n\t", "# only a note"])
def test_nothing_to_do_is_a_literal(line: str) -> None:
    assert route(line) is Route.LITERAL


@pytest.mark.parametrize(
    ("line", "rest", "forced"),
    [
        ("!find big files", "find big files", Route.LITERAL),
        ("  ! ls", " ls", Route.LITERAL),
        (" ?ls", " ls", Route.UTTERANCE),
        ("?ls", "ls", Route.UTTERANCE),
        ("? ls -la", "ls -la", Route.UTTERANCE),
        ("？ls", "ls", Route.UTTERANCE),
        ("!!", "!!", None),
        (" ls", " ls", None),
        ("ls?", "ls?", None),
        ("", "", None),
    ],
)
def test_forcing(line: str, rest: str, forced: Route | None) -> None:
    assert strip_force(line) == (rest, forced)
    if forced is not None:
        assert read_route(line, kind_of, FILES.__contains__).route is forced
        assert read_route(line, kind_of, FILES.__contains__).margin == 1.0


def test_the_reading_depends_on_the_shell_and_the_folder() -> None:
    assert read_route("deploy staging", lambda _: "", lambda _: False).route is Route.UTTERANCE
    assert route("deploy staging") is Route.LITERAL
    assert read_route("find notes", kind_of, lambda _: False).route is Route.UTTERANCE
    assert read_route("find notes", kind_of, lambda path: path == "notes").route is Route.LITERAL
    assert read_route("frobnicate", kind_of, lambda _: False).route is Route.LITERAL
    assert read_route("sort the", kind_of, lambda path: path == "the").route is Route.LITERAL


def test_a_bare_machine_still_knows_what_everybody_types() -> None:
    for line in (
        "sudo apt install ripgrep",
        "docker ps",
        "brew services start redis",
        "screen -r",
        "git diff",
        "kubectl get all",
    ):
        assert read_route(line, lambda _: "", lambda _: False).route is Route.LITERAL
    for line in ("sudo make me a sandwich", "docker what is running", "git undo the last commit", "print names twice"):
        assert read_route(line, lambda _: "", lambda _: False).route is Route.UTTERANCE


MONSTERS = ["x" * 1_000_000, "a " * 500_000, "'" * 1_000_000, '"\\' * 500_000, "|" * 1_000_000, "(" * 100_000]


@pytest.mark.parametrize("line", [*MONSTERS, "\0", "ls \0", "\ud800", "\x1b[31m", "'", '"', "a,", ",", "-", "?" * 3])
def test_a_monstrous_line_looks_at_little(line: str) -> None:
    asked: list[str] = []

    def counting(word: str) -> str:
        asked.append(word)
        return ""

    def exists(path: str) -> bool:
        asked.append(path)
        return False

    reading = read_route(line, counting, exists)
    assert 0.0 <= reading.margin <= 1.0
    assert len(asked) < 200
    assert len(reading.reason) < 200


@given(st.text(max_size=80))
def test_any_line_has_a_route_and_a_margin(line: str) -> None:
    reading = read_route(line, kind_of, FILES.__contains__)
    assert reading.route in Route
    assert 0.0 <= reading.margin <= 1.0
    assert reading == read_route(line, kind_of, FILES.__contains__)


@given(st.sampled_from(UTTERANCES), st.sampled_from(LITERALS))
def test_forcing_beats_everything(utterance: str, literal: str) -> None:
    assert route("!" + utterance.lstrip("!")) is Route.LITERAL
    assert route("?" + literal) is Route.UTTERANCE
