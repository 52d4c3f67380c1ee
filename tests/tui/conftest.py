"""The desk over a session that plays recorded turns."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nlsh.tui.desk import Desk
from tests.tui.cases import DARK, Clock, FakeSession


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session() -> FakeSession:
    return FakeSession()


@pytest.fixture(autouse=True)
def quiet_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """No colour switch from outside, no animation."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setenv("HOME", "/home/ada")


@pytest.fixture
def make_desk(session: FakeSession, clock: Clock) -> Callable[[], Desk]:
    return lambda: Desk(session, DARK, {}, clock=clock)
