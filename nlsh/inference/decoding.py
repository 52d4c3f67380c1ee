"""Greedy decoding within a grammar: the likeliest token the grammar allows, and what it forces unasked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from nlsh.core.errors import ModelUnavailable
from nlsh.inference.automaton import Automaton, State
from nlsh.inference.context import Logits
from nlsh.inference.leaning import Leaning
from nlsh.inference.vocabulary import Vocabulary

_TOP: Final = 64


@dataclass
class Draft:
    """A plan in the making."""

    state: State
    text: bytes = b""
    tokens: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    """Natural logarithms, over the whole vocabulary, of the tokens chosen where the grammar left a choice."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing can follow."""
        return self.state.is_final and not self.state.legal


class Decoder:
    """Decodes one plan. `read` takes tokens and returns the logits after them."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        automaton: Automaton,
        read: Callable[[Sequence[int]], Logits],
        leaning: Leaning | None = None,
    ) -> None:
        self._vocabulary = vocabulary
        self._automaton = automaton
        self._read = read
        self._leaning = leaning
        self.draft = Draft(automaton.start)

    def run(self, read_prompt: Callable[[Sequence[int]], Logits], max_tokens: int) -> Draft:
        """Decode until the plan is complete or `max_tokens` long. Raises what `read` raises; `draft` stays."""
        opening = self._force()
        if self.draft.is_complete:
            return self.draft
        logits = read_prompt(opening)
        while True:
            token = self._choose(logits)
            forced = self._force()
            if self.draft.is_complete or len(self.draft.tokens) >= max_tokens:
                return self.draft
            logits = self._read([token, *forced])

    def _choose(self, logits: Logits) -> int:
        draft = self.draft
        token, state = self._leant(logits, draft) or self._best(logits, draft.state)
        piece = self._vocabulary.piece(token)
        forced, _ = self._automaton.forced(draft.state)
        if not forced.startswith(piece):
            draft.logprobs.append(_logprob(logits, token))
        draft.state = state
        draft.text += piece
        draft.tokens.append(token)
        return token

    def _leant(self, logits: Logits, draft: Draft) -> tuple[int, State] | None:
        """Where a syscall is named: the likeliest legal token by the model and the leaning together."""
        name = self._leaning.naming(draft.text) if self._leaning else None
        if self._leaning is None or name is None:
            return None
        found: list[tuple[float, int, State]] = []
        for token in self._vocabulary.beginning_with(draft.state.legal):
            piece = self._vocabulary.piece(int(token))
            reached = self._automaton.walk(draft.state, piece)
            if reached is not None:
                found.append((float(logits[token]) + self._leaning.of(name + piece), int(token), reached))
        return max(found, key=lambda one: one[:2])[1:] if found else None

    def _best(self, logits: Logits, state: State) -> tuple[int, State]:
        """The likeliest legal token: the likeliest of all, else of the top, else of those that begin rightly.

        Raises:
            ModelUnavailable: the vocabulary lacks a byte.
        """
        for tokens in self._ever_more(logits, state):
            for token in tokens:
                piece = self._vocabulary.piece(int(token))
                reached = self._automaton.walk(state, piece) if piece else None
                if reached is not None:
                    return int(token), reached
        raise ModelUnavailable("the model has no token for what must come next", "use another model")

    def _ever_more(self, logits: Logits, state: State) -> Iterable[npt.NDArray[np.int64]]:
        yield np.array((np.argmax(logits),))
        top = np.argpartition(logits, -_TOP)[-_TOP:]
        yield top[np.argsort(-logits[top], kind="stable")]
        possible = self._vocabulary.beginning_with(state.legal)
        yield possible[np.argsort(-logits[possible], kind="stable")]

    def _force(self) -> list[int]:
        """Append the tokens of what must come next, as far as they are the model's own way to write it."""
        draft = self.draft
        text, after = self._automaton.forced(draft.state)
        if not text:
            return []
        if after.is_final and not after.legal:
            draft.text += text
            draft.state = after
            return []
        tokens = self._forced_tokens(text, after)
        added = b"".join(map(self._vocabulary.piece, tokens))
        reached = self._automaton.walk(draft.state, added)
        assert reached is not None, "a part of what is forced is legal"
        draft.state = reached
        draft.text += added
        draft.tokens += tokens
        return tokens

    def _forced_tokens(self, text: bytes, after: State) -> list[int]:
        whole = self.draft.text + text
        tokens = self._vocabulary.tokenise(whole)
        so_far = len(self.draft.tokens)
        if tokens[:so_far] != self.draft.tokens:
            return []
        settled = list(self._vocabulary.prefix(tokens, self._vocabulary.settled(whole, after.legal)))
        return settled[so_far:]


def _logprob(logits: Logits, token: int) -> float:
    most = float(logits.max())
    return float(logits[token]) - most - float(np.log(np.exp(logits - most).sum(dtype=np.float64)))
