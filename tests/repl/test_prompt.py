from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlsh.core.ports import Completion, RouteReading, TurnRow
from nlsh.core.risk import Route
from nlsh.repl.habits import Habits
from nlsh.repl.one_key import DEAF_S

Prompted = Callable[..., Any]
RIGHT, LEFT, UP, DOWN, END, ALT_RIGHT = "\x1b[C", "\x1b[D", "\x1b[A", "\x1b[B", "\x1b[F", "\x1b[1;3C"
HERE = "/home/someone/project"


def row(line: str, route: str = "literal", **more: Any) -> TurnRow:
    return TurnRow(line, 1.0, more.pop("cwd", HERE), line, route, **more)


PAST = (row("git status -s"), row("make test"), row("show the big files", "utterance", plan="PLAN"), row("git push"))


# ---- ghost text ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pieces", "line"),
    [
        (("git", RIGHT), "git status -s"),
        (("git", END), "git status -s"),
        (("git", "\x06"), "git status -s"),
        (("git", "\x05"), "git status -s"),
        (("git", "\x1bf"), "git status "),
        (("git", ALT_RIGHT), "git status "),
        (("git", ALT_RIGHT, ALT_RIGHT), "git status -s"),
        (("git", LEFT, RIGHT, "x"), "gitx"),
        ((" git", RIGHT), " git"),
    ],
)
def test_grey_text_is_taken_whole_or_word_by_word(prompted: Prompted, pieces: tuple[str, ...], line: str) -> None:
    async def script(typist: Any) -> None:
        for piece in pieces:
            await typist.type(piece)
        assert typist.line == line

    prompted(script, past=PAST)


def test_grey_text_is_of_this_folder_first(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("git p")
        await typist.type(RIGHT)
        assert typist.line == "git push"

    prompted(script, past=(row("git pull", cwd="/elsewhere"), *PAST))


# ---- walking and searching -------------------------------------------------------------------------------------------


def test_up_walks_lines_that_contain_what_is_typed_and_down_comes_back(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        seen = []
        await typist.type("it")
        for key in (UP, UP, UP, DOWN, DOWN):
            await typist.type(key)
            seen.append(typist.line)
        assert seen == ["git status -s", "git push", "git push", "git status -s", "it"]

    prompted(script, past=PAST)


def test_in_a_line_of_several_rows_up_goes_up_a_row_first(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("one\x1b\rtwo")
        await typist.type(UP)
        await typist.type("!")
        assert typist.line == "one!\ntwo"
        await typist.type(DOWN)
        await typist.type("?")
        assert typist.line == "one!\ntwo?"

    prompted(script, past=PAST)


def test_a_line_that_was_just_run_is_there_at_once_and_one_with_a_space_is_not(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("ls new\r ls secret\r")
        await typist.until(lambda: len(typist.session.lines) == 2)
        await typist.until(lambda: typist.mode.prompt.lines.app.is_running)
        await typist.type(UP)
        assert typist.line == "ls new"
        await typist.type("\x03")
        await typist.type("cat \x1b.")  # the last word of the line before
        assert typist.line == "cat new"

    prompted(script)


def test_the_search_puts_a_line_on_the_prompt_and_runs_nothing(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("\x12")
        await typist.type("gtpu")
        await typist.type("\r")
        assert typist.line == "git push"
        assert typist.session.lines == []
        await typist.type(" -f\r")
        assert typist.session.lines == ["git push -f"]

    prompted(script, past=PAST)


@pytest.mark.parametrize("leave", ["\x1b", "\x07", "\x03"])
def test_leaving_the_search_leaves_all_as_it_was(prompted: Prompted, leave: str) -> None:
    async def script(typist: Any) -> None:
        await typist.type(f"ls x{LEFT}")
        await typist.type("\x12")
        await typist.type("\x15mak")
        await typist.type(leave, 0.3)
        await typist.type("y")
        assert typist.line == "ls yx"

    prompted(script, past=PAST)


def test_an_interrupt_ends_the_search_with_the_line(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        app = typist.mode.prompt.lines.app
        before = app.timeoutlen
        await typist.type("ls\x12")
        assert app.timeoutlen != before
        app.exit(exception=KeyboardInterrupt())
        await typist.type("", 0.2)
        assert (app.timeoutlen, typist.line) == (before, "")
        await typist.type("ls -l\r")

    assert prompted(script, past=PAST).lines == ["ls -l"]


def test_the_search_starts_with_what_is_typed_and_steps_up_and_down(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("git")
        for key in ("\x12", DOWN, DOWN, UP, "\x12"):
            await typist.type(key)
        shown = "".join(part[1] for part in typist.mode.prompt.search_panel.rows())
        assert "❯ git push" in shown
        assert "  git status -s" in shown
        await typist.type("\r")
        assert typist.line == "git push"

    prompted(script, past=PAST)


def test_alt_enter_runs_the_plan_of_an_utterance_again(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("\x12")
        await typist.type("big")
        await typist.type("\x1b\r")
        await typist.until(lambda: bool(typist.session.lines))

    session = prompted(script, past=PAST)
    assert (session.lines, session.routes, session.plans) == (["show the big files"], [Route.UTTERANCE], ["PLAN"])


def test_a_line_without_a_plan_has_none_to_run_again(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("\x12")
        await typist.type("make")
        await typist.type("\x1b\r", 0.2)
        await typist.type("x")  # still searching

    session = prompted(script, past=PAST)
    assert session.lines == []


def test_a_past_that_cannot_be_read_is_none(prompted: Prompted, monkeypatch: pytest.MonkeyPatch) -> None:
    from nlsh.core.errors import StoreUnavailable

    async def script(typist: Any) -> None:
        def broken(count: int, containing: str = "") -> tuple[TurnRow, ...]:
            raise StoreUnavailable("gone", "look")

        monkeypatch.setattr(typist.session, "history", broken)
        await typist.type("ls\r")
        await typist.type(f"ls{UP}{UP}\x12\x1b", 0.3)

    assert prompted(script).lines == ["ls"]


# ---- the route -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("flip", ["\x00", "\x1ba"])
def test_one_key_flips_the_route_of_this_line_only(prompted: Prompted, flip: str) -> None:
    async def script(typist: Any) -> None:
        await typist.type(f"ls -la{flip}")
        assert typist.mode.prompt.message()[1][1] == " ✦ "
        assert typist.mode.prompt.hint()[0][1] == "ask"
        await typist.type("\r")
        await typist.type(f"show it{flip}\r")
        await typist.type("ls\r")
        await typist.type(f"ls{flip}{flip}\r")

    assert prompted(script).routes == [Route.UTTERANCE, Route.LITERAL, None, Route.LITERAL]


THIN = {"find big files": RouteReading(Route.LITERAL, 0.1)}
SLIP = {"gti status": RouteReading(Route.LITERAL, 0.5, "", "git status")}


@pytest.mark.parametrize(("key", "route"), [("c", Route.LITERAL), ("a", Route.UTTERANCE)])
def test_a_thin_margin_asks_with_one_key(prompted: Prompted, key: str, route: Route) -> None:
    async def script(typist: Any) -> None:
        await typist.type("find big files")
        assert "unsure" in typist.mode.prompt.hint()[1][1]
        await typist.type("\r", DEAF_S + 0.05)
        assert "c runs the command · a asks for it · Esc goes back" in typist.question()
        await typist.type("xq1\x1b[200~c\x1b[201~")
        assert typist.session.lines == []
        await typist.type(key)

    session = prompted(script, readings=THIN)
    assert (session.lines, session.routes) == (["find big files"], [route])


def test_what_is_typed_too_early_is_no_answer(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("gti status\r\rc!a", DEAF_S + 0.05)
        assert typist.session.lines == []
        assert "did you mean" in typist.question()
        await typist.type("\r")

    assert prompted(script, readings=SLIP | THIN).lines == ["git status"]


@pytest.mark.parametrize(
    ("key", "lines", "routes", "line"),
    [
        ("\r", ["git status"], [Route.LITERAL], ""),
        ("\n", ["git status"], [Route.LITERAL], ""),
        ("!", ["gti status"], [Route.LITERAL], ""),
        ("e", [], [], "git status"),
        ("\x1b", [], [], "gti status"),
        ("\x03", [], [], ""),
    ],
)
def test_a_slip_is_offered_mended_and_never_planned(
    prompted: Prompted, key: str, lines: list[str], routes: list[Route], line: str
) -> None:
    async def script(typist: Any) -> None:
        await typist.type("gti status")
        assert typist.mode.prompt.hint()[1][1] == " · did you mean git status?"
        await typist.type("\r", DEAF_S + 0.05)
        await typist.type(key, 0.3)
        assert typist.line == line

    session = prompted(script, readings=SLIP)
    assert (session.lines, session.routes) == (lines, routes)


@pytest.mark.parametrize("line", ["!find big files", "exit", "find big files\x00"])
def test_nothing_is_asked_where_the_person_has_said_it(prompted: Prompted, line: str) -> None:
    readings = {"!find big files": RouteReading(Route.LITERAL, 1.0), "exit": RouteReading(Route.LITERAL, 0.0)}

    async def script(typist: Any) -> None:
        await typist.type(f"{line}\r")
        assert typist.question() == ""

    prompted(script, readings=THIN | readings)


def test_a_correction_cannot_forge_the_question(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("gti\r", DEAF_S + 0.05)
        assert "\\x1b[2J" in typist.question()
        assert "\x1b" not in typist.question()

    prompted(script, readings={"gti": RouteReading(Route.LITERAL, 0.5, "", "git\x1b[2J")})


# ---- editing ---------------------------------------------------------------------------------------------------------


def test_a_paste_is_text_and_what_cannot_be_seen_is_left_out(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("\x1b[200~ls a\r\nls \x1b[2J\u202eb\x07\r\x1b[201~")
        assert typist.line == "ls a\nls [2Jb\n"

    assert prompted(script).lines == []


def test_alt_enter_makes_a_line_of_several_rows_and_enter_sends_it(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("ls a\x1b\rls b\r")

    assert prompted(script).lines == ["ls a\nls b"]


def test_a_command_goes_on_over_lines(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("ls 'a\r")
        assert typist.mode.prompt.message() == [("class:literal", "> ")]
        await typist.type("b'\r")
        await typist.type("ls 'c\r")
        await typist.type("\x04")

    assert prompted(script).lines == ["ls 'a\nb'", "ls 'c\n"]


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "my editor"
    path.write_text('#!/bin/sh\nsed -i "s/one/two/" "$1"\n')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.parametrize(("editing", "pressed"), [("emacs", "\x18\x05"), ("vi", "\x18\x05"), ("vi", "\x1bv")])
def test_the_line_in_an_editor_comes_back_and_is_not_run(
    prompted: Prompted, editor: Path, editing: str, pressed: str
) -> None:
    async def script(typist: Any) -> None:
        typist.recorded.screen.env["VISUAL"] = f"'{editor}'"
        typist.keys.send_bytes(b"ls one\xff")
        await typist.until(lambda: typist.line == "ls one\udcff")
        await typist.type(pressed[0], 0.3)
        await typist.type(pressed[1])
        await typist.until(lambda: typist.line == "ls two\udcff")

    assert prompted(script, Habits(editing=editing)).lines == []


def test_an_editor_that_fails_changes_nothing(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        typist.recorded.screen.env["EDITOR"] = "false"
        await typist.type("ls one\x18\x05", 0.5)
        assert typist.line == "ls one"

    prompted(script)


def test_vi_keys(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("ls one two")
        await typist.type("\x1b", 0.3)
        await typist.type("0wcw")
        await typist.type("three ")
        assert typist.line == "ls three two"
        await typist.type("\x1b", 0.3)
        await typist.type("k")
        await typist.type("j")
        assert typist.line == "ls three two"

    prompted(script, Habits(editing="vi"), past=(row("x ls three two x"),))


# ---- completion ------------------------------------------------------------------------------------------------------


def offers(*texts: str, start: int = 3, is_whole: bool = True) -> tuple[Completion, ...]:
    return tuple(Completion(text, start, "note", is_whole) for text in texts)


@pytest.mark.parametrize(
    ("typed", "completions", "line"),
    [
        ("ls no", offers("notes.md"), "ls notes.md "),
        ("ls ph", offers("photos/", is_whole=False), "ls photos/"),
        ("ls my", offers("my\\ recipe.txt", "my\\ report.pdf"), "ls my\\ re"),
        ("ls a", offers("a\\ b", "a\\(c"), "ls a"),
        ("ls 'a", offers("'a b'", "'a c'"), "ls 'a "),
        ("ls a", offers('"a b"', '"a c"'), "ls a"),
        ("ls a", (), "ls a"),
        ("ls a", offers("evil\x1b[2J"), "ls a"),
        ("ls a", offers("far", start=99), "ls a"),
    ],
)
def test_tab_puts_in_what_is_sure_and_never_half_of_anything(
    prompted: Prompted, typed: str, completions: tuple[Completion, ...], line: str
) -> None:
    async def script(typist: Any) -> None:
        await typist.type(typed)
        await typist.type("\t", 0.2)
        assert typist.line == line

    prompted(script, completions=completions)


def test_a_second_tab_goes_through_the_ways_and_enter_takes_one_without_sending(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("ls \t", 0.3)
        await typist.type("\t")
        await typist.type("\t")
        assert typist.line == "ls beta "
        await typist.type("\r")
        assert typist.session.lines == []
        await typist.type("\r")

    assert prompted(script, completions=offers("alpha", "beta")).lines == ["ls beta "]


def test_a_completion_that_comes_too_late_changes_nothing(prompted: Prompted, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    async def script(typist: Any) -> None:
        def slow(line: str, cursor: int) -> tuple[Completion, ...]:
            time.sleep(0.2)
            return offers("notes.md")

        monkeypatch.setattr(typist.session, "complete", slow)
        # The completer holds the session's own method; a new prompt would take this one.
        typist.mode.prompt._completer._complete = slow
        await typist.type("ls no\t")
        await typist.type("x", 0.4)
        assert typist.line == "ls nox"

    prompted(script)


# ---- around the line -------------------------------------------------------------------------------------------------


def test_what_was_typed_while_a_command_ran_is_the_next_line(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        typist.session.typed = b"ls two\rls th\xc3\xa9"
        await typist.type("ls one\r")
        await typist.until(lambda: typist.line == "ls thé")
        assert typist.session.lines == ["ls one", "ls two"]

    prompted(script)


def test_what_background_jobs_write_is_shown_as_it_is(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("ls")
        typist.session.show(b"\x1b[1mhalf")
        typist.session.show(b" a line")
        await typist.until(lambda: typist.recorded.out.getvalue() == b"\x1b[1mhalf a line\r\n")
        assert typist.line == "ls"

    prompted(script)


def test_keys_are_explained_on_eighty_columns(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("\x1bOP", 0.2)
        shown = typist.recorded.stderr().removeprefix("\x1b[?1004h")
        assert "Ctrl-R" in shown
        assert max(map(len, shown.splitlines())) <= 80

    prompted(script)


def test_the_first_run_says_what_a_line_may_be_and_wants_nothing(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        await typist.type("ls\r")
        assert "A line is a command" in typist.recorded.stderr()
        assert max(map(len, typist.recorded.stderr().splitlines())) <= 88  # 80 cells and a style

    assert prompted(script, Habits(is_first_run=True)).lines == ["ls"]

    async def later(typist: Any) -> None:
        assert "A line is a command" not in typist.recorded.stderr()

    prompted(later)


def test_what_is_prepared_behind_the_prompt_ends_before_the_first_turn(prompted: Prompted) -> None:
    import time

    order: list[str] = []

    def prepare() -> list[str]:
        time.sleep(0.2)
        order.append("prepared")
        return ["something \x1b[2J was mended"]

    def script_of(line: str) -> Any:
        from tests.repl.conftest import quick

        order.append(line)
        return quick(line)

    async def script(typist: Any) -> None:
        await typist.type("ls\r", 0.4)
        assert "something \\x1b[2J was mended" in typist.recorded.stderr()

    prompted(script, prepare=prepare, turn=script_of)
    assert order == ["prepared", "ls"]


@pytest.mark.parametrize("typed", ["", "ls\r"])
def test_what_cannot_be_prepared_ends_line_mode_with_its_error(prompted: Prompted, typed: str) -> None:
    import time

    from nlsh.core.errors import ConfigInvalid

    def prepare() -> list[str]:
        time.sleep(0.1)
        raise ConfigInvalid("rules.toml is wrong", "mend it")

    async def script(typist: Any) -> None:
        await typist.type(typed, 0.3)

    with pytest.raises(ConfigInvalid):
        prompted(script, prepare=prepare)


def test_home_is_a_tilde_in_the_prompt(prompted: Prompted) -> None:
    async def script(typist: Any) -> None:
        typist.session.cwd = os.path.expanduser("~/x")
        assert typist.mode.prompt.message()[0][1] == "~/x"

    prompted(script)
