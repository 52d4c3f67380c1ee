"""Kinds and endings of files, as people say them."""

from __future__ import annotations

import pytest

from nlsh.kernel.kinds import endings_said, globs


@pytest.mark.parametrize(
    ("utterance", "glob"),
    [
        ("move the markdown files to papers", "*.md"),
        ("delete all tmp files", "*.tmp"),
        ("any PNGs in trip?", "*.png"),
        ("lösche alle tmp-dateien", "*.tmp"),
        ("remove any .iso over 2MB", "*.iso"),
        ("列出所有 pdf 文件", "*.pdf"),
        ("the csvs please", "*.csv"),
    ],
)
def test_what_was_said_is_a_glob(utterance: str, glob: str) -> None:
    assert tuple(globs(utterance, ())) == (glob,)


def test_pictures_are_many_endings() -> None:
    [glob] = globs("show me the pictures", ())
    assert glob.startswith("*.{jpg,")


def test_an_ending_nobody_knows_counts_where_it_stands() -> None:
    assert not globs("delete the xyz files", ())
    assert globs("delete the xyz files", ("a.xyz",)) == {"*.xyz": "xyz"}


def test_words_that_name_a_kind_are_no_names() -> None:
    assert endings_said("delete all tmp files", ()) == {"tmp"}
