"""`--ask`: the plan is shown first, and nothing runs before a yes, not even what only looks."""

from __future__ import annotations

from typing import Final

from nlsh.core.approval import Approval, Choice
from nlsh.core.display import visible
from nlsh.core.errors import Refused
from nlsh.core.events import Decided, Event, Failed, Planned
from nlsh.core.facts import Preview
from nlsh.core.ports import Piped, Session
from nlsh.core.risk import Risk, Route, Verdict
from nlsh.repl.one_shot import run
from nlsh.repl.render import tell_error
from nlsh.repl.screen import Screen
from nlsh.repl.turn import Answering, cancelled_by_signals, nobody, run_turn

_TALK: Final = ('{"say"', '{"ask"')


class Offer:
    """What a dry run told of a line: its plan, as JSON, and how its first step stands."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.plan = ""
        self.first: Decided | None = None

    @property
    def must_ask(self) -> bool:
        """Whether it would begin without a question: then it is ours to ask. Talk changes nothing."""
        is_allowed = self.first is not None and self.first.verdict is Verdict.ALLOW
        return is_allowed and self.first is not None and not self.first.syscall.startswith(_TALK)

    def show(self, event: Event) -> None:
        """Show what is planned, as narration."""
        if isinstance(event, Planned):
            self.plan = "[" + ",".join(event.steps) + "]"
        elif isinstance(event, Decided):
            self.first = self.first or event
            self._screen.tell(f"{event.step}  {visible(event.preview.title)}", "bold")
            for line in event.preview.lines:
                self._screen.tell(f"   {visible(line)}")
        elif isinstance(event, Failed):
            tell_error(self._screen, event.message, event.hint)


async def offered(session: Session, line: str, *, stdin: Piped | None = None, screen: Screen | None = None) -> int:
    """Show what a line would do, ask, then do just that; returns the exit code, 126 for a no."""
    screen = screen or Screen.open()
    offer = Offer(screen)
    route = session.route(line).route
    if route is Route.UTTERANCE:
        with cancelled_by_signals(session.cancel):
            ended = await run_turn(session, line, show=offer.show, answer=nobody, stdin=stdin, is_dry=True)
        if ended.exit_code:
            return ended.exit_code
    if (offer.must_ask or route is Route.LITERAL) and not await _agreed(screen, line, route):
        screen.tell("nothing was done", "dim")
        return Refused.exit_code
    return await run(
        session, line, assume_yes=False, is_dry=False, as_json=False, stdin=stdin, screen=screen, plan=offer.plan
    )


async def _agreed(screen: Screen, line: str, route: Route) -> bool:
    if not screen.may_ask:
        screen.tell("nlsh: --ask wants a yes, and there is no terminal to ask at", "warn")
        return False
    from nlsh.repl.asking import Asker

    asker = Asker(screen, may_remember=False)
    with cancelled_by_signals(asker.interrupt):
        answer = await _ask(asker.ask, line, route)
    return answer in (Choice.ONCE, Choice.SESSION)


async def _ask(ask: Answering, line: str, route: Route) -> Choice:
    title = f"run as written: {line}" if route is Route.LITERAL else "carry this out?"
    approval = Approval("offer", "", Preview(title), Risk.R0, (), "--ask", "", "as each step says", "")
    return (await ask(approval)).choice
