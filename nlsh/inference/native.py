"""The door to llama.cpp. Only the worker process comes through here."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, Final

from nlsh.core.errors import ModelUnavailable

LOG_ERROR: Final = 4
"""llama.cpp's level of an error message."""

_listeners: list[Callable[[int, str], None]] = []
_kept: list[Any] = []
"""What llama.cpp holds a pointer to and Python must not free."""


def load() -> Any:
    """The low-level API of llama.cpp, silenced.

    Raises:
        ModelUnavailable: llama-cpp-python is not installed or its library does not load.
    """
    try:
        _skip_package_init()
        api = importlib.import_module("llama_cpp.llama_cpp")
    except (ImportError, OSError, RuntimeError, FileNotFoundError) as error:
        raise ModelUnavailable(f"llama.cpp cannot be loaded: {error}", "reinstall llama-cpp-python") from error
    if not _kept:
        callback = api.llama_log_callback(_heard)
        _kept.append(callback)
        api.llama_log_set(callback, None)
        api.llama_backend_init()
    return api


@contextlib.contextmanager
def listening(listener: Callable[[int, str], None]) -> Iterator[None]:
    """Hear what llama.cpp would print, as level and text."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def _heard(level: int, text: bytes, _: Any) -> None:
    for listener in _listeners:
        listener(level, text.decode("utf-8", "replace"))


def _skip_package_init() -> None:
    """Stand in for the package: its `__init__` imports the high-level class, which costs 250 ms and is not used."""
    if "llama_cpp" in sys.modules:
        return
    spec = importlib.util.find_spec("llama_cpp")
    if spec is None or spec.submodule_search_locations is None:
        raise ImportError("llama-cpp-python is not installed")
    package = types.ModuleType("llama_cpp")
    package.__path__ = list(spec.submodule_search_locations)
    sys.modules["llama_cpp"] = package
