"""The model catalogue: `models/<name>.toml`, or any GGUF file by its path."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, get_args

from nlsh.config.gguf import Gguf, read_gguf
from nlsh.config.paths import Paths
from nlsh.config.tables import checked_table, field_kinds, read_table
from nlsh.core.errors import ConfigInvalid
from nlsh.core.model import PACKAGE, ModelSpec, Template

_KINDS = field_kinds(ModelSpec)
_CONTEXT_TOKENS = 4096
"""What a model found by its path is given at most: more costs memory and nlsh does not fill it."""


def catalogue(paths: Paths) -> tuple[ModelSpec, ...]:
    """Every model that a file describes, sorted by name. Raises ConfigInvalid for the first file that is wrong."""
    return tuple(_read(name, path) for name, path in paths.data_files("models").items())


def find_model(paths: Paths, name: str) -> ModelSpec:
    """The model of that name, or the GGUF file at that path.

    Raises:
        ConfigInvalid: there is neither, the file is not GGUF, or its description is wrong.
    """
    files = paths.data_files("models")
    if name in files:
        return _read(name, files[name])
    path = os.path.abspath(os.path.expanduser(name))
    if os.path.isfile(path):
        return _from_file(path)
    raise ConfigInvalid(f"there is no model {name}", f"give the path of a GGUF file, or one of: {', '.join(files)}")


def _read(name: str, path: str) -> ModelSpec:
    table = checked_table(path, read_table(path), _KINDS)
    _one_of(path, table, "template", get_args(Template))
    _one_of(path, table, "quantise", ("", "Q8_0"))
    for key in ("context_tokens", "threads"):
        if table.get(key, 1) < 1:
            raise ConfigInvalid(f"{path}: {key} should be 1 or more, not {table[key]}")
    folder = os.path.dirname(path)
    for key in ("source", "adapter", "classifier"):
        if table.get(key) and not table[key].startswith(PACKAGE):
            table[key] = os.path.normpath(os.path.join(folder, os.path.expanduser(table[key])))
    return ModelSpec(name, **table)


def _one_of(path: str, table: dict[str, Any], key: str, choices: tuple[str, ...]) -> None:
    if key in table and table[key] not in choices:
        words = ", ".join(repr(choice) for choice in choices)
        raise ConfigInvalid(f"{path}: {key} should be one of {words}, not {table[key]!r}")


def _from_file(path: str) -> ModelSpec:
    try:
        found: Gguf = read_gguf(path)
    except (OSError, ValueError) as error:
        raise ConfigInvalid(f"{path} is not a model nlsh can use: {error}", "it must be a GGUF file") from error
    stem = os.path.basename(path).removesuffix(".gguf")
    name = found.name if stem.startswith("sha256-") and found.name else stem
    spec = ModelSpec(name, source=path, template=found.template, quantise="")
    return replace(spec, context_tokens=min(found.context_tokens or spec.context_tokens, _CONTEXT_TOKENS))
