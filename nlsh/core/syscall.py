"""The syscall: a typed request to act, declared once, from which everything else is derived.

A syscall is a frozen, keyword-only dataclass. Its docstring is its help, its fields are its arguments, its
examples teach the model, its methods find the facts, carry it out and take it back:

    @dataclass(frozen=True, kw_only=True)
    class Mkdir(Syscall):
        \"\"\"Make a folder, with the folders above it.\"\"\"

        name: ClassVar[str] = "fs.mkdir"
        effects: ClassVar[frozenset[Effect]] = frozenset({Effect.WRITE})
        examples: ClassVar[tuple[Example, ...]] = (
            Example("make a folder for the invoices of march", '[{"fs.mkdir":{"path":"invoices of march"}}]'),
        )

        path: NewPath

An argument whose name is taken (`name`, `from`) is declared with an underscore: `name_` is the argument `name`.
"""

from __future__ import annotations

import dataclasses
import inspect
import json
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, Union, get_args, get_origin

from nlsh.core.arguments import Kind, results_used
from nlsh.core.errors import PlanInvalid
from nlsh.core.facts import Facts, Preview
from nlsh.core.risk import Effect

if TYPE_CHECKING:
    from nlsh.core.results import Emission
    from nlsh.core.scope import Scope


@dataclass(frozen=True)
class Example:
    """An utterance a person would say and the plan it means, as compact JSON."""

    utterance: str
    plan: str


@dataclass(frozen=True)
class Argument:
    """One argument of a syscall, as the grammar, the help and completion see it."""

    name: str
    kind: Kind
    is_required: bool
    is_many: bool
    default: Any
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class SyscallSpec:
    """What can be said about a syscall without running it."""

    name: str
    summary: str
    arguments: tuple[Argument, ...]
    effects: frozenset[Effect]
    examples: tuple[Example, ...]
    may_be_piped: bool = False
    """Whether what it reads may be what was piped in."""


@dataclass(frozen=True, kw_only=True)
class Syscall:
    """Base of all syscalls. Subclasses are frozen dataclasses; a default equals "as if not said"."""

    name: ClassVar[str]
    effects: ClassVar[frozenset[Effect]]
    examples: ClassVar[tuple[Example, ...]] = ()
    is_reversible: ClassVar[bool] = False
    """Whether `journal` steps let `undo` take this syscall back."""

    def resolve(self, scope: Scope) -> Facts:
        """Find the facts policy needs: absolute targets, counts, sizes, owners. Reads only.

        Raises:
            NlshError: the arguments name nothing that can be worked on.
        """
        return Facts()

    def preview(self, facts: Facts) -> Preview:
        """What will happen, in the tool's own words, from resolved facts."""
        return Preview(title=f"{self.name} {self.spoken()}".strip())

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Carry it out in a worker thread, yielding what comes of it; call `scope.check()` in loops.

        Raises:
            NlshError: the work failed.
        """
        raise NotImplementedError(self.name)

    def piped(self) -> tuple[Syscall, ...]:
        """The steps that do this with what was piped in instead of with what it names; none where none do.

        After the first `$1` stands for the first of them.
        """
        return ()

    def spoken(self) -> str:
        """The arguments that were given, as `key=value` words."""
        return " ".join(
            f"{key}={value if isinstance(value, str) else json.dumps(value)}" for key, value in self.given().items()
        )

    def given(self) -> dict[str, Any]:
        """The arguments that differ from their defaults, in order, as JSON values; one of many stands bare."""
        pairs = ((field, getattr(self, field.name)) for field in dataclasses.fields(self))
        return {_said(field.name): _plain(value) for field, value in pairs if value != field.default}

    def to_json(self) -> str:
        """The canonical form: compact JSON, one key, arguments in declaration order, ASCII only."""
        return json.dumps({self.name: self.given()}, separators=(",", ":"), ensure_ascii=True)

    def results_used(self) -> frozenset[int]:
        """The numbers of the earlier steps whose results this one takes."""
        return results_used(list(self.given().values()))

    @classmethod
    def spec(cls) -> SyscallSpec:
        """Everything derived from the declaration."""
        if cls not in _SPECS:
            _SPECS[cls] = _spec(cls)
        return _SPECS[cls]

    @classmethod
    def parse(cls, arguments: Mapping[str, Any]) -> Self:
        """Arguments from JSON to a syscall.

        Raises:
            PlanInvalid: an argument is unknown, missing or of the wrong type.
        """
        known = {argument.name: argument for argument in cls.spec().arguments}
        for key in arguments:
            if key not in known:
                raise PlanInvalid(f"{cls.name} has no argument {key!r}", f"it takes: {', '.join(known) or 'nothing'}")
        for argument in known.values():
            if argument.is_required and argument.name not in arguments:
                raise PlanInvalid(f"{cls.name} needs {argument.name!r}", "say which")
        fields = {_said(field.name): field.name for field in dataclasses.fields(cls)}
        return cls(**{fields[key]: _read(cls.name, known[key], value) for key, value in arguments.items()})


def _said(field_name: str) -> str:
    """An argument's name: its field's, without the underscore that keeps it clear of other names."""
    return field_name.removesuffix("_")


def _plain(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    return value[0] if len(value) == 1 else list(value)


def _read(syscall: str, argument: Argument, value: Any) -> Any:
    """One argument value from JSON. Raises PlanInvalid."""
    if argument.is_many:
        values = value if isinstance(value, list) else [value]
        return tuple(_read_one(syscall, argument, item) for item in values)
    return _read_one(syscall, argument, value)


_TYPES: Mapping[Kind, tuple[type, ...]] = {
    Kind.INTEGER: (int,),
    Kind.PORT: (int,),
    Kind.NUMBER: (int, float),
    Kind.BOOLEAN: (bool,),
}


def _read_one(syscall: str, argument: Argument, value: Any) -> Any:
    wanted = _TYPES.get(argument.kind, (str,))
    is_bool_for_number = isinstance(value, bool) and argument.kind is not Kind.BOOLEAN
    if not isinstance(value, wanted) or is_bool_for_number:
        raise PlanInvalid(f"{syscall}: {argument.name} cannot be {json.dumps(value)[:80]}", f"it is a {argument.kind}")
    if argument.choices and value not in argument.choices:
        raise PlanInvalid(
            f"{syscall}: {argument.name} cannot be {value!r}", f"it is one of {', '.join(argument.choices)}"
        )
    if isinstance(value, str) and "\0" in value:
        raise PlanInvalid(f"{syscall}: {argument.name} holds a NUL byte", "leave it out")
    return value


_SPECS: dict[type[Syscall], SyscallSpec] = {}


def _spec(cls: type[Syscall]) -> SyscallSpec:
    hints = typing.get_type_hints(cls, include_extras=True)
    arguments = tuple(_argument(field, hints[field.name]) for field in dataclasses.fields(cls))
    summary = inspect.cleandoc(cls.__doc__ or "").partition("\n\n")[0].replace("\n", " ")
    may_be_piped = cls.piped is not Syscall.piped
    return SyscallSpec(cls.name, summary, arguments, cls.effects, cls.examples, may_be_piped)


def _argument(field: dataclasses.Field[Any], hint: Any) -> Argument:
    is_required = field.default is dataclasses.MISSING
    kind, is_many, choices = _kind(_without_none(hint))
    return Argument(_said(field.name), kind, is_required, is_many, None if is_required else field.default, choices)


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, types.UnionType):
        return next(part for part in get_args(hint) if part is not types.NoneType)
    return hint


_PLAIN: Mapping[Any, Kind] = {bool: Kind.BOOLEAN, int: Kind.INTEGER, float: Kind.NUMBER, str: Kind.TEXT}


def _kind(hint: Any) -> tuple[Kind, bool, tuple[str, ...]]:
    """The kind of a type hint, whether it holds many, and its choices."""
    if get_origin(hint) is Literal:
        return Kind.CHOICE, False, get_args(hint)
    if get_origin(hint) is tuple:
        kind, _, choices = _kind(get_args(hint)[0])
        return kind, True, choices
    metadata = getattr(hint, "__metadata__", ())
    if metadata:
        return metadata[0], get_origin(hint.__origin__) is tuple, ()
    return _PLAIN[hint], False, ()
