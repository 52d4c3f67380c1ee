"""The base model in torch, with a low-rank adapter on every linear layer (LoRA, Hu et al. 2021).

Weights keep the order of llama.cpp, which rotates neighbouring pairs of a head's dimensions, so that what is trained
goes back into a GGUF file as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.foundry.weights import Shape

PLACES: Final = ("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")
"""The linear layers of a block; all of them are adapted."""


class Adapted(nn.Module):
    """A frozen linear layer and its adapter: `x W' + (alpha / rank) x A' B'`. A and B are kept in 32 bits."""

    def __init__(self, weight: Tensor, rank: int, alpha: float) -> None:
        super().__init__()
        out, width = weight.shape
        self.register_buffer("weight", weight.to(torch.bfloat16))
        self.down = nn.Parameter(torch.randn(rank, width) * width**-0.5)
        self.up = nn.Parameter(torch.zeros(out, rank))
        self.scale = alpha / rank

    def forward(self, x: Tensor) -> Tensor:
        low = F.linear(x, self.down.to(x.dtype))
        return F.linear(x, self.weight) + F.linear(low, (self.up * self.scale).to(x.dtype))


class Block(nn.Module):
    """Attention and feed-forward, each after a norm and added to the stream."""

    def __init__(self, shape: Shape, tensors: dict[str, Tensor], at: int, rank: int, alpha: float) -> None:
        super().__init__()
        self.shape = shape
        self.size = shape.width // shape.heads
        for place in PLACES:
            self.add_module(place, Adapted(tensors[f"blk.{at}.{place}.weight"], rank, alpha))
        self.register_buffer("attn_norm", tensors[f"blk.{at}.attn_norm.weight"].to(torch.bfloat16))
        self.register_buffer("ffn_norm", tensors[f"blk.{at}.ffn_norm.weight"].to(torch.bfloat16))

    def forward(self, x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
        x = x + self._attend(_norm(x, self.attn_norm, self.shape.epsilon), turn)
        y = _norm(x, self.ffn_norm, self.shape.epsilon)
        return x + self.ffn_down(F.silu(self.ffn_gate(y)) * self.ffn_up(y))

    def _attend(self, y: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
        rows, length, width = y.shape
        q = self.attn_q(y).view(rows, length, self.shape.heads, self.size).transpose(1, 2)
        k = self.attn_k(y).view(rows, length, self.shape.kv_heads, self.size).transpose(1, 2)
        v = self.attn_v(y).view(rows, length, self.shape.kv_heads, self.size).transpose(1, 2)
        q, k = _rotated(q, turn), _rotated(k, turn)
        return self.attn_output(_mixed(q, k, v).transpose(1, 2).reshape(rows, length, width))


def _norm(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    return F.rms_norm(x, (x.shape[-1],), weight, epsilon)


def _mixed(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Causal attention with shared keys, written out: at these lengths torch's fused one is slower going back."""
    rows, heads, length, size = q.shape
    shared = heads // k.shape[1]
    grouped = q.reshape(rows, k.shape[1], shared * length, size) * size**-0.5
    hidden = torch.full((length, length), -1e9, dtype=q.dtype, device=q.device).triu(1).repeat(shared, 1)
    weights = (grouped @ k.transpose(-1, -2) + hidden).softmax(-1)
    return (weights @ v).reshape(rows, heads, length, size)


def _rotated(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    cos, sin = turn
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)


class Network(nn.Module):
    """Token ids (rows x length) to logits at chosen places. Only the adapters are trained."""

    def __init__(self, shape: Shape, tensors: dict[str, Tensor], rank: int, alpha: float) -> None:
        super().__init__()
        self.shape = shape
        self.rank, self.alpha = rank, alpha
        self.settled = 0
        """So many blocks, from the first on, are not trained any more; that saves the way back through them."""
        self.blocks = nn.ModuleList(Block(shape, tensors, at, rank, alpha) for at in range(shape.layers))
        self.register_buffer("embedding", tensors["token_embd.weight"].to(torch.bfloat16))
        self.register_buffer("norm", tensors["output_norm.weight"].to(torch.bfloat16))

    def forward(self, tokens: Tensor, chosen: Tensor, among: Tensor | None = None) -> Tensor:
        """Logits (places x tokens) at the places of the boolean mask `chosen` (rows x length).

        They are those of the token ids `among`, which saves a third of the time, or of the whole vocabulary.
        """
        x = F.embedding(tokens, self.embedding)
        turn = self._turn(tokens.shape[1])
        for at, block in enumerate(self.blocks):
            with torch.set_grad_enabled(torch.is_grad_enabled() and at >= self.settled):
                x = block(x, turn)
        head = self.embedding if among is None else self.embedding[among]
        return F.linear(_norm(x[chosen], self.norm, self.shape.epsilon), head)

    def _turn(self, length: int) -> tuple[Tensor, Tensor]:
        size = self.shape.width // self.shape.heads
        speed = self.shape.rope_base ** (-torch.arange(0, size, 2, device=self.embedding.device) / size)
        angle = torch.arange(length, device=self.embedding.device)[:, None] * speed
        return angle.cos().to(self.embedding.dtype), angle.sin().to(self.embedding.dtype)

    def adapters(self) -> Iterator[tuple[str, Adapted]]:
        """Each adapted layer with its GGUF name."""
        for at, block in enumerate(self.blocks):
            for place in PLACES:
                yield f"blk.{at}.{place}.weight", getattr(block, place)
