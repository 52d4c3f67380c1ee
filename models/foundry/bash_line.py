"""Command lines as words: pipelines of simple commands with at most one `> file`, read with the grammar of bash.

Whatever means more than its words do (substitutions, variables but $HOME, lists, loops, other redirections) is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

import tree_sitter_bash
from tree_sitter import Language, Node, Parser


class NotConverted(Exception):
    """A row that becomes no pair; the message is the reason as the report counts it."""


@dataclass(frozen=True)
class Line:
    """The commands of a pipeline, each as its words, and the file the last one writes to."""

    commands: tuple[tuple[str, ...], ...]
    to: str = ""
    appends: bool = False


_FIND_END: Final = re.compile(r"(?<=\s);(?=\s*(?:$|[|>-]))")
_FIND_BRACKET: Final = re.compile(r"(?<=\s)([()])(?=\s)")
_SORTED: Final = re.compile(r"<\(\s*sort\s+(?:-u\s+)?([^\s()<>|&;]+)\s*\)")
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_QUIET: Final = frozenset({"2>/dev/null", "2> /dev/null", "2>&1"})
"""What these hide or mix in are complaints, which a typed syscall tells apart anyway."""


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_bash.language()))


def read_line(text: str) -> Line:
    """A command line as its words. Raises NotConverted."""
    mended = _mended(text.strip())
    if not mended.isascii():
        raise NotConverted("not parsed")
    root = _parser().parse(mended.encode()).root_node
    if root.has_error or len(root.named_children) != 1 or root.named_children[0].end_byte != root.end_byte:
        raise NotConverted("not parsed")
    return _line(root.named_children[0])


def _mended(text: str) -> str:
    """The data set lost some backslashes of `find`; and `comm` needs its input sorted, which a set does not."""
    if re.match(r"(?:sudo )?find\b", text):
        text = re.sub(r"\u2014 ?", "-", text).replace("\u201c", '"').replace("\u201d", '"')
        text = re.sub(r"(?<=[^\s\\]);$", "", re.sub(r"(\{\}['\"]?)\s*\\+;", r"\1 \\;", text))
        return _FIND_BRACKET.sub(r"\\\1", _FIND_END.sub(r"\\;", text))
    return _SORTED.sub(r"\1", text) if text.startswith("comm ") else text


def _line(node: Node) -> Line:
    if node.type == "redirected_statement":
        body, *redirects = node.named_children
        line = _line(body)
        for redirect in redirects:
            line = _redirected(line, redirect)
        return line
    if node.type == "command":
        return Line((_words(node),))
    if node.type == "pipeline":
        lines = [_line(child) for child in node.named_children]
        if any(line.to for line in lines[:-1]) or any(child.type == "|&" for child in node.children):
            raise NotConverted("no simple command")
        return Line(tuple(command for line in lines for command in line.commands), lines[-1].to, lines[-1].appends)
    raise NotConverted("no simple command")


def _redirected(line: Line, redirect: Node) -> Line:
    if _text(redirect) in _QUIET:
        return line
    sign = [child.type for child in redirect.children if not child.is_named]
    if redirect.type != "file_redirect" or sign not in ([">"], [">>"]) or len(redirect.named_children) != 1 or line.to:
        raise NotConverted("redirect")
    return Line(line.commands, _word(redirect.named_children[0]), sign == [">>"])


def _words(command: Node) -> tuple[str, ...]:
    """The words; pieces that touch are one word, as `{` and `}` are in the grammar."""
    words: list[str] = []
    end = -1
    for child in command.children:
        piece = _word(child.named_children[0] if child.type == "command_name" else child)
        if child.start_byte == end:
            words[-1] += piece
        else:
            words.append(piece)
        end = child.end_byte
    return tuple(words)


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _word(node: Node) -> str:
    if node.type in ("word", "number"):
        return _ESCAPED.sub(r"\1", _text(node))
    if node.type == "raw_string":
        return _text(node)[1:-1]
    if node.type == "string":
        return "".join(map(_piece, node.named_children)) if node.named_children else _text(node)[1:-1]
    if node.type == "concatenation":
        return "".join(_word(child) if child.is_named else _text(child) for child in node.children)
    if node.type in ("simple_expansion", "expansion") and _text(node) in ("$HOME", "${HOME}"):
        return "~"
    if not node.is_named and node.type in ("{", "}", "!", "[", "]", "*", "?", ",", "=", ".."):
        return _text(node)
    if node.type == "brace_expression":
        return _text(node)
    raise NotConverted("substitution")


def _piece(node: Node) -> str:
    if node.type == "string_content":
        return re.sub(r'\\(["\\$`])', r"\1", _text(node))
    return _word(node)
