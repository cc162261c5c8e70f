"""Trains understanding on one JSON-lines file and measures it on another.

    python bench/nlu.py TRAIN.jsonl TEST.jsonl [--pipeline rasa|santral] [--language en]

Prints intent accuracy, expected calibration error (10 bins), entity F1 per token (micro, words divided at
white space, as Rasa's evaluation counts), seconds of training, milliseconds of a parse, and peak memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.archive import Archive
from bot.nlu.data import EntitySpan, Example, TrainingData
from bot.nlu.interpreter import Interpreter

PIPELINES: dict[str, list[dict[str, Any]]] = {
    "rasa": [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
    ],
    "santral": [
        {"name": "SpacyTokenizer"},
        {"name": "TurkishNormalizer"},
        {"name": "RegexFeaturizer", "case_sensitive": False},
        {"name": "TurkishFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "LinearIntentClassifier"},
        {"name": "CRFEntityExtractor"},
        {"name": "EntitySynonymMapper"},
    ],
}


def read(path: Path) -> list[Example]:
    examples = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        spans = tuple(
            EntitySpan(one["entity"], one["start"], one["end"], one["value"])
            for one in row.get("entities", ())
        )
        examples.append(Example(row["text"], row["intent"], spans))
    return examples


def tokens_of(text: str) -> list[tuple[int, int]]:
    spans, behind = [], 0
    for word in text.split():
        start = text.index(word, behind)
        behind = start + len(word)
        spans.append((start, behind))
    return spans


def entity_counts(example: Example, found: list[dict[str, Any]]) -> tuple[int, int, int]:
    """Tokens with the right entity, tokens with any entity found, tokens with an entity annotated."""
    right = predicted = annotated = 0
    for start, end in tokens_of(example.text):
        gold = next((one.entity for one in example.entities if one.start < end and start < one.end), None)
        said = next((one["entity"] for one in found if one["start"] < end and start < one["end"]), None)
        right += gold is not None and gold == said
        predicted += said is not None
        annotated += gold is not None
    return right, predicted, annotated


def calibration_error(confidences: list[float], hits: list[bool]) -> float:
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(10)]
    for confidence, hit in zip(confidences, hits, strict=True):
        bins[min(int(confidence * 10), 9)].append((confidence, hit))
    total = len(hits)
    return sum(abs(sum(c for c, _ in one) - sum(h for _, h in one)) / total for one in bins if one)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("train", type=Path)
    arguments.add_argument("test", type=Path)
    arguments.add_argument("--pipeline", choices=PIPELINES, default="rasa")
    arguments.add_argument("--language", default="en")
    given = arguments.parse_args()
    began = time.perf_counter()
    interpreter = Interpreter.train(
        PIPELINES[given.pipeline], given.language, TrainingData(examples=read(given.train))
    )
    seconds = time.perf_counter() - began
    archive = Archive()
    interpreter.save(archive.part("nlu"))
    interpreter = Interpreter.load(archive.part("nlu"))
    hits, confidences, times = [], [], []
    right = predicted = annotated = 0
    for example in read(given.test):
        at = time.perf_counter()
        parsed = interpreter.parse(example.text)
        times.append((time.perf_counter() - at) * 1000)
        hits.append(parsed["intent"]["name"] == example.intent)
        confidences.append(parsed["intent"]["confidence"])
        counts = entity_counts(example, parsed["entities"])
        right, predicted, annotated = right + counts[0], predicted + counts[1], annotated + counts[2]
    score = 2 * right / (predicted + annotated) if predicted + annotated else None
    size = sum(len(content) for content in archive.files.values())
    print(f"intent accuracy    {sum(hits) / len(hits):.1%}")
    print(f"calibration error  {calibration_error(confidences, hits):.1%}")
    print(f"entity F1 / token  {'-' if score is None else format(score, '.1%')}")
    print(f"training           {seconds:.1f} s")
    print(f"parse, median      {statistics.median(times):.2f} ms")
    print(f"parse, 99th of 100 {sorted(times)[int(len(times) * 0.99)]:.2f} ms")
    print(f"model, unpacked    {size / 2**20:.1f} MB")
    print(f"peak memory        {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
