from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlsh.core.errors import UsageError
from nlsh.core.ports import TurnRow
from nlsh.memory.recall import THRESHOLD, LexicalMemory
from nlsh.store.database import Database
from nlsh.store.history import StoredHistory
from nlsh.store.memories import StoredMemories

DAY = 86400.0
NOW = 1000 * DAY
FACTS = (
    "the invoices from March are in ~/docs/tax",
    "my staging server is called badger",
    "photos from the wedding are on the silver disk",
    "backups run every Sunday at three",
    "the printer in the hall needs the blue driver",
    "Frau Müller wants reports as PDF",
    "发票放在文档目录里",
    "the wifi name of the office is otter-5G",
)
EPISODES = (
    "convert holiday.mov to mp4",
    "git rebase -i main",
    "find duplicates in pictures",
    "show the ten largest folders",
    "what is using port 8080",
    "compress the thesis folder",
    "list files",
)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(str(tmp_path))
    yield database
    database.close()


@pytest.fixture
def memory(database: Database, clock: Clock) -> LexicalMemory:
    return LexicalMemory(StoredMemories(database), clock)


def turn(database: Database, line: str, at: float) -> None:
    StoredHistory(database).add(TurnRow(f"{line}{at}", at, "/home", line, "utterance", outcome="done"))


@pytest.fixture
def lived(memory: LexicalMemory, database: Database, clock: Clock) -> LexicalMemory:
    for age, fact in enumerate(FACTS, 1):
        clock.now = NOW - age * DAY
        memory.save(fact)
    for age, line in enumerate(EPISODES, 1):
        turn(database, line, NOW - age * DAY)
    clock.now = NOW
    return memory


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        ("where are the march invoices", FACTS[0]),
        ("where did I put my invoice for march?", FACTS[0]),
        ("move the invoices to the archive", FACTS[0]),
        ("ssh into the staging server", FACTS[1]),
        ("what's the stagging server called", FACTS[1]),
        ("copy the wedding photos here", FACTS[2]),
        ("when do the backups run", FACTS[3]),
        ("which driver does the printer need", FACTS[4]),
        ("send the report to frau muller", FACTS[5]),
        ("上个月的发票在哪里", FACTS[6]),
        ("how is the office wifi called", FACTS[7]),
        ("how did I convert that holiday film", EPISODES[0]),
        ("the rebase command", EPISODES[1]),
        ("who listens on port 8080", EPISODES[4]),
        ("thesis", EPISODES[5]),
    ],
)
def test_what_is_near_is_recalled_first(lived: LexicalMemory, utterance: str, expected: str) -> None:
    found = lived.recall(utterance)
    assert found
    assert found[0].text == expected
    assert 1 >= found[0].score >= THRESHOLD


@pytest.mark.parametrize(
    "utterance",
    [
        "show files",
        "list the folders",
        "what is this",
        "please open it",
        "reboot",
        "kill the process that eats my memory",
        "make a directory called rust and enter it",
        "how much space is left on this machine",
        "???",
        "日本",
    ],
)
def test_what_is_far_recalls_nothing(lived: LexicalMemory, utterance: str) -> None:
    assert lived.recall(utterance) == ()


def test_it_says_why(lived: LexicalMemory) -> None:
    [found] = lived.recall("where are the march invoices")
    assert found.why == 'matches "invoices", "March" · said 1 day ago'
    assert lived.recall("stagging")[0].why == 'resembles "staging" · said 2 days ago'
    assert lived.recall("thesis")[0].why == 'matches "thesis" · done 6 days ago'
    assert lived.recall("发票")[0].why == 'matches "发票" · said 1 week ago'


def test_the_newer_of_two_alike_comes_first(memory: LexicalMemory, clock: Clock) -> None:
    for day, word in enumerate(("oldest", "middle", "newest")):
        clock.now = NOW + day * DAY
        memory.save(f"server {word}")
    assert [row.text for row in memory.recall("server")] == ["server newest", "server middle", "server oldest"]


def test_a_fact_comes_before_an_episode_alike(memory: LexicalMemory, database: Database, clock: Clock) -> None:
    memory.save("deploy badger")
    turn(database, "badger deploy", NOW + DAY)
    clock.now = NOW + 2 * DAY
    assert [row.kind for row in memory.recall("deploy badger")] == ["fact", "episode"]


def test_a_line_is_no_memory_of_itself(memory: LexicalMemory, database: Database, clock: Clock) -> None:
    for ago in (40.0, 20.0, 1.0):
        turn(database, "compress the thesis", NOW - ago)
    assert memory.recall("compress the thesis") == ()
    assert memory.recall("Compress  the thesis") == ()
    assert [row.text for row in memory.recall("thesis")] == ["compress the thesis"]
    clock.now = NOW + DAY
    assert [row.text for row in memory.recall("compress the thesis")] == ["compress the thesis"]


def test_the_same_words_are_shown_once(memory: LexicalMemory, database: Database) -> None:
    memory.save("compress the thesis")
    turn(database, "compress  the THESIS", NOW - DAY)
    assert [row.kind for row in memory.recall("thesis")] == ["fact"]


def test_as_many_as_asked(memory: LexicalMemory) -> None:
    for number in range(9):
        memory.save(f"server {number}")
    assert len(memory.recall("server")) == 5
    assert len(memory.recall("server", 2)) == 2
    assert memory.recall("server", 0) == memory.recall("server", -1) == ()


def test_an_empty_line_shows_the_newest(lived: LexicalMemory) -> None:
    assert [row.text for row in lived.recall(" ", 2)] == [EPISODES[0], FACTS[0]]
    assert lived.recall("", 1)[0].why == "done 1 day ago"


def test_a_rare_old_memory_is_found_among_many_common_ones(memory: LexicalMemory, database: Database) -> None:
    memory.save("server logs of acme are in the attic")
    history = StoredHistory(database)
    for number in range(1500):
        history.add(TurnRow(str(number), NOW, "/", f"show server logs {number}", "utterance", outcome="done"))
    assert memory.recall("show the server logs of acme")[0].text == "server logs of acme are in the attic"
    assert len(memory.recall("server logs")) == 5


def test_a_fact_is_said_trimmed_and_in_bounds(memory: LexicalMemory) -> None:
    row = memory.save("  the sky is green \n")
    assert (row.text, row.kind, row.at) == ("the sky is green", "fact", NOW)
    for text in ("", " \n", "x" * 5000):
        with pytest.raises(UsageError):
            memory.save(text)


def test_what_is_forgotten_is_not_recalled(lived: LexicalMemory) -> None:
    [found] = lived.recall("march invoices")
    assert lived.forget([found.id]) == 1
    assert lived.recall("march invoices") == ()
    assert lived.forget([found.id]) == 0


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(codec=None), max_size=40)
    | st.lists(
        st.sampled_from(
            ['"', "*", "invoices", "AND", "NOT", "NEAR(", "text:", "^", "-", "(", "{", "\0", "'", "badger", "+", "票"]
        ),
        max_size=8,
    ).map(" ".join)
)
def test_any_utterance_is_harmless(lived: LexicalMemory, utterance: str) -> None:
    for row in lived.recall(utterance):
        assert row.text in FACTS + EPISODES
        assert row.why
