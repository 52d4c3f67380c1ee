from __future__ import annotations

import os
import subprocess
import sys

from nlsh.core.approval import Grant
from nlsh.store.database import Database
from nlsh.store.grants import StoredGrants
from nlsh.store.sessions import is_alive, this_session

RULE = Grant("r", "fs.move", "/home/\udcff", 100.0, "rule")
SESSION = Grant("s", "fs.move", "/home", 100.0)


def test_a_grant_ends_at_its_moment(database: Database) -> None:
    now = 99.0
    grants = StoredGrants(database, clock=lambda: now)
    grants.add(RULE)
    grants.add(SESSION)
    assert grants.live() == (RULE, SESSION)
    now = 100.0
    assert grants.live() == ()
    later = Grant("l", "fs.copy", "/", 200.0)
    grants.add(later)
    now = 50.0
    assert grants.live() == (later,)


def test_a_session_grant_counts_in_its_session_only(database: Database) -> None:
    def clock() -> float:
        return 1.0

    mine, ended = StoredGrants(database, clock=clock), StoredGrants(database, "999999999-1-gone", clock)
    ended.add(Grant("e", "fs.move", "/tmp", 100.0))
    mine.add(SESSION)
    mine.add(RULE)
    assert mine.live() == (SESSION, RULE)
    assert [grant.id for grant in ended.live()] == ["e", "r"]
    assert mine.everywhere() == (SESSION, RULE)


def test_a_grant_is_revoked_once_and_from_any_session(database: Database) -> None:
    mine, other = (StoredGrants(database, session, lambda: 1.0) for session in ("", "other"))
    mine.add(SESSION)
    assert other.revoke("s") is True
    assert other.revoke("s") is False
    assert mine.live() == ()


def test_the_same_id_is_replaced(database: Database) -> None:
    grants = StoredGrants(database, clock=lambda: 1.0)
    grants.add(SESSION)
    changed = Grant("s", "fs.copy", "/", 50.0)
    grants.add(changed)
    assert grants.live() == (changed,)


def test_a_session_lives_as_long_as_its_process() -> None:
    program = "from nlsh.store.sessions import this_session; print(this_session(), flush=True); input()"
    child = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    session = child.stdout.readline().strip()
    assert session.split("-")[0] == str(child.pid)
    assert is_alive(session)
    pid, start, boot = session.split("-")
    assert not is_alive(f"{pid}-{int(start) - 1}-{boot}")
    assert not is_alive(f"{pid}-{start}-0{boot}")
    child.communicate("\n")
    assert not is_alive(session)


def test_this_process_is_alive_and_nonsense_is_not() -> None:
    assert is_alive(this_session())
    assert this_session().startswith(f"{os.getpid()}-")
    assert not any(map(is_alive, ("", "-", "x-1-2", f"{10**30}-1-{this_session().rpartition('-')[2]}")))
