"""The words each shell knows by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final


def words(text: str) -> frozenset[str]:
    """A set of words, written as one text."""
    return frozenset(text.split())


_POSIX: Final = words(
    """. : [ alias bg break cd command continue echo eval exec exit export false fc fg getopts hash jobs kill printf
    pwd read readonly return set shift test times trap true type ulimit umask unalias unset wait"""
)
BUILTINS: Final[Mapping[str, frozenset[str]]] = {
    "bash": _POSIX
    | words(
        """bind builtin caller compgen complete compopt declare dirs disown enable help history let local logout mapfile
        popd pushd readarray shopt source suspend typeset"""
    ),
    "zsh": _POSIX
    | words(
        """autoload bindkey builtin bye chdir compctl declare dirs disable disown echotc echoti emulate enable float
        functions getln history integer let limit local log logout noglob popd print private pushd pushln rehash sched
        setopt source suspend ttyctl typeset unfunction unhash unlimit unsetopt vared whence where which zcompile
        zformat zle zmodload zparseopts zstyle"""
    ),
    "fish": words(
        """. : [ abbr argparse bg bind block breakpoint builtin cd commandline complete contains count disown echo emit
        eval exec exit false fg functions history jobs math path printf pwd random read realpath return set set_color
        source status string test true type ulimit wait"""
    ),
    "sh": _POSIX | {"local"},
}
_SH_KEYWORDS: Final = words("! { } case do done elif else esac fi for if in then until while")
KEYWORDS: Final[Mapping[str, frozenset[str]]] = {
    "bash": _SH_KEYWORDS | words("[[ ]] coproc function select time"),
    "zsh": _SH_KEYWORDS | words("[[ coproc end foreach function nocorrect noglob repeat select time"),
    "fish": words("and begin break case command continue else end for function if not or return switch time while"),
    "sh": _SH_KEYWORDS,
}
BASH_ON: Final = words(
    """checkwinsize cmdhist complete_fullquote extquote force_fignore globasciiranges globskipdots hostcomplete
    interactive_comments patsub_replacement progcomp promptvars sourcepath braceexpand hashall interactive-comments"""
)
"""Options that a fresh `bash -c` has set."""
BASH_NEVER: Final = words("login_shell restricted_shell monitor noexec onecmd history histexpand emacs vi")
"""Options that make no sense for a line of its own, or would lock the person out."""
ZSH_ALIASES: Final = frozenset({"alias run-help=man", "alias which-command=whence"})
"""Aliases that a fresh zsh has."""
ZSH_NEVER: Final = words("monitor zle interactive shinstdin login norcs noexec privileged singlecommand nohashdirs")
ZSH_RUNNING: Final = words("errexit errreturn nounset verbose xtrace")
"""Options that would already act on the preamble."""
OWN_TO_BASH: Final = words(
    """_ COLUMNS COMP_WORDBREAKS DIRSTACK EPOCHREALTIME EPOCHSECONDS EUID FUNCNAME GROUPS HISTCMD HOSTNAME HOSTTYPE
    LINENO LINES MACHTYPE OLDPWD OPTERR OPTIND OSTYPE PATH PIPESTATUS PPID PS1 PS2 PS4 PWD RANDOM SECONDS SHELL
    SHELLOPTS SHLVL SRANDOM TERM UID"""
)
"""Variables that bash makes for itself."""
