from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlsh.core.ports import RecordDraft
from nlsh.store import verify
from nlsh.store.database import Database
from nlsh.store.ledger import ChainedLedger

RECORDS = 9


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ledger")
    database = Database(str(folder))
    ledger = ChainedLedger(database)
    for number in range(RECORDS - 1):
        details = {"text": "é\udcff\x1b" * number, "seq": 1, "hash": "0" * 64}
        ledger.append(RecordDraft("intent", syscall='{"fs.remove":{"path":"a b"}}', details=details))
    path = folder / "export.jsonl"
    path.write_text("".join(f"{line}\n" for line in ledger.export()))
    database.close()
    return path


def split(content: bytes) -> list[bytes]:
    return [line + b"\n" for line in content.split(b"\n")[:-1]] + [
        rest for rest in [content.rpartition(b"\n")[2]] if rest
    ]


def test_an_export_holds_and_ends_where_the_ledger_does(export: Path) -> None:
    found = verify.check(split(export.read_bytes()))
    database = Database(str(export.parent))
    ledger = ChainedLedger(database)
    assert found == (RECORDS, ledger.verify().head, "")
    database.close()


@settings(max_examples=600, deadline=None)
@given(st.data())
def test_every_changed_byte_is_found_in_its_record(export: Path, data: st.DataObject) -> None:
    content = bytearray(export.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[at]))
    found = verify.check(split(bytes(content)))
    record = bytes(content[:at]).count(b"\n") + 1
    assert found.fault
    assert found.held == record - 1


@given(st.data())
def test_dropped_doubled_moved_and_inserted_lines_are_found(export: Path, data: st.DataObject) -> None:
    lines = export.read_bytes().splitlines(keepends=True)
    at = data.draw(st.integers(0, RECORDS - 2))
    to = data.draw(st.integers(0, RECORDS - 1).filter(lambda to: to != at))
    dropped = lines[:at] + lines[at + 1 :]
    doubled = lines[: at + 1] + lines[at:]
    moved = [*dropped[:to], lines[at], *dropped[to:]]
    inserted = [*lines[:to], lines[at], *lines[to:]]
    assert verify.check(dropped).held == at
    assert verify.check(doubled).held == at + 1
    assert verify.check(moved).held == min(at, to)
    assert verify.check(inserted).fault or inserted == lines
    assert verify.check([*lines, b"\n"]).fault == f"line {RECORDS + 1} is not a record"


@pytest.mark.parametrize("count", range(RECORDS))
def test_a_cut_is_found_by_the_anchor(export: Path, tmp_path: Path, count: int) -> None:
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(b"".join(export.read_bytes().splitlines(keepends=True)[:count]))
    assert verify.main([str(cut)]) == 0
    assert verify.main([str(cut), str(export.parent / "ledger.head")]) == 1


def test_it_runs_alone_and_says_what_it_found(export: Path, tmp_path: Path) -> None:
    def run(*arguments: Path | str) -> tuple[int, str]:
        command = [sys.executable, "-I", "-S", str(verify.__file__), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout or done.stderr

    anchor = export.parent / "ledger.head"
    code, text = run(export, anchor)
    assert (code, text.split()[:3]) == (0, [str(RECORDS), "records", "hold;"])
    broken = tmp_path / "broken.jsonl"
    broken.write_bytes(export.read_bytes().replace(b"fs.remove", b"fs.create", 1))
    code, text = run(broken)
    assert (code, text.splitlines()[-1]) == (1, "broken: record 2 does not match its hash")
    assert run()[0] == 2
    assert run(tmp_path / "none")[0] == 2
    assert run(export, export) == (2, f"{export} is not an anchor\n")


def test_an_anchor_of_another_chain_is_found(export: Path, tmp_path: Path) -> None:
    anchor = tmp_path / "head"
    anchor.write_text(f"{3:020d} {'0' * 64}\n")
    assert verify.main([str(export), str(anchor)]) == 1


def test_it_is_short_enough_to_read() -> None:
    assert len(Path(str(verify.__file__)).read_text().splitlines()) < 100
