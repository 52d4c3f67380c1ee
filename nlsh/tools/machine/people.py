"""Who is here: the person, those logged in, groups, accounts."""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.machine import sayings_of_surroundings as sayings
from nlsh.tools.machine.facts import pairs

_NO_LOGIN: Final = ("nologin", "false", "sync", "halt", "shutdown")


@dataclass(frozen=True, kw_only=True)
class Users(Syscall):
    """Tell who I am, who is logged in, which groups I am in, or which accounts can log in."""

    name: ClassVar[str] = "sys.users"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("who am I", '[{"sys.users":{}}]'),
        Example("who is logged in right now", '[{"sys.users":{"what":"logged_in"}}]'),
        Example("which groups am I in?", '[{"sys.users":{"what":"groups"}}]'),
        Example("is anybody else using this server", '[{"sys.users":{"what":"logged_in"}}]'),
        Example("list all user accounts", '[{"sys.users":{"what":"all"}}]'),
        Example("what is my user id", '[{"sys.users":{}}]'),
        Example("am I root", '[{"sys.users":{}}]'),
        Example("show all groups of this system", '[{"sys.users":{"what":"groups"}}]'),
        Example("wer ist gerade angemeldet", '[{"sys.users":{"what":"logged_in"}}]'),
        Example("quién soy", '[{"sys.users":{}}]'),
        *sayings.USERS,
    )

    what: Literal["me", "logged_in", "groups", "all"] = "me"

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One table."""
        makers = {"me": lambda: _me(scope), "logged_in": _logged_in, "groups": _groups, "all": _accounts}
        yield makers[self.what]()


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _me(scope: Scope) -> Table:
    own = sorted({os.getgid(), *os.getgroups()})
    return pairs(
        (
            ("user", _name(os.getuid())),
            ("user id", str(os.getuid())),
            ("acting as", _name(os.geteuid()) if os.geteuid() != os.getuid() else ""),
            ("group", _group(os.getgid())),
            ("groups", ", ".join(_group(gid) for gid in own)),
            ("home", scope.home),
            ("shell", scope.env.get("SHELL", "")),
        )
    )


def _logged_in() -> Table:
    import psutil

    columns = (Column("user"), Column("terminal"), Column("from"), Column("since", "time"))
    rows = tuple((one.name, one.terminal or "", one.host or "", one.started) for one in psutil.users())
    return Table(columns, rows, "" if rows else "nobody is logged in at a terminal the system keeps account of")


def _groups() -> Table:
    own = {os.getgid(), os.getegid(), *os.getgroups()}
    rows: list[tuple[Any, ...]] = [
        (one.gr_name, one.gr_gid, "yes" if one.gr_gid in own else "no", ", ".join(one.gr_mem)) for one in grp.getgrall()
    ]
    unnamed = own - {row[1] for row in rows}
    rows += [(str(gid), gid, "yes", "") for gid in sorted(unnamed)]
    rows.sort(key=lambda row: (row[2] != "yes", row[0]))
    return Table((Column("group"), Column("id", "count"), Column("mine"), Column("members")), tuple(rows))


def _accounts() -> Table:
    every = pwd.getpwall()
    people = [one for one in every if os.path.basename(one.pw_shell) not in _NO_LOGIN]
    rows = tuple((one.pw_name, one.pw_uid, one.pw_gecos.partition(",")[0], one.pw_dir, one.pw_shell) for one in people)
    columns = (Column("user"), Column("id", "count"), Column("full name"), Column("home", "path"), Column("shell"))
    hidden = len(every) - len(people)
    return Table(columns, rows, f"{hidden} accounts that cannot log in are not shown" if hidden else "")
