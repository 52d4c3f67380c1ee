"""Protected places are found out however they are spelled."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import nlsh
from nlsh.core.scope import Scope
from nlsh.tools.wards import mount_points, privileged, protected, sensitive

SPELLINGS = [
    "/",
    "//",
    "/.",
    "/..",
    "/../",
    "/./",
    "/home",
    "/home/",
    "/home/.",
    "//home",
    "/home/../home",
    "/etc",
    "/etc/",
    "/etc/.",
    "/etc/..",
    "//etc//",
    "/usr",
    "/usr/../usr",
    "/usr/bin/..",
    "/bin",
    "/sbin",
    "/lib",
    "/var",
    "/var/.",
    "/root",
    "/root/../root",
    "/dev",
    "/proc",
    "/sys",
    "/opt",
    "/boot",
    "/tmp",
    "/proc/self/root",
    "/proc/self/root/",
    "/proc/self/root/etc",
    "/proc/self/root/home",
    "/proc/self/cwd/../../../../../../../../../etc",
    "/etc/../etc/../etc",
    "/usr/lib",
    "/dev/null",
    "/dev/../etc",
    "/proc/1",
    "/proc/self",
    "/sys/kernel",
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_system_place_is_protected_however_spelled(spelling: str, scope: Scope) -> None:
    assert protected(spelling, scope)


def test_home_here_and_all_above_are_protected(scope: Scope) -> None:
    for path in (
        scope.home,
        scope.cwd,
        f"{scope.cwd}/..",
        f"{scope.cwd}/../.",
        f"{scope.home}/..",
        f"{scope.cwd}/../../..",
    ):
        assert protected(path, scope)
    deep = replace(scope, cwd=f"{scope.cwd}/a/b")
    os.makedirs(deep.cwd)
    assert protected(f"{scope.cwd}/a", deep)
    assert not protected(f"{scope.cwd}/a", scope)


def test_links_to_protected_places_count(scope: Scope, cwd: Path) -> None:
    for number, place in enumerate(("/etc", scope.home, "/", scope.services.state_dir)):
        link = cwd / f"link{number}"
        link.symlink_to(place)
        assert protected(str(link), scope)
        assert protected(f"{link}/.", scope)
    (cwd / "loop").symlink_to("loop")
    (cwd / "harmless").symlink_to("loop")
    assert not protected(str(cwd / "harmless"), scope)


def test_nlsh_itself_and_its_state_are_protected_inside_too(scope: Scope, cwd: Path) -> None:
    package = os.path.dirname(os.path.abspath(nlsh.__file__))
    state = scope.services.state_dir
    for path in (
        state,
        f"{state}/ledger.db",
        f"{state}/new",
        os.path.dirname(state),
        package,
        f"{package}/cli.py",
        sys.prefix,
    ):
        assert protected(path, scope)
    (cwd / "door").symlink_to(os.path.dirname(state))
    assert protected(str(cwd / "door" / "nlsh" / "ledger.db"), scope)
    assert protected(f"{scope.home}/.config/nlsh/rules.toml", scope)


def test_mount_points_are_protected(scope: Scope) -> None:
    for mount in mount_points():
        assert protected(mount, scope)
    assert "/" in mount_points()


def test_ordinary_places_are_not(scope: Scope, cwd: Path) -> None:
    for path in (f"{scope.cwd}/x", f"{scope.home}/Documents", "/etc/hostname", "/usr/share/doc/x", f"{scope.cwd}/etc"):
        assert not protected(path, scope)


@pytest.mark.parametrize(
    "path", ["/etc/hosts", "/usr/bin/env", "/var/log/syslog", "/boot/x", "/opt/x", "/root-less/../etc/x"]
)
def test_system_places_are_privileged(path: str, scope: Scope) -> None:
    assert privileged(path, scope)


def test_files_that_run_by_themselves_are_privileged(scope: Scope) -> None:
    for name in (
        ".bashrc",
        ".config/autostart/x.desktop",
        ".git/hooks/pre-commit",
        ".local/bin/ls",
        ".ssh/authorized_keys",
    ):
        assert privileged(f"{scope.home}/{name}", scope)
    assert not privileged(f"{scope.home}/notes.txt", scope)
    assert not privileged(f"{scope.cwd}/new/thing", scope)


@pytest.mark.skipif(os.geteuid() != 0, reason="giving files away takes root")
def test_what_belongs_to_others_is_privileged_unless_root_works_there(scope: Scope, cwd: Path) -> None:
    (cwd / "theirs").write_text("")
    os.chown(cwd / "theirs", 4242, 4242)
    assert "4242" in privileged(str(cwd / "theirs"), scope)
    os.chown(cwd, 4242, 4242)
    assert not privileged(str(cwd / "theirs"), scope)


@pytest.mark.parametrize(
    "path",
    [
        "~/.ssh/id_rsa",
        "~/.ssh",
        "~/.gnupg/x",
        "~/.aws/credentials",
        "~/.kube/config",
        "~/.netrc",
        "~/p/.env",
        "~/p/.env.local",
        "~/.bash_history",
        "~/.local/share/fish/fish_history",
        "~/.local/share/keyrings/login.keyring",
        "~/.mozilla/firefox/x",
        "/etc/shadow",
        "/proc/1/environ",
        "/proc/self/environ",
        "~/server.pem",
        "~/.config/google-chrome/Default",
        "~/.zsh_history",
    ],
)
def test_secrets_are_sensitive(path: str) -> None:
    assert sensitive(os.path.expanduser(path))


def test_links_to_secrets_are_sensitive(cwd: Path) -> None:
    (cwd / "innocent").symlink_to("/etc/shadow")
    assert sensitive(str(cwd / "innocent"))
    for path in ("/etc/hostname", "/home/x/environ", "/home/x/notes.txt", "/home/x/history.md"):
        assert not sensitive(path)
