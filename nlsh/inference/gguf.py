"""Looks at a GGUF file before llama.cpp does: a truncated or foreign file must end in a sentence, not an abort."""

from __future__ import annotations

import mmap
import os
import struct
from typing import Final

from nlsh.core.errors import ModelUnavailable

_MAGIC: Final = b"GGUF"
_SCALARS: Final = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
"""Bytes of a value by its type number."""
_STRING: Final = 8
_ARRAY: Final = 9
_BLOCKS: Final = {
    0: (1, 4),
    1: (1, 2),
    2: (32, 18),
    3: (32, 20),
    6: (32, 22),
    7: (32, 24),
    8: (32, 34),
    9: (32, 36),
    10: (256, 84),
    11: (256, 110),
    12: (256, 144),
    13: (256, 176),
    14: (256, 210),
    15: (256, 292),
    20: (32, 18),
    24: (1, 1),
    25: (1, 2),
    26: (1, 4),
    27: (1, 8),
    28: (1, 8),
    30: (1, 2),
}
"""Elements and bytes of a block by tensor type; types that are not listed are not measured."""
_MOST_TENSORS: Final = 100_000
_MOST_PAIRS: Final = 100_000
_DEFAULT_ALIGNMENT: Final = 32


def check(path: str) -> None:
    """Read the header of a GGUF file and see that all of its tensors are there.

    Raises:
        ModelUnavailable: it is missing, unreadable, no GGUF file, or shorter than its header says.
    """
    name = os.path.basename(path)
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size < 24 or file.read(4) != _MAGIC:
                raise ModelUnavailable(f"{name} is not a GGUF model file", "name another file")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                needed = _Header(data).needed_bytes()
    except OSError as error:
        raise ModelUnavailable(f"{name} cannot be read: {error.strerror}", "name another file") from error
    except (struct.error, ValueError, KeyError, UnicodeDecodeError) as error:
        raise ModelUnavailable(f"{name} is damaged: its header makes no sense", "download it again") from error
    if size < needed:
        raise ModelUnavailable(
            f"{name} is incomplete: {size:,} of {needed:,} bytes are there", "download it again, to its end"
        )


class _Header:
    """A cursor over the header. Raises struct.error, ValueError or KeyError where it makes no sense."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._at = 4
        self._alignment = _DEFAULT_ALIGNMENT

    def needed_bytes(self) -> int:
        """How long the file must be at least."""
        version, tensors, pairs = self._read("I"), self._read("Q"), self._read("Q")
        if version not in (2, 3) or tensors > _MOST_TENSORS or pairs > _MOST_PAIRS:
            raise ValueError("unlikely header")
        for _ in range(pairs):
            self._skip_pair()
        ends = [self._tensor_end() for _ in range(tensors)]
        start = -(-self._at // self._alignment) * self._alignment
        return start + max(ends, default=0)

    def _skip_pair(self) -> None:
        key = self._text()
        kind = self._read("I")
        if key == b"general.alignment" and kind == 4:
            self._alignment = max(1, self._read("I"))
        elif kind == _ARRAY:
            self._skip_values(self._read("I"), self._read("Q"))
        else:
            self._skip_values(kind, 1)

    def _skip_values(self, kind: int, count: int) -> None:
        if kind != _STRING:
            self._skip(_SCALARS[kind] * count)
            return
        read, at = struct.Struct("<Q").unpack_from, self._at
        for _ in range(count):
            at += 8 + read(self._data, at)[0]
        self._skip(at - self._at)

    def _tensor_end(self) -> int:
        self._text()
        elements = 1
        for _ in range(self._read("I")):
            elements *= self._read("Q")
        kind, offset = self._read("I"), self._read("Q")
        per_block, size = _BLOCKS.get(kind, (1, 0))
        return int(offset + -(-elements // per_block) * size)

    def _text(self) -> bytes:
        start = self._at + 8
        self._skip(8 + int(struct.unpack_from("<Q", self._data, self._at)[0]))
        return self._data[start : self._at]

    def _read(self, form: str) -> int:
        (value,) = struct.unpack_from("<" + form, self._data, self._at)
        self._at += struct.calcsize("<" + form)
        return int(value)

    def _skip(self, count: int) -> None:
        self._at += count
        if self._at > len(self._data):
            raise ValueError("beyond the end")
