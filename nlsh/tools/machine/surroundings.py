"""What surrounds the shell: environment variables, programs on the path, the time."""

from __future__ import annotations

import difflib
import fnmatch
import os
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import ClassVar, Final

from nlsh.core.arguments import Name
from nlsh.core.display import visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts
from nlsh.core.results import Column, Emission, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.machine import sayings_of_surroundings as sayings
from nlsh.tools.machine.facts import pairs

_SECRET: Final = re.compile(
    r"TOKEN|SECRET|PASSWOR|PASSWD|PASSPHRASE|APIKEY|PRIVATEKEY|CREDENTIAL"
    r"|(^|[^A-Z])(KEYS?|PASS|PWD|PW|PAT|COOKIE|PIN|DSN)([^A-Z]|$)"
)
_NOT_SECRET: Final = frozenset({"PWD", "OLDPWD"})
_USERINFO: Final = re.compile(r"([a-z][a-z0-9+.-]*://[^/\s:@]*):[^@/\s]+@", re.IGNORECASE)


def is_secret(name: str) -> bool:
    """Whether a variable of that name likely holds what nobody should read over a shoulder."""
    upper = name.upper()
    return upper not in _NOT_SECRET and bool(_SECRET.search(upper))


def masked(name: str, value: str) -> str:
    """A value as it may be shown: secrets only by their length, passwords in addresses starred."""
    if is_secret(name) and value:
        return f"****** (hidden, {len(value)} characters)"
    return _USERINFO.sub(r"\1:******@", value)


@dataclass(frozen=True, kw_only=True)
class Env(Syscall):
    """Show environment variables: all, one by name, or those that match. Secrets are shown masked."""

    name: ClassVar[str] = "sys.env"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("show the environment variables", '[{"sys.env":{}}]'),
        Example("what is PATH set to", '[{"sys.env":{"name":"PATH"}}]'),
        Example("value of JAVA_HOME?", '[{"sys.env":{"name":"JAVA_HOME"}}]'),
        Example("is EDITOR defined", '[{"sys.env":{"name":"EDITOR"}}]'),
        Example("printenv", '[{"sys.env":{}}]'),
        Example("which variables have PROXY in their name", '[{"sys.env":{"name":"PROXY"}}]'),
        Example("echo the LANG variable", '[{"sys.env":{"name":"LANG"}}]'),
        Example("zeig mir die Umgebungsvariable HOME", '[{"sys.env":{"name":"HOME"}}]'),
        Example("variables de entorno", '[{"sys.env":{}}]'),
        *sayings.ENV,
    )

    name_: Name = ""

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One table."""
        found = _variables(self.name_.lstrip("$"), scope.env)
        if not found:
            raise NlshError(f"the variable {visible(self.name_)} is not set", "sys.env lists those that are")
        rows = tuple((name, masked(name, value)) for name, value in sorted(found.items()))
        hidden = sum(is_secret(name) for name in found)
        yield Table((Column("name"), Column("value")), rows, f"{hidden} values are hidden" if hidden else "")


def _variables(name: str, env: Mapping[str, str]) -> Mapping[str, str]:
    """All; the one of that name; else those whose name matches it as a pattern or holds it."""
    if not name or name in env:
        return {name: env[name]} if name else env
    folded = name.casefold()
    same = {key: value for key, value in env.items() if key.casefold() == folded}
    return same or {
        key: value
        for key, value in env.items()
        if fnmatch.fnmatchcase(key.casefold(), folded) or folded in key.casefold()
    }


@dataclass(frozen=True, kw_only=True)
class Which(Syscall):
    """Tell where a program is, or whether a word is an alias, a function or a builtin of the shell."""

    name: ClassVar[str] = "sys.which"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("where is python3 installed", '[{"sys.which":{"name":"python3"}}]'),
        Example("do I have ffmpeg?", '[{"sys.which":{"name":"ffmpeg"}}]'),
        Example("which git", '[{"sys.which":{"name":"git"}}]'),
        Example("path of the node binary", '[{"sys.which":{"name":"node"}}]'),
        Example("is ll an alias", '[{"sys.which":{"name":"ll"}}]'),
        Example("command not found: pip, where could it be", '[{"sys.which":{"name":"pip"}}]'),
        Example("ist jq auf diesem Rechner vorhanden", '[{"sys.which":{"name":"jq"}}]'),
        Example("dónde está el ejecutable de gcc", '[{"sys.which":{"name":"gcc"}}]'),
        *sayings.WHICH,
    )

    name_: Name

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One row for each meaning of the word, the one that counts first."""
        kind = scope.services.shell.kind(self.name_)
        rows = [(self.name_, kind, "")] if kind not in ("", "program") else []
        rows += [(self.name_, "program", path) for path in _programs(self.name_, scope)]
        if not rows:
            raise NlshError(f"there is no program {visible(self.name_)} on the path", self._hint(scope))
        yield Table((Column("name"), Column("kind"), Column("path", "path")), tuple(rows))

    def _hint(self, scope: Scope) -> str:
        names = {name for folder in _folders(scope) for name in _listed(folder)}
        close = difflib.get_close_matches(self.name_, names, n=3, cutoff=0.75)
        if close:
            return f"did you mean {' or '.join(map(visible, close))}?"
        return f"pkg.search {visible(self.name_)} may find a package"


def _folders(scope: Scope) -> list[str]:
    return [folder for folder in scope.env.get("PATH", os.defpath).split(os.pathsep) if folder]


def _programs(name: str, scope: Scope) -> list[str]:
    if "/" in name:
        return []
    paths = dict.fromkeys(os.path.join(scope.cwd, folder, name) for folder in _folders(scope))
    return [path for path in paths if os.path.isfile(path) and os.access(path, os.X_OK)]


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


@dataclass(frozen=True, kw_only=True)
class Time(Syscall):
    """Tell the time and date, here or in another time zone."""

    name: ClassVar[str] = "sys.time"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})
    examples: ClassVar[tuple[Example, ...]] = (
        Example("what time is it", '[{"sys.time":{}}]'),
        Example("what is the date today?", '[{"sys.time":{}}]'),
        Example("time in Tokyo", '[{"sys.time":{"zone":"Tokyo"}}]'),
        Example("how late is it in New York right now", '[{"sys.time":{"zone":"New York"}}]'),
        Example("which day of the week is it", '[{"sys.time":{}}]'),
        Example("current utc time", '[{"sys.time":{"zone":"utc"}}]'),
        Example("unix timestamp", '[{"sys.time":{}}]'),
        Example("which timezone is this machine in", '[{"sys.time":{}}]'),
        Example("wie spät ist es", '[{"sys.time":{}}]'),
        Example("¿qué hora es en Madrid?", '[{"sys.time":{"zone":"Madrid"}}]'),
        *sayings.TIME,
    )

    zone: Name = ""

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """One table of facts."""
        now_s = time.time()
        zone = find_zone(self.zone) if self.zone else None
        now = datetime.fromtimestamp(now_s, zone).astimezone(zone)
        offset = now.strftime("%z")
        yield pairs(
            (
                ("time", now.strftime("%H:%M:%S")),
                ("date", now.strftime("%Y-%m-%d")),
                ("day", now.strftime("%A")),
                ("week", str(now.isocalendar().week)),
                ("zone", f"{zone or now.tzname()} (UTC{offset[:3]}:{offset[3:5]})"),
                ("seconds since 1970", str(int(now_s))),
            )
        )


def find_zone(text: str) -> tzinfo:
    """A zone by its name (`Europe/Berlin`), its city (`new york`) or its letters (`UTC`). Raises UsageError."""
    import zoneinfo

    wanted = re.sub(r"[\s_]+", "_", text.strip()).casefold()
    names = sorted(zoneinfo.available_timezones(), key=lambda name: (name.count("/"), name))
    spelled = {name.casefold(): name for name in names}
    cities: dict[str, str] = {}
    for name in names:
        if "/" in name:
            cities.setdefault(name.rpartition("/")[2].casefold(), name)
    found = spelled.get(wanted) or cities.get(wanted)
    if found is None:
        close = difflib.get_close_matches(wanted, [*spelled, *cities], n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else "name a city or a zone like Europe/Berlin"
        raise UsageError(f"there is no time zone {visible(text)}", hint)
    return zoneinfo.ZoneInfo(found)
