"""`model`: the catalogue, the GGUF files found on this machine, and which of them plans."""

from __future__ import annotations

import argparse
import os
import sys

from nlsh.cli.opening import opened
from nlsh.cli.rows import show_json, show_table
from nlsh.config.gguf import found_elsewhere
from nlsh.config.models import catalogue, find_model
from nlsh.config.paths import Paths
from nlsh.config.settings import change_setting
from nlsh.core.errors import UsageError
from nlsh.core.model import PACKAGE, ModelSpec
from nlsh.core.results import Column, Table


def run(arguments: argparse.Namespace) -> int:
    """List models, use one, or describe one. Raises ConfigInvalid, UsageError."""
    return {"list": _list, "use": _use, "info": _info}[arguments.action](arguments)


def _list(arguments: argparse.Namespace) -> int:
    with opened(arguments) as house:
        used, paths = house.model_spec.name, house.paths
    columns = (
        Column("used"),
        Column("model"),
        Column("size", "size"),
        Column("context", "count"),
        Column("source", "path"),
    )
    known = tuple(
        (_mark(spec, used), spec.name, _size(spec.source), spec.context_tokens, spec.source)
        for spec in catalogue(paths)
    )
    found = tuple(("", os.path.basename(path), _size(path), None, path) for path in found_elsewhere())
    show_table(Table(columns, known + found), arguments)
    return 0


def _mark(spec: ModelSpec, used: str) -> str:
    return "yes" if spec.name == used else ""


def _size(source: str) -> int | None:
    try:
        return None if source.startswith(PACKAGE) else os.stat(source).st_size
    except OSError:
        return None


def _use(arguments: argparse.Namespace) -> int:
    if not arguments.name:
        raise UsageError("which model?", "nlsh model list shows them; a path of a GGUF file will do as well")
    paths = Paths.find()
    spec = find_model(paths, arguments.name)
    is_file = os.path.isfile(os.path.expanduser(arguments.name)) and arguments.name not in paths.data_files("models")
    change_setting(paths, "model", os.path.abspath(os.path.expanduser(arguments.name)) if is_file else spec.name)
    if arguments.json:
        show_json([_record(spec)])
    else:
        sys.stderr.write(f"from now on {spec.name} plans\n")
    return 0


def _info(arguments: argparse.Namespace) -> int:
    if arguments.name:
        spec = find_model(Paths.find(), arguments.name)
    else:
        with opened(arguments) as house:
            spec = house.model_spec
    record = _record(spec)
    if arguments.json:
        show_json([record])
    else:
        rows = tuple((key, "" if value is None else str(value)) for key, value in record.items())
        show_table(Table((Column("fact"), Column("value")), rows), arguments)
    return 0


def _record(spec: ModelSpec) -> dict[str, object]:
    return {
        "model": spec.name,
        "source": spec.source,
        "adapter": spec.adapter,
        "classifier": spec.classifier,
        "size": _size(spec.source),
        "context_tokens": spec.context_tokens,
        "template": spec.template,
        "quantise": spec.quantise,
        "threads": spec.threads,
        "is_tuned": spec.is_tuned,
    }
