"""Texts kept in the cache."""

from __future__ import annotations

from pathlib import Path

from nlsh.config.kept import kept_text


def test_a_text_is_made_once_and_replaces_older_ones(tmp_path: Path) -> None:
    made: list[str] = []

    def make() -> str:
        made.append("x")
        return f"text {len(made)}"

    folder = str(tmp_path)
    assert kept_text(folder, "words", "a", make) == "text 1"
    assert kept_text(folder, "words", "a", make) == "text 1"
    assert kept_text(folder, "words", "b", make) == "text 2"
    assert [path.name for path in tmp_path.iterdir()] == ["words-b.json"]


def test_a_cache_that_cannot_be_used_costs_time_only(tmp_path: Path) -> None:
    assert kept_text(str(tmp_path / "missing"), "words", "a", lambda: "text") == "text"
    (tmp_path / "words-a.json").write_bytes(b"\xff\xfe")
    assert kept_text(str(tmp_path), "words", "a", lambda: "text") == "text"
