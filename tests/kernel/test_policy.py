"""Policy is total, monotone, and its shipped rules mean what their examples say."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlsh.config.rules import read_rules, shipped_rules
from nlsh.core.approval import Grant
from nlsh.core.errors import ConfigInvalid
from nlsh.core.facts import CommandReading, Facts, Target
from nlsh.core.risk import Effect, Risk, Verdict
from nlsh.core.rule import CONDITIONS, Rule
from nlsh.core.syscall import Syscall
from nlsh.kernel.policy import Standing, check_examples, classify, decide
from tests.kernel.conftest import CLASSES

EFFECTS = st.frozensets(st.sampled_from(list(Effect)), min_size=1)
READINGS = st.none() | st.builds(
    CommandReading,
    command=st.just("x"),
    is_read_only=st.booleans(),
    effects=st.frozensets(st.sampled_from([str(effect) for effect in Effect]), min_size=1),
    programs=st.just(("x",)),
    reason=st.just("because"),
    is_privileged=st.booleans(),
    is_refused=st.booleans(),
)
FACTS = st.builds(
    Facts,
    targets=st.just((Target("/world/a", "file"),)),
    count=st.integers(0, 5000),
    size_bytes=st.integers(0, 20 << 30),
    overwrites=st.integers(0, 3),
    protected=st.sampled_from(["", "a protected root"]),
    privileged=st.sampled_from(["", "needs root"]),
    sensitive=st.sampled_from(["", "a key"]),
    is_outside=st.booleans(),
    is_reversible=st.booleans(),
    reading=READINGS,
)
STANDINGS = st.builds(Standing, is_unsure=st.booleans(), is_tainted=st.booleans())
RULES = st.lists(
    st.builds(
        Rule,
        name=st.just("rule"),
        verdict=st.sampled_from([Verdict.ASK, Verdict.DENY]),
        reason=st.just("so"),
        effects=EFFECTS | st.just(frozenset[Effect]()),
        risk_from=st.sampled_from(list(Risk)),
        when=st.frozensets(st.sampled_from(sorted(CONDITIONS)), max_size=2),
    ),
    max_size=4,
)


def syscall_with(effects: frozenset[Effect]) -> Syscall:
    made = type("Any", (Syscall,), {"name": "any.any", "effects": effects})
    syscall = made()
    assert isinstance(syscall, Syscall)
    return syscall


@given(EFFECTS, FACTS, STANDINGS, RULES)
def test_policy_is_total_and_protected_is_always_refused(
    effects: frozenset[Effect], facts: Facts, standing: Standing, rules: list[Rule]
) -> None:
    decision = decide(syscall_with(effects), facts, rules, standing)
    assert decision.reason
    if facts.protected:
        assert decision.verdict is Verdict.DENY
        assert decision.risk is Risk.R5


@given(EFFECTS, FACTS, STANDINGS, RULES, RULES)
def test_more_rules_never_loosen(
    effects: frozenset[Effect], facts: Facts, standing: Standing, rules: list[Rule], more: list[Rule]
) -> None:
    syscall = syscall_with(effects)
    few, many = decide(syscall, facts, rules, standing), decide(syscall, facts, rules + more, standing)
    assert many.verdict.strictness >= few.verdict.strictness


@given(
    EFFECTS, FACTS, STANDINGS, RULES, st.sampled_from(["protected", "privileged", "sensitive", "overwrites", "outside"])
)
def test_more_against_it_never_loosens(
    effects: frozenset[Effect], facts: Facts, standing: Standing, rules: list[Rule], against: str
) -> None:
    worse = {
        "protected": dataclasses.replace(facts, protected="a root"),
        "privileged": dataclasses.replace(facts, privileged="needs root"),
        "sensitive": dataclasses.replace(facts, sensitive="a key"),
        "overwrites": dataclasses.replace(facts, overwrites=facts.overwrites + 1),
        "outside": dataclasses.replace(facts, is_outside=True),
    }[against]
    syscall = syscall_with(effects)
    before, after = decide(syscall, facts, rules, standing), decide(syscall, worse, rules, standing)
    assert after.verdict.strictness >= before.verdict.strictness
    assert after.risk >= before.risk
    unsure = decide(syscall, facts, rules, Standing(True, True))
    assert unsure.verdict.strictness >= before.verdict.strictness


@given(EFFECTS, FACTS, RULES)
def test_a_grant_never_turns_a_refusal_or_r3_into_yes(
    effects: frozenset[Effect], facts: Facts, rules: list[Rule]
) -> None:
    grant = Grant("1", "any.any", "/world", 10.0)
    decision = decide(syscall_with(effects), facts, rules, Standing(grants=(grant,), now=5.0))
    if decision.risk >= Risk.R3:
        plain = decide(syscall_with(effects), facts, rules, Standing())
        assert decision.verdict is plain.verdict


@pytest.mark.parametrize(
    ("effects", "facts", "risk"),
    [
        ({Effect.READ}, Facts(), Risk.R0),
        ({Effect.READ}, Facts(sensitive="a key"), Risk.R1),
        ({Effect.NETWORK}, Facts(), Risk.R1),
        ({Effect.WRITE}, Facts(count=1, is_reversible=True), Risk.R2),
        ({Effect.WRITE}, Facts(count=21, is_reversible=True), Risk.R3),
        ({Effect.WRITE}, Facts(count=1), Risk.R3),
        ({Effect.WRITE}, Facts(count=1, is_reversible=True, is_outside=True), Risk.R3),
        ({Effect.DELETE}, Facts(count=1001, is_reversible=True), Risk.R4),
        ({Effect.SIGNAL}, Facts(), Risk.R3),
        ({Effect.EXECUTE}, Facts(), Risk.R3),
        ({Effect.CONFIGURE}, Facts(), Risk.R4),
        ({Effect.WRITE}, Facts(privileged="needs root", is_reversible=True), Risk.R4),
        ({Effect.DELETE}, Facts(protected="/"), Risk.R5),
    ],
)
def test_classes(effects: set[Effect], facts: Facts, risk: Risk) -> None:
    assert classify(frozenset(effects), facts)[0] is risk


def test_the_shipped_rules_mean_what_their_examples_say() -> None:
    from nlsh.tools.toolbox import Tools

    check_examples(shipped_rules(), Tools().lookup)


RULE = """
[[rule]]
name = "no-drops"
verdict = "DENY"
reason = "we keep everything"
syscalls = ["world.drop"]
match = [{ syscall = '%s' }]
not_match = [{ syscall = '{"world.look":{}}' }]
"""


def test_a_rule_that_does_not_match_its_example_is_an_error() -> None:
    good = read_rules(RULE % '{"world.drop":{"what":"apple"}}', "rules.toml")
    check_examples(good, CLASSES.get)
    bad = read_rules(RULE % '{"world.setup":{"path":"x"}}', "rules.toml")
    with pytest.raises(ConfigInvalid, match=r"no-drops.*does not match"):
        check_examples(bad, CLASSES.get)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[rule]", "not valid TOML"),
        ("rules = 1", "unknown key 'rules'"),
        ('[[rule]]\nnaem = "x"', "unknown key 'naem'"),
        ('[[rule]]\nname = "x"\nverdict = "ASK"\nreason = "y"', "needs `match` and `not_match`"),
        (RULE.replace("DENY", "ALLOW") % "{}", "cannot ALLOW"),
        (RULE.replace('syscalls = ["world.drop"]', 'when = ["tuesday"]') % "{}", "unknown condition 'tuesday'"),
        (RULE.replace('syscalls = ["world.drop"]', 'effects = ["EAT"]') % "{}", "EAT"),
    ],
)
def test_a_broken_rules_file_says_where(text: str, message: str) -> None:
    with pytest.raises(ConfigInvalid, match=message):
        read_rules(text, "rules.toml")
