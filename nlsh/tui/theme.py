"""A theme file's colours as a Textual theme, checked before it is used: a bad colour would end the app later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from textual.color import Color, ColorParseError
from textual.theme import Theme as TextualTheme

from nlsh.core.errors import ConfigInvalid

if TYPE_CHECKING:
    from nlsh.config.themes import Theme

BASE_COLORS: Final = frozenset(
    {
        *("primary", "secondary", "accent", "foreground", "background", "surface", "panel", "boost"),
        *("warning", "error", "success"),
    }
)
"""The colours a theme may name; only `primary` must be."""


def textual_theme(theme: Theme) -> TextualTheme:
    """The theme as Textual wants it; one of the terminal's own sixteen colours stays so.

    Raises:
        ConfigInvalid: a colour or its name cannot be used; the message names theme and key.
    """
    for name, value in theme.colors.items():
        _check(theme.name, name, value)
    if "primary" not in theme.colors:
        raise ConfigInvalid(f"theme {theme.name}: there is no colour 'primary'", "every theme needs one")
    made = TextualTheme(
        name=theme.name,
        dark=theme.is_dark,
        variables=dict(theme.variables),
        ansi=theme.is_ansi,
        **dict(theme.colors),  # type: ignore[arg-type]  # names are checked above
    )
    try:
        made.to_color_system().generate()
    except (ColorParseError, ValueError) as error:
        raise ConfigInvalid(f"theme {theme.name}: {error}", "correct the theme file") from error
    return made


def variable_defaults(theme: TextualTheme) -> dict[str, str]:
    """nlsh's own variables in the colours of a theme that does not name them."""
    colors = theme.to_color_system().generate()
    quiet = "ansi_bright_black"
    if not theme.ansi:
        quiet = Color.parse(colors["background"]).blend(Color.parse(colors["foreground"]), 0.65).hex
    return {
        "risk-destructive": colors["error"],
        "verdict-allow": colors["success"],
        "verdict-ask": colors["warning"],
        "verdict-deny": colors["error"],
        "turn-gutter": quiet,
    }


def _check(theme: str, name: str, value: str) -> None:
    if name not in BASE_COLORS:
        raise ConfigInvalid(f"theme {theme}: {name!r} is no colour of a theme", f"use {', '.join(sorted(BASE_COLORS))}")
    try:
        Color.parse(value)
    except ColorParseError as error:
        raise ConfigInvalid(f"theme {theme}: {name} = {value!r} is no colour", "write it like #88c0d0") from error
