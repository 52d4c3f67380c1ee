from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlsh.core.ports import MemoryRow, TurnRow
from nlsh.store.database import Database
from nlsh.store.history import StoredHistory
from nlsh.store.memories import MOST_MATCHES, StoredMemories, insert


@pytest.fixture
def memories(database: Database) -> StoredMemories:
    return StoredMemories(database)


def texts(rows: tuple[MemoryRow, ...]) -> list[str]:
    return [row.text for row in rows]


def test_a_memory_is_kept_renewed_and_listed(memories: StoredMemories) -> None:
    first = memories.add("fact", "the server is called badger", 1.0, "/home")
    memories.add("episode", "list files", 2.0)
    assert memories.add("fact", "the server is called badger", 3.0).id == first.id
    assert texts(memories.newest(5)) == ["the server is called badger", "list files"]
    assert memories.newest(5, "fact")[0] == MemoryRow(first.id, "fact", "the server is called badger", 3.0)
    assert texts(memories.newest(5, "episode")) == ["list files"]
    assert memories.newest(0) == memories.newest(-1) == ()


def test_the_same_text_may_be_fact_and_episode(memories: StoredMemories) -> None:
    assert memories.add("fact", "x", 1.0).id != memories.add("episode", "x", 1.0).id


def test_words_are_found_whatever_their_case_accents_and_script(memories: StoredMemories) -> None:
    for text in ("Rechnungen für Müller", "the Invoices of March", "发票放在文档目录里", "raw \udcff name", "other"):
        memories.add("fact", text, 1.0)
    for term, found in (
        ("muller", "Rechnungen für Müller"),
        ("MARCH", "the Invoices of March"),
        ("invoic*", "the Invoices of March"),
        ("发票", "发票放在文档目录里"),
        ("目录", "发票放在文档目录里"),
        ("raw", "raw \udcff name"),
    ):
        assert texts(memories.search([term], 5)) == [found]
    assert memories.search(["invoic"], 5) == ()
    assert memories.search(["票发"], 5) == ()
    assert memories.search([], 5) == ()


def test_rarer_words_rank_higher(memories: StoredMemories) -> None:
    for number in range(20):
        memories.add("episode", f"show server {number}", 1.0)
    memories.add("fact", "badger rests", 1.0)
    memories.add("fact", "badger server", 1.0)
    found = memories.search(["badger", "server"], 3)
    assert texts(found)[:2] == ["badger server", "badger rests"]
    assert found[0].score > found[1].score > found[2].score > 0


def test_commonness_counts_up_to_a_bound(memories: StoredMemories, database: Database) -> None:
    def fill(connection: object) -> None:
        for number in range(MOST_MATCHES + 5):
            insert(connection, "episode", f"show {number}", 1.0, "")  # type: ignore[arg-type]

    database.write(fill)
    total, counts = memories.commonness(["show", "7", "sho*", "none"])
    assert (total, counts) == (MOST_MATCHES + 5, {"show": MOST_MATCHES, "7": 1, "sho*": MOST_MATCHES, "none": 0})


def test_where_all_have_a_word_those_with_all_words_come_first(memories: StoredMemories, database: Database) -> None:
    def fill(connection: object) -> None:
        insert(connection, "fact", "show photos", 1.0, "")  # type: ignore[arg-type]
        for number in range(MOST_MATCHES + 5):
            insert(connection, "episode", f"show {number}", 1.0, "")  # type: ignore[arg-type]

    database.write(fill)
    assert texts(memories.search(["show", "photos"], 2)) == ["show photos", f"show {MOST_MATCHES + 4}"]


@pytest.mark.parametrize(
    "word", ["invocies", "invioces", "nvoices", "invoicess", "Invo1ces", "voices", "badgr", "adge"]
)
def test_a_misspelt_word_leads_to_its_memory(memories: StoredMemories, word: str) -> None:
    memories.add("fact", "the Invoices are with badger", 1.0)
    memories.add("fact", "something else", 1.0)
    assert texts(memories.resembling(word, 5)) == ["the Invoices are with badger"]


def test_too_short_a_word_resembles_nothing(memories: StoredMemories) -> None:
    memories.add("fact", "abc", 1.0)
    assert memories.resembling("ab", 5) == memories.resembling("", 5) == ()


hostile = st.text(st.characters(codec=None), max_size=20) | st.sampled_from(
    [
        '"',
        "*",
        '" OR "',
        "NEAR(a b)",
        "a AND",
        "words:a",
        "^a",
        "-a",
        "a\0b",
        "(",
        "{x}",
        "'; DROP TABLE memories",
        '"*',
    ]
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hostile, st.lists(hostile, max_size=4))
def test_any_text_is_harmless_and_comes_back(memories: StoredMemories, text: str, terms: list[str]) -> None:
    row = memories.add("fact", text, 1.0)
    memories.search(terms, 5)
    memories.commonness(terms)
    for term in terms:
        memories.resembling(term, 5)
    [found] = [kept for kept in memories.newest(1000) if kept.id == row.id]
    assert found.text == text or any(0xD800 <= ord(char) <= 0xDFFF for char in text)


def test_what_is_forgotten_leaves_no_byte(memories: StoredMemories, database: Database) -> None:
    history = StoredHistory(database)
    for number in range(300):
        history.add(TurnRow(str(number), 1.0, "/", f"list folder number {number}", "utterance", outcome="done"))
    fact = memories.add("fact", "the xylophone password is zanzibar", 1.0)
    history.add(TurnRow("x", 2.0, "/", " \tplay the xylophone".strip(" "), "utterance", outcome="done"))
    [episode] = [row for row in memories.newest(5, "episode") if "xylophone" in row.text]
    assert memories.forget([fact.id, episode.id, fact.id, 10**9]) == 2
    assert memories.search(["xylophone"], 5) == memories.resembling("xylophone", 5) == ()
    assert [row for row in history.latest(1000) if "xylophone" in row.line] == []
    assert len(history.latest(1000)) == 300
    assert len(memories.search(["folder"], 1000)) == 300
    content = b"".join(Path(database.state_dir, name).read_bytes() for name in os.listdir(database.state_dir))
    assert b"number 299" in content
    assert [word for word in (b"xylophone", b"ylophone", b"zanzibar", b"xyl") if word in content] == []
    assert memories.forget([fact.id]) == 0


def test_forgetting_a_fact_keeps_the_turns(memories: StoredMemories, database: Database) -> None:
    history = StoredHistory(database)
    history.add(TurnRow("a", 1.0, "/", "play music", "utterance", outcome="done"))
    memories.forget([memories.add("fact", "play music", 1.0).id])
    assert len(history.latest(5)) == 1
    assert texts(memories.newest(5)) == ["play music"]
