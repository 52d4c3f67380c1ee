"""What a syscall does, how much is at stake, and what policy says to it."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Effect(StrEnum):
    """A declared class of what a syscall does."""

    READ = "READ"
    WRITE = "WRITE"
    DELETE = "DELETE"
    EXECUTE = "EXECUTE"
    SIGNAL = "SIGNAL"
    NETWORK = "NETWORK"
    CONFIGURE = "CONFIGURE"


class Risk(IntEnum):
    """R0 observe · R1 observe what is sensitive or remote · R2 local, reversible · R3 broad, costly or
    not reversible · R4 privileged, persistent or huge · R5 refused."""

    R0 = 0
    R1 = 1
    R2 = 2
    R3 = 3
    R4 = 4
    R5 = 5

    @property
    def words(self) -> str:
        """The class in a few words."""
        return _WORDS[self]


_WORDS = {
    Risk.R0: "only looks",
    Risk.R1: "looks at what is sensitive or remote",
    Risk.R2: "changes things here",
    Risk.R3: "broad, costly or not reversible",
    Risk.R4: "privileged, lasting or huge",
    Risk.R5: "refused by policy",
}


class Verdict(StrEnum):
    """What policy says; `strictest` orders them."""

    ALLOW = "ALLOW"
    ASK = "ASK"
    DENY = "DENY"

    @property
    def strictness(self) -> int:
        """0 for ALLOW, 1 for ASK, 2 for DENY."""
        return _STRICTNESS[self]


_STRICTNESS = {Verdict.ALLOW: 0, Verdict.ASK: 1, Verdict.DENY: 2}


def strictest(*verdicts: Verdict) -> Verdict:
    """The strictest of the verdicts; ALLOW for none."""
    return max(verdicts, key=lambda verdict: verdict.strictness, default=Verdict.ALLOW)


class Route(StrEnum):
    """Whether a line is a shell command, run as written, or an utterance, planned by the model."""

    LITERAL = "literal"
    UTTERANCE = "utterance"
