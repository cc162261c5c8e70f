"""``santral data split``: one part to train on, one to test on."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.errors import Complaints, Place
from bot.migration.convert import read_examples
from bot.migration.nlu_writer import write_nlu
from bot.migration.source import YAML_ENDINGS, read_sources
from bot.migration.writing import write_new_files
from bot.migration.yaml_text import VERSION, to_yaml
from bot.nlu.data import Example, TrainingData
from bot.yaml_file import Map, Seq, read_yaml
from bot.yaml_shape import plain


@dataclass(frozen=True, slots=True)
class Split:
    """What was written."""

    training: int
    test: int
    files: tuple[Path, ...]


def split_nlu(
    root: Path, data: Sequence[str], out: Path, fraction: float, seed: int | None, complaints: Complaints
) -> Split:
    """Write ``training_data`` and ``test_data`` (``.json`` when all examples are in JSON, else ``.yml``).

    Every intent (of retrieval intents every key) has at least one example on each side if it has two; the only
    example of an intent stays in the training. Synonyms, regexes and lookups stand in both. Responses of the files
    go along in ``nlg_training_data.yml`` and ``nlg_test_data.yml``, to the side where their intents are.

    Args:
        root: ``data`` and ``out`` are relative to it.
        data: files and folders.
        out: a folder.
        fraction: of the examples that are for training, between 0 and 1.
        seed: equal seeds and files give equal parts.
        complaints: gets what is wrong, and warnings.

    Raises:
        ProjectError: something cannot be read; nothing was written.
        WritingError: one of the files exists already.
        OSError: they cannot be written.
    """
    found = read_examples(root, data, complaints)
    _check_fraction(fraction, complaints)
    complaints.raise_errors()
    parts = split_examples(found, fraction, random.Random(seed))
    places = [one.place.file for one in found.examples if one.place]
    ending = "json" if places and all(one.endswith(".json") for one in places) else "yml"
    texts: dict[Path, bytes] = {}
    for name, part in zip(("training_data", "test_data"), parts, strict=True):
        text = write_nlu(part, "json" if ending == "json" else "yaml", complaints)
        texts[root / out / f"{name}.{ending}"] = text.encode()
        if part.responses:
            told = to_yaml({"version": VERSION, "responses": plain(part.responses)})
            texts[root / out / f"nlg_{name}.yml"] = told.encode()
    complaints.raise_errors()
    write_new_files(texts)
    return Split(len(parts[0].examples), len(parts[1].examples), tuple(texts))


def split_examples(
    data: TrainingData, fraction: float, chance: random.Random
) -> tuple[TrainingData, TrainingData]:
    """Training and test, each in the order of the files.

    Rare intents are divided first; what rounding takes from them, frequent ones give back, so that the whole has
    the fraction.
    """
    groups: dict[str | None, list[int]] = {}
    for index, example in enumerate(data.examples):
        groups.setdefault(example.intent, []).append(index)
    training: set[int] = set()
    seen = 0
    for indices in sorted(groups.values(), key=len):
        chance.shuffle(indices)
        seen += len(indices)
        wanted = int(seen * fraction) - len(training)
        most = max(1, len(indices) - 1)
        training.update(indices[: min(most, max(1, wanted))])
    sides = [
        [one for index, one in enumerate(data.examples) if (index in training) is is_training]
        for is_training in (True, False)
    ]
    return _part(data, sides[0]), _part(data, sides[1])


def _part(data: TrainingData, examples: list[Example]) -> TrainingData:
    keys = {f"utter_{one.intent}" for one in examples}
    responses = {name: one for name, one in data.responses.items() if name in keys}
    return replace(data, examples=examples, responses=responses)


def split_stories(
    root: Path, data: Sequence[str], out: Path, fraction: float, seed: int | None, complaints: Complaints
) -> Split:
    """Write ``train_FILE`` and ``test_FILE`` of each file with stories; arguments and errors as :func:`split_nlu`.

    Rules and everything else of a file stay in the training part; so does a file's only story. Stories that
    checkpoints connect stay together.
    """
    _check_fraction(fraction, complaints)
    chance = random.Random(seed)
    texts: dict[Path, bytes] = {}
    counts = [0, 0]
    for source in read_sources(root, data, YAML_ENDINGS, complaints):
        content = read_yaml(source.text, source.name, complaints)
        stories = content.get("stories") if isinstance(content, Map) else None
        if not isinstance(stories, Seq) or not stories:
            continue
        training, test = _divide(stories, fraction, chance)
        counts = [counts[0] + len(training), counts[1] + len(test)]
        whole = {key: training if key == "stories" else plain(one) for key, one in content.items()}
        for name, part in (("train", whole), ("test", {"version": VERSION, "stories": test})):
            path = root / out / f"{name}_{source.path.name}"
            if path in texts:
                mend = "Rename one of them, or split them one after the other."
                message = f"Two files are called {source.path.name}."
                complaints.error("file-twice", message, mend, source.place())
            if part["stories"] or name == "train":
                texts[path] = to_yaml(part).encode()
    if not texts and not complaints.errors:
        where = " or ".join(data)
        mend = "Name files or a folder with -u; Markdown is converted first: santral data convert stories"
        complaints.error("stories-missing", f"There are no stories in {where}.", mend, Place(where))
    complaints.raise_errors()
    write_new_files(texts)
    return Split(counts[0], counts[1], tuple(texts))


def _divide(stories: Seq, fraction: float, chance: random.Random) -> tuple[list[Any], list[Any]]:
    groups = _connected([plain(one) for one in stories])
    chance.shuffle(groups)
    most = max(1, len(groups) - 1)
    chosen = {index for group in groups[: min(most, max(1, int(len(groups) * fraction)))] for index in group}
    parts: tuple[list[Any], list[Any]] = ([], [])
    for index, story in enumerate(stories):
        parts[0 if index in chosen else 1].append(plain(story))
    return parts


def _connected(stories: list[Any]) -> list[list[int]]:
    """Indices of stories; those that share a checkpoint are in one group."""
    groups: list[tuple[set[str], list[int]]] = []
    for index, story in enumerate(stories):
        steps = story.get("steps") if isinstance(story, dict) else None
        names = {
            str(one["checkpoint"]) for one in steps or () if isinstance(one, dict) and "checkpoint" in one
        }
        members = [index]
        for group in [one for one in groups if one[0] & names]:
            groups.remove(group)
            names |= group[0]
            members = group[1] + members
        groups.append((names, members))
    return [members for _, members in groups]


def _check_fraction(fraction: float, complaints: Complaints) -> None:
    if not 0 < fraction < 1:
        message = f"The training fraction must lie between 0 and 1, but is {fraction}."
        complaints.error("split-fraction", message, "Write 0.8 for four fifths.")
