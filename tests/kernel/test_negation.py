"""Wishes that something be left alone."""

from __future__ import annotations

import pytest

from nlsh.kernel.negation import forbids, spared


@pytest.mark.parametrize(
    "utterance",
    [
        "please do not delete precious.txt",
        "don't touch the photos",
        "dont remove anything",
        "never kill postgres",
        "you must not move data.csv",
        "lösche brief.txt bitte nicht",
        "auf keinen Fall den Ordner alt löschen",
        "no borres nada de aqui",
        "ne supprime pas notes.txt",
        "n'efface jamais rapport.pdf",
        "不要删除 a.txt",
        "别动我的照片",
    ],
)
def test_what_is_forbidden(utterance: str) -> None:
    assert forbids(utterance)


@pytest.mark.parametrize(
    "utterance",
    [
        "delete everything except keep.txt",
        "remove all files but not keep.txt",
        "files not opened for a year",
        "don't forget that staging is 10.0.0.7",
        "which files did I not touch in a month",
        "delete files that are not pdfs",
        "Dateien, die nicht größer als 1 MB sind",
        "no hay espacio, borra los temporales",
        "copy the notes to do.txt",
        "i dont need old.txt anymore, remove it",
        "we never use build, delete it",
        "delete notes.txt",
        "删除其他的文件",
    ],
)
def test_what_is_not(utterance: str) -> None:
    assert not forbids(utterance)


@pytest.mark.parametrize(
    ("utterance", "tail"),
    [
        ("delete everything except keep.txt", " keep.txt"),
        ("remove all files but not a.md", " a.md"),
        ("alles außer dem Ordner alt löschen", " dem Ordner alt löschen"),
        ("borra todo excepto notas.txt", " notas.txt"),
        ("删除所有文件除了 a.txt", " a.txt"),
        ("delete a.txt", ""),
    ],
)
def test_what_is_spared(utterance: str, tail: str) -> None:
    assert spared(utterance) == tail
