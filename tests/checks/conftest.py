"""Driving the whole program as a person would: a terminal whose bytes are kept, and a pane of tmux that draws them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.checks.home import Home
from tests.checks.pane import Pane
from tests.checks.terminal import Terminal

Open = Callable[..., Terminal]
OpenPane = Callable[..., Pane]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What nlsh makes once and keeps: the faster copy of its model."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def home(tmp_path: Path, cache: Path) -> Home:
    """A home of its own, without any configuration."""
    return Home(tmp_path, cache)


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Home:
    """One home for all tests of a file that share a terminal."""
    return Home(tmp_path_factory.mktemp("home"), cache)


@pytest.fixture
def terminal(home: Home) -> Iterator[Open]:
    """Opens terminals; whatever still runs on them is ended."""
    opened: list[Terminal] = []

    def start(*argv: str, size: tuple[int, int] = (24, 80), **changes: str) -> Terminal:
        opened.append(Terminal(argv, home.env | changes, str(home.work), size))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


@pytest.fixture
def pane(home: Home) -> Iterator[OpenPane]:
    """Opens panes of tmux; skips where there is none."""
    opened: list[Pane] = []

    def start(*argv: str, size: tuple[int, int] = (24, 80), **changes: str) -> Pane:
        opened.append(Pane(argv, home.env | changes, str(home.work), size))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


def need(*programs: str) -> None:
    """Skip the test where a program is not installed."""
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {' '.join(missing)}")


def succeeds(*argv: str) -> bool:
    """Whether this system lets us do that."""
    if shutil.which(argv[0]) is None:
        return False
    return subprocess.run(argv, capture_output=True, timeout=20, check=False).returncode == 0
