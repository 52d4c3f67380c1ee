"""The grammar of one request: which plans the model may say, generated from the syscalls and the real values."""

from __future__ import annotations

from collections.abc import Sequence as Listing
from dataclasses import dataclass
from functools import partial
from typing import Final

from nlsh.core.syscall import Argument, SyscallSpec
from nlsh.inference.rules import Choice, Node, Rule, Sequence, Words, json_text, optional, write
from nlsh.inference.values import Candidates, Values

MAX_STEPS: Final = 4


@dataclass(frozen=True)
class _Member:
    """One `"key":value` of a syscall's object."""

    node: Node
    is_required: bool


Shapes = Listing[tuple[str, ...]]
"""Sequences of syscall names; none: any."""


def gbnf(specs: Listing[SyscallSpec], candidates: Candidates, max_steps: int = MAX_STEPS, shapes: Shapes = ()) -> str:
    """The grammar as GBNF, root rule `root`.

    Raises:
        ValueError: no syscall could be said, because required arguments have no possible value.
    """
    return write(plan_rule(specs, candidates, max_steps, shapes))


def plan_rule(
    specs: Listing[SyscallSpec], candidates: Candidates, max_steps: int = MAX_STEPS, shapes: Shapes = ()
) -> Rule:
    """The rule of a whole plan: one to `max_steps` steps, each referring to earlier ones only, or one of the shapes.

    Raises:
        ValueError: no syscall could be said, because required arguments have no possible value.
    """
    syscalls = _Syscalls(specs, Values(candidates))
    if not syscalls.possible(1):
        raise ValueError("no syscall has a possible value for each of its required arguments")
    sayable = [shape for shape in shapes if syscalls.may_say(shape)]
    if shapes and not sayable:
        raise ValueError("no allowed plan has a possible value for each required argument")
    steps = _shaped(syscalls, 1, sayable) if sayable else _steps(syscalls, 1, max_steps)
    return Rule("root", lambda: Sequence(Words("["), steps, Words("]")))


def _shaped(syscalls: _Syscalls, number: int, shapes: Shapes) -> Node:
    """One of the shapes, from its first name on."""
    rests: dict[str, list[tuple[str, ...]]] = {}
    for shape in dict.fromkeys(shapes):
        rests.setdefault(shape[0], []).append(shape[1:])
    return Choice(tuple(_led_by(syscalls, number, name, tails) for name, tails in rests.items()))


def _led_by(syscalls: _Syscalls, number: int, name: str, rests: Shapes) -> Node:
    first = syscalls.named(name, number)
    longer = [rest for rest in rests if rest]
    if not longer:
        return first
    following = Sequence(Words(","), _shaped(syscalls, number + 1, longer))
    return Sequence(first, optional(following) if () in rests else following)


def _steps(syscalls: _Syscalls, number: int, last: int) -> Node:
    if number == last:
        return syscalls.step(number)
    return Sequence(syscalls.step(number), optional(Sequence(Words(","), _steps(syscalls, number + 1, last))))


class _Syscalls:
    """The rules of all syscalls. Those that cannot refer to earlier steps are the same rule in every step."""

    def __init__(self, specs: Listing[SyscallSpec], values: Values) -> None:
        self._specs = specs
        self._values = values
        self._rules: dict[tuple[int, int], Rule] = {}

    def possible(self, step: int) -> list[int]:
        """The indices of the syscalls whose required arguments all have a possible value."""
        return [index for index, spec in enumerate(self._specs) if self._is_possible(spec, step)]

    def step(self, number: int) -> Rule:
        """One step: an object with one key."""
        return Rule(f"step-{number}", lambda: Choice(self._syscall(index, number) for index in self.possible(number)))

    def may_say(self, shape: tuple[str, ...]) -> bool:
        """Whether every step of a shape is known and has a possible value for each required argument."""
        at = {spec.name: spec for spec in self._specs}
        return bool(shape) and all(
            name in at and self._is_possible(at[name], number) for number, name in enumerate(shape, 1)
        )

    def named(self, name: str, number: int) -> Node:
        """A step that is the syscall of that name."""
        index = next(index for index, spec in enumerate(self._specs) if spec.name == name)
        return self._syscall(index, number)

    def _is_possible(self, spec: SyscallSpec, step: int) -> bool:
        return all(self._values.rule(argument, step) for argument in spec.arguments if argument.is_required)

    def _syscall(self, index: int, step: int) -> Node:
        """`{"name":` and its object. The object is a rule, so that it is built only if the name is said."""
        spec = self._specs[index]
        step = step if any(map(self._values.depends_on_step, spec.arguments)) else 1
        if (index, step) not in self._rules:
            name = f"s-{index}-{step}"
            self._rules[index, step] = Rule(name, lambda: self._object(spec, step, name))
        return Sequence(Words("{" + json_text(spec.name) + ":{"), self._rules[index, step])

    def _object(self, spec: SyscallSpec, step: int, name: str) -> Node:
        members = [member for argument in spec.arguments if (member := self._member(argument, step))]
        return Sequence(*_members(members, name), Words("}}"))

    def _member(self, argument: Argument, step: int) -> _Member | None:
        value = self._values.rule(argument, step)
        if value is None:
            return None
        return _Member(Sequence(Words(json_text(argument.name) + ":"), value), argument.is_required)


def _members(members: Listing[_Member], name: str) -> tuple[Node, ...]:
    """The members in order, those that are not required being optional, with a comma between any two."""
    if not members:
        return ()
    tails = _tails(members, name)
    first_required = next((at for at, member in enumerate(members) if member.is_required), len(members))
    heads = (Sequence(one.node, *tails[at : at + 1]) for at, one in enumerate(members[: first_required + 1]))
    return (Choice(heads),) if first_required < len(members) else (optional(Choice(heads)),)


def _tails(members: Listing[_Member], name: str) -> list[Rule]:
    """What may follow member `n`, as a rule each; nothing follows the last."""
    tails: list[Rule] = []
    for at in range(len(members) - 1, 0, -1):
        following = Sequence(Words(","), members[at].node)
        node = following if members[at].is_required else optional(following)
        tails.insert(0, Rule(f"{name}-{at}", partial(Sequence, node, *tails[:1])))
    return tails
