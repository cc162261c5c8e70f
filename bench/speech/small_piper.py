"""A small voice in Piper's format: pieces of espeak-ng's speech and the arithmetic to string them together, in ONNX.

    PYTHONPATH=. .venv/bin/python -m bench.speech.small_piper tests/voice/small_models/piper-tiny-shop.onnx

It takes what Piper's voices take (``input``, ``input_lengths``, ``scales``) and heeds the second of the scales, the
length. It has no melody: each pair of sounds is always the same piece.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from bench.speech.diphones import PERIOD, QUIET, RATE, Monotone, inventory
from bench.speech.texts import cities, number, phrases
from voice.audio import Sound
from voice.g711 import decode, encode

PAUSES = {"^": 0.0, "$": 0.0, ",": 0.15, ".": 0.3, "!": 0.3, "?": 0.3, ":": 0.2, ";": 0.2}
"""Seconds that a sign adds to the pause that it is."""
DROPPED = " ˈˌːˑ_-'\"()"
"""Signs of Piper's phonemes that are no sound of their own."""
LOUDNESS = 0.7
ROOT = Path(__file__).parents[2]
_QUOTED = re.compile(r'"([^"]+)"')
_MARKUP = re.compile(r"\[([^\]]*)\]\([^)]*\)|\{[^}]*\}")


def texts() -> list[str]:
    """What the pieces are cut out of: this telephone's phrases and numbers, and whatever the shop's bot is told."""
    chance = random.Random(3)
    found = [*phrases(), *cities(), *(number(chance) for _ in range(300))]
    found += _QUOTED.findall((ROOT / "domain.yml").read_text(encoding="utf-8"))
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        lines = path.read_text(encoding="utf-8").splitlines()
        found += [line.strip()[2:] for line in lines if line.strip().startswith("- ")][::4]
    return [_MARKUP.sub(r"\1", text) for text in found]


def tables(pieces: dict[tuple[str, str], Sound]) -> dict[str, npt.NDArray[Any]]:
    """The arrays of the graph.

    ``kinds`` gives every number of a sign its sound, ``units`` every two sounds one or two units, ``starts`` and
    ``lengths`` a unit's place in ``bank``, which holds mu-law codes; ``wave`` is what they mean.
    """
    letters = sorted({one for pair in pieces for one in pair} - {QUIET})
    order = [QUIET, *letters]
    pauses = sorted({seconds for seconds in PAUSES.values() if seconds})
    bank = [np.zeros(0, np.int16), *pieces.values(), *(np.zeros(round(s * RATE), np.int16) for s in pauses)]
    at = {pair: place + 1 for place, pair in enumerate(pieces)}
    ending = {seconds: 1 + len(pieces) + place for place, seconds in enumerate(pauses)}
    # A pause of some length is a sound of its own: it begins and ends as any other, and a silence lies in it.
    sounds = [*order, *(f"{QUIET}{seconds}" for seconds in pauses)]
    units = np.zeros((len(sounds), len(sounds), 2), np.int64)
    for row, left in enumerate(sounds):
        for column, right in enumerate(sounds):
            first, second = left[:1], right[:1]
            if (first, second) in at:
                units[row, column] = (0, at[first, second])
            elif QUIET not in (first, second):  # never heard together: with a pause between them
                units[row, column] = (at.get((first, QUIET), 0), at.get((QUIET, second), 0))
            if len(left) > 1:
                units[row, column, 0] = ending[float(left[1:])]
    numbers = _numbers(letters)
    kinds = np.full(len(numbers), -1, np.int64)
    for sign, place in numbers.items():
        if sign in PAUSES:
            kinds[place] = sounds.index(f"{QUIET}{PAUSES[sign]}") if PAUSES[sign] else 0
        elif sign not in DROPPED:
            kinds[place] = order.index(sign)
    lengths = np.array([len(one) for one in bank], np.int64)
    whole = np.concatenate(bank)
    scale = 32_000 / max(1, int(np.abs(whole.astype(np.int32)).max()))
    codes = np.frombuffer(encode((whole * scale).astype(np.int16), "ulaw"), np.uint8)
    wave = decode(bytes(range(256)), "ulaw").astype(np.float32) / 32768 * LOUDNESS
    return {
        "kinds": kinds,
        "units": units.reshape(-1, 2),
        "sounds": np.array([len(sounds)], np.int64),
        "starts": np.cumsum(lengths) - lengths,
        "lengths": lengths,
        "bank": codes,
        "wave": wave,
    }


def _numbers(letters: list[str]) -> dict[str, int]:
    """Piper's signs and their numbers: 0 to 2 are fixed."""
    signs = [
        "_",
        "^",
        "$",
        *(one for one in DROPPED if one != "_"),
        *(one for one in PAUSES if one not in "^$"),
    ]
    return {sign: place for place, sign in enumerate([*signs, *letters])}


def graph(arrays: dict[str, npt.NDArray[Any]]) -> onnx.ModelProto:
    """Signs to sounds, pairs of sounds to units, units to samples."""
    constants = {
        "zero": np.array([0], np.int64),
        "one": np.array([1], np.int64),
        "two": np.array([2], np.int64),
        "last": np.array([np.iinfo(np.int64).max], np.int64),
        "minus": np.array([-1], np.int64),
        "scalar": np.array(0, np.int64),
        "step": np.array(1, np.int64),
        "flat": np.array([-1], np.int64),
        "row": np.array([1, -1], np.int64),
        "column": np.array([-1, 1], np.int64),
        "shape": np.array([1, 1, 1, -1], np.int64),
        "period": np.array([PERIOD], np.int64),
        "slowest": np.array([0.25], np.float32),
        "fastest": np.array([4.0], np.float32),
    }

    def node(kind: str, inputs: str, output: str, **options: Any) -> Any:
        return helper.make_node(kind, inputs.split(), [output], **options)

    nodes = [
        # signs → sounds; a silence first and last, so that an empty text has two
        node("Reshape", "input flat", "signs"),
        node("Gather", "kinds signs", "each"),
        node("Less", "each zero", "dropped"),
        node("Not", "dropped", "kept"),
        node("Compress", "each kept", "spoken"),
        node("Concat", "zero spoken zero", "line", axis=0),
        # pairs → units
        node("Slice", "line zero minus", "left"),
        node("Slice", "line one last", "right"),
        node("Mul", "left sounds", "rows"),
        node("Add", "rows right", "pairs"),
        node("Gather", "units pairs", "both"),
        node("Reshape", "both flat", "chosen"),
        # how long each of them lasts at this tempo
        node("Slice", "scales one two", "asked"),
        node("Max", "asked slowest", "bounded"),
        node("Min", "bounded fastest", "tempo"),
        node("Gather", "lengths chosen", "own"),
        node("Cast", "own", "own_f", to=TensorProto.FLOAT),
        node("Mul", "own_f tempo", "long_f"),
        node("Cast", "long_f", "long", to=TensorProto.INT64),
        node("ReduceMax", "long", "longest", keepdims=0),
        node("Range", "scalar longest step", "times"),
        # which sample each moment takes: whole vibrations are repeated or left out
        node("Div", "times period", "vibration"),
        node("Cast", "vibration", "vibration_f", to=TensorProto.FLOAT),
        node("Div", "vibration_f tempo", "from_f"),
        node("Cast", "from_f", "from", to=TensorProto.INT64),
        node("Mul", "from period", "from_sample"),
        node("Mod", "times period", "phase"),
        node("Add", "from_sample phase", "source"),
        node("Reshape", "source row", "source_row"),
        node("Reshape", "times row", "times_row"),
        node("Reshape", "long column", "long_column"),
        node("Reshape", "own column", "own_column"),
        node("Sub", "own_column one", "own_last"),
        node("Min", "source_row own_last", "within"),
        node("Max", "within zero", "inside"),
        node("Gather", "starts chosen", "begin"),
        node("Reshape", "begin column", "begin_column"),
        node("Add", "begin_column inside", "places"),
        node("Less", "times_row long_column", "heard"),
        node("Reshape", "places flat", "places_flat"),
        node("Reshape", "heard flat", "heard_flat"),
        node("Compress", "places_flat heard_flat", "samples"),
        # samples → sound
        node("Gather", "bank samples", "codes"),
        node("Cast", "codes", "codes_i", to=TensorProto.INT64),
        node("Gather", "wave codes_i", "sound"),
        node("Reshape", "sound shape", "output"),
    ]
    held = [
        numpy_helper.from_array(np.ascontiguousarray(a), name) for name, a in {**arrays, **constants}.items()
    ]
    made = helper.make_graph(
        nodes,
        "pieces",
        [
            helper.make_tensor_value_info("input", TensorProto.INT64, [1, "signs_in"]),
            helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
            helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
        ],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "samples_out"])],
        held,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return model


def write(path: Path) -> None:
    pieces = inventory(Monotone(), texts())
    arrays = tables(pieces)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(graph(arrays), str(path))
    letters = sorted({one for pair in pieces for one in pair} - {QUIET})
    described = {
        "audio": {"sample_rate": RATE, "quality": "x_low"},
        "espeak": {"voice": "tr"},
        "language": {"code": "tr_TR"},
        "phoneme_type": "espeak",
        "num_symbols": len(_numbers(letters)),
        "num_speakers": 1,
        "inference": {"noise_scale": 0.0, "length_scale": 1, "noise_w": 0.0},
        "phoneme_id_map": {sign: [place] for sign, place in _numbers(letters).items()},
        "speaker_id_map": {},
    }
    text = json.dumps(described, ensure_ascii=False, indent=1)
    Path(f"{path}.json").write_text(f"{text}\n", encoding="utf-8")
    print(f"{len(pieces)} pieces, {len(arrays['bank']) / RATE:.0f} s, {path.stat().st_size:,} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.speech.small_piper", description=__doc__)
    parser.add_argument("out", type=Path, help="the .onnx file; its .json is written beside it")
    write(parser.parse_args().out)


if __name__ == "__main__":
    main()
