"""Encodings of text and bytes: to and from."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from nlsh.core.arguments import Text
from nlsh.core.errors import UsageError
from nlsh.core.facts import Facts
from nlsh.core.results import Chunk, Emission
from nlsh.core.scope import Scope
from nlsh.core.syscall import Example, Syscall
from nlsh.tools.contents import dumped, encoded
from nlsh.tools.text import sayings
from nlsh.tools.text.feed import Stage

MAX_BYTES: Final = 64 << 20
Format = Literal["base64", "hex", "url", "rot13", "base32", "html", "binary", "dump"]


@dataclass(frozen=True, kw_only=True)
class Encode(Stage):
    """Encode a text or a file, or with `decode` turn it back. `dump` is a hex dump with offsets and letters."""

    name: ClassVar[str] = "text.encode"
    examples: ClassVar[tuple[Example, ...]] = (
        Example('base64 encode "hello world"', '[{"text.encode":{"text":"hello world"}}]'),
        Example("decode aGVsbG8= from base64", '[{"text.encode":{"text":"aGVsbG8=","decode":true}}]'),
        Example("turn logo.png into base64", '[{"text.encode":{"source":"logo.png"}}]'),
        Example('url-encode "a b&c"', '[{"text.encode":{"text":"a b&c","format":"url"}}]'),
        Example(
            "what does %7Efoo%20bar mean url-decoded",
            '[{"text.encode":{"text":"%7Efoo%20bar","format":"url","decode":true}}]',
        ),
        Example("hexdump of firmware.bin", '[{"text.encode":{"source":"firmware.bin","format":"dump"}}]'),
        Example("rot13 of secret.txt", '[{"text.encode":{"source":"secret.txt","format":"rot13"}}]'),
        Example("the hex of token.txt", '[{"text.encode":{"source":"token.txt","format":"hex"}}]'),
        Example("dekodiere nachricht.b64 aus base64", '[{"text.encode":{"source":"nachricht.b64","decode":true}}]'),
        *sayings.ENCODE,
    )

    text: Text = ""
    format: Format = "base64"
    decode: bool = False

    def resolve(self, scope: Scope) -> Facts:
        """The files that will be read; none for a text given. Raises NlshError."""
        return Facts() if self.text and not self.source else super().resolve(scope)

    def run(self, scope: Scope, facts: Facts) -> Iterator[Emission]:
        """Yield the coded bytes, with a newline where they are text. Raises NlshError: too big, or not so encoded."""
        given = bool(self.text) and not self.source
        pieces = iter((encoded(self.text),)) if given else self.feed(scope, facts).raw()
        if self.format == "dump" and not self.decode:
            yield from (Chunk(block) for block in dumped(pieces))
            return
        data = encoded(self.text) if given else self.feed(scope, facts).whole(MAX_BYTES)
        result = _decoded(self.format, data) if self.decode else _ENCODERS[self.format](data)
        yield Chunk(result if result.endswith(b"\n") or (self.decode and not given) else result + b"\n")


def _rot13(data: bytes) -> bytes:
    return encoded(codecs.encode(data.decode("utf-8", "surrogateescape"), "rot13"))


def _html(data: bytes) -> bytes:
    import html

    return encoded(html.escape(data.decode("utf-8", "surrogateescape")))


def _unhtml(data: bytes) -> bytes:
    import html

    return encoded(html.unescape(data.decode("utf-8", "surrogateescape")))


def _url(data: bytes) -> bytes:
    from urllib.parse import quote_from_bytes

    return quote_from_bytes(data.removesuffix(b"\n"), safe="").encode()


def _unurl(data: bytes) -> bytes:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(data)


def _unbinary(data: bytes) -> bytes:
    digits = b"".join(data.split())
    if len(digits) % 8 or not re.fullmatch(rb"[01]*", digits):
        raise ValueError("not groups of eight 0 and 1")
    return bytes(int(digits[at : at + 8], 2) for at in range(0, len(digits), 8))


def _unbase64(data: bytes) -> bytes:
    plain = b"".join(data.split()).replace(b"-", b"+").replace(b"_", b"/")
    return base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True)


def _undump(data: bytes) -> bytes:
    lines = (line.split(b"  ")[1] for line in data.splitlines() if line.count(b"  ") >= 2)
    return bytes.fromhex(b" ".join(lines).decode("ascii"))


_ENCODERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "base64": base64.b64encode,
    "base32": base64.b32encode,
    "hex": lambda data: data.hex().encode(),
    "url": _url,
    "rot13": _rot13,
    "html": _html,
    "binary": lambda data: " ".join(f"{byte:08b}" for byte in data).encode(),
}
_DECODERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "base64": _unbase64,
    "base32": lambda data: base64.b32decode(b"".join(data.split()), casefold=True),
    "hex": lambda data: bytes.fromhex(data.decode("ascii").removeprefix("0x")),
    "url": _unurl,
    "rot13": _rot13,
    "html": _unhtml,
    "binary": _unbinary,
    "dump": _undump,
}


def _decoded(form: str, data: bytes) -> bytes:
    try:
        return _DECODERS[form](data)
    except (ValueError, binascii.Error, IndexError) as error:
        raise UsageError(f"it is not {form}: {error}", "check that it is complete") from error


SYSCALLS: tuple[type[Syscall], ...] = (Encode,)
