"""Completion in line mode: what the session offers, put into the line so that no quotation is ever left broken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence

from prompt_toolkit.buffer import Buffer
from prompt_toolkit.completion import CompleteEvent, Completer
from prompt_toolkit.completion import Completion as Offer
from prompt_toolkit.document import Document

from nlsh.core.display import visible
from nlsh.core.ports import Completion

Complete = Callable[[str, int], Sequence[Completion]]


class SessionCompleter(Completer):
    """What the session offers at the cursor. The last answer is kept, because it is asked for twice."""

    def __init__(self, complete: Complete) -> None:
        self._complete = complete
        self._last: tuple[Document, Sequence[Completion]] | None = None

    def found(self, document: Document) -> Sequence[Completion]:
        """What may stand at the cursor; blocks for half a second."""
        text, cursor = document.text, document.cursor_position
        offered = [one for one in self._complete(text, cursor) if 0 <= one.start <= cursor and _is_safe(one.text)]
        self._last = (document, offered)
        return offered

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Offer]:
        """The menu."""
        is_known = self._last is not None and self._last[0] == document
        offered = self._last[1] if is_known and self._last is not None else self.found(document)
        is_at_end = not document.text_after_cursor[:1].strip()
        for one in offered:
            text = one.text + (" " if one.is_whole and is_at_end else "")
            start = one.start - document.cursor_position
            yield Offer(text, start_position=start, display=visible(one.text), display_meta=visible(one.note))


def _is_safe(text: str) -> bool:
    """Whether it can be shown as it is; what a terminal would not show must not get into the line unseen."""
    return visible(text) == text


async def complete(buffer: Buffer, completer: SessionCompleter) -> None:
    """Put in what all the offers begin with; where that is nothing new, show them."""
    document = buffer.document
    await asyncio.to_thread(completer.found, document)
    if buffer.document != document:
        return  # the person typed on
    offers = list(completer.get_completions(document, CompleteEvent(completion_requested=True)))
    if not offers:
        return
    typed = document.text_before_cursor[offers[0].start_position :] if offers[0].start_position else ""
    common = shared_start(offers, typed)
    if common is None:
        buffer.start_completion()
        return
    buffer.delete_before_cursor(len(typed))
    buffer.insert_text(common)


def shared_start(offers: Sequence[Offer], typed: str) -> str | None:
    """What can be put in without choosing: the only offer, or more of what all begin with than is typed.

    None where that would end within an escaped character, or open a quotation that was not open.
    """
    if len(offers) == 1:
        return offers[0].text
    if len({offer.start_position for offer in offers}) != 1:
        return None
    texts = [offer.text for offer in offers]
    common = _shared(min(texts), max(texts))  # what these two share all share
    backslashes = len(common) - len(common.rstrip("\\"))
    common = common[: len(common) - backslashes % 2]
    is_even = all(common.count(quote) % 2 == typed.count(quote) % 2 for quote in "'\"")
    return common if len(common) > len(typed) and is_even else None


def _shared(one: str, other: str) -> str:
    return one[: next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(one))]
