"""Policy: a pure, total function from what a syscall does and what it would touch to a verdict. Never the model.

The risk class comes from effects and facts (guard design: R0 observe … R5 refused), the verdict from the class and the
rules, the strictest winning. More facts against a syscall never make the verdict milder.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from nlsh.core.approval import Grant
from nlsh.core.errors import ConfigInvalid
from nlsh.core.facts import Facts
from nlsh.core.risk import Effect, Risk, Verdict
from nlsh.core.rule import Rule, RuleExample
from nlsh.core.syscall import Syscall

MANY_TARGETS: Final = 20
MUCH_BYTES: Final = 100 << 20
VERY_MANY_TARGETS: Final = 1000
VERY_MUCH_BYTES: Final = 10 << 30
_CHANGES: Final = frozenset({Effect.WRITE, Effect.DELETE})


@dataclass(frozen=True)
class Decision:
    """The verdict, its risk class, the rule that made it, and why, in words for the person."""

    verdict: Verdict
    risk: Risk
    rule: str
    reason: str


@dataclass(frozen=True)
class Standing:
    """What else a decision depends on."""

    is_unsure: bool = False
    """The plan's confidence is below what acting unasked needs."""
    is_tainted: bool = False
    """A target comes from the result of an earlier step."""
    grants: tuple[Grant, ...] = ()
    now: float = 0.0


def classify(effects: frozenset[Effect], facts: Facts) -> tuple[Risk, str]:
    """The risk class and why."""
    if facts.protected or (facts.reading is not None and facts.reading.is_refused):
        return Risk.R5, facts.protected or (facts.reading.reason if facts.reading else "")
    if effects <= {Effect.READ}:
        return (Risk.R1, facts.sensitive or "it looks outside") if _is_delicate(facts) else (Risk.R0, "it only looks")
    return max(raised(effects, facts), key=lambda pair: pair[0])


def _is_delicate(facts: Facts) -> bool:
    return bool(facts.sensitive)


def raised(effects: frozenset[Effect], facts: Facts) -> list[tuple[Risk, str]]:
    """Every class that applies to what changes something, with its reason."""
    found = [(Risk.R0, "it only looks")]
    if Effect.NETWORK in effects:
        found.append((Risk.R1, "it uses the network"))
    if effects & _CHANGES:
        found.append(_change(facts))
    if Effect.SIGNAL in effects:
        found.append((Risk.R3, "a process cannot be brought back"))
    if Effect.EXECUTE in effects:
        found.append(_execution(facts))
    if Effect.CONFIGURE in effects:
        found.append((Risk.R4, "it changes how the system is set up"))
    if facts.privileged:
        found.append((Risk.R4, facts.privileged))
    return found


def _change(facts: Facts) -> tuple[Risk, str]:
    if facts.count > VERY_MANY_TARGETS or facts.size_bytes > VERY_MUCH_BYTES:
        return Risk.R4, f"it touches {facts.count:,} things"
    if not facts.is_reversible:
        return Risk.R3, facts.irreversible or "it cannot be undone"
    if facts.count > MANY_TARGETS or facts.size_bytes > MUCH_BYTES:
        return Risk.R3, f"it touches {facts.count:,} things"
    if facts.is_outside:
        return Risk.R3, "it lies outside this folder and your home"
    return Risk.R2, "undo can take it back"


def _execution(facts: Facts) -> tuple[Risk, str]:
    reading = facts.reading
    if reading is None:
        return Risk.R3, "it runs a program"
    if reading.is_privileged:
        return Risk.R4, reading.reason
    return (Risk.R0, "the command only reads") if reading.is_read_only else (Risk.R3, reading.reason)


_BY_CLASS: Final = {
    Risk.R0: Verdict.ALLOW,
    Risk.R1: Verdict.ALLOW,
    Risk.R2: Verdict.ALLOW,
    Risk.R3: Verdict.ASK,
    Risk.R4: Verdict.ASK,
    Risk.R5: Verdict.DENY,
}


def decide(syscall: Syscall, facts: Facts, rules: Sequence[Rule], standing: Standing) -> Decision:
    """The verdict on one syscall. Total: every input has one; the strictest rule that holds wins."""
    risk, why = classify(syscall.effects, facts)
    decision = Decision(_BY_CLASS[risk], risk, f"class-{risk.name}", why)
    for rule in rules:
        if rule.verdict.strictness > decision.verdict.strictness and holds(rule, syscall, facts, risk, standing):
            decision = Decision(rule.verdict, risk, rule.name, rule.reason)
    if decision.verdict is Verdict.ASK and risk <= Risk.R2 and _granted(syscall, facts, standing):
        return Decision(Verdict.ALLOW, risk, f"grant for {decision.rule}", "you allowed it for this folder")
    return decision


def holds(rule: Rule, syscall: Syscall, facts: Facts, risk: Risk, standing: Standing) -> bool:
    """Whether every condition of a rule holds."""
    if rule.syscalls and not any(fnmatch.fnmatchcase(syscall.name, pattern) for pattern in rule.syscalls):
        return False
    if rule.effects and not rule.effects & _effects(syscall, facts):
        return False
    if risk < rule.risk_from or not rule.when <= _conditions(facts, standing):
        return False
    return not rule.paths or any(_below(target.name, pattern) for target in facts.targets for pattern in rule.paths)


def _effects(syscall: Syscall, facts: Facts) -> frozenset[Effect]:
    """The declared effects; a command proven to only read has none but READ."""
    if facts.reading is None:
        return syscall.effects
    return frozenset(Effect(effect) for effect in facts.reading.effects)


def _conditions(facts: Facts, standing: Standing) -> frozenset[str]:
    found = {
        "overwrites": facts.overwrites > 0,
        "outside": facts.is_outside,
        "sensitive": bool(facts.sensitive),
        "irreversible": not facts.is_reversible,
        "recursive": facts.is_recursive,
        "unsure": standing.is_unsure,
        "tainted": standing.is_tainted,
    }
    return frozenset(name for name, is_met in found.items() if is_met)


def _below(path: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(path, pattern) or fnmatch.fnmatchcase(path, pattern.rstrip("/") + "/*")


def _granted(syscall: Syscall, facts: Facts, standing: Standing) -> bool:
    """Whether a live grant covers every target. A sample of targets, or doubt, is not covered."""
    if standing.is_unsure or standing.is_tainted or facts.sensitive or facts.count > len(facts.targets):
        return False
    return any(
        grant.syscall == syscall.name
        and grant.expires_at > standing.now
        and all(_below(target.name, grant.folder) for target in facts.targets)
        for grant in standing.grants
    )


def check_examples(rules: Sequence[Rule], lookup: Callable[[str], type[Syscall] | None]) -> None:
    """Hold every rule against its own examples. Raises ConfigInvalid naming the rule and the example."""
    for rule in rules:
        for is_match, examples in ((True, rule.match), (False, rule.not_match)):
            for example in examples:
                if _example_holds(rule, example, lookup) is not is_match:
                    wrong = "does not match" if is_match else "matches"
                    raise ConfigInvalid(f"rule {rule.name!r} {wrong} {example.syscall}", "mend the rule or the example")


def _example_holds(rule: Rule, example: RuleExample, lookup: Callable[[str], type[Syscall] | None]) -> bool:
    [(name, arguments)] = json.loads(example.syscall).items()
    found = lookup(name)
    known = {field.name for field in dataclasses.fields(Facts)} | {"unsure", "tainted"}
    if found is None or set(example.facts) - known:
        raise ConfigInvalid(f"rule {rule.name!r}: example {example.syscall} has an unknown name", "mend the example")
    syscall = found.parse(arguments)
    values = {key: value for key, value in example.facts.items() if key not in ("unsure", "tainted")}
    facts = dataclasses.replace(Facts(is_reversible=found.is_reversible), **values)
    standing = Standing(bool(example.facts.get("unsure")), bool(example.facts.get("tainted")))
    return holds(rule, syscall, facts, classify(found.effects, facts)[0], standing)
