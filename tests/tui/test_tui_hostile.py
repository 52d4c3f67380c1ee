"""Nothing that is not ours reaches the terminal raw, is read as markup, or becomes something to click."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import nlsh.tui
from nlsh.core.events import (
    Answered,
    Asked,
    Decided,
    Event,
    Failed,
    Finished,
    Noticed,
    Output,
    Planned,
    Progressed,
    Recalled,
    Recorded,
    Routed,
    Started,
    Tabled,
    TerminalWanted,
    Told,
    TurnEnded,
    TurnStarted,
)
from nlsh.core.facts import Preview
from nlsh.core.ports import Lending, MemoryRow, ModelStatus
from nlsh.core.results import Column, Table
from nlsh.core.risk import Risk, Route, Verdict
from nlsh.tui.app import replay
from nlsh.tui.desk import Desk
from tests.tui.cases import FakeSession, approval, screen_rows, settle

CLICK = "[@click=app.quit]x[/]"
HOSTILE = [
    CLICK,
    "\x1b[31mred\x1b]0;title\x07\x1b[2J\x9b5n",
    "safe\u202egnp.exe\u2066\u200b",
    "a\x00b\x07\x08\r\nc\u2028d",
    "\ud800\udcff\U0010ffff",
    "x" * 1_000_000,
    "表" * 5000 + "e\u0301" * 100,
]


def every_event(text: str) -> list[Event]:
    """A whole turn with the text in every field that can hold one."""
    table = Table(
        (Column(text, "path"), Column("n", "count"), Column("s", "size")), ((text, 1, 2), (text, text, text)), text
    )
    question = approval(
        Risk.R4,
        text,
        id=text,
        syscall=text,
        preview=Preview(text, (text,) * 3, text),
        rule=text,
        reason=text,
        reversible=text,
        effects=(text,),
    )
    memory = MemoryRow(1, "fact", text, 1e300, cwd=text, score=0.5, why=text)
    return [
        TurnStarted(text, text, text, 0.0),
        Routed(Route.LITERAL, 0.5, text),
        Recalled((memory,)),
        Noticed(text),
        Planned((text, '{"fs.list":{"path":' + ascii_json(text) + "}}"), 0.5, 1.0),
        Decided(1, text, Verdict.DENY, Risk.R5, text, text, (text,), Preview(text, (text,), text)),
        Recorded(1, "intent", text, 1e300, text, text, text, text, text),
        Started(1, text),
        Output(1, text),
        Output(1, text, is_error=True),
        Progressed(1, 1, 2, text),
        Tabled(1, table),
        Told(1, text),
        TerminalWanted(1, Lending(lambda _fd: text.encode("utf-8", "surrogatepass"), lambda: None)),
        Finished(1, 0, 1.0),
        Failed(2, text, text),
        Asked(2, question),
        Answered(2, "another", text, 1.0),
    ]


def ascii_json(text: str) -> str:
    import json

    return json.dumps(text)


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "escape", "bidi", "nul", "surrogate", "megabyte", "wide"])
@pytest.mark.parametrize("size", [(120, 60), (200, 60), (20, 5)])
async def test_every_event_is_shown_harmlessly(
    make_desk: Callable[[], Desk], session: FakeSession, text: str, size: tuple[int, int]
) -> None:
    session.status = ModelStatus(text, "failed", text)
    session.cwd = "/" + text
    desk = make_desk()
    async with desk.run_test(size=size) as pilot:
        await settle(pilot)
        await replay(desk, every_event(text))
        await settle(pilot)
        for position in (0, 10, 20, 40):
            desk.transcript.scroll_to(y=position, animate=False)
            await settle(pilot)
            assert_harmless(desk, size)
        await replay(desk, [TurnEnded(text, "done", 0, 1.0, text)])
        await settle(pilot)
        assert_harmless(desk, size)
        assert not desk._exit


def assert_harmless(desk: Desk, size: tuple[int, int]) -> None:
    for row in screen_rows(desk):
        assert not [char for char in row if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    for strip in desk.screen._compositor.render_strips():
        assert strip.cell_length <= size[0]
        for segment in strip:
            assert segment.style is None or "@click" not in (segment.style.meta or {})


async def test_markup_is_shown_as_it_is_written(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(200, 60)) as pilot:
        await settle(pilot)
        shown: list[Event] = [
            TurnStarted("t", CLICK, "/", 0.0),
            Told(1, CLICK),
            Output(1, CLICK + "\n"),
            Failed(1, CLICK, CLICK),
        ]
        await replay(desk, shown)
        await settle(pilot)
        assert "\n".join(screen_rows(desk)).count(CLICK) == 5


def sources() -> Iterator[tuple[Path, ast.AST]]:
    for path in Path(next(iter(nlsh.tui.__path__))).rglob("*.py"):
        yield path, ast.parse(path.read_text())


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def is_content(node: ast.expr) -> bool:
    """Whether an expression makes `Content` without reading markup, or is a text of ours."""
    if isinstance(node, ast.Constant):
        return True
    makers = {"Content", "content", "said_content", "memories_content", "join", "assemble"}
    return isinstance(node, ast.Call) and called(node) in makers


def test_no_widget_reads_markup_from_data() -> None:
    for path, tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            where = f"{path.name}:{node.lineno}"
            name = called(node)
            if name in ("Static", "Label", "Button"):
                assert node.args, where
                assert is_content(node.args[0]), where
            if name == "update" and isinstance(node.func, ast.Attribute):
                assert is_content(node.args[0]), where
            if name == "notify":
                keywords = {word.arg: word.value for word in node.keywords}
                markup = keywords.get("markup")
                assert isinstance(markup, ast.Constant), where
                assert markup.value is False, where
            assert name not in ("from_markup", "render_str", "RichLog", "Markdown"), where


def test_no_border_title_reads_markup_from_data() -> None:
    for path, tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Attribute):
                continue
            if node.targets[0].attr in ("border_title", "border_subtitle", "tooltip"):
                assert is_content(node.value), f"{path.name}:{node.lineno}"


def test_files_and_functions_stay_small() -> None:
    for path, tree in sources():
        assert len(path.read_text().splitlines()) <= 400, path.name
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 60, f"{path.name}: {node.name}"
