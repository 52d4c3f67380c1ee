"""The command line, declared: options, subcommands, and the module each of them lives in."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NoReturn

from nlsh.core.errors import UsageError

_COUNT_HELP: Final = "how many"


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are ours: one sentence and what to do."""

    def error(self, message: str) -> NoReturn:
        """Refuse the command line. Raises UsageError."""
        raise UsageError(message, f"{self.prog} --help shows what there is; nlsh -c LINE runs a line")


_SWITCHES: Final = frozenset({"--yes", "--dry-run", "--json", "--ask"})


def with_line_attached(words: Sequence[str]) -> list[str]:
    """`-c LINE` as one word, so that a LINE that begins with a dash is a line and not an option.

    In `-c --json LINE` an option of ours stands before the line; the last word is always the line.
    """
    words = list(words)
    at = first_word(words)
    if at is None or words[at] != "-c" or at + 1 == len(words):
        return words
    end = at + 1
    while end + 1 < len(words) and words[end] in _SWITCHES:
        end += 1
    return [*words[:at], *words[at + 1 : end], f"--line={words[end]}", *words[end + 1 :]]


def first_word(words: Sequence[str]) -> int | None:
    """Where the options before the first word of a command line end: at that word, or at `-c`; None at its end."""
    is_value = False
    for index, word in enumerate(words):
        if not is_value and (word in ("-c", "--") or not word.startswith("-")):
            return index
        is_value = not is_value and word == "--model"
    return None


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    from nlsh import __version__

    top = _Parser(
        prog="nlsh",
        description="Your own shell, plus verbs in plain language, offline, with undo and a receipt.",
        epilog="Without arguments: the desk. nlsh FILE [WORD ...] runs a file of lines. "
        "Exit codes: 0 done, 1 failed, 2 usage, 3 not understood, 4 no model, "
        "126 refused or declined, 130 cancelled.",
        allow_abbrev=False,
    )
    top.add_argument("-c", "--line", dest="line", metavar="LINE", help="run one line, a command or an utterance")
    top.add_argument("--inline", action="store_true", help="line mode: a prompt in the terminal's own scrollback")
    top.add_argument("--screen-reader", action="store_true", help="line mode for a screen reader: nothing is redrawn")
    top.add_argument("--ask", action="store_true", help="with -c: show the plan and ask before anything runs")
    top.add_argument("--yes", action="store_true", help="answer yes to approvals up to R3")
    top.add_argument("--dry-run", action="store_true", help="plan, facts and preview; nothing runs")
    top.add_argument("--version", "-V", action="version", version=f"nlsh {__version__}")
    _shared(top, json=False, model="")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="subcommands")
    for add in (_add_streams, _add_past, _add_audit, _add_memory, _add_machine):
        add(commands)
    return top


def subcommands(top: argparse.ArgumentParser) -> frozenset[str]:
    """The names of all subcommands."""
    return frozenset(name for action in top._actions if action.dest == "command" for name in action.choices or ())


if TYPE_CHECKING:  # argparse has no public name for what add_subparsers returns
    _Commands = argparse._SubParsersAction[_Parser]


def _shared(parser: argparse.ArgumentParser, **defaults: object) -> None:
    """Options that stand before or after the subcommand; there, an unsaid one must not undo what was said here."""
    said = {key: defaults.get(key, argparse.SUPPRESS) for key in ("json", "model")}
    parser.add_argument("--json", action="store_true", default=said["json"], help="machine-readable output")
    parser.add_argument("--model", metavar="NAME", default=said["model"], help="plan with this model, or GGUF file")


def _add(commands: _Commands, name: str, module: str, text: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.", allow_abbrev=False)
    command.set_defaults(module=module)
    _shared(command)
    return command


def _add_streams(commands: _Commands) -> None:
    _add(commands, "route", "streams", "read lines, say of each whether it is a literal or an utterance")
    plan = _add(commands, "plan", "streams", "read utterances, print the plan of each; runs nothing")
    plan.add_argument("--shell", action="store_true", help="print a shell command for each instead")
    _add(commands, "check", "streams", "read shell commands, print what policy says to each; runs nothing")


def _add_past(commands: _Commands) -> None:
    for name, text in (("undo", "take the last change back, or the last N"), ("redo", "make undone changes again")):
        _add(commands, name, "past", text).add_argument("count", metavar="N", nargs="?", type=_positive, default=1)
    history = _add(
        commands, "history", "past", "show the last turns; a line that began with a space is only on the ledger"
    )
    history.add_argument("containing", metavar="TEXT", nargs="?", default="", help="only turns whose line has this")
    history.add_argument("-n", dest="count", metavar="N", type=_positive, default=20, help=_COUNT_HELP)
    grants = _add(commands, "grants", "past", "show remembered answers, or revoke one")
    grants.add_argument("action", nargs="?", choices=("list", "revoke"), default="list")
    grants.add_argument("id", nargs="?", default="", help="which grant to revoke")


def _add_audit(commands: _Commands) -> None:
    audit = _add(commands, "audit", "audit", "read the ledger: its tail, its head, a check of its chain, all of it")
    audit.add_argument("action", choices=("tail", "verify", "head", "export"))
    audit.add_argument("count", metavar="N", nargs="?", type=_positive, default=20, help=_COUNT_HELP)


def _add_memory(commands: _Commands) -> None:
    memory = _add(commands, "memory", "memory", "search what is remembered, add to it, forget, or see how it is kept")
    memory.add_argument("action", choices=("search", "add", "forget", "doctor"))
    memory.add_argument("words", metavar="TEXT", nargs="*", help="what to search or add; the numbers to forget")
    memory.add_argument("-n", dest="count", metavar="N", type=_positive, default=5, help=_COUNT_HELP)


def _add_machine(commands: _Commands) -> None:
    _add(commands, "ps", "processes", "show jobs and the model's process among the processes")
    model = _add(commands, "model", "models", "list models, use one, or say what one is")
    model.add_argument("action", choices=("list", "use", "info"))
    model.add_argument("name", metavar="NAME", nargs="?", default="", help="a name of the list, or a GGUF file")
    init = _add(commands, "init", "init", "print what makes your own shell know nlsh: a key, and a hook")
    init.add_argument("shell", choices=("bash", "zsh", "fish"))
    _add(commands, "doctor", "doctor", "say what works here, what is missing, and how to get it")
    bench = _add(commands, "bench", "bench", "measure planning, routing and the ledger on this machine")
    bench.add_argument("--rounds", metavar="N", type=_positive, default=1, help="how often to plan each utterance")
    _add(commands, "help", "reference", "list the syscalls, or explain one").add_argument(
        "syscall", metavar="SYSCALL", nargs="?", default=""
    )


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"not a number from 1 upwards: {text}")
    return number
