from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.color import Color

from nlsh.config.themes import Theme, read_theme
from nlsh.core.errors import ConfigInvalid
from nlsh.tui.desk import Desk
from nlsh.tui.theme import textual_theme
from tests.tui.cases import DARK, FakeSession, screen_text, settle

THEMES = sorted(Path(__file__).parents[2].joinpath("themes").glob("*.toml"))


@pytest.mark.parametrize("path", THEMES, ids=lambda path: path.stem)
async def test_every_theme_dresses_the_desk(path: Path, session: FakeSession) -> None:
    theme = read_theme(path.stem, str(path))
    desk = Desk(session, theme, {})
    async with desk.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert desk.theme == path.stem
        assert desk.current_theme.ansi == theme.is_ansi
        assert "Processes  f2" in screen_text(desk)


@pytest.mark.parametrize("path", [path for path in THEMES if path.stem != "ansi"], ids=lambda path: path.stem)
def test_quiet_text_can_still_be_read(path: Path) -> None:
    theme = read_theme(path.stem, str(path))
    ground = Color.parse(theme.colors["background"])
    for color in (theme.variables["turn-gutter"], theme.colors["foreground"], theme.colors["primary"]):
        assert contrast(Color.parse(color), ground) >= 4.5


def contrast(one: Color, other: Color) -> float:
    """The ratio of the web's accessibility guidelines."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: Color) -> float:
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize(
    ("colors", "word"),
    [
        ({"primary": "notacolor"}, "notacolor"),
        ({"secondary": "#fff"}, "primary"),
        ({"primary": "#fff", "x": "#fff"}, "'x'"),
    ],
)
def test_a_bad_theme_is_refused_by_name(colors: dict[str, str], word: str) -> None:
    with pytest.raises(ConfigInvalid, match="theme mine") as caught:
        textual_theme(Theme("mine", colors=colors))
    assert word in caught.value.message


async def test_a_bad_theme_does_not_end_the_desk(session: FakeSession) -> None:
    desk = Desk(session, dataclasses.replace(DARK, colors={"primary": "notacolor"}), {})
    async with desk.run_test(size=(120, 40), notifications=True) as pilot:
        await settle(pilot)
        assert "notacolor" in screen_text(desk)
        await pilot.press(*"ls", "enter")
        await settle(pilot)
        assert session.lines


async def test_no_color_is_respected(
    make_desk: Callable[[], Desk], session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    desk = make_desk()
    assert desk.no_color


async def test_a_theme_without_our_variables_will_do(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    async with desk.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        for name in ("nord", "ansi-dark", "textual-light"):
            desk.theme = name
            await settle(pilot)
            assert "Processes  f2" in screen_text(desk)
