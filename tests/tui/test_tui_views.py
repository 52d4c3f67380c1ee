"""Tables, panes, status and text, as pure functions."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from nlsh.core.events import Recorded
from nlsh.core.ports import MemoryRow, ModelStatus
from nlsh.core.results import Column, ColumnKind, Table
from nlsh.tui.panes.audit import audit_pieces, row_of_event
from nlsh.tui.panes.memory import memories_content, memory_pieces
from nlsh.tui.panes.processes import busiest_first, chosen_columns, short_command
from nlsh.tui.rows import text_of
from nlsh.tui.safe import brief, clock, fit, folder, one_line, table_cell
from nlsh.tui.status import status_row
from nlsh.tui.table_view import TableView, column_widths, table_row
from nlsh.tui.transcript import HIGH_ROWS, LOW_ROWS, surplus
from tests.tui.cases import PROCESSES

NAMES = Table(
    (Column("name", "path"), Column("size", "size"), Column("note")), (("a" * 50, 2048, "b" * 30), ("c", 1, "d"))
)


def test_columns_want_what_their_content_wants() -> None:
    assert column_widths(NAMES, 2, 200) == [50, 7, 30]


def test_the_widest_text_gives_way_first() -> None:
    widths = column_widths(NAMES, 2, 70)
    assert sum(widths) + 4 <= 70
    assert widths[1] == 7
    assert widths[2] == 30


@given(st.integers(1, 300), st.lists(st.text(max_size=60), min_size=1, max_size=5))
def test_a_row_never_has_more_cells_than_its_columns(width: int, cells: list[str]) -> None:
    columns = tuple(Column(f"c{at}") for at in range(len(cells)))
    table = Table(columns, (tuple(cells),))
    widths = column_widths(table, 1, width)
    shown = [table_cell(value, "text") for value in cells]
    assert cell_len(table_row(shown, columns, widths)) <= sum(widths) + 2 * (len(widths) - 1)


def test_an_empty_table_is_one_word() -> None:
    view = TableView(Table((Column("name"),), ()))
    assert [text_of(view.row(y, 40)) for y in range(view.row_count())] == ["nothing"]


def test_numbers_are_flush_right() -> None:
    assert table_row(["7", "x"], [Column("n", "count"), Column("t")], [4, 3]) == "   7  x"


@given(st.text(), st.integers(0, 40))
def test_fit_is_exact(text: str, width: int) -> None:
    assert cell_len(fit(one_line(text), width)) == width


KINDS: list[ColumnKind] = ["text", "path", "size", "count", "percent", "time", "duration", "mode"]


@given(st.one_of(st.none(), st.text(), st.floats(), st.integers(), st.lists(st.integers())), st.sampled_from(KINDS))
def test_a_cell_takes_any_value(value: object, kind: ColumnKind) -> None:
    assert "\n" not in table_cell(value, kind)


def test_a_syscall_in_words() -> None:
    assert brief('{"fs.move":{"source":["a","b"],"to":"docs"}}') == ("fs.move", "a b to docs")
    assert brief('{"fs.list":{"all":true}}') == ("fs.list", "yes")
    assert brief("nonsense") == ("nonsense", "")
    assert brief("7") == ("7", "")


def test_home_is_a_tilde() -> None:
    assert folder("/home/ada/src", "/home/ada") == "~/src"
    assert folder("/home/adam", "/home/ada") == "/home/adam"
    assert folder("/home/ada", "/home/ada/") == "/home/ada" or folder("/home/ada", "/home/ada") == "~"
    assert folder("/a\x1bb", "") == "/a\\x1bb"


def test_a_time_beyond_time_is_no_crash() -> None:
    assert clock(1e300) == "--:--:--"


def test_numbers_stay_when_a_pane_is_narrow() -> None:
    names = [PROCESSES.columns[at].name for at, _ in chosen_columns(PROCESSES.columns, 42)]
    assert names == ["pid", "cpu", "memory", "command"]
    wide = [PROCESSES.columns[at].name for at, _ in chosen_columns(PROCESSES.columns, 120)]
    assert wide == ["pid", "name", "user", "cpu", "memory", "command"]
    assert sum(size for _, size in chosen_columns(PROCESSES.columns, 120)) + 5 == 120
    assert chosen_columns((), 40) == []


def test_a_command_is_shown_without_the_folder_of_its_program() -> None:
    assert short_command("/usr/lib/postgres/bin/postgres -D /data") == "postgres -D /data"
    assert short_command("[kworker/0:1]") == "[kworker/0:1]"
    assert short_command("bash /dev/fd/3") == "bash /dev/fd/3"


def test_the_busiest_come_first() -> None:
    assert [row[0] for row in busiest_first(PROCESSES)] == [4121, 4099, 812]
    plain = Table((Column("name"),), (("b",), ("a",)))
    assert busiest_first(plain) == [("b",), ("a",)]


def test_an_audit_row_fits() -> None:
    event = Recorded(121, "approval", "aa", 1_700_000_000.0, '{"fs.remove":{"path":"' + "x" * 99 + '"}}', verdict="ASK")
    row = text_of(audit_pieces(row_of_event(event), 44))
    assert cell_len(row) == 44
    assert row.startswith("  #121 ")
    assert row.endswith(" ask")


def test_a_memory_tells_why() -> None:
    text = text_of(
        memory_pieces(MemoryRow(1, "fact", "likes trash", 100.0, score=0.71, why="words trash"), 100.0 + 172800)
    )
    assert text == "0.71 likes trash\n     fact · 2 d ago · words trash"
    assert memories_content([], "nothing found", 0.0).plain == "nothing found"


def test_the_status_line_fits_any_width() -> None:
    status = ModelStatus("smollm2-135m", "ready", tokens_per_s=41.2)
    for width in range(120):
        assert cell_len(text_of(status_row("/home/ada/src/app", "/home/ada", status, width))) <= max(width, 6)
    assert text_of(status_row("/home/ada/src", "/home/ada", status, 80)).endswith("smollm2-135m · ready · 41 tok/s")


def test_the_oldest_turns_go_first_and_the_newest_stays() -> None:
    assert surplus([10] * 5) == 0
    assert surplus([HIGH_ROWS * 2]) == 0
    rows = [100] * 50
    gone = surplus(rows)
    assert sum(rows[gone:]) <= LOW_ROWS
    assert surplus([1] * 121) == 41
