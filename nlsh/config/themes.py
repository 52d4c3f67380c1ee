"""Palettes: `themes/<name>.toml` as frozen values; the desk turns them into its library's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from nlsh.config.paths import Paths
from nlsh.config.tables import checked, checked_table, read_table, unknown_key
from nlsh.core.errors import ConfigInvalid

COLORS: Final = (
    *("primary", "secondary", "accent", "foreground", "background", "surface", "panel", "boost"),
    *("warning", "error", "success"),
)
"""The keys of `[colors]`; only `primary` must be given."""

VARIABLES: Final = ("risk-destructive", "verdict-allow", "verdict-ask", "verdict-deny", "turn-gutter")
"""nlsh's own variables; `[variables]` must give them all, and may give more of the desk's."""

_WORDS: Final = re.compile(
    r"black|silver|gray|white|maroon|red|purple|fuchsia|green|lime|olive|yellow|navy|blue|teal|aqua|orange|transparent"
    r"|ansi_default|ansi_(?:bright_)?(?:black|red|green|yellow|blue|magenta|cyan|white)"
)
_HEX: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_STYLE: Final = re.compile(
    r"(?:none|bold|dim|italic|underline|reverse|strike)(?: (?:bold|dim|italic|underline|reverse))*"
)


@dataclass(frozen=True)
class Theme:
    """A palette."""

    name: str
    is_dark: bool = True
    is_ansi: bool = False
    """Whether it uses the terminal's own sixteen colours."""
    colors: Mapping[str, str] = field(default_factory=dict)
    """Base colours by name, as hex or a colour word."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Further colours by the name of what they are for; names ending in `-style` hold text styles."""


def theme_names(paths: Paths) -> tuple[str, ...]:
    """Every theme there is, sorted; none of them is read."""
    return tuple(paths.data_files("themes"))


def load_theme(paths: Paths, name: str) -> Theme:
    """One theme.

    Raises:
        ConfigInvalid: there is none of that name, or its file cannot be used; names file and key.
    """
    files = paths.data_files("themes")
    if name not in files:
        raise ConfigInvalid(f"there is no theme {name}", f"choose one of: {', '.join(files)}")
    return read_theme(name, files[name])


def load_themes(paths: Paths) -> tuple[tuple[Theme, ...], tuple[ConfigInvalid, ...]]:
    """Every theme that can be used, and what is wrong with the others."""
    themes: list[Theme] = []
    faults: list[ConfigInvalid] = []
    for name, path in paths.data_files("themes").items():
        try:
            themes.append(read_theme(name, path))
        except ConfigInvalid as fault:
            faults.append(fault)
    return tuple(themes), tuple(faults)


def read_theme(name: str, path: str) -> Theme:
    """A theme file as a value. Raises ConfigInvalid."""
    kinds = {"is_dark": "bool", "is_ansi": "bool", "colors": "table", "variables": "table"}
    table = checked_table(path, read_table(path), kinds)
    colors, variables = table.pop("colors", {}), table.pop("variables", {})
    for key in colors:
        if key not in COLORS:
            raise unknown_key(path, f"colors.{key}", (f"colors.{known}" for known in COLORS))
    _require(path, "colors", colors, ("primary",))
    _require(path, "variables", variables, VARIABLES)
    return Theme(name, colors=_colors(path, "colors", colors), variables=_colors(path, "variables", variables), **table)


def _require(path: str, part: str, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    for key in keys:
        if key not in table:
            raise ConfigInvalid(f"{path}: {part}.{key} is missing", f'add {key} = "#rrggbb" to [{part}]')


def _colors(path: str, part: str, table: Mapping[str, Any]) -> dict[str, str]:
    return {key: _color(path, f"{part}.{key}", value) for key, value in table.items()}


def _color(path: str, key: str, value: Any) -> str:
    text = str(checked(path, key, value, "str"))
    if key.endswith("-style") and _STYLE.fullmatch(text):
        return text
    if not _WORDS.fullmatch(text) and not _HEX.fullmatch(text):
        raise ConfigInvalid(f'{path}: {key} should be a colour like "#5fafff" or "ansi_blue", not {value!r}')
    return text
