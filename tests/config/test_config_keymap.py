from __future__ import annotations

import pytest

from nlsh.config.keymap import check_ids, read_keymap
from nlsh.core.errors import ConfigInvalid


def test_nested_and_quoted_ids_are_the_same() -> None:
    nested = {"prompt": {"submit": "enter", "history": {"older": ["up", "ctrl+p"]}}}
    flat = {"prompt.submit": "enter", "prompt.history.older": ["up", "ctrl+p"]}
    assert read_keymap("k", nested) == read_keymap("k", flat) == flat | {"prompt.history.older": "up,ctrl+p"}


@pytest.mark.parametrize("value", [1, ["a", 1], "ctrl + g", {"x": 1}])
def test_what_is_no_key_is_refused(value: object) -> None:
    with pytest.raises(ConfigInvalid, match=r"k\.toml: a\.b.* should be a key"):
        read_keymap("k.toml", {"a.b": value})


def test_an_unknown_id_names_the_nearest() -> None:
    check_ids("k.toml", {"prompt.submit": "enter"}, ("prompt.submit",))
    with pytest.raises(ConfigInvalid) as caught:
        check_ids("k.toml", {"promt.submit": "enter"}, ("prompt.submit", "app.quit"))
    assert caught.value.hint == "did you mean prompt.submit?"
