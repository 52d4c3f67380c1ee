"""Keys by the id of what they do: `prompt.submit = "enter"`, in `keymap.toml` or in `[keymap]` of `config.toml`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from nlsh.config.tables import unknown_key
from nlsh.core.errors import ConfigInvalid


def read_keymap(path: str, table: Mapping[str, Any]) -> dict[str, str]:
    """A keymap table to id → keys, several joined by commas (`"ctrl+c,escape"`); the empty text unbinds.

    Raises:
        ConfigInvalid: a value is neither a key nor a list of keys.
    """
    return {name: _keys(path, name, value) for name, value in _flat("", table)}


def check_ids(path: str, keymap: Mapping[str, str], known: Collection[str]) -> None:
    """Raise ConfigInvalid for the first id that no binding has."""
    for name in keymap:
        if name not in known:
            raise unknown_key(path, name, known)


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    # A dotted id without quotes is a nested table to TOML.
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}{key}.", value)
        else:
            yield prefix + key, value


def _keys(path: str, name: str, value: Any) -> str:
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or not all(isinstance(key, str) and not set(key) & set(" \t\n") for key in keys):
        raise ConfigInvalid(f'{path}: {name} should be a key like "ctrl+g" or a list of keys, not {value!r}')
    return ",".join(keys)
