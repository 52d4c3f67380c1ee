"""A command line as its commands, redirections and assignments, in the order they stand. The door to tree-sitter.

Words carry their value where it can be known without running anything: quotes removed, `~` and known variables put in.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

_MOST_NODES: Final = 20_000
_OPERATOR: Final = re.compile(r"[|&;()<>{}$`*\[]")
_MOST_OPERATORS: Final = 600
"""The parser recovers from errors in quadratic time: with more of these, 16 KiB could take it seconds."""
_MOST_DEPTH: Final = 60
"""How deep quotes and expansions may nest inside one word."""
_ALLOWED: Final = frozenset(
    {"program", "list", "pipeline", "command", "command_name", "word", "string", "string_content", "raw_string"}
    | {"number", "concatenation", "|", "&&", "||", ";", '"', "\n"}
)
_SPECIAL: Final = re.compile(r"[*?\[\]{}~\\$!`]")
_SUBSTITUTES: Final = re.compile(r"\$\(|`")
_ESCAPED: Final = re.compile(r"\\(\n|.)", re.DOTALL)
_ANSI: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
_ANSI_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|.)", re.DOTALL)


@dataclass(frozen=True)
class Word:
    """One word of a command. `text` is its value; where a part is unknown, that part is missing."""

    text: str
    is_known: bool = True
    is_plain: bool = True
    """Whether it means itself, letter for letter, outside quotes and in."""


@dataclass(frozen=True)
class Command:
    """A simple command: its name and its arguments."""

    words: tuple[Word, ...]


@dataclass(frozen=True)
class Redirection:
    """`operator` with its target."""

    operator: str
    target: Word


@dataclass(frozen=True)
class Assignment:
    """NAME=VALUE, before a command or on its own."""

    name: str
    value: Word


@dataclass(frozen=True)
class Body:
    """The text of a heredoc or a herestring."""

    text: str


Item = Command | Redirection | Assignment | Body


@dataclass
class Script:
    """A parsed text. `fault` says why it is more than plain commands; empty if it is not."""

    items: list[Item] = field(default_factory=list)
    fault: str = ""


_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")
"""To bash a byte of a word like any other; the grammar's scanner looks it up beyond the end of a table and crashes.

So the grammar is shown a dot for each, which is no more than a byte of a word either, and the text keeps its offsets.
"""


@cache
def _parser() -> Parser:
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    return Parser(Language(tree_sitter_bash.language()))


def parse(text: str, variables: Mapping[str, str]) -> Script:
    """A text of at most 16 KiB as a script; never raises on any text."""
    if len(_OPERATOR.findall(text)) > _MOST_OPERATORS:
        return Script(fault="it has too many operators to be judged")
    source = text.encode("utf-8", "surrogateescape")
    tree = _parser().parse(_BEYOND_ASCII.sub(b".", source))
    return _Reader(source, dict(variables)).read(tree.root_node)


class _Reader:
    """One walk over one tree."""

    def __init__(self, source: bytes, variables: dict[str, str]) -> None:
        self._source = source
        self._variables = variables
        self._script = Script()
        self._covered = 0

    def read(self, root: Node) -> Script:
        if root.has_error:
            self._fault("it cannot be parsed")
        waiting = [root]
        count = 0
        while waiting:
            node = waiting.pop()
            count += 1
            if count > _MOST_NODES:
                self._fault("it is too long to be judged")
                break
            self._visit(node)
            waiting.extend(reversed(node.children))
        self._cover(len(self._source))
        return self._script

    def _visit(self, node: Node) -> None:
        if node.type not in _ALLOWED or node.is_missing:
            self._fault(f"it is more than plain commands ({_spoken(node.type)})")
        if node.child_count == 0:
            self._cover(node.start_byte)
            self._covered = max(self._covered, node.end_byte)
        if node.type in ("command", "declaration_command", "test_command", "unset_command"):
            self._command(node)
        elif node.type == "variable_assignment":
            self._assign(node)
        elif node.type in ("file_redirect", "herestring_redirect"):
            self._redirect(node)
        elif node.type == "heredoc_body":
            self._script.items.append(Body(self._text(node)))

    def _command(self, node: Node) -> None:
        words = [self._word(child) for child in node.children if child.is_named and child.type not in _NOT_WORDS]
        if node.type != "command":
            words.insert(0, Word(node.children[0].type if node.children else ""))
        if node.type == "command" and b"\n" in self._source[node.start_byte : node.end_byte]:
            self._fault("a command spans lines")
        if words:
            self._script.items.append(Command(tuple(words)))

    def _assign(self, node: Node) -> None:
        name = node.child_by_field_name("name")
        value = node.child_by_field_name("value")
        if name is None:
            return
        word = Word("") if value is None else self._word(value)
        self._script.items.append(Assignment(self._text(name), word))
        if word.is_known:
            self._variables[self._text(name)] = word.text
        else:
            self._variables.pop(self._text(name), None)

    def _redirect(self, node: Node) -> None:
        operator = next((child.type for child in node.children if not child.is_named), "<")
        target = self._word(node.children[-1]) if node.children else Word("", is_known=False)
        self._script.items.append(Body(target.text) if operator == "<<<" else Redirection(operator, target))

    def _word(self, node: Node, depth: int = 0) -> Word:
        if depth > _MOST_DEPTH:
            return Word("", is_known=False, is_plain=False)
        kind = node.type
        if kind in ("concatenation", "command_name", "string"):
            parts = [self._word(child, depth + 1) for child in node.children if child.type != '"' or kind != "string"]
            return _joined(parts, is_plain=_is_whole(node))
        if kind in ("simple_expansion", "expansion"):
            return self._expansion(self._text(node))
        reader = _LEAVES.get(kind)
        if reader is None:
            return Word("", is_known=False, is_plain=False)
        return reader(self._text(node), self._variables)

    def _expansion(self, text: str) -> Word:
        name = text.lstrip("$").strip("{}")
        if name in self._variables and text in (f"${name}", f"${{{name}}}"):
            return Word(self._variables[name], is_plain=False)
        return Word("", is_known=False, is_plain=False)

    def _cover(self, until: int) -> None:
        """A byte that no leaf holds was dropped by the parser."""
        if self._source[self._covered : until].strip(b" \t\n"):
            self._fault("a part of it was not understood")
        self._covered = max(self._covered, until)

    def _fault(self, reason: str) -> None:
        self._script.fault = self._script.fault or reason

    def _text(self, node: Node) -> str:
        return self._source[node.start_byte : node.end_byte].decode("utf-8", "surrogateescape")


_NOT_WORDS: Final = frozenset({"variable_assignment", "file_redirect", "herestring_redirect", "heredoc_redirect"})


def _spoken(kind: str) -> str:
    return "it has errors" if kind == "ERROR" else kind.replace("_", " ")


def _joined(parts: list[Word], *, is_plain: bool) -> Word:
    return Word(
        "".join(part.text for part in parts),
        all(part.is_known for part in parts),
        is_plain and all(part.is_plain for part in parts),
    )


def _is_whole(node: Node) -> bool:
    """Whether the children of a node leave no gap: what stands in a gap would be lost."""
    ends = [child.end_byte for child in node.children]
    starts = [child.start_byte for child in node.children]
    return ends[:-1] == starts[1:]


def _bare(text: str, variables: Mapping[str, str]) -> Word:
    """A word outside quotes."""
    value = _ESCAPED.sub(lambda match: "" if match[1] == "\n" else match[1], text)
    if value.startswith("~"):
        value = _home(value, variables)
    return Word(value, is_plain=not _SPECIAL.search(text) and text.isascii())


def _home(text: str, variables: Mapping[str, str]) -> str:
    name, slash, rest = text.partition("/")
    own = ("~", "~" + variables.get("USER", ""))
    home = variables.get("HOME") if name in own else os.path.expanduser(name)
    return (home if home else name) + slash + rest


def _inside(text: str, _: Mapping[str, str]) -> Word:
    """Text inside double quotes."""
    value = re.sub(r'\\([$`"\\\n])', lambda match: match[1].strip("\n"), text)
    return Word(value, is_plain=not re.search(r"[\\$!`]", text))


def _raw(text: str, _: Mapping[str, str]) -> Word:
    value = text[1:-1]
    return Word(value, is_plain=not _SUBSTITUTES.search(value))


def _ansi(text: str, _: Mapping[str, str]) -> Word:
    return Word(_ANSI_ESCAPE.sub(_ansi_letter, text[2:-1]), is_plain=False)


def _ansi_letter(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "xuU" and len(code) > 1:
        return chr(min(int(code[1:], 16), 0x10FFFF))
    return chr(int(code, 8) % 256) if code[0] in "01234567" else _ANSI.get(code, code)


_LEAVES: Final = {
    "word": _bare, "number": _bare, "string_content": _inside, "raw_string": _raw, "ansi_c_string": _ansi,
    "extglob_pattern": _bare, "brace_expression": _bare, "regex": _bare, "test_operator": _bare, "variable_name": _bare,
    "special_variable_name": _bare,
}  # fmt: skip


def commands(items: list[Item]) -> Iterator[Command]:
    """The commands among the items."""
    return (item for item in items if isinstance(item, Command))
