"""`nlsh -c LINE`: one turn. Results go to standard output, narration to standard error."""

from __future__ import annotations

from collections.abc import Callable

from nlsh.core.approval import Answer, Approval
from nlsh.core.events import Event, to_json
from nlsh.core.ports import Piped, Session
from nlsh.core.risk import Risk, Route
from nlsh.repl.render import Renderer
from nlsh.repl.screen import Screen
from nlsh.repl.turn import Answering, cancelled_by_signals, nobody, run_turn, yes_below_r4


async def run(
    session: Session,
    line: str,
    *,
    assume_yes: bool,
    is_dry: bool,
    as_json: bool,
    stdin: Piped | None = None,
    plan: str = "",
    screen: Screen | None = None,
    route: Route | None = None,
) -> int:
    """Run one turn and return its exit code; `route` is one the person gave it, or the caller knows better than the
    session. `plan` is carried out without asking the model.

    Approvals: `assume_yes` agrees up to R3; else a person at a terminal is asked; else the answer is no.
    """
    screen = screen or Screen.open()
    is_asking = screen.may_ask and not assume_yes
    show = _json_lines(screen) if as_json else Renderer(screen, is_dry=is_dry, is_asking=is_asking).show
    answer, interrupt = _answering(screen, assume_yes)

    def cancel() -> None:
        session.cancel()
        interrupt()

    with cancelled_by_signals(cancel) as interrupts:
        ended = await run_turn(
            session, line, show=show, answer=answer, stdin=stdin, is_dry=is_dry, route=route, plan=plan
        )
    if ended.outcome == "cancelled" and interrupts.number:
        return 128 + interrupts.number
    return ended.exit_code


def _answering(screen: Screen, assume_yes: bool) -> tuple[Answering, Callable[[], None]]:
    if assume_yes:
        return _agreeing(screen), _nothing
    if not screen.may_ask:
        return _refusing(screen), _nothing
    from nlsh.repl.asking import Asker  # only where somebody is asked

    asker = Asker(screen, may_remember=False)
    return asker.ask, asker.interrupt


def _agreeing(screen: Screen) -> Answering:
    async def answer(approval: Approval) -> Answer:
        if approval.risk > Risk.R3:
            screen.tell(f"nlsh: this is {approval.risk.name}, and --yes agrees only up to R3", "warn")
        return await yes_below_r4(approval)

    return answer


def _refusing(screen: Screen) -> Answering:
    async def answer(approval: Approval) -> Answer:
        screen.tell("nlsh: this needs a yes, and there is no terminal to ask at; --yes agrees up to R3", "warn")
        return await nobody(approval)

    return answer


def _nothing() -> None:
    return


def _json_lines(screen: Screen) -> Callable[[Event], None]:
    return lambda event: screen.write(to_json(event).encode() + b"\n")
