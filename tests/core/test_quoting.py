from __future__ import annotations

import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlsh.core.quoting import quoted, word_at

NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda name: "/" not in name)


@pytest.mark.parametrize(
    ("line", "start", "folder", "base", "is_command"),
    [
        ("", 0, "", "", True),
        ("ca", 0, "", "ca", True),
        ("cat no", 4, "", "no", False),
        ("cat ", 4, "", "", False),
        ("ls photos/c", 3, "photos/", "c", False),
        ("open my\\ re", 5, "", "my re", False),
        ("cat 'my d/no", 4, "my d/", "no", False),
        ('cat "my d/"no', 4, "my d/", "no", False),
        ("cat a\\", 4, "", "a", False),
        ("a | gr", 4, "", "gr", True),
        ("a && b; (c", 9, "", "c", True),
        ("sudo -u me ca", 11, "", "ca", False),
        ("sudo ca", 5, "", "ca", True),
        ("X=1 ca", 4, "", "ca", True),
        ("> out ca", 6, "", "ca", True),
        ("ca > ou", 5, "", "ou", False),
        ("tar --file=a/b", 11, "a/", "b", False),
        ("X=~/a", 2, "~/", "a", True),
        ("echo $(ca", 7, "", "ca", True),
        ("ls $HOME/a", 3, "/home/me/", "a", False),
        ('ls "${HOME}/a', 3, "/home/me/", "a", False),
        ("ls '$HOME/a", 3, "$HOME/", "a", False),
    ],
)
def test_the_word_at_the_cursor(line: str, start: int, folder: str, base: str, is_command: bool) -> None:
    word = word_at(line, len(line), {"HOME": "/home/me"})
    assert (word.start, word.folder, word.base, word.is_command) == (start, folder, base, is_command)


@pytest.mark.parametrize(
    ("line", "name", "is_folder", "expected"),
    [
        ("cat my", "my report", False, "cat my\\ report"),
        ("cat 'my", "my report", False, "cat 'my report'"),
        ('cat "my', "my report", False, 'cat "my report"'),
        ("cat '", "it's", False, "cat 'it'\\''s'"),
        ('cat "', 'a "b" $c !', False, 'cat "a \\"b\\" \\$c "\'!\'""'),
        ("cat 'my d/f", "file 1", False, "cat 'my d/file 1'"),
        ("cat 'my d/'f", "file 1", False, "cat 'my d/file 1'"),
        ("cat 'my", "my d", True, "cat 'my d/'"),
        ("cat my\\ d/f", "f&g", False, "cat my\\ d/f\\&g"),
        ("cat ~/my", "my d", True, "cat ~/my\\ d/"),
        ('cat ~/"my', "my d", True, 'cat ~/"my d/"'),
        ("cat $HOME/m", "my d", True, "cat $HOME/my\\ d/"),
        ("rm ", "-rf", False, "rm ./-rf"),
        ("rm ./", "-rf", False, "rm ./-rf"),
        ("cat ", "~x", False, "cat \\~x"),
        ("cat --to=m", "my d", False, "cat --to=my\\ d"),
    ],
)
def test_a_name_takes_the_place_of_the_word(line: str, name: str, is_folder: bool, expected: str) -> None:
    word = word_at(line, len(line))
    assert line[: word.start] + word.completed(name, is_folder=is_folder) == expected


@pytest.mark.parametrize(
    ("line", "pattern", "is_pattern"),
    [
        ("rm *.tx", "*.tx", True),
        ("rm '*.tx", "[*].tx", True),
        ("rm \\*.tx", "[*].tx", True),
        ("rm a.tx", "a.tx", False),
    ],
)
def test_only_what_is_not_quoted_is_a_pattern(line: str, pattern: str, is_pattern: bool) -> None:
    word = word_at(line, len(line))
    assert (word.pattern, word.is_pattern) == (pattern, is_pattern)


@pytest.mark.parametrize(("line", "is_opaque"), [("ls $HO", True), ("ls $HOME/a", False), ('ls "a$HO', True)])
def test_a_name_behind_a_variable_is_left_alone(line: str, is_opaque: bool) -> None:
    assert word_at(line, len(line)).is_opaque is is_opaque


@given(st.text())
def test_any_line_has_a_word_at_its_end(line: str) -> None:
    word = word_at(line, len(line))
    assert 0 <= word.start <= len(line)
    assert line[word.start :].startswith(word.head)


def meant_by_bash(words: list[str]) -> list[str]:
    script = "printf '%s\\0' " + " ".join(["-", *words])
    shown = subprocess.run(
        ["bash", "--posix", "-c", script], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"}
    )
    return shown.stdout.decode().split("\0")[1:-1]


@settings(max_examples=20, deadline=None)
@given(st.lists(NAMES, max_size=30))
@example(["!", "~", "=x", "a\\", "`", "$x", "#"])
def test_a_real_shell_reads_the_names_back(names: list[str]) -> None:
    assert meant_by_bash([quoted(name) for name in names]) == names


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(NAMES, st.sampled_from(["", "'", '"', "d/", "my\\ d/", "'d/", '"d/'])), max_size=20))
@example([("!", '"'), ("a\\", ""), ("`", '"'), ("'", "'")])
def test_a_completed_word_means_the_name_in_any_quotes(typed: list[tuple[str, str]]) -> None:
    words = [word_at(f"cat {begun}", 4 + len(begun)).completed(name, is_folder=False) for name, begun in typed]
    expected = [
        ("./" if name.startswith("-") and "/" not in begun else "") + begun.strip("\"'").replace("\\", "") + name
        for name, begun in typed
    ]
    assert meant_by_bash(words) == expected
