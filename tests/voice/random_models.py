"""Models with the real architectures and random weights, made on the spot: everything runs but the sense.

What they say is noise; that an engine loads, is fed and is read as its library wants is what tests see by them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.speech.random_whisper import Shape, write

SIGNS = "abcçdefgğhıijklmnoöprsştuüvyzâî .,?!'"
SPECIAL = [
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|tr|>",
    "<|en|>",
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
    *(f"<|{count * 0.02:.2f}|>" for count in range(1501)),
]


def piper_voice(folder: Path, rate: int = 16_000) -> Path:
    """A Piper voice whose phonemes are letters and whose every letter is a hum of its own."""
    onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install onnx")
    from onnx import TensorProto, helper

    def constant(name: str, values: Any, kind: int) -> Any:
        array = np.array(values)
        return helper.make_tensor(name, kind, array.shape, array.flatten().tolist())

    nodes = [
        helper.make_node("Cast", ["input"], ["ids"], to=TensorProto.FLOAT),
        helper.make_node("Reshape", ["ids", "column"], ["each"]),
        helper.make_node("Add", ["each", "base"], ["pitch"]),
        helper.make_node("Mul", ["pitch", "time"], ["angle"]),
        helper.make_node("Sin", ["angle"], ["wave"]),
        helper.make_node("Mul", ["wave", "loudness"], ["sound"]),
        helper.make_node("Reshape", ["sound", "row"], ["output"]),
    ]
    time = (2 * np.pi * np.arange(512) / rate * 20).astype(np.float32)
    graph = helper.make_graph(
        nodes,
        "hum",
        [
            helper.make_tensor_value_info("input", TensorProto.INT64, [1, "n"]),
            helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
            helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
        ],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "m"])],
        [
            constant("column", [-1, 1], TensorProto.INT64),
            constant("row", [1, 1, 1, -1], TensorProto.INT64),
            constant("base", [5.0], TensorProto.FLOAT),
            constant("time", time, TensorProto.FLOAT),
            constant("loudness", [0.3], TensorProto.FLOAT),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    path = folder / "hum.onnx"
    onnx.save(model, str(path))
    numbers = {"_": [0], "^": [1], "$": [2], **{sign: [3 + place] for place, sign in enumerate(SIGNS)}}
    described = {
        "audio": {"sample_rate": rate},
        "espeak": {"voice": "tr"},
        "phoneme_type": "text",
        "num_symbols": len(numbers),
        "num_speakers": 1,
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_id_map": numbers,
    }
    Path(f"{path}.json").write_text(json.dumps(described), encoding="utf-8")
    return path


def whisper_model(folder: Path) -> Path:
    """A Whisper of one layer that says random letters."""
    pytest.importorskip("ctranslate2", reason="pip install 'santral[voice]'", exc_type=ImportError)
    words = [*SIGNS, *SPECIAL]
    write(folder, Shape(width=32, layers=1, heads=2, wide=64), words)
    _tokenizer(words).save(str(folder / "tokenizer.json"))
    return folder


def _tokenizer(words: list[str]) -> Any:
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

    made = Tokenizer(models.WordLevel({word: place for place, word in enumerate(words)}, unk_token="a"))
    made.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    made.decoder = decoders.Fuse()
    made.add_special_tokens([AddedToken(word, special=True) for word in SPECIAL])
    return made
