from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from nlsh.config.paths import Paths
from nlsh.core.errors import ConfigInvalid


def test_one_folder_holds_everything_where_nlsh_home_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NLSH_HOME", str(tmp_path / "all"))
    paths = Paths.find()
    assert {os.path.dirname(folder) for folder in (paths.config_dir, paths.state_dir, paths.cache_dir)} == {
        str(tmp_path / "all")
    }
    assert not (tmp_path / "all").exists()


@pytest.mark.skipif(os.uname().sysname == "Darwin", reason="XDG folders are asked of Linux and the BSDs")
def test_xdg_folders_are_honoured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NLSH_HOME", raising=False)
    for kind in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / kind))
    paths = Paths.find()
    assert paths == Paths(*(str(tmp_path / kind / "nlsh") for kind in ("CONFIG", "STATE", "CACHE")))
    assert paths.config_file == str(tmp_path / "CONFIG" / "nlsh" / "config.toml")


def test_the_state_folder_is_made_private_even_where_it_was_open(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir(mode=0o755)
    paths = Paths(str(tmp_path / "c"), str(tmp_path / "state"), str(tmp_path / "deep" / "cache"))
    for made in (paths.make_state_dir(), paths.make_cache_dir()):
        assert stat.S_IMODE(os.stat(made).st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    paths = Paths("c", str(tmp_path / "file" / "state"), "k")
    with pytest.raises(ConfigInvalid, match=r"file/state cannot be used: "):
        paths.make_state_dir()


def test_the_persons_own_data_file_goes_before_the_packaged_one(tmp_path: Path) -> None:
    own = tmp_path / "themes" / "dark.toml"
    own.parent.mkdir()
    own.touch()
    files = Paths(str(tmp_path), "s", "k").data_files("themes")
    assert files["dark"] == str(own)
    assert {"paper", "high-contrast", "ansi"} <= set(files)
    assert list(files) == sorted(files)
