"""The house as a whole: its contracts, its sizes, what loads what, and that its plan is true."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "nlsh"
MODULES = sorted(PACKAGE.rglob("*.py"))
LIBRARIES = (
    *("textual", "rich", "prompt_toolkit", "llama_cpp", "numpy", "sqlite_utils", "psutil", "httpx"),
    *("tree_sitter", "sentence_transformers", "asyncio", "sqlite3"),
)
MAX_FILE = 400
MAX_FUNCTION = 60


def named(path: Path) -> str:
    """`nlsh/core/events.py` → `nlsh.core.events`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {named(path): ast.parse(path.read_text(encoding="utf-8")) for path in MODULES}


def run(*argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(argv, capture_output=True, text=True, timeout=100, cwd=ROOT, check=False)


def test_the_contracts_hold() -> None:
    found = run(str(Path(sys.executable).parent / "lint-imports"), "--no-cache")
    assert found.returncode == 0, found.stdout


# ---- what loads what ---------------------------------------------------------------------------------------------


def loaded_by(code: str) -> set[str]:
    """Which of the libraries a Python program has loaded at its end."""
    tail = f"\nimport json, sys\nprint(json.dumps([name for name in {LIBRARIES!r} if name in sys.modules]))"
    done = run(sys.executable, "-c", code + tail)
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


ALL_OF_CORE = "; ".join(f"import {name}" for name in TREES if name.startswith("nlsh.core."))


@pytest.mark.parametrize(
    ("code", "allowed"),
    [
        ("from nlsh.cli import main; main(['--version'])", set()),
        ("from nlsh.cli import main; main(['--help'])", set()),
        ("from nlsh.cli import main; main(['-c', ''])", set()),
        ("import nlsh.core", set()),
        (ALL_OF_CORE, set()),
        ("import nlsh.kernel", set()),
        ("import nlsh.kernel.literal", set()),
        ("import nlsh.kernel.session", {"asyncio"}),
        ("import nlsh.boot", set()),
        ("import nlsh.repl.render", set()),
        ("import nlsh.repl.one_shot", {"asyncio"}),
    ],
)
def test_nothing_loads_a_library_before_it_is_used(code: str, allowed: set[str]) -> None:
    assert loaded_by(code) <= allowed


def test_a_literal_loads_what_it_needs_and_no_more(tmp_path: Path) -> None:
    code = f"""
import os
os.environ.update(NLSH_HOME={str(tmp_path)!r}, SHELL="/bin/sh", HOME={str(tmp_path)!r})
from nlsh.cli import main
assert main(["-c", "true"]) == 0
"""
    loaded_by(code)  # the first line ever makes the database, with sqlite_utils
    assert loaded_by(code) <= {"sqlite3"}


# ---- sizes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_files_and_functions_stay_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(TREES[named(path)])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None
        if node.end_lineno - node.lineno >= MAX_FUNCTION
    ]
    assert long == []


# ---- circles -----------------------------------------------------------------------------------------------------


def imports(name: str) -> Iterator[str]:
    """The modules of nlsh that a module imports, at its top or later; not those for type checking only."""
    tree = TREES[name]
    skipped = {id(node) for block in ast.walk(tree) if _is_for_types(block) for node in ast.walk(block)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in TREES)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                below = f"{node.module}.{alias.name}"
                if below in TREES:
                    yield below
                elif node.module in TREES:
                    yield node.module


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def circle(graph: dict[str, set[str]]) -> list[str]:
    """The modules of one circle, or nothing."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return path[path.index(name) :]
        if name in done:
            return []
        done.add(name)
        return next((found for after in sorted(graph[name]) if (found := walk(after, [*path, name]))), [])

    return next((found for name in sorted(graph) if (found := walk(name, []))), [])


def test_no_module_imports_itself_by_a_detour_not_even_late() -> None:
    assert circle({name: set(imports(name)) - {name} for name in TREES}) == []


def test_the_search_for_circles_finds_one() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


# ---- the words are kept ------------------------------------------------------------------------------------------


def test_every_example_is_a_plan() -> None:
    from nlsh.core.plan import read_plan
    from nlsh.tools.toolbox import Tools

    tools = Tools()
    examples = [example for spec in tools.specs() for example in spec.examples]
    assert len(examples) > 100
    for example in examples:
        assert json.loads(read_plan(example.plan, tools.lookup).to_json()) == json.loads(example.plan), (
            example.utterance
        )


def test_the_version_is_one_literal() -> None:
    from nlsh import __version__

    assert (
        tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["version"]["path"] == "nlsh/__init__.py"
    )
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


FORBIDDEN_NAMES = {"utils", "helpers", "manager", "common", "base", "util", "helper", "misc"}


def test_no_room_for_odds_and_ends() -> None:
    assert [name for name in TREES if FORBIDDEN_NAMES & set(name.split("."))] == []


def test_nothing_is_left_to_do() -> None:
    marks = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")
    assert [path for path in MODULES if marks.search(path.read_text(encoding="utf-8"))] == []


# ---- the plan of the house ---------------------------------------------------------------------------------------


def packages() -> set[str]:
    return {entry.name for entry in PACKAGE.iterdir() if (entry / "__init__.py").exists()}


def test_architecture_names_every_package_and_no_other() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    named_there = set(re.findall(r"`nlsh/(\w+)/`", text))
    assert named_there == packages()


@pytest.mark.parametrize("document", ["ARCHITECTURE.md", "README.md", "CHANGELOG.md"])
def test_documents_name_only_files_that_exist(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    named_there = re.findall(r"`((?:nlsh|tests|themes|models|scripts|\.ci)/[\w./*-]*)`", text)
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    assert [path for path in (*named_there, *linked) if not any(ROOT.glob(path.rstrip("/")))] == []


def test_the_readme_names_every_subcommand() -> None:
    from nlsh.cli.options import parser

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    names = re.findall(r"^    (\w+) ", parser().format_help(), re.MULTILINE)
    assert len(names) >= 14
    assert [name for name in names if f"nlsh {name}" not in text] == []


def test_two_commands_set_everything_up() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert {"run:", "test:", "check:"} <= {line.split()[0] for line in makefile.splitlines() if re.match(r"\w+:", line)}
    for script in ("scripts/setup.sh", ".ci/run"):
        assert os.access(ROOT / script, os.X_OK)
        assert subprocess.run(["bash", "-n", script], cwd=ROOT, check=False).returncode == 0
