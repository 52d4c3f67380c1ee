"""What must not be touched, what is delicate, what is not the person's own: compared by path and by (device, inode)."""

from __future__ import annotations

import os
import pwd
import re
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from nlsh.core.scope import Scope
from nlsh.tools.tree import real, resolved

Identity = tuple[int, int]

# fmt: off
_ROOTS: Final = (
    "/", "/home", "/etc", "/usr", "/boot", "/bin", "/lib", "/lib32", "/lib64", "/libx32", "/sbin", "/var", "/root",
    "/dev", "/proc", "/sys", "/opt", "/run", "/srv", "/tmp", "/mnt", "/media", "/snap", "/usr/bin", "/usr/sbin",  # noqa: S108
    "/usr/lib", "/usr/lib64", "/usr/local", "/usr/share", "/var/lib", "/var/log", "/var/tmp", "/nix", "/System",  # noqa: S108
    "/Library", "/Applications", "/Users", "/private", "/Volumes",
)
_KERNEL: Final = ("/dev", "/proc", "/sys")
_SYSTEM: Final = (
    "/etc", "/usr", "/boot", "/bin", "/lib", "/lib32", "/lib64", "/libx32", "/sbin", "/var", "/opt", "/root", "/run",
    "/srv", "/snap", "/nix", "/dev", "/proc", "/sys", "/System", "/Library",
)
# fmt: on
_SHARED_MEMORY: Final = "/dev/shm/"  # noqa: S108
_OPEN: Final = ("/var/tmp", "/var/folders", "/dev/shm", "/run/user", "/run/media")  # noqa: S108
_SECRET = re.compile(
    r"/\.(ssh|gnupg|aws|azure|kube|password-store|pki)(/|$)"
    r"|/\.(netrc|pgpass|git-credentials|npmrc|pypirc|vault-token|my\.cnf|docker/config\.json)$"
    r"|/\.env(\.[^/]*)?$|/[^/]+\.(pem|key|kdbx|p12|pfx|keystore|jks)$|/id_(rsa|dsa|ecdsa|ed25519)$"
    r"|/\.config/(gcloud|gh|op|rclone)(/|$)|/credentials(\.json)?$"
)
_KEYRING = re.compile(r"/(keyrings|kwalletd|Keychains)(/|$)")
_HISTORY = re.compile(r"/\.[a-z_]*history$|/fish_history$|/\.zsh_sessions(/|$)|/\.(lesshst|viminfo)$")
_BROWSER = re.compile(
    r"/\.mozilla(/|$)|/\.thunderbird(/|$)|/(google-chrome|chromium|BraveSoftware|microsoft-edge|vivaldi|firefox)(/|$)"
)
_SYSTEM_SECRET = re.compile(
    r"/proc/[^/]+/environ$|/etc/(shadow|gshadow|sudoers)(-|\.d(/|$)|$)|/proc/kcore$|/dev/k?mem$"
)
_STARTUP = re.compile(
    r"/\.(bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|zshrc|zprofile|zshenv|zlogin|kshrc|cshrc|"
    r"tcshrc|inputrc|xinitrc|xprofile|xsession|xsessionrc|pam_environment|gitconfig|envrc|pythonrc)$"
    r"|/\.config/(autostart|systemd|fish|environment\.d|git)(/|$)|/\.ssh/(authorized_keys|config|rc)$"
    r"|/\.git/(hooks(/|$)|config$)|/\.local/bin(/|$)|/(sitecustomize|usercustomize)\.py$|/crontabs?(/|$)"
)


def sensitive(path: str) -> str:
    """Why reading a path is delicate, in a clause, or empty. Looks at the spelling and at where links lead."""
    for spelled in dict.fromkeys((path, resolved(path))):
        for pattern, why in (
            (_SECRET, "it may hold keys or credentials"),
            (_KEYRING, "it is a keyring"),
            (_HISTORY, "it is a command history"),
            (_BROWSER, "it is part of a browser or mail profile"),
            (_SYSTEM_SECRET, "it holds secrets of the system or of a process"),
        ):
            if pattern.search(spelled):
                return why
    return ""


def is_outside(path: str, scope: Scope) -> bool:
    """Whether a path lies outside both the home and the working directory, links resolved."""
    return outside_test(scope)(path)


def outside_test(scope: Scope) -> Callable[[str], bool]:
    """`is_outside` for many paths: home and working directory are resolved once."""
    inside = {resolved(scope.home), resolved(scope.cwd)} - {"/"}
    starts = tuple(folder + "/" for folder in inside)

    def test(path: str) -> bool:
        place = resolved(path)
        return place not in inside and not place.startswith(starts)

    return test


@lru_cache(maxsize=1024)
def owner_name(uid: int) -> str:
    """A user's name, or the number where there is none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def mount_points() -> frozenset[str]:
    """Where file systems are mounted, as the kernel lists them; empty where it does not."""
    try:
        with open("/proc/self/mountinfo", "rb") as lines:
            return frozenset(_unescape(line.split(b" ", 5)[4]) for line in lines)
    except OSError:
        return frozenset()


def _unescape(field: bytes) -> str:
    return os.fsdecode(re.sub(rb"\\([0-7]{3})", lambda match: bytes([int(match[1], 8)]), field))


def _ancestors(path: str) -> Iterator[str]:
    while path != "/":
        path = os.path.dirname(path)
        yield path


def _identity(path: str) -> Identity | None:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


class Wards:
    """The protected places of one moment. Made once for many paths; asks the kernel, keeps nothing longer."""

    def __init__(self, scope: Scope) -> None:
        self._paths: dict[str, str] = {}
        self._identities: dict[Identity, str] = {}
        self._trees: dict[Identity, str] = {}
        self._tree_paths: dict[str, str] = {}
        self._mounts = mount_points()
        self._above_mounts = frozenset(above for mount in self._mounts for above in _ancestors(mount))
        self._known: dict[str, str] = {}
        self._heads: dict[str, str] = {}
        self._scope = scope
        self._home = resolved(scope.home)
        self._own = {os.geteuid()} | ({_uid(scope.cwd), _uid(scope.home)} if os.geteuid() == 0 else set())
        self._collect()

    def _collect(self) -> None:
        for root in _ROOTS:
            self._add(root, f"{root} is a system folder")
        self._add(self._scope.home, "it is your home folder")
        self._add_above(self._scope.home, "your home folder lies in it")
        self._add(self._scope.cwd, "it is the current folder")
        self._add_above(self._scope.cwd, "the current folder lies in it")
        for tree, what in self._own_trees():
            self._add_tree(tree, f"it belongs to {what}")
            self._add_above(tree, f"{what} lies in it")
        for tree in _KERNEL:
            self._add_tree(tree, f"{tree} belongs to the kernel")

    def _own_trees(self) -> Iterator[tuple[str, str]]:
        scope = self._scope
        yield scope.services.state_dir, "nlsh's own state"
        yield os.path.join(scope.env.get("XDG_CONFIG_HOME") or f"{scope.home}/.config", "nlsh"), "nlsh's own settings"
        yield os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "the running nlsh"
        if sys.prefix != sys.base_prefix:
            yield sys.prefix, "the running nlsh"

    def _add(self, path: str, why: str) -> None:
        for spelled in (path, os.path.realpath(path)):
            self._paths.setdefault(spelled, why)
        identity = _identity(path)
        if identity is not None:
            self._identities.setdefault(identity, why)

    def _add_above(self, path: str, why: str) -> None:
        for above in _ancestors(os.path.realpath(path)):
            self._add(above, why)

    def _add_tree(self, path: str, why: str) -> None:
        self._tree_paths.setdefault(os.path.realpath(path), why)
        identity = _identity(path)
        if identity is not None:
            self._trees.setdefault(identity, why)

    def protected(self, path: str) -> str:
        """Why a path must never be deleted, moved or have its mode changed, or empty.

        A link counts as what it leads to, except to a mount point: removing such a link harms nothing.
        """
        place = self._place(path)
        target = os.path.realpath(place) if os.path.islink(place) else place
        return self._mounted(place) or self._as_itself(target) or self._in_tree(place, target)

    def _place(self, path: str) -> str:
        """As `real`, each folder resolved once."""
        head, name = os.path.split(path)
        if name in ("", ".", ".."):
            return real(path)
        if head not in self._heads:
            self._heads[head] = os.path.realpath(head)
        return os.path.join(self._heads[head], name)

    def _mounted(self, place: str) -> str:
        if place in self._paths:
            return self._paths[place]
        if place in self._mounts:
            return "it is a mount point"
        return "a file system is mounted below it" if place in self._above_mounts else ""

    def _as_itself(self, target: str) -> str:
        identity = _identity(target)
        return self._paths.get(target, "") if identity is None else self._identities.get(identity, "")

    def _in_tree(self, place: str, target: str) -> str:
        if target.startswith(_SHARED_MEMORY):
            return ""
        return self._tree(os.path.dirname(place)) or self._tree(target)

    def _tree(self, place: str) -> str:
        """Why a place inside or at the top of a warded tree is warded; folders are asked once."""
        unknown: list[str] = []
        why = ""
        while place not in self._known:
            why = self._tree_paths.get(place) or self._trees.get(_identity(place) or (-1, -1), "")
            unknown.append(place)
            if why or place == "/":
                break
            place = os.path.dirname(place)
        else:
            why = self._known[place]
        self._known.update(dict.fromkeys(unknown, why))
        return why

    def is_own(self, uid: int) -> bool:
        """Whether a user id is the person's own; root working in somebody's folder counts as that somebody too."""
        return uid in self._own

    def privileged(self, path: str) -> str:
        """Why changing a path takes or gives more than a person's own rights, or empty."""
        place = resolved(path)
        if self._is_at_home(place):
            return self._others(place) or _startup(place)
        if not _below_any(place, _OPEN):
            system = next((root for root in _SYSTEM if place == root or place.startswith(root + "/")), "")
            if system:
                return f"{system} belongs to the system"
        return self._others(place) or _startup(place)

    def _is_at_home(self, place: str) -> bool:
        return self._home != "/" and (place == self._home or place.startswith(self._home + "/"))

    def _others(self, place: str) -> str:
        uid = _uid(place)
        return "" if uid < 0 or self.is_own(uid) else f"it belongs to {owner_name(uid)}"


def _below_any(place: str, folders: tuple[str, ...]) -> bool:
    return any(place.startswith(folder + "/") for folder in folders)


def _startup(place: str) -> str:
    return "programs or your shell run it by themselves" if _STARTUP.search(place) else ""


def _uid(path: str) -> int:
    try:
        return os.stat(path).st_uid
    except OSError:
        return -1


def protected(path: str, scope: Scope) -> str:
    """Why a path must never be deleted, moved or have its mode changed, or empty. For many paths make one Wards."""
    return Wards(scope).protected(path)


def privileged(path: str, scope: Scope) -> str:
    """Why changing a path takes or gives more than a person's own rights, or empty. For many make one Wards."""
    return Wards(scope).privileged(path)
