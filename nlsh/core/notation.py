"""A syscall as a person reads and writes it: one call, `fs.remove(path="*.tmp")`; a shell command as it is.

Arguments are named. Texts stand in double quotes, several values in a list, numbers bare, yes is `True`. The call is
parsed, never run. What only runs a command is written as that command, with nothing around it.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from typing import Any, Final

from nlsh.core.arguments import Kind
from nlsh.core.continuing import needs_more
from nlsh.core.display import visible, visible_text
from nlsh.core.errors import PlanInvalid
from nlsh.core.syscall import Syscall

MAX_CALL: Final = 4000
"""Characters; a longer call is a file's content, and nothing to be edited on one line."""

_BARE: Final = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.PORT, Kind.BOOLEAN})
"""Kinds whose values are no texts."""
_MOST: Final = 1 << 53
"""No number is larger; beyond it not every one is exact."""
_NAMED: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_HINT: Final = 'write it like fs.remove(path="*.tmp")'


def written(syscall: Syscall) -> str:
    """The syscall as one call on one line; `read_call` reads it back to an equal one. Nothing in it is invisible."""
    arguments = ", ".join(f"{name}={_written(value)}" for name, value in syscall.given().items())
    return f"{syscall.name}({arguments})"


def read_call(text: str, lookup: Callable[[str], type[Syscall] | None]) -> Syscall:
    """One call to a syscall; `lookup` finds its class by name.

    Raises:
        PlanInvalid: too long, not one call, a value that is not written out, an unknown syscall or a wrong argument.
    """
    call = _parsed(text)
    name = _dotted(call.func)
    found = lookup(name)
    if found is None:
        raise PlanInvalid(f"there is no syscall {visible(name)}", "nlsh help lists them")
    texts = {argument.name for argument in found.spec().arguments if argument.kind not in _BARE}
    arguments: dict[str, Any] = {}
    for keyword in call.keywords:
        if keyword.arg is None or keyword.arg in arguments:
            raise PlanInvalid(f"{name}: every argument is named once", _HINT)
        arguments[keyword.arg] = _value(keyword.value, is_text=keyword.arg in texts)
    return found.parse(arguments)


def command_of(syscall: Syscall) -> str:
    """The command, where running one is all the syscall says and all of it can be seen; else empty."""
    given = syscall.given()
    command = given.get(_command_argument(type(syscall)), "")
    is_all = len(given) == 1 and isinstance(command, str) and command == command.strip()
    return command if is_all and visible_text(command) == command else ""


def with_command(kind: type[Syscall], command: str) -> Syscall:
    """The syscall that runs a command the person wrote. Raises PlanInvalid where it is not at its end, or too long."""
    _check_length(command)
    if needs_more(command):
        raise PlanInvalid("the command is not at its end: a quote or a block is still open", "close it")
    return kind.parse({_command_argument(kind): command})


def _command_argument(kind: type[Syscall]) -> str:
    """The name of the argument that is a command; empty if there is none."""
    return next((one.name for one in kind.spec().arguments if one.kind is Kind.COMMAND), "")


def _check_length(text: str) -> None:
    if len(text) > MAX_CALL:
        raise PlanInvalid(f"a line has at most {MAX_CALL:,} characters", "say the rest in a step of its own")


def _written(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, str):
        return '"' + "".join(map(_escaped, value)) + '"'
    return repr(value)


def _escaped(char: str) -> str:
    if char in _NAMED or visible(char) == char:
        return _NAMED.get(char, char)
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _parsed(text: str) -> ast.Call:
    _check_length(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a backslash that escapes nothing is a slip, not to be guessed at
            parsed = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise PlanInvalid(f"this cannot be read: {visible(error.msg)}", _HINT) from error
    except (ValueError, RecursionError, MemoryError, Warning) as error:
        raise PlanInvalid("this cannot be read", _HINT) from error
    if not isinstance(parsed, ast.Call):
        raise PlanInvalid("this is not one call", _HINT)
    if parsed.args:
        raise PlanInvalid("every argument needs its name", _HINT)
    return parsed


def _dotted(node: ast.expr) -> str:
    """`fs.remove`, from what stands before the bracket."""
    names: list[str] = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        raise PlanInvalid("this is not a call of a syscall", _HINT)
    return ".".join([node.id, *reversed(names)])


def _value(node: ast.expr, *, is_text: bool) -> Any:
    """A value, or several in a list. Raises PlanInvalid for anything that is not written out."""
    if isinstance(node, ast.List):
        return [_one(item, is_text) for item in node.elts]
    return _one(node, is_text)


def _one(node: ast.expr, is_text: bool) -> str | int | float | bool:
    is_negative = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    literal = node.operand if isinstance(node, ast.UnaryOp) and is_negative else node
    value = literal.value if isinstance(literal, ast.Constant) else None
    if isinstance(value, str | bool) and not is_negative:
        return value
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= _MOST:
        number = -value if is_negative else value
        # A pid or a year written bare is the text it is.
        return str(number) if is_text and isinstance(number, int) else number
    raise PlanInvalid("a value is a text in double quotes, a number, True, False or a list of them", _HINT)
