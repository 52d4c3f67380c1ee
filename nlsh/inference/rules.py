"""A grammar as a tree of rules, and how it is written as GBNF.

The tree is what `automaton` walks while the model decodes; the GBNF says the same to llama.cpp and to servers that
take it. Rules are built when they are first looked at: a plan visits few of the syscalls it may use.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Final


class Node:
    """A piece of a grammar. Nodes are compared by identity."""

    def gbnf(self) -> str:
        """The piece as GBNF."""
        raise NotImplementedError

    def parts(self) -> tuple[Node, ...]:
        """The pieces it refers to."""
        return ()


class Branch:
    """A point in a piece of text: which bytes lead on to where, and whether the piece may end here."""

    __slots__ = ("is_end", "next")

    def __init__(self) -> None:
        self.next: dict[int, Branch] = {}
        self.is_end = False


_END: Final = Branch()
_END.is_end = True


class Leaf(Node):
    """A piece that is text itself."""

    @cached_property
    def trie(self) -> Branch:
        """Where it begins."""
        return self._grow()

    def _grow(self) -> Branch:
        raise NotImplementedError


class Words(Leaf):
    """Exactly one of some texts, none of them empty."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts

    def _grow(self) -> Branch:
        root = Branch()
        for text in self._texts:
            branch = root
            for byte in text.encode():
                branch = branch.next.setdefault(byte, Branch())
            branch.is_end = True
        return root

    def gbnf(self) -> str:
        """The texts in quotes, with bars between."""
        quoted = ['"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in self._texts]
        return quoted[0] if len(quoted) == 1 else "(" + " | ".join(quoted) + ")"


class Byte(Leaf):
    """One byte of some; only inside `Beyond` if it is not ASCII, GBNF has no such thing."""

    def __init__(self, values: Iterable[int]) -> None:
        self._values = tuple(values)

    def _grow(self) -> Branch:
        branch = Branch()
        branch.next = dict.fromkeys(self._values, _END)
        return branch


class Chars(Byte):
    """One ASCII character of a set."""

    def __init__(self, chars: str) -> None:
        super().__init__(sorted(chars.encode("ascii")))

    def gbnf(self) -> str:
        """The set as a character class; what GBNF reads as a sign of its own is written in hexadecimal."""
        return "[" + "".join(f"\\x{byte:02x}" if byte in b"]\\[^-" else chr(byte) for byte in self._values) + "]"


class Sequence(Node):
    """One after the other."""

    def __init__(self, *items: Node) -> None:
        self.items = items

    def gbnf(self) -> str:
        """The items with spaces between."""
        return " ".join(item.gbnf() for item in self.items)

    def parts(self) -> tuple[Node, ...]:
        """The items."""
        return self.items


class Choice(Node):
    """One of several."""

    def __init__(self, items: Iterable[Node]) -> None:
        self.items = tuple(items)

    def gbnf(self) -> str:
        """The items with bars between, in parentheses."""
        return "(" + " | ".join(item.gbnf() for item in self.items) + ")"

    def parts(self) -> tuple[Node, ...]:
        """The items."""
        return self.items


_TAIL: Final = (0x80, 0xBF)
_UTF8: Final = (
    ((0xC2, 0xDF), _TAIL),
    ((0xE0, 0xE0), (0xA0, 0xBF), _TAIL),
    ((0xE1, 0xEC), _TAIL, _TAIL),
    ((0xED, 0xED), (0x80, 0x9F), _TAIL),
    ((0xEE, 0xEF), _TAIL, _TAIL),
    ((0xF0, 0xF0), (0x90, 0xBF), _TAIL, _TAIL),
)
"""Well-formed sequences of two to four bytes: no overlong form, no surrogate, nothing beyond U+3FFFF.

Nothing is assigned there but private use, and the embedded model has no tokens for the bytes F1 and F2.
"""


class Beyond(Choice):
    """One character beyond ASCII, as well-formed UTF-8."""

    def __init__(self) -> None:
        super().__init__(Sequence(*(Byte(range(low, high + 1)) for low, high in shape)) for shape in _UTF8)

    def gbnf(self) -> str:
        """Every code point from U+0080 to U+3FFFF."""
        return r"[\U00000080-\U0003FFFF]"

    def parts(self) -> tuple[Node, ...]:
        """None that GBNF could name."""
        return ()


class Repeat(Node):
    """Between `low` and `high` times."""

    def __init__(self, item: Node, low: int, high: int) -> None:
        self.item, self.low, self.high = item, low, high

    @cached_property
    def rest(self) -> Repeat:
        """What may follow one item."""
        return Repeat(self.item, max(0, self.low - 1), self.high - 1)

    def gbnf(self) -> str:
        """The item with its bounds."""
        bounds = "?" if (self.low, self.high) == (0, 1) else f"{{{self.low},{self.high}}}"
        return f"({self.item.gbnf()}){bounds}"

    def parts(self) -> tuple[Node, ...]:
        """The item."""
        return (self.item,)


class Rule(Node):
    """A named piece, built when first looked at. Names are unique within a grammar: `[a-z0-9-]+`."""

    def __init__(self, name: str, build: Callable[[], Node]) -> None:
        self.name = name
        self._build = build

    @cached_property
    def body(self) -> Node:
        """What the name stands for."""
        return self._build()

    def gbnf(self) -> str:
        """The name."""
        return self.name

    def parts(self) -> tuple[Node, ...]:
        """The body."""
        return (self.body,)


ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TO_ESCAPE = re.compile('["\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\U00040000-\U0010ffff]')


def json_text(value: str) -> str:
    """A string as JSON: raw UTF-8, but control characters, surrogates (undecodable bytes) and what lies beyond
    U+3FFFF as escapes."""
    return '"' + _TO_ESCAPE.sub(lambda match: ESCAPES.get(match[0]) or json.dumps(match[0])[1:-1], value) + '"'


def optional(item: Node) -> Node:
    """Once or not at all."""
    return Repeat(item, 0, 1)


def write(root: Rule) -> str:
    """The whole grammar as GBNF, the root first under the name `root`."""
    lines = [f"root ::= {root.body.gbnf()}"]
    lines += [f"{rule.name} ::= {rule.body.gbnf()}" for rule in _reachable(root) if rule is not root]
    return "\n".join(lines) + "\n"


def _reachable(root: Rule) -> Iterator[Rule]:
    seen: set[Node] = set()
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        if isinstance(node, Rule):
            yield node
        waiting.extend(node.parts())
