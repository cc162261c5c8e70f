"""Models of Whisper's architecture with random weights: what they say is noise, what they cost is real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of a model; encoder and decoder have as many layers each."""

    width: int
    layers: int
    heads: int
    wide: int
    """Of the layers' inner part."""


SHAPES = {
    "tiny": Shape(384, 4, 6, 1536),
    "base": Shape(512, 6, 8, 2048),
    "small": Shape(768, 12, 12, 3072),
}
"""Whisper's own."""


def write(folder: Path, shape: Shape, words: Sequence[str], quantization: str | None = None) -> None:
    """Write a CTranslate2 model without its tokenizer.

    Args:
        words: the vocabulary, with Whisper's special tokens, ``<|endoftext|>`` before the others.

    Raises:
        ImportError: ctranslate2 is not installed.
    """
    from ctranslate2.specs.whisper_spec import WhisperSpec

    width = shape.width
    chance = np.random.default_rng(5)
    spec = WhisperSpec(shape.layers, shape.heads, shape.layers, shape.heads)

    def weights(*size: int) -> Any:
        return chance.standard_normal(size, dtype=np.float32) * np.float32(0.3)

    def norm(layer: Any) -> None:
        layer.gamma, layer.beta = np.ones(width, np.float32), np.zeros(width, np.float32)

    def linear(layer: Any, out: int, into: int = width) -> None:
        layer.weight, layer.bias = weights(out, into), np.zeros(out, np.float32)

    def attention(layer: Any, itself: bool) -> None:
        norm(layer.layer_norm)
        sizes = [3 * width, width] if itself else [width, 2 * width, width]
        for part, size in zip(layer.linear, sizes, strict=True):
            linear(part, size)

    for coder in (spec.encoder, spec.decoder):
        norm(coder.layer_norm)
        for layer in coder.layer:
            attention(layer.self_attention, True)
            if coder is spec.decoder:
                attention(layer.attention, False)
            norm(layer.ffn.layer_norm)
            linear(layer.ffn.linear_0, shape.wide)
            linear(layer.ffn.linear_1, width, shape.wide)
    spec.encoder.conv1.weight, spec.encoder.conv1.bias = weights(width, 80, 3), weights(width)
    spec.encoder.conv2.weight, spec.encoder.conv2.bias = weights(width, width, 3), weights(width)
    spec.encoder.position_encodings.encodings = weights(1500, width)
    spec.decoder.position_encodings.encodings = weights(448, width)
    spec.decoder.embeddings.weight = weights(len(words), width)
    spec.decoder.projection.weight = spec.decoder.embeddings.weight
    spec.register_vocabulary(list(words))
    end = words.index("<|endoftext|>")
    spec.config.suppress_ids = list(range(end + 1, len(words)))
    spec.config.suppress_ids_begin = [end]
    spec.config.lang_ids = [words.index("<|tr|>")]
    spec.config.alignment_heads = [(0, 0)]
    spec.validate()
    if quantization is not None:
        spec.optimize(quantization=quantization)
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
