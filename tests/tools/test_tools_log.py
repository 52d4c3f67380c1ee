"""log.read on real files, on a journal of our own, and on the kernel's messages."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.errors import NlshError, UsageError
from nlsh.core.results import Chunk, Emission, Note
from nlsh.core.scope import Scope
from nlsh.tools.log import files, reading
from nlsh.tools.log.files import Wanted, level_pattern, moment_of, newest, unit_pattern
from nlsh.tools.log.reading import Read

Run = Callable[[Read], list[Emission]]


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A /var/log of our own, and no journal."""
    folder = tmp_path / "log"
    folder.mkdir()
    monkeypatch.setattr(reading, "LOGS", str(folder))
    monkeypatch.setattr(reading, "JOURNALS", (str(tmp_path / "journal"),))
    return folder


def text(emissions: list[Emission]) -> list[str]:
    return [line for one in emissions if isinstance(one, Chunk) for line in one.data.decode().splitlines()]


def stamped(age_s: float, words: str) -> str:
    return time.strftime("%b %e %H:%M:%S", time.localtime(time.time() - age_s)) + f" host {words}\n"


def test_the_newest_lines_of_a_file_oldest_first(run: Run, cwd: Path) -> None:
    (cwd / "app.log").write_text("".join(f"line {n}\n" for n in range(1000)))
    assert text(run(Read(path="app.log", lines=3))) == ["line 997", "line 998", "line 999"]


def test_a_name_below_the_log_folder_will_do(run: Run, logs: Path) -> None:
    (logs / "dpkg.log").write_text("installed\n")
    assert text(run(Read(path="dpkg.log"))) == ["installed"]


def test_grep_takes_words_and_patterns_whatever_their_case(run: Run, cwd: Path) -> None:
    (cwd / "app.log").write_text("Alpha one\nbeta [two\nALPHA three\n")
    assert text(run(Read(path="app.log", grep="alpha"))) == ["Alpha one", "ALPHA three"]
    assert text(run(Read(path="app.log", grep="t(wo|hree)"))) == ["beta [two", "ALPHA three"]
    assert text(run(Read(path="app.log", grep="[two"))) == ["beta [two"]
    assert run(Read(path="app.log", grep="nothing")) == [Note("no such lines in app.log")]


def test_since_and_level_filter_the_system_log(run: Run, logs: Path) -> None:
    lines = [
        stamped(7200, "sshd[1]: error: old"),
        stamped(60, "sshd[2]: error: new"),
        stamped(50, "cron[3]: terror of nothing"),
        stamped(40, "kernel: warning: hot"),
    ]
    (logs / "syslog").write_text("".join(lines))
    assert [line[-3:] for line in text(run(Read(since="1h")))] == ["new", "ing", "hot"]
    assert [line[-3:] for line in text(run(Read(level="error")))] == ["old", "new"]
    assert [line[-3:] for line in text(run(Read(level="warning", since="1h")))] == ["new", "hot"]
    assert [line[-3:] for line in text(run(Read(unit="sshd.service", lines=1)))] == ["new"]


def test_what_belongs_to_an_old_entry_is_old(cwd: Path, scope: Scope) -> None:
    log = cwd / "app.log"
    log.write_text("2001-01-01 00:00:00 old\n  trace of old\n2031-01-01T00:00:00Z new\n  trace of new\n")
    since = Wanted(10, since_s=time.time())
    assert newest(str(log), since, scope) == [b"2031-01-01T00:00:00Z new", b"  trace of new"]


def test_a_unit_with_a_file_of_its_own_is_read_there(run: Run, logs: Path) -> None:
    (logs / "nginx").mkdir()
    (logs / "nginx" / "error.log").write_text("[crit] no disk\n")
    (logs / "syslog").write_text("nginx: elsewhere\n")
    assert text(run(Read(unit="nginx"))) == ["[crit] no disk"]


def test_a_unit_without_any_log_is_an_error(run: Run, logs: Path) -> None:
    with pytest.raises(NlshError, match="there is no log of nginx"):
        run(Read(unit="nginx"))


def test_private_files_are_delicate(scope: Scope, cwd: Path) -> None:
    (cwd / ".env").write_text("TOKEN=1\n")
    assert Read(path=".env").resolve(scope).sensitive
    (cwd / "app.log").write_text("x\n")
    assert not Read(path="app.log").resolve(scope).sensitive


@pytest.mark.parametrize("lines", [0, -5, 100_001])
def test_lines_have_bounds(scope: Scope, lines: int) -> None:
    with pytest.raises(UsageError, match="lines cannot be shown"):
        Read(lines=lines).resolve(scope)


def test_a_unit_is_no_option(scope: Scope) -> None:
    with pytest.raises(UsageError, match="is not the name of a service"):
        Read(unit="--vacuum-size=1").resolve(scope)


JOURNALCTL = """#!/bin/sh
echo "$@" > "$(dirname "$0")/said"
i=500; while [ $i -gt 0 ]; do echo "entry $i"; i=$((i-1)); done
[ -n "$FOREVER" ] && sleep 60
exit 0
"""


@pytest.fixture
def journal_scope(scope: Scope, logs: Path, tmp_path: Path) -> Scope:
    (tmp_path / "journal" / "id").mkdir(parents=True)
    (tmp_path / "journal" / "id" / "system.journal").touch()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "journalctl").write_text(JOURNALCTL)
    (tmp_path / "bin" / "journalctl").chmod(0o755)
    return replace(scope, env={**scope.env, "PATH": f"{tmp_path / 'bin'}:{scope.env['PATH']}"})


def test_the_journal_is_asked_for_what_was_said(journal_scope: Scope, tmp_path: Path) -> None:
    syscall = Read(unit="ssh", level="error", lines=2, since="1970-01-02")
    list(syscall.run(journal_scope, syscall.resolve(journal_scope)))
    said = (tmp_path / "bin" / "said").read_text().split()
    assert {"--unit=ssh", "--priority=err", "--lines=2", "--reverse"} <= set(said)
    assert any(word.startswith("--since=@") for word in said)


def test_reading_the_journal_stops_when_there_is_enough(journal_scope: Scope) -> None:
    forever = replace(journal_scope, env={**journal_scope.env, "FOREVER": "1"})
    syscall = Read(grep="entry 4", lines=3)
    found = list(syscall.run(forever, syscall.resolve(forever)))
    assert text(found) == ["entry 497", "entry 498", "entry 499"]


def test_what_a_journal_that_cannot_be_read_says_is_passed_on(journal_scope: Scope, tmp_path: Path) -> None:
    (tmp_path / "bin" / "journalctl").write_text("#!/bin/sh\necho 'not permitted' >&2; exit 1\n")
    with pytest.raises(NlshError, match="journalctl failed: not permitted"):
        list(Read().run(journal_scope, Read().resolve(journal_scope)))


@pytest.mark.parametrize(
    ("line", "moment"),
    [
        (b"2024-05-01T10:00:00+00:00 host x", 1714557600.0),
        (b"2024-05-01T12:00:00.250000+02:00 x", 1714557600.25),
        (b'1.2.3.4 - - [01/May/2024:10:00:00 +0000] "GET /"', 1714557600.0),
        (b"no time at all", None),
        (b"2024-99-99 10:00:00 x", None),
        (b"Feb 31 10:00:00 x", None),
    ],
)
def test_when_a_line_was_written(line: bytes, moment: float | None) -> None:
    assert moment_of(line) == moment


def test_a_date_without_a_year_is_never_far_ahead() -> None:
    tomorrow = time.strftime("%b %d %H:%M:%S", time.localtime(time.time() + 3 * 86400)).encode()
    found = moment_of(tomorrow + b" host x")
    assert found is not None
    assert found < time.time()


def test_levels_and_units_match_whole_words() -> None:
    errors = level_pattern("error")
    assert errors is not None
    assert errors.search(b"disk ERROR: x")
    assert errors.search(b"kernel panic")
    assert not errors.search(b"terrorised errands, a warning")
    unit = unit_pattern("cron")
    assert unit.search(b"host cron[12]: x")
    assert unit.search(b"host CRON: x")
    assert not unit.search(b"host anacron[12]: x")


@given(st.lists(st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b"")), max_size=60), st.booleans())
def test_reading_backwards_gives_every_line_once(rows: list[bytes], ends_with_newline: bool) -> None:
    import tempfile

    from nlsh.core.scope import Cancellation

    class Quiet:
        def check(self) -> None:
            Cancellation().check()

    data = b"\n".join(rows) + (b"\n" if ends_with_newline and rows else b"")
    expected = data.split(b"\n")
    if expected[-1] == b"":
        expected.pop()
    with tempfile.NamedTemporaryFile() as file, pytest.MonkeyPatch.context() as patch:
        file.write(data)
        file.flush()
        patch.setattr(files, "_BLOCK", 7)
        assert list(files._backwards(file.name, Quiet()))[::-1] == expected  # type: ignore[arg-type]


def test_everything_passes_without_conditions() -> None:
    assert Wanted(1).holds(b"")
    assert not Wanted(1, grep=re.compile(b"x")).holds(b"y")
