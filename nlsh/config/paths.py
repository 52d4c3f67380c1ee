"""Where nlsh's files belong: XDG folders, or everything under `NLSH_HOME`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from nlsh.core.errors import ConfigInvalid

_PACKAGE: Final = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


@dataclass(frozen=True)
class Paths:
    """Three folders, absolute. None of them is made by asking for its name."""

    config_dir: str
    """`config.toml`, `rules.toml`, `keymap.toml`, and the person's own `themes/` and `models/`."""
    state_dir: str
    """Ledger, journal, trash index, history, memory: for its owner only."""
    cache_dir: str
    """What can be made again: the requantised model, prefix snapshots."""

    @classmethod
    def find(cls) -> Paths:
        """From the environment: `NLSH_HOME` if it is set, else XDG."""
        home = os.environ.get("NLSH_HOME")
        if home:
            folder = os.path.abspath(os.path.expanduser(home))
            return cls(*(os.path.join(folder, part) for part in ("config", "state", "cache")))
        from platformdirs import PlatformDirs

        dirs = PlatformDirs("nlsh", appauthor=False)
        return cls(dirs.user_config_dir, dirs.user_state_dir, dirs.user_cache_dir)

    @property
    def config_file(self) -> str:
        """The settings file, whether or not it exists."""
        return os.path.join(self.config_dir, "config.toml")

    def make_state_dir(self) -> str:
        """The state folder, there and private (0700). Raises ConfigInvalid."""
        return _made(self.state_dir)

    def make_cache_dir(self) -> str:
        """The cache folder, there and private (0700). Raises ConfigInvalid."""
        return _made(self.cache_dir)

    def data_folders(self, kind: Literal["themes", "models"]) -> tuple[str, ...]:
        """Where data files of a kind are looked for, first come first: the person's, the wheel's, the checkout's."""
        return (
            os.path.join(self.config_dir, kind),
            os.path.join(_PACKAGE, f"_{kind}"),
            os.path.join(os.path.dirname(_PACKAGE), kind),
        )

    def data_files(self, kind: Literal["themes", "models"]) -> Mapping[str, str]:
        """Every data file of a kind: name without `.toml` → path, sorted by name."""
        found: dict[str, str] = {}
        for folder in self.data_folders(kind):
            for name in _toml_names(folder):
                found.setdefault(name, os.path.join(folder, name + ".toml"))
        return dict(sorted(found.items()))


def _toml_names(folder: str) -> list[str]:
    try:
        return [name.removesuffix(".toml") for name in os.listdir(folder) if name.endswith(".toml")]
    except OSError:
        return []


def _made(folder: str) -> str:
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        if os.stat(folder).st_mode & 0o077:
            os.chmod(folder, 0o700)
    except OSError as error:
        raise ConfigInvalid(
            f"the folder {folder} cannot be used: {error.strerror}", "set NLSH_HOME to a folder of your own"
        ) from error
    return folder
