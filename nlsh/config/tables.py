"""TOML files to checked values: every complaint names the file, the key and what was expected."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any, Final

from nlsh.core.errors import ConfigInvalid

_EXPECTED: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "str": ((str,), 'text in quotes, like "dark"'),
    "bool": ((bool,), "true or false"),
    "int": ((int,), "a whole number"),
    "float": ((int, float), "a number"),
    "table": ((dict,), "a table"),
}


def read_table(path: str) -> dict[str, Any]:
    """The content of a TOML file; an empty table where there is no such file.

    Raises:
        ConfigInvalid: it cannot be read, or is not TOML; the message names the line.
    """
    if not os.path.exists(path):
        return {}
    import tomllib

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise ConfigInvalid(f"{path} cannot be read: {error.strerror}", "check its permissions") from error
    except ValueError as error:
        raise ConfigInvalid(f"{path} is not valid TOML: {error}", "mend that line, or remove the file") from error


def unknown_key(path: str, key: str, known: Iterable[str]) -> ConfigInvalid:
    """The error for a key that means nothing, with the nearest that does."""
    import difflib

    choices = sorted(known)
    near = difflib.get_close_matches(key, choices, 1, 0.5)
    hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(choices)}"
    return ConfigInvalid(f"{path}: unknown key {key}", hint)


def checked(path: str, key: str, value: Any, kind: str) -> Any:
    """The value, if it is of the kind (`str`, `bool`, `int`, `float`, `table`). Raises ConfigInvalid."""
    types, words = _EXPECTED[kind]
    is_flag = isinstance(value, bool)
    if not isinstance(value, types) or (is_flag and kind != "bool"):
        raise ConfigInvalid(f"{path}: {key} should be {words}, not {value!r}", f"change {key}, or remove the line")
    return float(value) if isinstance(value, int) and kind == "float" else value


def field_kinds(owner: type) -> dict[str, str]:
    """The scalar fields of a dataclass that have a default, with their annotated kind; choices count as text."""
    return {
        field.name: str(field.type) if str(field.type) in _EXPECTED else "str"
        for field in fields(owner)
        if field.default is not MISSING
    }


def checked_table(path: str, table: Mapping[str, Any], kinds: Mapping[str, str]) -> dict[str, Any]:
    """The table with every key known and every value of its kind. Raises ConfigInvalid."""
    for key in table:
        if key not in kinds:
            raise unknown_key(path, key, kinds)
    return {key: checked(path, key, value, kinds[key]) for key, value in table.items()}
