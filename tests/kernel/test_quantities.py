"""Numbers, sizes and times, as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.arguments import read_moment, read_size
from nlsh.kernel.quantities import ages, modes, numbers, sizes


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        ("the 3 biggest files", (3,)),
        ("top five please", (5,)),
        ("lines 10 to 25 of main.c", (10, 25)),
        ("die zwei neuesten", (2,)),
        ("前5行", (5,)),
        ("最大的三个文件", (3,)),
        ("open report2024.pdf", ()),
        ("ping 10.1.2.3", ()),
    ],
)
def test_numbers(utterance: str, expected: tuple[int, ...]) -> None:
    assert numbers(utterance) == expected


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        ("over 2 MB", (">2M",)),
        ("less than 10k", ("<10K",)),
        ("bigger than 1.5 gigabytes", (">1.5G",)),
        ("größer als 1,5 GB", (">1.5G",)),
        ("exactly 500 bytes", (">500", "<500", "500")),
        ("100 megs or more", (">100M",)),
        ("de más de 3 MB", (">3M",)),
        ("超过 2 GB 的文件", (">2G",)),
    ],
)
def test_sizes(utterance: str, expected: tuple[str, ...]) -> None:
    assert sizes(utterance) == expected


def test_what_is_no_size() -> None:
    assert sizes("the 3 biggest files and 4 men") == ()


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        ("older than a week", ("1w",)),
        ("in the last 7 days", ("7d",)),
        ("two months ago", ("2mo",)),
        ("from last month", ("1mo",)),
        ("changed today", ("today",)),
        ("seit gestern", ("yesterday",)),
        ("älter als 30 Tage", ("30d",)),
        ("since 2024-05-01", ("2024-05-01",)),
        ("三天前", ("3d",)),
        ("nobody knows the day", ()),
    ],
)
def test_ages(utterance: str, expected: tuple[str, ...]) -> None:
    assert ages(utterance) == expected


@given(st.text(max_size=100))
def test_whatever_is_found_can_be_read(utterance: str) -> None:
    for size in sizes(utterance):
        read_size(size)
    for age in ages(utterance):
        if "-" not in age:
            read_moment(age, 1e9)
    assert all(number >= 0 for number in numbers(utterance))


@pytest.mark.parametrize(
    ("utterance", "expected"),
    [
        ("make run.sh executable", ("+x",)),
        ("set 640 on secret.txt", ("640",)),
        ("chmod u+x is too much, g-w will do", ("u+x", "g-w")),
        ("mach start.sh ausführbar", ("+x",)),
        ("nobody else should read diary.txt", ("go-rwx",)),
        ("make it read-only", ("a-w",)),
        ("change the rights of a.txt", ()),
        ("把 run.sh 设为可执行", ("+x",)),
    ],
)
def test_modes(utterance: str, expected: tuple[str, ...]) -> None:
    assert modes(utterance) == expected
