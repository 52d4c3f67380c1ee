"""Lines without a line editor: a script on standard input, or a terminal that cannot move its cursor."""

from __future__ import annotations

from nlsh.core.continuing import needs_more
from nlsh.core.display import visible
from nlsh.core.ports import Session
from nlsh.core.risk import Route
from nlsh.repl.one_shot import run
from nlsh.repl.reading import read_line
from nlsh.repl.screen import Screen


async def run_lines(session: Session, *, assume_yes: bool, fd: int = 0, screen: Screen | None = None) -> int:
    """Run every line of `fd` as a turn, until its end or `exit`; returns the exit code of the last."""
    screen = screen or Screen.open()
    code = 0
    while (line := await _whole(session, screen, fd)) is not None:
        leaving = leaving_code(line, code)
        if leaving is not None:
            return leaving
        if line.strip():
            code = await run(session, line, assume_yes=assume_yes, is_dry=False, as_json=False, screen=screen)
    return code


async def _whole(session: Session, screen: Screen, fd: int) -> str | None:
    """The next line; a command that is not at its end goes on over the lines that follow, as in any shell."""
    line = await _prompted(screen, fd, f"{visible(session.cwd)} > ")
    while line is not None and goes_on(line, session):
        more = await _prompted(screen, fd, "> ")
        if more is None:
            break
        line = f"{line}\n{more}"
    return line


def goes_on(line: str, session: Session) -> bool:
    """Whether a line is a command whose end is still to come: of an utterance every apostrophe would be a quote."""
    return needs_more(line) and session.route(line).route is Route.LITERAL


async def _prompted(screen: Screen, fd: int, prompt: str) -> str | None:
    if screen.may_ask:
        screen.tell(prompt, end="")
    return await read_line(fd)


def leaving_code(line: str, last: int) -> int | None:
    """The exit code of a line that leaves nlsh (`exit`, `exit 3`, `quit`), or None."""
    words = line.split()
    if not words or words[0] not in ("exit", "quit", "logout") or len(words) > 2:
        return None
    if len(words) == 1:
        return last
    return int(words[1]) & 0xFF if words[1].isdecimal() else None
