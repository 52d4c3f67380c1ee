"""The pkg family: an apt of our own that only writes down what it was told, and the readers of all four managers."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts
from nlsh.core.results import Chunk, Emission, Note, Table
from nlsh.core.risk import Effect
from nlsh.core.scope import Scope
from nlsh.core.syscall import Syscall
from nlsh.tools.pkg import drivers
from nlsh.tools.pkg.changing import Install, Remove, Upgrade
from nlsh.tools.pkg.drivers import (
    DRIVERS,
    driver,
    read_apt_simulated,
    read_dnf_search,
    read_names,
    read_pacman_search,
)
from nlsh.tools.pkg.looking import Installed, Search

APT = """#!/bin/sh
echo "$DEBIAN_FRONTEND|$*" >> "$(dirname "$0")/calls"
case "$*" in
*missing*) echo "E: Unable to locate package missing" >&2; exit 100 ;;
*broken*) case "$1" in -s) echo "Inst broken (1)";; --print-uris) ;; *) echo "E: dpkg broke"; exit 1;; esac ;;
"-s "*present*) ;;
"-s "*remove*) echo "Remv sl [5.02]"; echo "Purg sl-data [1]" ;;
"-s "*) echo "Inst libx [1.0] (1.1 Debian [amd64])"; echo "Inst sl (5.02 Debian [amd64])"; echo "Conf sl (5.02)" ;;
*print-uris*) echo "'http://deb.example.org/sl.deb' sl.deb 1 X:0"; echo "'https://sec.example.org/x.deb' x" ;;
*) echo "Setting up sl" ;;
esac
"""
DPKG = r"""#!/bin/sh
printf 'ii \tbash\t5.2\tGNU shell\nrc \tgone\t1\tremoved\nii \tbash-doc\t5.2\tdocs\n'
"""
CACHE = """#!/bin/sh
echo "libripgrep-dev - parts of it"
echo "ripgrep - searches files"
"""


@pytest.fixture
def here(scope: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scope:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, script in (("apt-get", APT), ("dpkg-query", DPKG), ("apt-cache", CACHE)):
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return replace(scope, env={**scope.env, "PATH": f"{folder}:{scope.env['PATH']}"})


def calls(tmp_path: Path) -> list[str]:
    return (tmp_path / "bin" / "calls").read_text().splitlines()


def drive(syscall: Syscall, scope: Scope) -> tuple[Facts, list[Emission]]:
    facts = syscall.resolve(scope)
    return facts, list(syscall.run(scope, facts))


def table(emissions: list[Emission]) -> Table:
    [found] = emissions
    assert isinstance(found, Table)
    return found


def test_installed_leaves_out_what_was_removed(here: Scope) -> None:
    assert [row[0] for row in table(drive(Installed(), here)[1]).rows] == ["bash", "bash-doc"]
    assert table(drive(Installed(name_="bash"), here)[1]).rows == (("bash", "5.2", "GNU shell"),)
    assert [row[0] for row in table(drive(Installed(name_="DOC"), here)[1]).rows] == ["bash-doc"]


def test_a_program_without_a_package_is_mentioned(here: Scope, tmp_path: Path) -> None:
    [note] = drive(Installed(name_="apt-cache"), here)[1]
    assert note == Note(f"apt has no package apt-cache installed; but there is the program {tmp_path}/bin/apt-cache")


def test_search_puts_the_nearest_name_first(here: Scope) -> None:
    found = table(drive(Search(name_="ripgrep"), here)[1])
    assert found.rows[0] == ("ripgrep", "", "searches files")
    assert len(found.rows) == 2


def test_install_simulates_first_and_then_acts(here: Scope, tmp_path: Path) -> None:
    syscall = Install(name_=("sl",))
    facts = syscall.resolve(here)
    preview = syscall.preview(facts)
    assert preview.title == "install sl with apt: 2 changes"
    assert preview.lines == ("upgrade libx 1.0 to 1.1", "install sl 5.02")
    assert facts.hosts == ("deb.example.org", "sec.example.org")
    assert (facts.count, facts.targets[0].kind, facts.privileged) == (2, "package", "")
    assert all(" -s " in f" {call.partition('|')[2]} " or "--print-uris" in call for call in calls(tmp_path))
    emissions = list(syscall.run(here, facts))
    assert emissions == [Chunk(b"Setting up sl\n"), Note("apt installed sl")]
    assert calls(tmp_path)[-1] == "noninteractive|-y -q -o Dpkg::Use-Pty=0 install sl"


def test_remove_and_upgrade_say_what_they_would_do(here: Scope, tmp_path: Path) -> None:
    facts = Remove(name_=("sl",)).resolve(here)
    assert facts.details["lines"] == ["remove sl 5.02", "remove with its settings sl-data 1"]
    drive(Upgrade(), here)
    assert calls(tmp_path)[-1].endswith("upgrade")
    drive(Upgrade(name_=("sl", "libx")), here)
    assert calls(tmp_path)[-1].endswith("--only-upgrade install sl libx")


def test_an_unknown_package_is_an_error_before_anything_is_asked(here: Scope) -> None:
    with pytest.raises(NlshError, match="Unable to locate package missing"):
        Install(name_=("missing",)).resolve(here)


def test_nothing_to_do_is_said(here: Scope) -> None:
    with pytest.raises(NlshError, match="there is nothing to install"):
        Install(name_=("present",)).resolve(here)


def test_a_failure_carries_the_last_words(here: Scope) -> None:
    with pytest.raises(NlshError, match="apt could not install it") as caught:
        drive(Install(name_=("broken",)), here)
    assert caught.value.hint == "E: dpkg broke"


def test_without_root_it_says_what_root_would_type(
    here: Scope, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    syscall = Install(name_=("sl",))
    facts = syscall.resolve(here)
    assert facts.privileged == "packages are root's to change"
    before = len(calls(tmp_path))
    with pytest.raises(NlshError, match="only root may install packages") as caught:
        list(syscall.run(here, facts))
    assert caught.value.hint == "as root: apt-get -y -q -o Dpkg::Use-Pty=0 install sl"
    assert len(calls(tmp_path)) == before


@pytest.mark.parametrize("name", ["--purge", "-y", "a b", "", "vim-", "x;id", "$(id)"])
@pytest.mark.parametrize("cls", [Install, Remove, Upgrade])
def test_what_is_no_name_reaches_no_program(here: Scope, tmp_path: Path, cls: type[Syscall], name: str) -> None:
    with pytest.raises(UsageError, match="is not the name of a package"):
        cls.parse({"name": name}).resolve(here)
    assert not (tmp_path / "bin" / "calls").exists()


@pytest.mark.parametrize("name", ["g++", "libstdc++6", "python3.11", "@angular/cli", "gcc:arm64", "r-base-core"])
def test_real_names_pass(here: Scope, name: str) -> None:
    assert Install(name_=(name,)).resolve(here).count


def test_changes_are_declared_as_what_they_are() -> None:
    assert Install.effects == Upgrade.effects == frozenset({Effect.CONFIGURE, Effect.NETWORK})
    assert Remove.effects == frozenset({Effect.CONFIGURE})


def test_a_system_without_a_manager_says_so(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drivers, "find_program", lambda name, _: "")
    with pytest.raises(NlshError, match="no package manager was found"):
        driver(scope)


def test_every_manager_asks_nothing_and_knows_every_act() -> None:
    for one in DRIVERS:
        assert set(one.acts) == {"install", "remove", "upgrade"}
        for act in one.acts:
            words = " ".join(one.argv(act, ("x",)))
            assert "sudo" not in words
            assert one.name == "brew" or " -y" in words or "--noconfirm" in words


def test_pacman_does_not_simulate_what_would_change_its_lists() -> None:
    pacman = next(one for one in DRIVERS if one.name == "pacman")
    assert pacman.only_saying("upgrade", ()) == []
    assert pacman.only_saying("install", ("vim",))[:2] == ["pacman", "--print"]


def test_what_the_other_managers_say_is_read() -> None:
    assert read_dnf_search("=== Name Matched ===\nvim.x86_64 : An editor\n  more\n") == [
        ("vim.x86_64", "", "An editor")
    ]
    assert read_pacman_search("extra/vim 9.1-1 [installed]\n    An editor\n") == [("vim", "9.1-1", "An editor")]
    assert read_names("==> Formulae\nvim  neovim\n") == [("vim", "", ""), ("neovim", "", "")]
    assert read_apt_simulated("Reading lists...\nInst a [1] (2 X)\n") == ["upgrade a 1 to 2"]


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="needs dpkg")
def test_the_real_dpkg_lists_itself(scope: Scope) -> None:
    assert table(drive(Installed(name_="dpkg"), scope)[1]).rows[0][0] == "dpkg"
