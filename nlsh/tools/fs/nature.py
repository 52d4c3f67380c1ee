"""What kind of thing a file holds, from its first bytes."""

from __future__ import annotations

import codecs
import json
from typing import Final

from nlsh.core.display import visible

_MARKS: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"\x89PNG\r\n\x1a\n", "PNG image"),
    (0, b"\xff\xd8\xff", "JPEG image"),
    (0, b"GIF8", "GIF image"),
    (0, b"BM", "BMP image"),
    (0, b"II*\0", "TIFF image"),
    (0, b"MM\0*", "TIFF image"),
    (8, b"WEBP", "WebP image"),
    (8, b"WAVE", "WAV audio"),
    (8, b"AVI ", "AVI video"),
    (0, b"%PDF-", "PDF document"),
    (0, b"PK\3\4", "Zip archive"),
    (0, b"PK\5\6", "Zip archive, empty"),
    (0, b"\x1f\x8b", "gzip compressed data"),
    (0, b"BZh", "bzip2 compressed data"),
    (0, b"\xfd7zXZ\0", "XZ compressed data"),
    (0, b"\x28\xb5\x2f\xfd", "Zstandard compressed data"),
    (0, b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (0, b"Rar!\x1a\7", "RAR archive"),
    (257, b"ustar", "tar archive"),
    (0, b"\x7fELF", "ELF program or library"),
    (0, b"MZ", "Windows program"),
    (0, b"\xcf\xfa\xed\xfe", "macOS program"),
    (0, b"SQLite format 3\0", "SQLite database"),
    (0, b"ID3", "MP3 audio"),
    (0, b"\xff\xfb", "MP3 audio"),
    (0, b"OggS", "Ogg media"),
    (0, b"fLaC", "FLAC audio"),
    (4, b"ftyp", "MP4 or related video"),
    (0, b"\x1aE\xdf\xa3", "Matroska or WebM video"),
    (0, b"\0asm", "WebAssembly program"),
    (0, b"GGUF", "GGUF model"),
    (0, b"-----BEGIN ", "PEM encoded data"),
    (0, b"{\\rtf", "RTF document"),
    (0, b"<?xml", "XML document"),
)
_PLAIN: Final = frozenset({"PDF document", "PEM encoded data", "RTF document", "XML document"})
"""Those that may well be all letters; any other mark in plain letters is a word of a text."""
_ZIPPED: Final = {
    "docx": "Word document", "xlsx": "Excel workbook", "pptx": "PowerPoint presentation", "odt": "OpenDocument text",
    "ods": "OpenDocument spreadsheet", "odp": "OpenDocument presentation", "jar": "Java archive", "apk": "Android app",
    "epub": "EPUB book", "whl": "Python wheel",
}  # fmt: skip


def nature(head: bytes, name: str) -> str:
    """What a file is, in a few words: `PNG image`, `UTF-8 text`, `script for python3`, `data`."""
    if not head:
        return "empty"
    extension = name.rpartition(".")[2].lower()
    looks_plain = head.isascii() and b"\0" not in head
    marks = (what for at, sign, what in _MARKS if head[at : at + len(sign)] == sign)
    mark = next((what for what in marks if not looks_plain or what in _PLAIN), "")
    if mark == "Zip archive":
        return _ZIPPED.get(extension, mark)
    return mark or _text(head, extension)


def _text(head: bytes, extension: str) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16 text"
    if b"\0" in head:
        return "data"
    if head.startswith(b"#!"):
        words = visible(head[2:200].split(b"\n", 1)[0].decode("utf-8", "replace")).split()
        program = words[1] if len(words) > 1 and words[0].endswith("/env") else words[0] if words else "?"
        return f"script for {program.rpartition('/')[2]}"
    kind = _encoding(head)
    if kind == "data":
        return kind
    if head.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return f"HTML document, {kind}"
    if extension == "json" or _is_json(head):
        return f"JSON, {kind}"
    return kind + (", with CRLF line ends" if b"\r\n" in head else "")


def _encoding(head: bytes) -> str:
    if head.isascii():
        controls = sum(byte < 32 and byte not in (7, 8, 9, 10, 12, 13, 27) for byte in head)
        return "data" if controls > len(head) // 10 else "ASCII text"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "text in an 8-bit encoding" if sum(byte < 32 for byte in head) <= len(head) // 5 else "data"
    return "UTF-8 text"


def _is_json(head: bytes) -> bool:
    try:
        return isinstance(json.loads(head), (dict, list))
    except (ValueError, RecursionError):
        return False
