"""What training costs on a large set of examples: seconds and peak memory, in a process of its own.

    python -m bench.nlu_size [TRAIN.jsonl] [--examples 9960] [--check]

The examples are those of the file (64 intents, if it is HWU64's) or, without one, those of the starter bot, and
copies of them with words left out, exchanged and misspelt, until there are so many. They say nothing about accuracy.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from pathlib import Path

from bench.nlu import PIPELINES, read
from bot.errors import Complaints
from bot.nlu.data import EntitySpan, Example, TrainingData
from bot.nlu.interpreter import Interpreter
from bot.project_config import DEFAULT_LANGUAGE
from bot.sources import read_sources

EXAMPLES, SECONDS, MEGABYTES = 9_960, 60.0, 2_048.0
"""HWU64's size; what its training may cost."""


def enlarged(examples: list[Example], count: int, chance: random.Random) -> list[Example]:
    """So many examples: those given, then varied copies of them in turn, no text twice."""
    found = {(one.text, one.intent): one for one in examples[:count]}
    at = 0
    while len(found) < count:
        other = varied(examples[at % len(examples)], chance)
        found.setdefault((other.text, other.intent), other)
        at += 1
    return list(found.values())


def varied(one: Example, chance: random.Random) -> Example:
    """The example with a word left out, two exchanged, or a letter lost; marked words stay as they are."""
    words, marks, behind = [], [], 0
    for word in one.text.split():
        start = one.text.index(word, behind)
        behind = start + len(word)
        words.append(word)
        marks.append(next((span for span in one.entities if span.start < behind and start < span.end), None))
    free = [at for at, mark in enumerate(marks) if mark is None]
    for _ in range(chance.randint(1, 2)):
        pairs = [at for at in free if at + 1 in free]
        if not free:
            break
        if chance.random() < 0.4 and len(words) > 2:
            at = free.pop(chance.randrange(len(free)))
            words[at] = ""
        elif chance.random() < 0.5 and pairs:
            at = chance.choice(pairs)
            words[at], words[at + 1] = words[at + 1], words[at]
        else:
            at = chance.choice(free)
            cut = chance.randrange(len(words[at]) or 1)
            words[at] = (words[at][:cut] + words[at][cut + 1 :]) or words[at]
    return _joined(one, words, marks)


def _joined(one: Example, words: list[str], marks: list[EntitySpan | None]) -> Example:
    text, spans = "", {}
    for word, mark in zip(words, marks, strict=True):
        if not word:
            continue
        text += " " if text else ""
        start = len(text)
        text += word
        if mark is not None:
            begin = spans[mark][0] if mark in spans else start
            spans[mark] = (begin, len(text))
    entities = tuple(
        EntitySpan(mark.entity, start, end, mark.value, mark.role, mark.group)
        for mark, (start, end) in spans.items()
    )
    return Example(text, one.intent, entities)


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m bench.nlu_size", description=__doc__)
    arguments.add_argument(
        "train", type=Path, nargs="?", help="JSON lines; default: the starter bot's examples"
    )
    arguments.add_argument("--examples", type=int, default=EXAMPLES, help="how many (default: %(default)s)")
    arguments.add_argument("--check", action="store_true", help=f"fail above {SECONDS:.0f} s")
    given = arguments.parse_args()
    if given.train:
        data, pipeline, language = TrainingData(read(given.train)), PIPELINES["rasa"], DEFAULT_LANGUAGE
    else:
        sources = read_sources(Path(__file__).resolve().parents[1], Complaints())
        config, data = sources.project.config, sources.examples
        pipeline, language = [dict(one) for one in config.pipeline], config.language
    data.examples = enlarged(data.examples, given.examples, random.Random(11))
    began, worked = time.perf_counter(), time.process_time()
    Interpreter.train(pipeline, language, data)
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(data.examples):,} examples of {len(data.intents)} intents: trained in {seconds:.1f} s "
        f"({processor:.1f} s of processor time), peak memory {memory:.0f} MB"
    )
    return 1 if given.check and seconds > SECONDS else 0


if __name__ == "__main__":
    sys.exit(main())
