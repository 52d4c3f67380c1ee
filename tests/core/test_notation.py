"""A call as people write it: what is written reads back equal, and nothing but a written-out call is read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.core.arguments import Paths, Text
from nlsh.core.continuing import needs_more
from nlsh.core.display import visible, visible_text
from nlsh.core.errors import PlanInvalid
from nlsh.core.notation import MAX_CALL, command_of, read_call, with_command, written
from nlsh.core.plan import read_plan
from nlsh.core.risk import Effect
from nlsh.core.syscall import Syscall
from nlsh.tools.toolbox import Tools


@dataclass(frozen=True, kw_only=True)
class Sample(Syscall):
    """A sample."""

    name: ClassVar[str] = "t.sample"
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.READ})

    path: Paths = ()
    say: Text = ""
    limit: int = 0
    share: float = 0.5
    is_deep: bool = False


def lookup(name: str) -> type[Syscall] | None:
    return Sample if name == "t.sample" else None


def test_every_declared_example_reads_back_equal() -> None:
    tools = Tools()
    plans = [example.plan for spec in tools.specs() for example in spec.examples]
    steps = [step.syscall for plan in plans for step in read_plan(plan, tools.lookup).steps]
    assert len(steps) > 100
    for syscall in steps:
        assert read_call(written(syscall), tools.lookup) == syscall, written(syscall)


ANY_TEXT = st.text(st.characters() | st.sampled_from('"\\\n\t\u202e\udcff😀$'), max_size=20).filter(
    lambda text: "\0" not in text
)


@given(
    st.builds(
        Sample,
        path=st.lists(ANY_TEXT, min_size=1, max_size=3).map(tuple),
        say=ANY_TEXT,
        limit=st.integers(-(1 << 53), 1 << 53),
        share=st.floats(-1e9, 1e9),
        is_deep=st.booleans(),
    )
)
def test_any_call_reads_back_equal_and_hides_nothing(syscall: Sample) -> None:
    call = written(syscall)
    assert read_call(call, lookup) == syscall
    assert visible(call) == call


def test_it_is_written_as_people_write_it() -> None:
    syscall = Sample(path=("*.tmp", 'a "b"'), limit=-3, is_deep=True)
    assert written(syscall) == 't.sample(path=["*.tmp", "a \\"b\\""], limit=-3, is_deep=True)'
    assert written(Sample(path=("$1",))) == 't.sample(path="$1")'
    assert written(Sample()) == "t.sample()"


def test_a_number_written_bare_is_the_text_it_is() -> None:
    assert read_call(" t.sample(path=[812, 'a'], say=2024)\n", lookup) == Sample(path=("812", "a"), say="2024")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot be read"),
        ("t.sample(", "cannot be read: '\\(' was never closed"),
        ('t.sample(say="\\d")', "cannot be read: .*invalid escape"),
        ("t.sample(); t.sample()", "cannot be read"),
        ("import os", "cannot be read"),
        ("x\0", "cannot be read"),
        ("\udcff()", "cannot be read"),
        ("(" * 3000 + ")" * 3000, "at most"),
        ("-" * (MAX_CALL - 1) + "1", "cannot be read|not one call"),
        ("t.sample(limit=" + "9" * 3000 + ")", "a value is"),
        ("t.sample", "not one call"),
        ("[t.sample()]", "not one call"),
        ('t.sample("a")', "needs its name"),
        ('t.sample(*["a"])', "needs its name"),
        ('t.sample(**{"say": "a"})', "named once"),
        ('t.sample(say="a", say="b")', "named once"),
        ("t.sample()()", "not a call of a syscall"),
        ("(lambda: 1)()", "not a call of a syscall"),
        ('t.other(say="a")', "there is no syscall t.other"),
        ("t.sample(say=__import__('os'))", "a value is"),
        ('t.sample(say=f"{1}")', "a value is"),
        ('t.sample(say=b"a")', "a value is"),
        ("t.sample(say=None)", "a value is"),
        ("t.sample(say=1 + 1)", "a value is"),
        ("t.sample(say=(1).real)", "a value is"),
        ("t.sample(say=...)", "a value is"),
        ("t.sample(share=1e999)", "a value is"),
        ("t.sample(share=1j)", "a value is"),
        ("t.sample(is_deep=-True)", "a value is"),
        ('t.sample(path=[["a"]])', "a value is"),
        ("t.sample(path={'a'})", "a value is"),
        ("t.sample(colour='red')", "no argument 'colour'"),
        ("t.sample(say=True)", "cannot be true"),
        ('t.sample(limit="7")', 'cannot be "7"'),
        ('t.sample(say="a\\0b")', "NUL"),
    ],
)
def test_what_is_no_written_out_call_is_refused_in_a_sentence(text: str, message: str) -> None:
    with pytest.raises(PlanInvalid, match=message) as caught:
        read_call(text, lookup)
    assert "\n" not in caught.value.message


@given(st.text(max_size=60) | st.text("t.sample(y=\"'[],1-\\){}", max_size=40).map("t.sample({})".format))
def test_no_text_breaks_it(text: str) -> None:
    try:
        syscall = read_call(text, lookup)
    except PlanInvalid:
        return
    assert json.loads(syscall.to_json())
    assert read_call(written(syscall), lookup) == syscall


RUN = Tools().lookup("sh.run")
assert RUN is not None


@given(ANY_TEXT.filter(lambda text: text.strip() != ""))
def test_a_command_is_written_as_it_is_or_as_a_call_and_hides_nothing(text: str) -> None:
    assert RUN is not None
    syscall = RUN.parse({"cmd": text})
    command = command_of(syscall)
    if command:
        assert (command, visible_text(command)) == (text, text)
        if not needs_more(command):
            assert with_command(RUN, command) == syscall
    else:
        assert text != text.strip() or visible_text(text) != text


def test_only_what_does_nothing_but_run_a_command_is_written_as_one() -> None:
    assert command_of(Sample(say="make")) == ""
    assert command_of(Sample()) == ""


@pytest.mark.parametrize(("text", "message"), [("echo 'a", "not at its end"), ("if true; then", "not at its end")])
def test_a_command_that_goes_on_is_none(text: str, message: str) -> None:
    assert RUN is not None
    with pytest.raises(PlanInvalid, match=message):
        with_command(RUN, text)
    with pytest.raises(PlanInvalid, match="at most"):
        with_command(RUN, "x" * (MAX_CALL + 1))
