from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.completion import Completion as Offer
from prompt_toolkit.document import Document

from nlsh.core.ports import Completion
from nlsh.repl.completion import SessionCompleter, shared_start


def test_an_offer_is_asked_for_once_and_a_space_follows_what_is_whole() -> None:
    asked: list[tuple[str, int]] = []

    def complete(line: str, cursor: int) -> Sequence[Completion]:
        asked.append((line, cursor))
        return (Completion("photos/", 3, "folder\x1b", False), Completion("photo", 3))

    completer, event = SessionCompleter(complete), CompleteEvent(completion_requested=True)
    for document, texts in ((Document("ls ph"), ["photos/", "photo "]), (Document("ls phx", 5), ["photos/", "photo"])):
        for _ in range(2):
            offers = list(completer.get_completions(document, event))
            assert [offer.text for offer in offers] == texts
    assert asked == [("ls ph", 5), ("ls phx", 5)]
    assert offers[0].display_meta_text == "folder\\x1b"


@pytest.mark.parametrize(
    ("texts", "typed", "shared"),
    [
        (["a"], "", "a"),
        (["abc", "abd"], "a", "ab"),
        (["abc", "abd"], "ab", None),
        (["a\\ b", "a\\(c"], "", "a"),
        (["a\\\\b", "a\\\\c"], "", "a\\\\"),
        (["'a b'", "'a c'"], "a", None),
        (["'a b'", "'a c'"], "'", "'a "),
    ],
)
def test_what_can_be_put_in_without_choosing(texts: list[str], typed: str, shared: str | None) -> None:
    assert shared_start([Offer(text, -len(typed)) for text in texts], typed) == shared


@given(st.lists(st.text(st.sampled_from("ab\\'\" ")), min_size=2, max_size=5))
def test_what_is_put_in_is_what_all_begin_with(texts: list[str]) -> None:
    shared = shared_start([Offer(text, 0) for text in texts], "")
    assert shared is None or all(text.startswith(shared) for text in texts)
