from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from nlsh.core.arguments import Kind
from nlsh.core.syscall import Argument, SyscallSpec
from nlsh.inference.automaton import Automaton
from nlsh.inference.grammar import gbnf, plan_rule
from nlsh.inference.rules import json_text
from nlsh.inference.values import MAX_CANDIDATES, MAX_FREE_CHARS
from nlsh.inference.vocabulary import Vocabulary

Specs = tuple[SyscallSpec, ...]
Compile = Callable[[str], Any]

CANDIDATES = {
    "path": ("docs", "a.txt"),
    "paths": ("docs", "a.txt", "*.pdf"),
    "glob": ("*.pdf", "*.txt"),
    "new_path": ("new",),
    "pattern": ("word",),
    "process": ("nginx",),
}
END = 2
"""`<|im_end|>`, the end of generation."""
NASTY = st.text(
    st.one_of(
        st.sampled_from('"\\\n\r\t\x00\x1b\x7f/$*[]{},:<|im_end|>äß漢字🙂\u202e\u2028\udcff\ud800 '),
        st.characters(),
    ),
    min_size=1,
    max_size=24,
)


def _accepts(specs: Specs, candidates: dict[str, tuple[str, ...]], plan: str) -> bool:
    automaton = Automaton(plan_rule(specs, candidates))
    state = automaton.walk(automaton.start, plan.encode("utf-8", "surrogatepass"))
    return state is not None and state.is_final


@pytest.fixture
def compiles(llama: Any, vocab_model: Any) -> Compile:
    vocab = llama.llama_model_get_vocab(vocab_model)
    return lambda grammar: llama.llama_sampler_init_grammar(vocab, grammar.encode(), b"root")


@pytest.mark.parametrize(
    "plan",
    [
        '[{"fs.remove":{"path":"a.txt"}}]',
        '[{"fs.remove":{"path":["a.txt","*.pdf"]}}]',
        '[{"fs.find":{}}]',
        '[{"fs.find":{"path":"docs"}}]',
        '[{"fs.find":{"size":">10M"}}]',
        '[{"fs.find":{"name":"*.pdf","size":"1.5K..2M","kind":"folder"}}]',
        '[{"fs.find":{"size":"<1G"}},{"fs.remove":{"path":"$1"}}]',
        '[{"undo":{}},{"fs.find":{}},{"fs.move":{"source":["$2","$1"],"to":"new"}}]',
        '[{"fs.move":{"source":["*.pdf","a.txt"],"to":"new"}}]',
        '[{"every.open":{"age":"7d","duration":"10s","mode":"u+x","signal":"KILL","port":8080}}]',
        '[{"every.open":{"age":"2024-05-01","mode":"0755","signal":"9"}}]',
        '[{"every.plain":{"integer":-20,"number":0.25,"boolean":true,"text":"ünï \\"x\\"","process":"nginx"}}]',
        '[{"fs.grep":{"pattern":"word"}}]',
        '[{"fs.grep":{"long":true,"pattern":"word","path":"a.txt"}}]',
        '[{"ask":{"question":"Which file? 漢字 \\n\\"so\\""}}]',
        '[{"ask":{"question":""}}]',
        '[{"undo":{}},{"undo":{}},{"undo":{}},{"undo":{}}]',
    ],
)
def test_allows(specs: Specs, plan: str) -> None:
    json.loads(plan)
    assert _accepts(specs, CANDIDATES, plan)


@pytest.mark.parametrize(
    "plan",
    [
        "",
        "[]",
        "[{}]",
        '[{"fs.remove":{}}]',
        '[{"fs.remove":{"path":[]}}]',
        '[{"fs.remove":{"path":["a.txt"]}}]',
        '[{"fs.remove":{"path":"invented.txt"}}]',
        '[{"fs.remove":{"path":"*.exe"}}]',
        '[{"fs.remove":{"path":"$1"}}]',
        '[{"undo":{}},{"fs.remove":{"path":"$2"}}]',
        '[{"undo":{}},{"fs.remove":{"path":"$0"}}]',
        '[{"fs.find":{"path":"docs",}}]',
        '[{"fs.find":{,"path":"docs"}}]',
        '[{"fs.find":{"size":">10M","path":"docs"}}]',
        '[{"fs.find":{"size":">10M","size":">10M"}}]',
        '[{"fs.find":{"kind":"device"}}]',
        '[{"fs.find": {}}]',
        '[{"fs.find":{}}] ',
        '[{"fs.find":{}},]',
        '[{"fs.move":{"to":"new","source":"a.txt"}}]',
        '[{"fs.grep":{"long":true}}]',
        '[{"fs.grep":{"pattern":"not a span"}}]',
        '[{"every.open":{"port":99999999}}]',
        '[{"every.plain":{"integer":007}}]',
        '[{"every.plain":{"boolean":"true"}}]',
        '[{"sys.invented":{}}]',
        '[{"undo":{}},{"undo":{}},{"undo":{}},{"undo":{}},{"undo":{}}]',
        '[{"ask":{"question":"' + "x" * (MAX_FREE_CHARS + 1) + '"}}]',
        '[{"ask":{"question":"a\nb"}}]',
    ],
)
def test_forbids(specs: Specs, plan: str) -> None:
    assert not _accepts(specs, CANDIDATES, plan)


def test_measures_that_were_given_are_the_only_ones(specs: Specs) -> None:
    given = CANDIDATES | {"size": (">2M",), "integer": ("7",), "age": ()}
    assert _accepts(specs, given, '[{"fs.find":{"size":">2M"}}]')
    assert not _accepts(specs, given, '[{"fs.find":{"size":">3M"}}]')
    assert _accepts(specs, given, '[{"every.plain":{"integer":7}}]')
    assert not _accepts(specs, given, '[{"every.plain":{"integer":8}}]')
    assert not _accepts(specs, given, '[{"every.open":{"age":"7d"}}]')


def test_without_globs_any_short_one_may_be_said(specs: Specs) -> None:
    assert _accepts(specs, {}, '[{"fs.find":{"name":"*.tex"}}]')
    assert not _accepts(specs, {}, '[{"fs.find":{"name":"*.waytoolong"}}]')


def test_what_has_no_value_is_dropped(specs: Specs) -> None:
    assert not _accepts(specs, {}, '[{"fs.mkdir":{"path":"new"}}]')
    assert not _accepts(specs, {}, '[{"every.plain":{"process":"nginx"}}]')
    assert _accepts(specs, {}, '[{"every.plain":{}}]')
    assert "fs.mkdir" not in gbnf(specs, {})


def test_a_reference_makes_a_later_step_possible() -> None:
    spec = SyscallSpec("fs.stat", "", (Argument("path", Kind.PATH, True, False, None),), frozenset(), ())
    undo = SyscallSpec("undo", "", (), frozenset(), ())
    assert _accepts((spec, undo), {}, '[{"undo":{}},{"fs.stat":{"path":"$1"}}]')
    assert not _accepts((spec, undo), {}, '[{"fs.stat":{"path":"$1"}}]')


def test_nothing_to_say_is_an_error() -> None:
    spec = SyscallSpec("fs.stat", "", (Argument("path", Kind.PATH, True, False, None),), frozenset(), ())
    with pytest.raises(ValueError, match="no syscall"):
        gbnf((spec,), {})


def test_free_text_only_without_candidates(specs: Specs) -> None:
    plan = '[{"fs.grep":{"pattern":"anything at all"}}]'
    assert _accepts(specs, {}, plan)
    assert not _accepts(specs, {"pattern": ("word",)}, plan)


def _made(name: str) -> str:
    return json.dumps([{"fs.mkdir": {"path": name}}], separators=(",", ":"))


def test_candidates_are_capped(specs: Specs) -> None:
    many = tuple(f"file{number}" for number in range(MAX_CANDIDATES + 50))
    assert _accepts(specs, {"new_path": many}, _made(many[MAX_CANDIDATES - 1]))
    assert not _accepts(specs, {"new_path": many}, _made(many[MAX_CANDIDATES]))


def test_every_repetition_is_bounded(specs: Specs) -> None:
    grammar = gbnf(specs, CANDIDATES)
    bare = re.sub(r'"(?:\\.|[^"\\])*"|\[(?:\\.|[^\]\\])*\]', "", grammar)
    assert not set("*+") & set(bare)
    assert not re.search(r"\{\d+,\}", bare)


def test_rule_names_are_unique(specs: Specs) -> None:
    names = [line.partition(" ::= ")[0] for line in gbnf(specs, CANDIDATES).splitlines()]
    assert len(names) == len(set(names))


def test_a_full_grammar_stays_small(specs: Specs) -> None:
    crowd = tuple(f"some file name {number}.txt" for number in range(MAX_CANDIDATES))
    every = {str(kind): crowd for kind in Kind}
    assert len(gbnf(specs * 10, every)) < 400_000


def test_a_bad_grammar_is_a_null_pointer_and_not_none(compiles: Compile) -> None:
    found = compiles("root ::= (")
    assert not bool(found)


def test_compiles_with_llama_cpp(specs: Specs, compiles: Compile) -> None:
    assert bool(compiles(gbnf(specs, CANDIDATES)))
    assert bool(compiles(gbnf(specs, {})))


@given(value=NASTY)
@example("<|im_end|>")
@example('it\'s "quoted"\\')
@example("\udcff\n")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_candidate_can_be_said_and_read_back(specs: Specs, compiles: Compile, value: str) -> None:
    assume("\0" not in value)
    candidates = {"new_path": (value,), "paths": (value, "other")}
    plan = f'[{{"fs.move":{{"source":[{json_text(value)},"other"],"to":{json_text(value)}}}}}]'
    assert json.loads(plan) == [{"fs.move": {"source": [value, "other"], "to": value}}]
    assert _accepts(specs, candidates, plan)
    plan.encode()
    assert bool(compiles(gbnf(specs, candidates)))


def _llama_accepts(llama: Any, vocabulary: Vocabulary, sampler: Any, text: str) -> bool:
    """Whether llama.cpp allows every token of a text. Only what it allowed is accepted: anything else aborts."""
    try:
        for token in vocabulary.tokenise(text.encode()):
            if not _allows(llama, sampler, token):
                return False
            llama.llama_sampler_accept(sampler, token)
        return _allows(llama, sampler, END)
    finally:
        llama.llama_sampler_free(sampler)


def _allows(llama: Any, sampler: Any, token: int) -> bool:
    array = (llama.llama_token_data * 1)(llama.llama_token_data(token, 0.0, 0.0))
    llama.llama_sampler_apply(sampler, llama.ctypes.byref(llama.llama_token_data_array(array, 1, -1, False)))
    return bool(array[0].logit == 0.0)


PLANS = (
    '[{"fs.find":{"path":"docs","name":"*.pdf","size":"1.5K..2M","kind":"file"}},{"fs.remove":{"path":"$1"}}]',
    '[{"fs.move":{"source":["*.pdf","a.txt"],"to":"new"}},{"undo":{}},{"ask":{"question":"Wohin, äh 漢?"}}]',
    '[{"every.open":{"size":"<3","age":"7mo","duration":"10m","mode":"ug-w","signal":"9","port":80}}]',
    '[{"fs.grep":{"long":true,"pattern":"word","path":["$1","a.txt"]}}]',
)


@given(
    plan=st.sampled_from(PLANS),
    at=st.integers(0, 120),
    cut=st.integers(0, 3),
    put=st.sampled_from(("", '"', ",", "}", "]", "1", "$2", "é", " ", "a.txt", '"a.txt"')),
)
@settings(max_examples=300, deadline=None)
def test_agrees_with_llama_cpp(
    specs: Specs, llama: Any, vocab_model: Any, vocabulary: Vocabulary, plan: str, at: int, cut: int, put: str
) -> None:
    text = plan[:at] + put + plan[at + cut :]
    vocab = llama.llama_model_get_vocab(vocab_model)
    sampler = llama.llama_sampler_init_grammar(vocab, gbnf(specs, CANDIDATES).encode(), b"root")
    assert _llama_accepts(llama, vocabulary, sampler, text) == _accepts(specs, CANDIDATES, text)


def test_forced_is_what_alone_can_follow(specs: Specs) -> None:
    automaton = Automaton(plan_rule(specs, CANDIDATES))
    assert automaton.forced(automaton.start)[0] == b'[{"'
    state = automaton.walk(automaton.start, b'[{"fs.mk')
    assert state is not None
    text, after = automaton.forced(state)
    assert text == b'dir":{"path":"new"}}'
    assert after.legal == set(b",]")


@given(plan=st.sampled_from(PLANS), cuts=st.lists(st.integers(0, 120), max_size=6))
def test_walking_in_pieces_is_walking_at_once(specs: Specs, plan: str, cuts: list[int]) -> None:
    automaton = Automaton(plan_rule(specs, CANDIDATES))
    data = plan.encode()
    state = automaton.start
    at = 0
    for cut in sorted({min(cut, len(data)) for cut in cuts} | {len(data)}):
        reached = automaton.walk(state, data[at:cut])
        if reached is None:
            break
        state, at = reached, cut
    whole = automaton.walk(automaton.start, data)
    assert whole is (state if at == len(data) else None)


@pytest.mark.parametrize(
    ("plan", "is_allowed"),
    [
        ('[{"undo":{}}]', True),
        ('[{"fs.find":{}},{"fs.remove":{"path":"$1"}}]', True),
        ('[{"fs.find":{}},{"undo":{}}]', True),
        ('[{"fs.find":{}}]', False),
        ('[{"undo":{}},{"undo":{}}]', False),
        ('[{"ask":{"question":"?"}}]', False),
    ],
)
def test_shapes_are_the_only_plans(specs: Specs, plan: str, is_allowed: bool) -> None:
    shapes = (("undo",), ("fs.find", "fs.remove"), ("fs.find", "undo"), ("fs.unknown",), ())
    automaton = Automaton(plan_rule(specs, CANDIDATES, 4, shapes))
    state = automaton.walk(automaton.start, plan.encode())
    assert (state is not None and state.is_final) == is_allowed


def test_shapes_that_cannot_be_said_are_an_error(specs: Specs) -> None:
    with pytest.raises(ValueError, match="possible value"):
        gbnf(specs, {}, 4, (("fs.mkdir",),))
