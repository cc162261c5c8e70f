"""Whisper's architecture in PyTorch, small, and its way into CTranslate2. PyTorch is no dependency of the project."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as fn

WIDTH, HEADS, LAYERS = 128, 4, 2
MELS, POSITIONS, WORDS = 80, 1500, 448
LETTERS = 40
"""Signs of the second task of the training: to spell what is heard, 20 ms by 20 ms."""


def sinusoids() -> Tensor:
    """Whisper's encoder positions ``[1500, WIDTH]``."""
    scale = math.log(10_000) / (WIDTH // 2 - 1)
    times = torch.arange(POSITIONS)[:, None] * torch.exp(-scale * torch.arange(WIDTH // 2))[None, :]
    return torch.cat((times.sin(), times.cos()), dim=1)


class Attention(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(WIDTH)
        self.query, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(3))
        self.key = nn.Linear(WIDTH, WIDTH, bias=False)

    def forward(self, x: Tensor, memory: Tensor | None = None, mask: Tensor | None = None) -> Tensor:
        seen = self.norm(x)
        source = seen if memory is None else memory
        query, key, value = (
            part.unflatten(2, (HEADS, -1)).transpose(1, 2)
            for part in (self.query(seen), self.key(source), self.value(source))
        )
        found = fn.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return x + self.out(found.transpose(1, 2).flatten(2))


class Layer(nn.Module):
    def __init__(self, crossing: bool) -> None:
        super().__init__()
        self.itself = Attention()
        self.across = Attention() if crossing else None
        self.norm = nn.LayerNorm(WIDTH)
        self.wide, self.narrow = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(
        self, x: Tensor, mask: Tensor | None, memory: Tensor | None = None, crossing: Tensor | None = None
    ) -> Tensor:
        x = self.itself(x, mask=mask)
        if self.across is not None:
            x = self.across(x, memory, crossing)
        return x + self.narrow(fn.gelu(self.wide(self.norm(x))))


class SmallWhisper(nn.Module):
    """Two layers each of Whisper's encoder and decoder."""

    positions: Tensor

    def __init__(self, words: int) -> None:
        super().__init__()
        self.first = nn.Conv1d(MELS, WIDTH, 3, padding=1)
        self.second = nn.Conv1d(WIDTH, WIDTH, 3, stride=2, padding=1)
        self.register_buffer("positions", sinusoids(), persistent=False)
        self.listening = nn.ModuleList(Layer(False) for _ in range(LAYERS))
        self.heard = nn.LayerNorm(WIDTH)
        self.words = nn.Embedding(words, WIDTH)
        self.places = nn.Parameter(torch.randn(WORDS, WIDTH) * 0.02)
        self.writing = nn.ModuleList(Layer(True) for _ in range(LAYERS))
        self.written = nn.LayerNorm(WIDTH)
        self.spelling = nn.Linear(WIDTH, LETTERS)
        nn.init.normal_(self.words.weight, std=0.05)

    def stem(self, mel: Tensor) -> Tensor:
        """``[clips, 80, frames]`` to ``[clips, frames / 2, WIDTH]``, without positions."""
        return fn.gelu(self.second(fn.gelu(self.first(mel)))).transpose(1, 2)

    def forward(
        self, mel: Tensor, tokens: Tensor, stand_ins: int = 0, share: float = 1.0
    ) -> tuple[Tensor, Tensor]:
        """What follows each token ``[clips, tokens, words]``, and the spelling ``[clips, frames / 2, LETTERS]``.

        Args:
            mel: ``[clips, 80, frames]``, an even number of frames; the rest of the half minute is zero.
            stand_ins: how many positions of that rest are reckoned with; each counts for as many as it stands for.
                What attention sums over a silence without end is so estimated at a tenth of the price.
                0: there is no rest.
            share: of the rest that there is: 0 is as long as the clips, 1 is half a minute.
        """
        sound = self.stem(mel)
        length = sound.shape[1]
        sound = sound + self.positions[:length]
        bias = None
        rest = round(share * (POSITIONS - length))
        if stand_ins and rest > 0:
            count = min(stand_ins, rest)
            silent = self.stem(mel.new_zeros(1, MELS, 8))[:, 2]
            chosen = length + torch.randperm(rest)[:count]
            sound = torch.cat((sound, (silent + self.positions[chosen]).expand(len(mel), -1, -1)), dim=1)
            bias = torch.cat((mel.new_zeros(length), mel.new_full((count,), math.log(rest / count))))[None, :]
        for layer in self.listening:
            sound = layer(sound, bias)
        sound = self.heard(sound)
        spelled = self.spelling(sound[:, :length])
        x = self.words(tokens) + self.places[: tokens.shape[1]]
        size = tokens.shape[1]
        later = torch.full((size, size), -math.inf).triu(1)
        for layer in self.writing:
            x = layer(x, later, sound, bias)
        return self.written(x) @ self.words.weight.T, spelled


def save(model: SmallWhisper, tokenizer: Any, folder: Path, quantization: str = "int8") -> None:
    """Write a folder that faster-whisper loads."""
    from ctranslate2.specs.whisper_spec import WhisperSpec

    spec = WhisperSpec(LAYERS, HEADS, LAYERS, HEADS)
    spec.encoder.conv1.weight, spec.encoder.conv1.bias = _array(model.first.weight), _array(model.first.bias)
    spec.encoder.conv2.weight, spec.encoder.conv2.bias = (
        _array(model.second.weight),
        _array(model.second.bias),
    )
    spec.encoder.position_encodings.encodings = _array(model.positions)
    spec.decoder.position_encodings.encodings = _array(model.places)
    spec.decoder.embeddings.weight = _array(model.words.weight)
    spec.decoder.projection.weight = spec.decoder.embeddings.weight
    _norm(spec.encoder.layer_norm, model.heard)
    _norm(spec.decoder.layer_norm, model.written)
    for coder, layers in ((spec.encoder, model.listening), (spec.decoder, model.writing)):
        for there, here in zip(coder.layer, layers, strict=True):
            _itself(there.self_attention, here.itself)
            if here.across is not None:
                _across(there.attention, here.across)
            _norm(there.ffn.layer_norm, here.norm)
            _linear(there.ffn.linear_0, here.wide)
            _linear(there.ffn.linear_1, here.narrow)
    words = [tokenizer.id_to_token(number) for number in range(tokenizer.get_vocab_size())]
    spec.register_vocabulary(words)
    end = words.index("<|endoftext|>")
    spec.config.suppress_ids = []
    # Unlike Whisper, it may write nothing where nothing was said.
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = [words.index("<|tr|>")]
    spec.config.alignment_heads = [(LAYERS - 1, 0)]
    assert end + 1 < len(words)
    spec.validate()
    spec.optimize(quantization=quantization)
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def _array(tensor: Tensor) -> Any:
    # A copy: CTranslate2 quantizes in place, and the model may be trained on.
    return np.array(tensor.detach().numpy(), np.float32)


def _norm(there: Any, here: nn.LayerNorm) -> None:
    there.gamma, there.beta = _array(here.weight), _array(here.bias)


def _linear(there: Any, *here: nn.Linear) -> None:
    there.weight = np.concatenate([_array(one.weight) for one in here])
    biases = [np.zeros(WIDTH, np.float32) if one.bias is None else _array(one.bias) for one in here]
    there.bias = np.concatenate(biases)


def _itself(there: Any, here: Attention) -> None:
    _norm(there.layer_norm, here.norm)
    _linear(there.linear[0], here.query, here.key, here.value)
    _linear(there.linear[1], here.out)


def _across(there: Any, here: Attention) -> None:
    _norm(there.layer_norm, here.norm)
    _linear(there.linear[0], here.query)
    _linear(there.linear[1], here.key, here.value)
    _linear(there.linear[2], here.out)
