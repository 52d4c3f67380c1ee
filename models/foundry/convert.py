"""From a checkpoint to the adapter the product loads: `python -m models.foundry.convert`.

The file is a GGUF adapter as llama.cpp defines it: `NAME.lora_a` (rank x in) and `NAME.lora_b` (out x rank) for every
adapted weight, in blocks of 8 bits. Nothing is permuted, because training keeps llama.cpp's order.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import gguf
import numpy as np
import torch

from models.foundry.evaluate import ADAPTER
from models.foundry.train import CACHE

_TYPE: Final = gguf.GGMLQuantizationType.Q8_0


def write(checkpoint: Path, target: Path) -> None:
    """Write the adapter of a checkpoint. Raises OSError."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    part = target.with_suffix(".part")
    writer = gguf.GGUFWriter(part, "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", 2.0 * state["rank"])
    writer.add_name("nlsh for SmolLM2-135M-Instruct")
    writer.add_license("apache-2.0")
    for key, tensor in sorted(state["network"].items()):
        _, at, place, half = key.split(".")
        _add(writer, f"blk.{at}.{place}.weight.lora_{'a' if half == 'down' else 'b'}", tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    part.replace(target)


def _add(writer: gguf.GGUFWriter, name: str, tensor: torch.Tensor) -> None:
    blocks = gguf.quants.quantize(tensor.float().numpy().astype(np.float32), _TYPE)
    writer.add_tensor(name, blocks, raw_dtype=_TYPE)


def main() -> None:
    """Write the adapter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, default=CACHE / "adapter.pt")
    parser.add_argument("--to", type=Path, default=ADAPTER)
    chosen = parser.parse_args()
    write(chosen.checkpoint, chosen.to)
    print(f"{chosen.to}: {chosen.to.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
