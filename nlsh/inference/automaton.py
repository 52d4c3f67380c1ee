"""Walks a grammar byte by byte: what may come next, and what must.

States are sets of positions in the rule tree, made when first reached and kept, so that walking is a dictionary
look-up a byte. A request has its own grammar and its own automaton.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from nlsh.inference.rules import Branch, Choice, Leaf, Node, Repeat, Rule, Sequence

MAX_FORCED_BYTES: Final = 256


class _Cell:
    """What is still to come: a node, then the rest. Interned, so identity is equality."""

    __slots__ = ("node", "rest")

    def __init__(self, node: Node, rest: _Cell | None) -> None:
        self.node = node
        self.rest = rest


_Head = tuple[Branch, "_Cell | None"]
"""A place where a byte is awaited: in a piece of text, and what comes after the piece."""


class State:
    """Where a text stands in the grammar. `is_final`: it may end here."""

    __slots__ = ("heads", "is_final", "legal", "moves")

    def __init__(self, heads: frozenset[_Head], is_final: bool) -> None:
        self.heads = heads
        self.is_final = is_final
        self.moves: dict[int, State] = {}
        self.legal: frozenset[int] = frozenset().union(*(branch.next for branch, _ in heads))
        """The bytes that may come next."""


class Automaton:
    """The grammar below one rule."""

    def __init__(self, root: Rule) -> None:
        self._cells: dict[tuple[Node, _Cell | None], _Cell] = {}
        self._closures: dict[_Cell, tuple[frozenset[_Head], bool]] = {}
        self._states: dict[tuple[frozenset[_Head], bool], State] = {}
        self.start: Final = self._state(*self._closure(self._cell(root, None)))

    def walk(self, state: State, data: bytes) -> State | None:
        """The state after some bytes; None if the grammar forbids them."""
        for byte in data:
            if byte not in state.legal:
                return None
            state = state.moves.get(byte) or self._move(state, byte)
        return state

    def forced(self, state: State) -> tuple[bytes, State]:
        """The bytes that must come next because nothing else can, and the state after them."""
        found = bytearray()
        while len(state.legal) == 1 and not state.is_final and len(found) < MAX_FORCED_BYTES:
            (byte,) = state.legal
            found.append(byte)
            state = state.moves.get(byte) or self._move(state, byte)
        return bytes(found), state

    def _move(self, state: State, byte: int) -> State:
        heads: set[_Head] = set()
        ended: set[_Cell | None] = set()
        for branch, rest in state.heads:
            reached = branch.next.get(byte)
            if reached is None:
                continue
            if reached.next:
                heads.add((reached, rest))
            if reached.is_end:
                ended.add(rest)
        more, is_final = self._union(ended)
        state.moves[byte] = self._state(more | heads, is_final)
        return state.moves[byte]

    def _state(self, heads: frozenset[_Head], is_final: bool) -> State:
        key = (heads, is_final)
        if key not in self._states:
            self._states[key] = State(heads, is_final)
        return self._states[key]

    def _cell(self, node: Node, rest: _Cell | None) -> _Cell:
        key = (node, rest)
        if key not in self._cells:
            self._cells[key] = _Cell(node, rest)
        return self._cells[key]

    def _closure(self, cell: _Cell | None) -> tuple[frozenset[_Head], bool]:
        """Every place that awaits a byte when `cell` is to come, and whether the text may end there."""
        if cell is None:
            return frozenset(), True
        if cell not in self._closures:
            self._closures[cell] = self._expand(cell.node, cell.rest)
        return self._closures[cell]

    def _expand(self, node: Node, rest: _Cell | None) -> tuple[frozenset[_Head], bool]:
        if isinstance(node, Leaf):
            return frozenset(((node.trie, rest),)), False
        if isinstance(node, Rule):
            return self._closure(self._cell(node.body, rest))
        if isinstance(node, Sequence):
            for item in reversed(node.items):
                rest = self._cell(item, rest)
            return self._closure(rest)
        if isinstance(node, Choice):
            return self._union([self._cell(item, rest) for item in node.items])
        assert isinstance(node, Repeat)
        branches: list[_Cell | None] = [rest] if node.low == 0 else []
        more = self._cell(node.rest, rest) if node.high > 1 else rest
        return self._union([*branches, self._cell(node.item, more)])

    def _union(self, cells: Collection[_Cell | None]) -> tuple[frozenset[_Head], bool]:
        closures = [self._closure(cell) for cell in cells]
        return frozenset[_Head]().union(*(heads for heads, _ in closures)), any(may_end for _, may_end in closures)
