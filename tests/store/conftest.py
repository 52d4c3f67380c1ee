from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from nlsh.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(str(tmp_path / "state"), busy_timeout_s=0.2)
    yield database
    database.close()
