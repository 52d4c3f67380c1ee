"""Finds the model's file, and makes the faster Q8_0 copy of packaged weights once, in the cache."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from nlsh.core.display import human_size
from nlsh.core.errors import ModelUnavailable
from nlsh.core.model import PACKAGE, ModelSpec
from nlsh.inference import gguf, native

_Q8_0: Final = 7
"""`LLAMA_FTYPE_MOSTLY_Q8_0`."""
_GROWTH: Final = 2
"""A Q8_0 copy is at most so many times as long as a four-bit file."""
_LOCK_DEADLINE_S: Final = 60.0
_PROGRESS = re.compile(r"\[\s*(\d+)/\s*(\d+)\]")


@dataclass(frozen=True)
class Report:
    """Whom to tell: `progress` replaces what it said before, `notice` is said once."""

    progress: Callable[[str], None]
    notice: Callable[[str], None]


def model_file(api: Any, spec: ModelSpec, cache_dir: str, report: Report) -> str:
    """The checked file to load for a model; may take a second the first time.

    Raises:
        ModelUnavailable: the package or file is missing, no GGUF, damaged or truncated.
    """
    source = locate(spec.source)
    gguf.check(source)
    if not spec.source.startswith(PACKAGE) or not spec.quantise:
        return source
    try:
        return _copy(api, source, cache_dir, report)
    except OSError as error:
        reason = error.strerror or str(error)
        report.notice(f"no faster copy of the model could be kept in {cache_dir}: {reason}; using it as it is")
        return source


def locate(source: str) -> str:
    """The path of a source: that of a file, or of the one GGUF file inside a package, which is not imported.

    Raises:
        ModelUnavailable: the package is not installed, or has no GGUF file.
    """
    if not source.startswith(PACKAGE):
        return os.path.expanduser(source)
    name = source.removeprefix(PACKAGE)
    found = importlib.util.find_spec(name) if name.isidentifier() else None
    for folder in (found.submodule_search_locations or ()) if found else ():
        for entry in sorted(os.listdir(folder)):
            if entry.endswith(".gguf"):
                return os.path.join(folder, entry)
    raise ModelUnavailable(f"the package {name} with the model is not installed", f"install it: pip install {name}")


def _copy(api: Any, source: str, cache_dir: str, report: Report) -> str:
    """The Q8_0 copy of a source, made if there is none. Raises OSError."""
    os.makedirs(cache_dir, mode=0o700, exist_ok=True)
    stem = os.path.basename(source).removesuffix(".gguf")
    target = os.path.join(cache_dir, f"{stem}-{_digest(source, cache_dir)[:16]}-Q8_0.gguf")
    if _is_whole(target):
        return target
    with _locked(target + ".lock"):
        if not _is_whole(target):
            _check_space(source, cache_dir)
            report.notice("making a faster copy of the model; this is done once and takes about a second")
            _requantise(api, source, target, report)
    return target


def _is_whole(path: str) -> bool:
    try:
        gguf.check(path)
    except ModelUnavailable:
        return False
    return True


def _digest(source: str, cache_dir: str) -> str:
    """SHA-256 of a file, remembered for as long as its size, time and inode stay the same. Raises OSError."""
    found = os.stat(source)
    identity = [found.st_size, found.st_mtime_ns, found.st_ino]
    memo = os.path.join(cache_dir, os.path.basename(source) + ".sha256.json")
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError), open(memo, encoding="ascii") as file:
        remembered = json.load(file)
        if remembered["identity"] == identity:
            return str(remembered["sha256"])
    with open(source, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    _write(memo, json.dumps({"identity": identity, "sha256": digest}).encode())
    return digest


def _write(path: str, data: bytes) -> None:
    """Write a small file in one go. Raises OSError."""
    part = f"{path}.{os.getpid()}.part"
    with open(part, "wb") as file:
        file.write(data)
    os.replace(part, path)


@contextlib.contextmanager
def _locked(path: str) -> Iterator[None]:
    """Hold a lock that other processes heed. Raises TimeoutError."""
    with open(path, "wb") as file:
        until = time.monotonic() + _LOCK_DEADLINE_S
        while not _try_lock(file.fileno()):
            if time.monotonic() > until:
                raise TimeoutError(0, "another nlsh has been making it for a minute")
            time.sleep(0.05)
        yield


def _try_lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _check_space(source: str, cache_dir: str) -> None:
    free, needed = shutil.disk_usage(cache_dir).free, _GROWTH * os.path.getsize(source)
    if free < needed:
        raise OSError(0, f"it may need {human_size(needed)} and {human_size(free)} are free")


def _requantise(api: Any, source: str, target: str, report: Report) -> None:
    """Make the copy under another name, and give it its own once it is on the disk. Raises OSError."""
    part = f"{target}.part"
    params = api.llama_model_quantize_default_params()
    params.ftype, params.allow_requantize, params.nthread = _Q8_0, True, os.cpu_count() or 1
    try:
        with native.listening(lambda _, text: _tell_progress(text, report)):
            code = api.llama_model_quantize(os.fsencode(source), os.fsencode(part), ctypes.byref(params))
        if code != 0 or not _is_whole(part):
            raise OSError(0, "llama.cpp could not write it")
        _sync(part)
        os.replace(part, target)
        _sync(os.path.dirname(target))
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(part)


def _tell_progress(text: str, report: Report) -> None:
    match = _PROGRESS.search(text)
    if match:
        report.progress(f"requantising {100 * int(match[1]) // int(match[2])} %")


def _sync(path: str) -> None:
    """Put a file or a folder on the disk. Raises OSError."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
