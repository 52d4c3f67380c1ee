"""rules.toml to policy rules. A broken rules file is an error that says where; it never means fewer rules."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, Final

from nlsh.core.errors import ConfigInvalid
from nlsh.core.risk import Effect, Risk, Verdict
from nlsh.core.rule import CONDITIONS, Rule, RuleExample

_KEYS: Final = frozenset(
    {"name", "verdict", "reason", "syscalls", "effects", "risk_from", "when", "paths", "match", "not_match"}
)


def read_rules(text: str, origin: str) -> tuple[Rule, ...]:
    """TOML text to rules; `origin` is the file's name for messages.

    Raises:
        ConfigInvalid: not TOML, an unknown key, a rule without name, verdict, reason, `match` or `not_match`, or a
            verdict that would loosen.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigInvalid(f"{origin} is not valid TOML: {error}", "mend that line, or move the file away") from error
    unknown = set(document) - {"rule"}
    if unknown:
        raise ConfigInvalid(f"{origin}: unknown key {sorted(unknown)[0]!r}", "a rules file holds [[rule]] tables only")
    return tuple(_rule(row, f"{origin}, rule {index}") for index, row in enumerate(document.get("rule", ()), 1))


def shipped_rules() -> tuple[Rule, ...]:
    """The rules nlsh ships; their examples are checked by a test, not at every start."""
    return read_rules(resources.files("nlsh.config").joinpath("rules.toml").read_text("utf-8"), "nlsh's own rules.toml")


def user_rules(path: str) -> tuple[Rule, ...]:
    """The person's rules; none if there is no such file. Raises ConfigInvalid."""
    try:
        with open(path, encoding="utf-8") as file:
            return read_rules(file.read(), path)
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigInvalid(f"{path} cannot be read: {error}", "mend it, or move it away") from error


def _rule(row: Mapping[str, Any], where: str) -> Rule:
    _check_keys(row, where)
    try:
        return Rule(
            name=str(row["name"]),
            verdict=_verdict(row["verdict"], where),
            reason=str(row["reason"]),
            syscalls=tuple(row.get("syscalls", ())),
            effects=frozenset(Effect(effect) for effect in row.get("effects", ())),
            risk_from=Risk[row.get("risk_from", "R0")],
            when=_conditions(row.get("when", ()), where),
            paths=tuple(row.get("paths", ())),
            match=tuple(_example(example, where) for example in row["match"]),
            not_match=tuple(_example(example, where) for example in row["not_match"]),
            origin=where,
        )
    except (KeyError, ValueError, TypeError) as error:
        raise ConfigInvalid(
            f"{where}: {error} is missing or unknown", "see the rules nlsh ships for the form"
        ) from error


def _check_keys(row: Mapping[str, Any], where: str) -> None:
    unknown = sorted(set(row) - _KEYS)
    if unknown:
        raise ConfigInvalid(f"{where}: unknown key {unknown[0]!r}", f"a rule has {', '.join(sorted(_KEYS))}")
    if not row.get("match") or not row.get("not_match"):
        raise ConfigInvalid(f"{where}: a rule needs `match` and `not_match` examples", "write one of each")


def _verdict(text: str, where: str) -> Verdict:
    verdict = Verdict(text)
    if verdict is Verdict.ALLOW:
        raise ConfigInvalid(f"{where}: a rule cannot ALLOW", "rules only make it stricter; answer an approval instead")
    return verdict


def _conditions(names: Any, where: str) -> frozenset[str]:
    unknown = sorted(set(names) - CONDITIONS)
    if unknown:
        raise ConfigInvalid(f"{where}: unknown condition {unknown[0]!r}", f"there are {', '.join(sorted(CONDITIONS))}")
    return frozenset(names)


def _example(row: Mapping[str, Any], where: str) -> RuleExample:
    if "syscall" not in row:
        raise ConfigInvalid(f"{where}: an example needs `syscall`", "write the syscall as JSON in single quotes")
    return RuleExample(row["syscall"], {key: value for key, value in row.items() if key != "syscall"})
