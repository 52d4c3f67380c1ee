"""Arithmetic as people write it, evaluated over a short list of allowed forms: no names, no attributes, no blow-up."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from typing import Final

from nlsh.core.display import visible
from nlsh.core.errors import UsageError

Number = int | float
MAX_LENGTH: Final = 500
MAX_BITS: Final = 20_000
_WORDS: Final[tuple[tuple[str, str], ...]] = (
    (r"^\s*(what\s+is|what's|how\s+much\s+is|calculate|compute)\b", ""),
    (r"[=?]+\s*$", ""),
    (r"(?<=\d)[ '_\u202f](?=\d{3}(?!\d))", ""),
    (r"(?<![\d,.(])(\d{1,3}(?:,\d{3})+)(?![\d,])", "@"),
    (r"\bthe\b", " "),
    (r"\bsquare\s+root\s+of\s+([\w.]+)", r"sqrt(\1)"),
    (r"\bplus\b", "+"),
    (r"\bminus\b|−|–", "-"),
    (r"\b(multiplied\s+by|times)\b|×|·|(?<=[\d)\s])[xX](?=[\s\d(])", "*"),
    (r"\b(divided\s+by|over)\b|÷", "/"),
    (r"\b(modulo|mod)\b", "%%"),
    (r"\b(to\s+the\s+power\s+of)\b|\^", "**"),
    (r"\bsquared\b|²", "**2"),
    (r"\bcubed\b|³", "**3"),
    (r"\bpercent\b", "%"),
    (r"%(?!%)(?=\s*(of\b|[-+*/)]|$))", "/100"),
    (r"%%", "%"),
    (r"(?<=[\d)])\s*\bof\b", "*"),
    (r"√\s*([\d.]+)", r"sqrt(\1)"),
    (r"π", "pi"),
)
_BASES: Final = re.compile(r"\s+(?:in|to|as|into)\s+(hex(?:adecimal)?|bin(?:ary)?|oct(?:al)?|decimal)\s*\??$", re.I)
_SHOWN: Final[dict[str, Callable[[int], str]]] = {"h": hex, "b": bin, "o": oct, "d": str}
_CONSTANTS: Final[dict[str, float]] = {"pi": math.pi, "e": math.e, "tau": math.tau}
_UNARY: Final[dict[type[ast.unaryop], Callable[[Number], Number]]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}


def evaluate(text: str) -> int | float | str:
    """The value of an expression; text where a base was asked for.

    Raises:
        UsageError: it is no expression, divides by zero, or would be too big.
    """
    if len(text) > MAX_LENGTH:
        raise UsageError(f"the expression is longer than {MAX_LENGTH} characters", "calculate a part of it")
    wanted = _BASES.search(text)
    plain = _plain(text[: wanted.start()] if wanted else text)
    try:
        value = _value(ast.parse(plain, mode="eval").body)
    except ZeroDivisionError as error:
        raise UsageError(f"{visible(text)} divides by zero", "") from error
    except OverflowError as error:
        raise UsageError(f"{visible(text)} is too big", "use smaller numbers") from error
    except (SyntaxError, ValueError, TypeError, KeyError, RecursionError, MemoryError) as error:
        raise UsageError(f"{visible(text)} cannot be calculated", "write it like 12 * (7 + 3)") from error
    return _based(value, wanted[1]) if wanted else _tidy(value)


def _plain(text: str) -> str:
    for pattern, replacement in _WORDS:
        if replacement == "@":
            text = re.sub(pattern, lambda match: match[0].replace(",", ""), text)
        else:
            text = re.sub(pattern, replacement, text, flags=re.IGNORECASE)
    return _closed(text.strip())


def _closed(text: str) -> str:
    """With the parentheses put back that a copied piece of a sentence may have lost at its ends."""
    missing = depth = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            missing, depth = missing + 1, 0
    return "(" * missing + text + ")" * depth


def _based(value: Number, name: str) -> str:
    if not float(value).is_integer():
        raise UsageError("only whole numbers have digits in another base", "round it first")
    return _SHOWN[name[0].lower()](int(value))


def _tidy(value: Number) -> Number:
    if isinstance(value, int):
        if value.bit_length() > MAX_BITS // 2:
            raise UsageError("the result has thousands of digits", "use smaller numbers")
        return value
    if not math.isfinite(value):
        raise UsageError("the result is not a finite number", "use smaller numbers")
    rounded = float(f"{value:.12g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def _value(node: ast.expr) -> Number:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value  # type: ignore[return-value]
    if isinstance(node, ast.Name):
        return _CONSTANTS[node.id.lower()]
    if isinstance(node, ast.UnaryOp):
        return _UNARY[type(node.op)](_value(node.operand))
    if isinstance(node, ast.BinOp):
        return _BINARY[type(node.op)](_value(node.left), _value(node.right))
    return _call(node)


def _call(node: ast.expr) -> Number:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.keywords:
        raise ValueError("not arithmetic")
    result = _FUNCTIONS[node.func.id.lower()](*(_value(argument) for argument in node.args))
    return _whole(result)


def _power(base: Number, exponent: Number) -> Number:
    if isinstance(base, int) and isinstance(exponent, int) and exponent > 0:
        if base.bit_length() * exponent > MAX_BITS:
            raise OverflowError
        return int(base**exponent)
    result = base**exponent
    if isinstance(result, complex):
        raise ValueError("not a real number")
    return float(result)


def _times(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() + right.bit_length() > MAX_BITS:
        raise OverflowError
    return left * right


def _divide(left: Number, right: Number) -> Number:
    if isinstance(left, int) and isinstance(right, int) and right and left % right == 0:
        return left // right
    return left / right


def _round(number: Number, digits: Number = 0) -> Number:
    if not 0 <= digits <= 100:
        raise ValueError("digits")
    return round(number, int(digits)) if digits else round(number)


def _whole(number: Number) -> Number:
    return int(number) if isinstance(number, float) and number.is_integer() and abs(number) < 1e15 else number


_BINARY: Final[dict[type[ast.operator], Callable[[Number, Number], Number]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: _times,
    ast.Div: _divide,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
}
_FUNCTIONS: Final[dict[str, Callable[..., Number]]] = {
    "sqrt": math.sqrt, "abs": abs, "round": _round, "min": min, "max": max, "floor": math.floor, "ceil": math.ceil,
    "log": math.log, "ln": math.log, "log2": math.log2, "log10": math.log10, "exp": math.exp, "sin": math.sin,
    "cos": math.cos, "tan": math.tan, "asin": math.asin, "acos": math.acos, "atan": math.atan, "gcd": math.gcd,
    "degrees": math.degrees, "radians": math.radians, "hypot": math.hypot,
}  # fmt: skip
