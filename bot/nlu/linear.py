"""Intents by a linear model over n-grams, with confidences that mean what they say.

Run time is one sum of rows of a matrix. Training is in ``linear_training.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from bot.archive import Part
from bot.nlu.component import Component, Corpus, Draft, Options
from bot.nlu.featurizers import PATTERNS, character_grams

Floats = NDArray[np.float32]
Features = Mapping[str, Mapping[str, float]]
"""Block → feature → count."""

_NONE: Mapping[str, float] = {}

DENSE = "dense:"
"""Blocks whose names begin so hold coordinates of vectors, not counts."""

_WHOLE, _EARLIER, _SURE = 0.3, 0.25, 2.0
"""The share of the whole message, what a sentence counts beside the next one, and how much sureness does."""
_FLOOR = 1e-4
"""Added to probabilities before their logarithm, so that no single sentence can rule an intent out."""


class LinearModel:
    """Features → probability of each label: blocks are weighed by idf and scaled to length one."""

    def __init__(
        self, labels: Sequence[str], rows: Mapping[str, Mapping[str, int]], idf: Floats, weights: Floats,
        bias: Floats, temperature: float,
    ) -> None:  # fmt: skip
        self.labels = list(labels)
        self.rows = {block: dict(features) for block, features in rows.items()}
        """Block → feature → row of ``weights``."""
        self.idf = idf
        self._idf: list[float] = idf.tolist()
        self.weights = weights.astype(np.float16).astype(np.float32)
        """Rows × labels, as exact as a saved model is."""
        self.bias = bias
        self.temperature = temperature
        """What scores are multiplied by before they become probabilities."""

    def probabilities(self, features: Features) -> Floats:
        """One probability for each of ``labels``."""
        at: list[int] = []
        counts: list[float] = []
        blocks: list[slice] = []
        for block, rows in self.rows.items():
            given = features.get(block)
            if not given:
                continue
            known = list(filter(rows.__contains__, given))
            at += map(rows.__getitem__, known)
            own = map(given.__getitem__, known)
            counts += (
                own if block.startswith(DENSE) else (1.0 if one == 1 else 1.0 + math.log(one) for one in own)
            )
            blocks.append(slice(len(at) - len(known), len(at)))
        # One gather and one product for all blocks: with so few rows a call of NumPy costs more than its work.
        chosen = np.array(at, dtype=np.intp)
        values = self.idf.take(chosen) * np.array(counts, dtype=np.float32)
        for block_of in blocks:
            own_values = values[block_of]
            own_values /= math.sqrt(float(own_values @ own_values)) or 1.0
        scores = self.bias + values @ self.weights.take(chosen, axis=0)
        scores *= self.temperature
        scores -= scores.max()
        np.exp(scores, out=scores)
        scores /= scores.sum()
        return scores

    def ranking(
        self, features: Features, length: int, sentences: Sequence[Features] = ()
    ) -> list[tuple[str, float]]:
        """Labels with their probabilities, the most likely first; equal ones in the order of labels.

        ``sentences``: the features of each sentence of a message that has several.
        """
        chances = self.probabilities(features)
        if sentences:
            chances = _combined(chances, [self.probabilities(one) for one in sentences])
        order = np.argsort(-chances, kind="stable")[: length or None]
        return [(self.labels[index], float(chances[index])) for index in order]

    def save(self, part: Part) -> None:
        part.write_json(
            "model.json",
            {
                "labels": self.labels,
                "blocks": {block: list(rows) for block, rows in self.rows.items()},
                "temperature": self.temperature,
            },
        )
        part.write_array("idf.npy", self.idf)
        part.write_array("weights.npy", self.weights.astype(np.float16))
        part.write_array("bias.npy", self.bias)

    @classmethod
    def load(cls, part: Part) -> LinearModel:
        document = part.read_json("model.json")
        rows: dict[str, dict[str, int]] = {}
        count = 0
        for block in sorted(document["blocks"]):
            names = document["blocks"][block]
            rows[block] = {name: count + index for index, name in enumerate(names)}
            count += len(names)
        weights = part.read_array("weights.npy").astype(np.float32)
        labels = [str(label) for label in document["labels"]]
        idf = part.read_array("idf.npy").astype(np.float32)
        bias = part.read_array("bias.npy").astype(np.float32)
        if (weights.shape, idf.shape, bias.shape) != ((count, len(labels)), (count,), (len(labels),)):
            raise ValueError("the weights do not belong to these labels and features")
        return cls(
            labels,
            rows,
            idf,
            weights,
            bias,
            float(document["temperature"]),
        )


class LinearIntentClassifier(Component):
    """Multinomial logistic regression over the featurizers' blocks.

    Without a featurizer before it, it counts words and the characters within them for itself.
    """

    defaults: ClassVar[Options] = {
        "ranking_length": 10,
        "renormalize_confidences": False,
        "label_names": True,
    }
    """``renormalize_confidences``: those of the ranking add up to one, however short it is.

    ``label_names``: the words of an intent's name count as one more example of it."""

    def __init__(self, options: Options, model: LinearModel | None) -> None:
        self.length = int(options["ranking_length"])
        self.renormalize = bool(options["renormalize_confidences"])
        self.model = model
        """``None`` when there was nothing to learn."""

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> Self:
        from bot.nlu.linear_training import train_intents

        return cls(options, train_intents(corpus, label_names=bool(options["label_names"])))

    @classmethod
    def load(cls, options: Options, part: Part) -> Self:
        return cls(options, LinearModel.load(part) if "model.json" in part else None)

    def save(self, part: Part) -> None:
        if self.model is not None:
            self.model.save(part)

    def process(self, draft: Draft) -> None:
        if self.model is None or not draft.tokens:
            return
        sentences = [features_of(part) for part in draft.parts if part.tokens]
        ranking = self.model.ranking(features_of(draft), self.length, sentences)
        if self.renormalize:
            ranking = renormalized(ranking)
        draft.ranking = [{"name": name, "confidence": chance} for name, chance in ranking]
        draft.intent = dict(draft.ranking[0])


def renormalized(ranking: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """The ranking with confidences that add up to one."""
    total = sum(chance for _, chance in ranking)
    return [(name, chance / total) for name, chance in ranking]


def _combined(whole: Floats, parts: Sequence[Floats]) -> Floats:
    """Probabilities of a message, from those of the whole and of its sentences, from first to last.

    The story comes first and the wish last, and a sentence that says what is wanted is clear about it: a
    sentence counts for more the later it comes and the surer it is (a geometric mean with these weights).
    """
    last = len(parts) - 1
    weights = np.array(
        [float(part.max()) ** _SURE * _EARLIER ** (last - at) for at, part in enumerate(parts)]
    )
    weights *= (1.0 - _WHOLE) / weights.sum()
    scores = _WHOLE * np.log(whole + _FLOOR)
    for weight, part in zip(weights, parts, strict=True):
        scores += weight * np.log(part + _FLOOR)
    chances = np.exp(scores - scores.max())
    return np.asarray(chances / chances.sum(), dtype=np.float32)


def features_of(draft: Draft) -> Features:
    """The draft's blocks; words and characters too when no featurizer before has counted any."""
    if any(block != PATTERNS for block in draft.features):
        return draft.features
    forms = [token.form for token in draft.tokens]
    grams = [gram for form in forms for gram in character_grams(f" {form} ", 1, 4)]
    return {**draft.features, "word_1_1": counted(forms), "char_wb_1_4": counted(grams)}


def weight(block: str, count: float) -> float:
    """What a feature counts for before it is scaled: each further time that a word comes tells less."""
    if block.startswith(DENSE):
        return count
    return 1.0 if count == 1 else 1.0 + math.log(count)


def counted(names: Sequence[Any]) -> dict[str, float]:
    counts: dict[str, float] = {}
    for name in names:
        counts[name] = counts.get(name, 0.0) + 1.0
    return counts
