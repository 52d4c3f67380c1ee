from __future__ import annotations

from pathlib import Path

import pytest

from nlsh.config.paths import Paths
from nlsh.config.themes import VARIABLES, Theme, load_theme, load_themes, read_theme, theme_names
from nlsh.core.errors import ConfigInvalid

SHIPPED = ("ansi", "dark", "high-contrast", "paper")
TEXTS = ("foreground", "primary", "secondary", "accent", "warning", "error", "success")
GROUNDS = ("background", "surface", "panel")
LEAST_CONTRAST = {"dark": 4.5, "paper": 4.5, "high-contrast": 7.0}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    (tmp_path / "themes").mkdir()
    return Paths(str(tmp_path), "s", "k")


def luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_four_themes_ship(paths: Paths) -> None:
    assert theme_names(paths) == SHIPPED
    themes, faults = load_themes(paths)
    assert [theme.name for theme in themes] == list(SHIPPED)
    assert faults == ()
    assert {theme.name for theme in themes if not theme.is_dark} == {"paper"}
    assert {theme.name for theme in themes if theme.is_ansi} == {"ansi"}


@pytest.mark.parametrize("name", LEAST_CONTRAST)
def test_every_text_can_be_read_on_every_ground(paths: Paths, name: str) -> None:
    theme = load_theme(paths, name)
    texts = {key: theme.colors[key] for key in TEXTS} | {key: theme.variables[key] for key in VARIABLES}
    poor = {
        (key, ground): round(contrast(color, theme.colors[ground]), 2)
        for key, color in texts.items()
        for ground in GROUNDS
        if contrast(color, theme.colors[ground]) < LEAST_CONTRAST[name]
    }
    assert poor == {}


def test_the_ansi_theme_has_no_colour_of_its_own(paths: Paths) -> None:
    theme = load_theme(paths, "ansi")
    values = [value for table in (theme.colors, theme.variables) for value in table.values()]
    assert all(value.startswith("ansi_") or value == "none" for value in values)


def variables(**changes: str) -> str:
    table = dict.fromkeys(VARIABLES, "red") | changes
    return "[variables]\n" + "".join(f'{key} = "{value}"\n' for key, value in table.items())


def test_a_theme_of_ones_own(paths: Paths) -> None:
    path = Path(paths.config_dir, "themes", "mine.toml")
    path.write_text('is_dark = false\n[colors]\nprimary = "#abc"\n' + variables(footer="#11223344"))
    own = Theme("mine", False, False, {"primary": "#abc"}, dict.fromkeys(VARIABLES, "red") | {"footer": "#11223344"})
    assert load_theme(paths, "mine") == own


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[colors]\nprimary = "#12"\n' + variables(), "colors.primary should be a colour"),
        ('[colors]\nprimary = "reddish"\n' + variables(), "colors.primary should be a colour"),
        ("[colors]\nprimary = 3\n" + variables(), "colors.primary should be text"),
        ('[colors]\nprimray = "red"\n' + variables(), "unknown key colors.primray"),
        ('[colors]\naccent = "red"\n' + variables(), "colors.primary is missing"),
        ('[colors]\nprimary = "red"\n', "variables.risk-destructive is missing"),
        ('[colors]\nprimary = "red"\n' + variables(**{"verdict-ask": "no"}), "variables.verdict-ask should be a"),
        ('dark = true\n[colors]\nprimary = "red"\n' + variables(), "unknown key dark"),
        ('[colors\nprimary = "red"\n', "is not valid TOML"),
    ],
)
def test_what_is_wrong_is_said_and_the_others_still_load(paths: Paths, text: str, message: str) -> None:
    path = Path(paths.config_dir, "themes", "bad.toml")
    path.write_text(text)
    with pytest.raises(ConfigInvalid) as caught:
        read_theme("bad", str(path))
    assert caught.value.message.startswith(f"{path}")
    assert message in caught.value.message
    themes, faults = load_themes(paths)
    assert [theme.name for theme in themes] == list(SHIPPED)
    assert [fault.message for fault in faults] == [caught.value.message]


def test_a_theme_that_is_not_there_names_those_that_are(paths: Paths) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load_theme(paths, "../../etc/passwd")
    assert caught.value.hint == "choose one of: ansi, dark, high-contrast, paper"
