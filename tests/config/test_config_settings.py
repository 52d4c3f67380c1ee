from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from nlsh.config.paths import Paths
from nlsh.config.settings import Settings, change_setting, load_settings
from nlsh.core.errors import ConfigInvalid


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(*(str(tmp_path / part) for part in ("config", "state", "cache")))


def write(paths: Paths, text: str, name: str = "config.toml") -> None:
    folder = Path(paths.config_dir)
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)


def test_without_a_file_everything_has_its_default(paths: Paths) -> None:
    assert load_settings(paths) == Settings()


def test_every_key_of_the_file_is_read(paths: Paths) -> None:
    write(
        paths,
        'model = "~/a.gguf"\ntheme = "paper"\nplan_floor = 0\nact_floor = 0.9\nplan_deadline_s = 3\n'
        'recall_limit = 0\nhistory_limit = 7\nediting = "vi"\nnotifications = false\n'
        'screen_reader = true\n[keymap]\nprompt.submit = "ctrl+j"\n"app.quit" = ["ctrl+q", "f10"]\n',
    )
    keymap = {"prompt.submit": "ctrl+j", "app.quit": "ctrl+q,f10"}
    assert load_settings(paths) == Settings("~/a.gguf", "paper", 0.0, 0.9, 3.0, 0, 7, keymap, "vi", False, True)


def test_a_keymap_file_goes_before_the_table(paths: Paths) -> None:
    write(paths, '[keymap]\napp.quit = "f10"\npane.help = "f1"\n')
    write(paths, 'app.quit = ""\n', "keymap.toml")
    assert load_settings(paths).keymap == {"app.quit": "", "pane.help": "f1"}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('modle = "x"', "unknown key modle", "did you mean model?"),
        ("zzz = 1", "unknown key zzz", "known keys: act_floor, "),
        ("theme = 3", "theme should be text in quotes", "change theme"),
        ("recall_limit = 2.5", "recall_limit should be a whole number", "change recall_limit"),
        ("recall_limit = true", "recall_limit should be a whole number, not True", "change recall_limit"),
        ("plan_floor = true", "plan_floor should be a number", "change plan_floor"),
        ("act_floor = 1.5", "act_floor should be from 0 to 1", ""),
        ("plan_floor = 0.9", "plan_floor should not be above act_floor", "swap"),
        ("history_limit = -1", "history_limit should be 0 or more", ""),
        ('editing = "vim"', "editing should be emacs or vi, not vim", ""),
        ("notifications = 1", "notifications should be true or false", "change notifications"),
        ("plan_deadline_s = 0", "plan_deadline_s should be", ""),
        ("keymap = 3", "keymap should be a table", "change keymap"),
        ("[keymap]\nprompt.submit = 3", "prompt.submit should be a key", ""),
        ("model = ", "not valid TOML", "mend that line"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_key(paths: Paths, text: str, message: str, hint: str) -> None:
    write(paths, text)
    with pytest.raises(ConfigInvalid) as caught:
        load_settings(paths)
    assert message in caught.value.message
    assert paths.config_file in caught.value.message
    assert caught.value.hint.startswith(hint)


def test_a_file_that_is_a_folder_is_a_sentence(paths: Paths) -> None:
    Path(paths.config_file).mkdir(parents=True)
    with pytest.raises(ConfigInvalid, match="cannot be read"):
        load_settings(paths)


def test_changing_a_setting_leaves_every_other_line(paths: Paths) -> None:
    write(paths, '# mine\ntheme = "paper"  # bright\nrecall_limit = 2\n\n[keymap]\nmodel.x = "f9"\n')
    changed = change_setting(paths, "model", 'C:\\odd "name"')
    assert changed == load_settings(paths)
    assert changed.model == 'C:\\odd "name"'
    change_setting(paths, "theme", "dark")
    assert Path(paths.config_file).read_text() == (
        '# mine\ntheme = "dark"\nrecall_limit = 2\n\nmodel = "C:\\\\odd \\"name\\""\n[keymap]\nmodel.x = "f9"\n'
    )


def test_changing_a_setting_makes_the_file(paths: Paths) -> None:
    assert change_setting(paths, "plan_floor", 0.5).plan_floor == 0.5
    assert load_settings(paths).plan_floor == 0.5


@pytest.mark.parametrize(("key", "value"), [("modell", "x"), ("theme", 3), ("plan_floor", 2)])
def test_a_change_that_cannot_be_leaves_the_file(paths: Paths, key: str, value: str | int) -> None:
    write(paths, "# mine\n")
    with pytest.raises(ConfigInvalid):
        change_setting(paths, key, value)
    assert Path(paths.config_file).read_text() == "# mine\n"


def test_every_setting_says_what_it_is_for() -> None:
    import ast
    import inspect

    [body] = [node.body for node in ast.parse(inspect.getsource(Settings)).body if isinstance(node, ast.ClassDef)]
    described = [
        body[at].target.id  # type: ignore[attr-defined]
        for at in range(len(body) - 1)
        if isinstance(body[at], ast.AnnAssign) and isinstance(body[at + 1], ast.Expr)
    ]
    assert described == [field.name for field in fields(Settings)]
