"""Training of :class:`bot.nlu.linear.LinearModel`: the only place here that needs SciPy."""

from __future__ import annotations

import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.component import Corpus
from bot.nlu.lbfgs import minimise
from bot.nlu.linear import Features, LinearModel, features_of, weight
from bot.turkish import fold

STRENGTH = 10.0
"""Inverse regularisation of the logistic regression (scikit-learn's ``C``)."""
KINSHIP = 1.0
"""How much labels share that have a word of their name in common: 0 for nothing."""
FOLDS = 4
ENOUGH = 1_000
"""Parts of the data that are left out in turn, to learn how far scores may be trusted; and after how many
left-out texts that is known well enough."""
CAUTION = 0.85
"""What customers write is less like the examples than these are like each other: scores count for less."""
COMPOSED = 20
"""Texts that are put together for a label of several intents."""
DENSE = 3_000
"""Up to so many texts the fit works in the span of the texts, beyond in the space of the features."""

Matrix = NDArray[np.float32]


def train_intents(corpus: Corpus, *, label_names: bool) -> LinearModel | None:
    """The model for the base intents of a corpus; ``None`` when no example has an intent."""
    texts: list[Features] = []
    labels: list[str] = []
    origins: list[int] = []
    sources = corpus.origins or range(len(corpus.drafts))
    for one, draft, origin in zip(corpus.data.examples, corpus.drafts, sources, strict=True):
        if one.base_intent and draft.tokens:
            texts.append(features_of(draft))
            labels.append(one.base_intent)
            origins.append(origin)
    if label_names:
        for name in sorted(set(labels)):
            if (named := corpus.names.get(name)) and named.tokens:
                texts.append(features_of(named))
                labels.append(name)
    if not labels:
        return None
    if corpus.intent_split_symbol:
        composed = compositions(texts, labels, corpus.intent_split_symbol, corpus.seed)
        texts += [text for text, _ in composed]
        labels += [label for _, label in composed]
    return train(texts, labels, seed=corpus.seed, origins=origins, split=corpus.intent_split_symbol)


def compositions(
    texts: Sequence[Features], labels: Sequence[str], split: str, seed: int
) -> list[tuple[Features, str]]:
    """Texts for labels that are made of several intents: one text of each of these, put together.

    Few projects have many examples of two wishes at once; each of the two has enough.
    """
    own: dict[str, list[Features]] = {}
    for text, label in zip(texts, labels, strict=True):
        own.setdefault(label, []).append(text)
    chance = random.Random(seed)
    composed = []
    for label in sorted(own):
        parts = label.split(split)
        if len(parts) > 1 and all(part in own for part in parts):
            for _ in range(COMPOSED):
                composed.append((_together([chance.choice(own[part]) for part in parts]), label))
    return composed


def _together(texts: Sequence[Features]) -> Features:
    """The features of texts said one after the other."""
    blocks: dict[str, dict[str, float]] = {}
    for text in texts:
        for block, features in text.items():
            counts = blocks.setdefault(block, {})
            for name, count in features.items():
                counts[name] = counts.get(name, 0.0) + count
    return blocks


def train(
    texts: Sequence[Features],
    labels: Sequence[str],
    *,
    seed: int,
    origins: Sequence[int] = (),
    split: str | None = None,
) -> LinearModel:
    """Fit weights on all texts, and the temperature on examples that were left out.

    ``origins`` tells which texts are copies of one another: they are left out together. Texts behind the
    last origin only help: nothing is measured on them. ``split`` divides a label into the intents that it is
    made of, which it learns together with.
    """
    names = sorted(set(labels))
    index = {name: at for at, name in enumerate(names)}
    wanted = np.array([index[label] for label in labels])
    rows, idf = _vocabulary(texts)
    vectors = _vectors(texts, rows, idf)
    if len(names) == 1:
        weights = np.zeros((len(idf), 1), dtype=np.float32)
        return LinearModel(names, rows, idf, weights, np.zeros(1, dtype=np.float32), 1.0)
    space = _Space(vectors)
    kinship = _kinship(names, split)
    folds = _folds(wanted, origins or range(len(texts)), seed)
    temperature, near = _temperature(space, wanted, kinship, folds)
    fitted = space.fit(np.arange(len(wanted)), wanted, kinship, start=near)
    weights, bias = fitted.weights(kinship)
    return LinearModel(names, rows, idf, space.weights(weights), bias, temperature)


def _vocabulary(texts: Sequence[Features]) -> tuple[dict[str, dict[str, int]], NDArray[np.float32]]:
    """Rows of all features, block by block in sorted order, and their inverse document frequency."""
    often: dict[str, dict[str, int]] = {}
    for text in texts:
        for block, features in text.items():
            counts = often.setdefault(block, {})
            for name in features:
                counts[name] = counts.get(name, 0) + 1
    rows: dict[str, dict[str, int]] = {}
    idf: list[float] = []
    for block in sorted(often):
        names = sorted(often[block])
        rows[block] = {name: len(idf) + at for at, name in enumerate(names)}
        idf += [math.log((1 + len(texts)) / (1 + often[block][name])) + 1.0 for name in names]
    return rows, np.array(idf, dtype=np.float32)


def _vectors(texts: Sequence[Features], rows: dict[str, dict[str, int]], idf: NDArray[np.float32]) -> Any:
    """Texts × rows, sparse; each block of a text has length one."""
    from scipy.sparse import csr_matrix

    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for text in texts:
        for block, features in sorted(text.items()):
            known = [(rows[block][name], count) for name, count in features.items() if name in rows[block]]
            weighed = [weight(block, count) * float(idf[row]) for row, count in known]
            length = math.sqrt(sum(value * value for value in weighed)) or 1.0
            columns += [row for row, _ in known]
            values += [value / length for value in weighed]
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(texts), len(idf)))


@dataclass(frozen=True, slots=True)
class _Fit:
    """Where a search has ended: the free weights (coordinates × labels) and a bias for each label, flat."""

    flat: Matrix
    labels: int

    def weights(self, kinship: Matrix) -> tuple[Matrix, Matrix]:
        """The weights by which coordinates are multiplied, and the bias."""
        free, bias = self.flat[: -self.labels], self.flat[-self.labels :]
        return free.reshape(-1, self.labels) @ kinship, bias


class _Space:
    """The space in which weights are sought.

    The best weights of a ridge are a sum of the texts, so a few texts with many features are fitted in
    coordinates along the texts: the rows of a Cholesky factor of their inner products. L-BFGS takes the
    same steps in both spaces, only the arrays differ in size.
    """

    def __init__(self, vectors: Any) -> None:
        self.vectors = vectors
        self.factor: NDArray[np.float64] | None = None
        self.texts: Any = vectors.astype(np.float32)
        if vectors.shape[0] <= min(DENSE, vectors.shape[1]):
            kernel = np.asarray((vectors @ vectors.T).todense())
            kernel.flat[:: len(kernel) + 1] += 1e-5  # texts that come twice make it singular
            self.factor = np.linalg.cholesky(kernel)
            self.texts = self.factor.astype(np.float32)

    def weights(self, fitted: Matrix) -> Matrix:
        """Coordinates × labels → features × labels."""
        if self.factor is None:
            return fitted
        from scipy.linalg import solve_triangular

        found = self.vectors.T @ solve_triangular(self.factor.T, fitted, lower=False)
        return np.asarray(found, dtype=np.float32)

    def fit(
        self,
        chosen: NDArray[Any],
        wanted: NDArray[Any],
        kinship: Matrix,
        precision: float = 1e-4,
        start: _Fit | None = None,
    ) -> _Fit:
        """Multinomial logistic regression with a ridge, sought from ``start`` on."""
        texts, right = self.texts[chosen], wanted[chosen]
        turned = np.ascontiguousarray(texts.T) if isinstance(texts, np.ndarray) else texts.T.tocsr()
        size, count = texts.shape[1], len(kinship)
        targets = np.eye(count, dtype=np.float32)[right]

        def loss(flat: Matrix) -> tuple[float, Matrix]:
            free = flat[: size * count].reshape(size, count)
            scores = texts @ (free @ kinship) + flat[size * count :]
            scores -= scores.max(axis=1, keepdims=True)
            chances = np.exp(scores)
            total = chances.sum(axis=1, keepdims=True)
            losses = np.log(total).ravel() - scores[np.arange(len(right)), right]
            value = float(losses.sum(dtype=np.float64))
            error = chances / total - targets
            gradient = (turned @ error) @ kinship + free * np.float32(1.0 / STRENGTH)
            return (
                value + 0.5 / STRENGTH * float(np.vdot(free, free)),
                np.concatenate([gradient.ravel(), error.sum(axis=0)]),
            )

        begin = np.zeros(size * count + count, dtype=np.float32) if start is None else start.flat
        return _Fit(minimise(loss, begin, precision=precision), count)


def _kinship(names: Sequence[str], split: str | None = None) -> Matrix:
    """Labels × labels: by this the free weights are multiplied, so that related labels learn together.

    ``cancel_order`` and ``place_order`` both are about orders. With weights ``V @ root``, the ridge on ``V``
    is a Gaussian prior under which their weights correlate: ``root @ root`` = 1 + words in common. A label
    that is made of several, divided by ``split``, has each of them for a word, too.
    """
    words = [set(fold(re.sub(r"[\W_]+", " ", name)).split()) for name in names]
    for own, name in zip(words, names, strict=True) if split else ():
        own.update(f"={part}" for part in name.split(split))
    often = Counter(word for own in words for word in own)
    common = [{word for word in own if often[word] > 1} for own in words]
    shared = np.array([[len(one & other) for other in common] for one in common], dtype=np.float64)
    strength, directions = np.linalg.eigh(np.eye(len(names)) + KINSHIP * shared)
    root = (directions * np.sqrt(strength)) @ directions.T
    return np.asarray(root, dtype=np.float32)


def _temperature(
    space: _Space, wanted: NDArray[Any], kinship: Matrix, folds: NDArray[Any]
) -> tuple[float, _Fit | None]:
    """The factor on scores that makes left-out texts most likely; and the last fit, to start others from."""
    scores: list[Matrix] = []
    truth: list[NDArray[Any]] = []
    fitted: _Fit | None = None
    for number in range(FOLDS):
        out, rest = np.flatnonzero(folds == number), np.flatnonzero(folds != number)
        if len(out) and len(rest) and sum(map(len, truth)) < ENOUGH:
            fitted = space.fit(rest, wanted, kinship)
            weights, bias = fitted.weights(kinship)
            scores.append(np.asarray(space.texts[out] @ weights) + bias)
            truth.append(wanted[out])
    if not scores:
        return 1.0, None
    left_out, right = np.concatenate(scores), np.concatenate(truth)
    factors = np.geomspace(0.2, 20.0, 120)
    losses = [_log_loss(left_out * factor, right) for factor in factors]
    return CAUTION * float(factors[int(np.argmin(losses))]), fitted


def _folds(wanted: NDArray[Any], origins: Sequence[int], seed: int) -> NDArray[Any]:
    """The fold of each text, -1 for none; labels are spread evenly, and copies share a fold."""
    of_origin: dict[int, int] = {}
    first = [at for at, origin in enumerate(origins) if of_origin.setdefault(origin, at) == at]
    order = np.array(first)[np.random.default_rng(seed).permutation(len(first))]
    folds = np.full(len(wanted), -1)
    folds[order[np.argsort(wanted[order], kind="stable")]] = np.arange(len(order)) % FOLDS
    for at, origin in enumerate(origins):
        folds[at] = folds[of_origin[origin]]
    return folds


def _log_loss(scores: Matrix, right: NDArray[Any]) -> float:
    shifted = scores - scores.max(axis=1, keepdims=True)
    chances = shifted[np.arange(len(right)), right] - np.log(np.exp(shifted).sum(axis=1))
    return -float(chances.mean())
