"""Whether llama.cpp says what the training framework says: `python -m models.foundry.agree [COUNT]`.

Both decode the same unseen utterances within the same grammar, greedily: one with the adapter file on the product's
8-bit base, one with the checkpoint in torch.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import torch

from models.foundry import pairs, weights
from models.foundry.evaluate import ADAPTER, Asker
from models.foundry.network import Network
from models.foundry.tokens import Writer
from models.foundry.train import CACHE
from nlsh.core.ports import Shot
from nlsh.inference.automaton import Automaton
from nlsh.inference.context import Logits
from nlsh.inference.decoding import Decoder
from nlsh.inference.grammar import plan_rule
from nlsh.inference.leaning import Leaning
from nlsh.kernel import tuned

_MOST_TOKENS = 160


class Reader:
    """The network, read token by token as the decoder asks."""

    def __init__(self, network: Network, prompt: Sequence[int]) -> None:
        self._network = network
        self._tokens = list(prompt)

    def read(self, tokens: Sequence[int]) -> Logits:
        """The logits after these tokens and all before them."""
        self._tokens += tokens
        chosen = torch.zeros(1, len(self._tokens), dtype=torch.bool)
        chosen[0, -1] = True
        with torch.no_grad():
            logits: Logits = self._network(torch.tensor([self._tokens]), chosen)[0].float().numpy()
        return logits


def main() -> None:
    """Print how many plans are the same, and those that are not."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    state = torch.load(CACHE / "adapter.pt", map_location="cpu", weights_only=True)
    network = Network(*weights.read(), state["rank"], 2.0 * state["rank"])
    network.load_state_dict(state["network"], strict=False)
    writer, asker = Writer(), Asker(ADAPTER)
    found = list(pairs.read(pairs.DATA / "unseen"))
    chosen = found[:: max(1, len(found) // count)][:count]
    same = 0
    for pair in chosen:
        ours = asker.ask(pair).draft.text
        theirs = _decoded(network, writer, asker, pair)
        same += ours == theirs
        if ours != theirs:
            print(f"{pair.utterance}\n    llama.cpp {ours}\n    torch     {theirs}")
    print(f"{same} of {len(chosen)} plans are the same")


def _decoded(network: Network, writer: Writer, asker: Asker, pair: pairs.Pair) -> str:
    before = Shot(*pair.before) if pair.before else None
    request = tuned.build(pair.utterance, asker.specs, (), before, asker.classifier)
    reader = Reader(network, writer.prompt(pair.utterance, pair.before))
    automaton = Automaton(plan_rule(request.specs, request.candidates, request.max_steps))
    decoder = Decoder(writer.vocabulary, automaton, reader.read, Leaning(request.leanings))
    draft = decoder.run(reader.read, _MOST_TOKENS)
    return draft.text.decode("utf-8", "replace")


if __name__ == "__main__":
    main()
