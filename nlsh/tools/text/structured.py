"""Looking into JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from nlsh.core.arguments import Name
from nlsh.core.display import visible
from nlsh.core.errors import NlshError, UsageError
from nlsh.core.facts import Facts
from nlsh.core.results import Chunk, Column, Emission, Table
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.contents import chunks, encoded
from nlsh.tools.text import sayings
from nlsh.tools.text.feed import Feed, Stage

MAX_BYTES: Final = 64 << 20
_PART = re.compile(r"""\.?(?:(?P<name>[^.\[\]"]+)|\["(?P<quoted>[^"]*)"\]|"(?P<bare>[^"]*)")|\[(?P<index>-?\d*)\]""")
_MISSING: Final = object()


@dataclass(frozen=True, kw_only=True)
class Json(Stage):
    """Pick a value out of JSON, or print it set out well; a list of objects becomes a table. Also checks JSON.

    The query is a dotted path: `user.name`, `items[0].id`, `items[].id` for every one. `keys` lists the names at
    that place. JSON Lines are read as one list; a table of an earlier step is turned into JSON.
    """

    name: ClassVar[str] = "text.json"
    examples: ClassVar[tuple[Example, ...]] = (
        Example("pretty print config.json", '[{"text.json":{"source":"config.json"}}]'),
        Example("what is user.name in profile.json", '[{"text.json":{"source":"profile.json","query":"user.name"}}]'),
        Example("get version from package.json", '[{"text.json":{"source":"package.json","query":"version"}}]'),
        Example(
            "show items[].price of cart.json, all of them",
            '[{"text.json":{"source":"cart.json","query":"items[].price"}}]',
        ),
        Example("which keys are in settings.json?", '[{"text.json":{"source":"settings.json","keys":true}}]'),
        Example("is data.json valid json", '[{"text.json":{"source":"data.json"}}]'),
        Example("turn the listing of this folder into json", '[{"fs.list":{}},{"text.json":{"source":"$1"}}]'),
        Example("formatiere antwort.json lesbar", '[{"text.json":{"source":"antwort.json"}}]'),
        *sayings.JSON,
    )

    query: Name = ""
    keys: bool = False

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield the value. Raises NlshError: it is no JSON, or nothing stands at that path."""
        value = _pick(_load(self.feed(scope, facts)), self.query)
        if self.keys:
            value = _keys(value)
        if isinstance(value, list) and value and (self.query or self.keys):
            yield from _listed(value)
        else:
            yield Chunk(encoded(_written(value) + "\n"))


def _load(feed: Feed) -> Any:
    if feed.table is not None:
        return list(feed.table.records())
    text = feed.whole(MAX_BYTES).decode("utf-8-sig", "surrogateescape")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        lines = _json_lines(text)
        if lines is None:
            where = f"line {error.lineno}, column {error.colno}"
            raise NlshError(f"it is not valid JSON: {error.msg} at {where}", "correct it there") from error
        return lines
    except (RecursionError, ValueError) as error:
        raise NlshError("the JSON is nested too deeply, or a number in it is too long", "take a part of it") from error


def _json_lines(text: str) -> list[Any] | None:
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 2:
        return None
    try:
        return [json.loads(line) for line in lines]
    except (ValueError, RecursionError):
        return None


def _pick(value: Any, query: str) -> Any:
    """What stands at a dotted path. Raises UsageError, naming what is there instead."""
    query = query.strip().removeprefix("$").strip()
    values, position, is_many = [value], 0, False
    while position < len(query) and query != ".":
        match = _PART.match(query, position)
        if match is None:
            raise UsageError(f"{visible(query)} is not a path into JSON", "write it like items[0].name")
        if match["index"] == "":
            values, is_many = [inner for outer in values for inner in _inner(outer)], True
        else:
            found = (_step(outer, match) for outer in values)
            values = [inner for inner in found if not (is_many and inner is _MISSING)]
        if any(inner is _MISSING for inner in values):
            raise UsageError(f"there is no {visible(query[: match.end()])}", _there(value))
        position = match.end()
    return values if is_many else values[0]


def _step(value: Any, match: re.Match[str]) -> Any:
    if match["index"]:
        index = int(match["index"])
        return value[index] if isinstance(value, list) and -len(value) <= index < len(value) else _MISSING
    name = next(match[group] for group in ("name", "quoted", "bare") if match[group] is not None)
    return value.get(name, _MISSING) if isinstance(value, dict) else _MISSING


def _inner(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _there(value: Any) -> str:
    if isinstance(value, dict):
        return f"there are: {', '.join(map(visible, list(value)[:12]))}"
    return f"it is a list of {len(value)}" if isinstance(value, list) else "it is a single value"


def _keys(value: Any) -> list[Any]:
    if isinstance(value, list):
        return list(dict.fromkeys(key for item in value if isinstance(item, dict) for key in item))
    if not isinstance(value, dict):
        raise UsageError("there are no keys, it is a single value", "")
    return list(value)


def _listed(values: list[Any]) -> Iterator[Emission]:
    """Objects as a table, anything else one a line."""
    if not all(isinstance(value, dict) for value in values):
        yield from chunks(_written(value, indent=None) for value in values)
        return
    names = list(dict.fromkeys(key for value in values for key in value))
    rows = tuple(tuple(_cell(value.get(name)) for name in names) for value in values)
    yield Table(tuple(Column(name) for name in names), rows)


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value


def _written(value: Any, indent: int | None = 2) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, indent=indent)


SYSCALLS: tuple[type[Syscall], ...] = (Json,)
