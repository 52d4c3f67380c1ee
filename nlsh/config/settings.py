"""`config.toml` as one frozen value, and changing one line of it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from nlsh.config.keymap import read_keymap
from nlsh.config.paths import Paths
from nlsh.config.tables import checked, checked_table, field_kinds, read_table, unknown_key
from nlsh.core.errors import ConfigInvalid


@dataclass(frozen=True)
class Settings:
    """What the person chose. Every field has a default, so no file is needed."""

    model: str = "smollm2"
    """The model that plans: a name of the catalogue (`nlsh model list`), or the path of a GGUF file."""
    theme: str = "dark"
    """The palette of the desk: the name of a file in `themes/`, without `.toml`."""
    plan_floor: float = 0.3
    """The confidence (0 to 1) below which nlsh says that it did not understand."""
    act_floor: float = 0.6
    """The confidence (0 to 1) below which even a harmless plan is shown before it runs."""
    plan_deadline_s: float = 20.0
    """How many seconds the model may take for one plan."""
    recall_limit: int = 5
    """How many memories are recalled for an utterance; 0 turns recall off."""
    history_limit: int = 1000
    """How many past lines the prompt offers."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Keys by the id of what they do, several joined by commas."""
    editing: str = "emacs"
    """The keys that edit a line of line mode: `emacs` or `vi`."""
    notifications: bool = True
    """Whether the terminal is told when a long turn ends, or an answer is waited for, while you look elsewhere."""
    screen_reader: bool = False
    """Whether a screen reader is used: line mode in plain lines, numbered choices, nothing drawn twice."""


_KINDS = field_kinds(Settings)
_EDITING: Final = ("emacs", "vi")


def load_settings(paths: Paths) -> Settings:
    """The settings file as a value; the defaults where there is none.

    Raises:
        ConfigInvalid: an unknown key, a wrong type, or a number out of its range; names file and key.
    """
    path = paths.config_file
    table = read_table(path)
    keys = checked(path, "keymap", table.pop("keymap", {}), "table")
    return _ranged(
        path, Settings(**checked_table(path, table, _KINDS | {"keymap": "table"}), keymap=_keymap(paths, keys))
    )


def _keymap(paths: Paths, table: Mapping[str, Any]) -> dict[str, str]:
    own = os.path.join(paths.config_dir, "keymap.toml")
    return read_keymap(paths.config_file, table) | read_keymap(own, read_table(own))


def _ranged(path: str, settings: Settings) -> Settings:
    for key in ("plan_floor", "act_floor"):
        if not 0 <= getattr(settings, key) <= 1:
            raise ConfigInvalid(f"{path}: {key} should be from 0 to 1, not {getattr(settings, key)}")
    for key in ("recall_limit", "history_limit"):
        if getattr(settings, key) < 0:
            raise ConfigInvalid(f"{path}: {key} should be 0 or more, not {getattr(settings, key)}")
    if settings.editing not in _EDITING:
        raise ConfigInvalid(f"{path}: editing should be {' or '.join(_EDITING)}, not {settings.editing}")
    if settings.plan_floor > settings.act_floor:
        raise ConfigInvalid(f"{path}: plan_floor should not be above act_floor", "swap the two")
    if not 0 < settings.plan_deadline_s <= 3600:
        raise ConfigInvalid(f"{path}: plan_deadline_s should be from 0.1 to 3600, not {settings.plan_deadline_s}")
    return settings


def change_setting(paths: Paths, key: str, value: str | int | float) -> Settings:
    """Set one key in the settings file, leaving every other line as it is; returns the settings now in force.

    Raises:
        ConfigInvalid: no such key, a value it cannot have, or a file that cannot be written or is not valid.
    """
    path = paths.config_file
    if key not in _KINDS:
        raise unknown_key(path, key, _KINDS)
    settings = _ranged(path, replace(load_settings(paths), **{key: checked(path, key, value, _KINDS[key])}))
    try:
        _replace(path, _with_line(_text(path), key, f"{key} = {json.dumps(value, ensure_ascii=False)}"))
    except OSError as error:
        raise ConfigInvalid(f"{path} cannot be written: {error.strerror}", "check the permissions") from error
    return settings


def _text(path: str) -> str:
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def _with_line(text: str, key: str, line: str) -> str:
    found = re.search(r"^[ \t]*\[", text, re.M)
    top, rest = (text[: found.start()], text[found.start() :]) if found else (text, "")
    changed, count = re.subn(rf"^[ \t]*{key}[ \t]*=.*$", lambda _: line, top, count=1, flags=re.M)
    if count:
        return changed + rest
    return top + ("\n" if top and not top.endswith("\n") else "") + line + "\n" + rest


def _replace(path: str, text: str) -> None:
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    draft = f"{path}.{os.getpid()}"
    with open(draft, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
