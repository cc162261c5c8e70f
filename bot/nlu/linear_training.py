"""Training of :class:`bot.nlu.linear.LinearModel`: the only place here that needs SciPy."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.nlu.component import Corpus
from bot.nlu.linear import Features, LinearModel, own_features
from bot.turkish import fold

STRENGTH = 10.0
"""Inverse regularisation of the logistic regression (scikit-learn's ``C``)."""
KINSHIP = 1.0
"""How much labels share that have a word of their name in common: 0 for nothing."""
FOLDS = 4
"""Parts of the data that are left out in turn to learn how far the scores may be trusted."""

Matrix = NDArray[np.float64]


def train_intents(corpus: Corpus, *, label_names: bool) -> LinearModel | None:
    """The model for the base intents of a corpus; ``None`` when no example has an intent."""
    texts: list[Features] = []
    labels: list[str] = []
    for one, draft in zip(corpus.data.examples, corpus.drafts, strict=True):
        if one.base_intent and draft.tokens:
            texts.append(draft.features or own_features(draft))
            labels.append(one.base_intent)
    examples = len(labels)
    if label_names:
        for name in sorted(set(labels)):
            if (named := corpus.names.get(name)) and named.tokens:
                texts.append(named.features or own_features(named))
                labels.append(name)
    return train(texts, labels, seed=corpus.seed, examples=examples) if labels else None


def train(
    texts: Sequence[Features], labels: Sequence[str], *, seed: int, examples: int | None = None
) -> LinearModel:
    """Fit weights on all texts, and the temperature on examples that were left out.

    Texts from number ``examples`` on only help: nothing is measured on them.
    """
    names = sorted(set(labels))
    index = {name: at for at, name in enumerate(names)}
    wanted = np.array([index[label] for label in labels])
    rows, idf = _vocabulary(texts)
    vectors = _vectors(texts, rows, idf)
    if len(names) == 1:
        weights = np.zeros((len(idf), 1), dtype=np.float32)
        return LinearModel(names, rows, idf, weights, np.zeros(1, dtype=np.float32), 1.0)
    kernel = np.asarray((vectors @ vectors.T).todense())
    basis, scale = _coordinates(kernel)
    coordinates = basis * scale
    kinship = _kinship(names)
    temperature = _temperature(coordinates, wanted, kinship, seed, examples or len(texts))
    fitted, bias = _fit(coordinates, wanted, kinship)
    weights = vectors.T @ (basis @ (fitted / scale[:, None]))
    return LinearModel(
        names, rows, idf, np.asarray(weights, dtype=np.float32), bias.astype(np.float32), temperature
    )


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
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for text in texts:
        for block, features in sorted(text.items()):
            known = [(rows[block][name], count) for name, count in features.items() if name in rows[block]]
            weighed = [(1.0 + math.log(count)) * float(idf[row]) for row, count in known]
            length = math.sqrt(sum(value * value for value in weighed)) or 1.0
            columns += [row for row, _ in known]
            values += [value / length for value in weighed]
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(texts), len(idf)))


def _coordinates(kernel: Matrix) -> tuple[Matrix, Matrix]:
    """Orthonormal basis of the texts' span and the length along each of its directions."""
    variance, basis = np.linalg.eigh(kernel)
    kept = variance > 1e-7 * variance[-1]
    return basis[:, kept], np.sqrt(variance[kept])


def _kinship(names: Sequence[str]) -> Matrix:
    """Labels × labels: by this the free weights are multiplied, so that related labels learn together.

    ``cancel_order`` and ``place_order`` both are about orders. With weights ``V @ root``, the ridge on ``V``
    is a Gaussian prior under which their weights correlate: ``root @ root`` = 1 + words in common.
    """
    words = [set(fold(re.sub(r"[\W_]+", " ", name)).split()) for name in names]
    shared = np.array([[len(one & other) for other in words] for one in words], dtype=np.float64)
    own = np.array([[len([w for w in one if sum(w in two for two in words) == 1])] for one in words])
    np.fill_diagonal(shared, shared.diagonal() - own.ravel())
    strength, directions = np.linalg.eigh(np.eye(len(names)) + KINSHIP * shared)
    root: Matrix = (directions * np.sqrt(strength)) @ directions.T
    return root


def _fit(coordinates: Matrix, wanted: NDArray[Any], kinship: Matrix) -> tuple[Matrix, Matrix]:
    """Multinomial logistic regression with a ridge: weights (dimensions × labels) and bias."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    size, count = coordinates.shape[1], len(kinship)
    targets = np.eye(count)[wanted]

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        free = flat[: size * count].reshape(size, count)
        scores = coordinates @ (free @ kinship) + flat[size * count :]
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        total = chances.sum(axis=1, keepdims=True)
        value = float((np.log(total).ravel() - scores[np.arange(len(wanted)), wanted]).sum())
        error = chances / total - targets
        gradient = (coordinates.T @ error) @ kinship + free / STRENGTH
        return value + 0.5 / STRENGTH * float((free * free).sum()), np.concatenate(
            [gradient.ravel(), error.sum(axis=0)]
        )

    start = np.zeros(size * count + count)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 100, "ftol": 1e-6})
    return found.x[: size * count].reshape(size, count) @ kinship, found.x[size * count :]


def _temperature(
    coordinates: Matrix, wanted: NDArray[Any], kinship: Matrix, seed: int, examples: int
) -> float:
    """The factor on scores that makes left-out texts most likely."""
    folds = np.full(len(wanted), -1)
    folds[:examples] = _folds(wanted[:examples], seed)
    scores, truth = [], []
    for fold_at in range(FOLDS):
        out = folds == fold_at
        if out.all() or not out.any():
            continue
        weights, bias = _fit(coordinates[~out], wanted[~out], kinship)
        scores.append(coordinates[out] @ weights + bias)
        truth.append(wanted[out])
    if not scores:
        return 1.0
    left_out, right = np.concatenate(scores), np.concatenate(truth)
    factors = np.geomspace(0.2, 20.0, 120)
    losses = [_log_loss(left_out * factor, right) for factor in factors]
    return float(factors[int(np.argmin(losses))])


def _folds(wanted: NDArray[Any], seed: int) -> NDArray[Any]:
    """The fold of each text; every label is spread over the folds evenly."""
    chance = np.random.default_rng(seed)
    order = chance.permutation(len(wanted))
    folds = np.empty(len(wanted), dtype=int)
    folds[order[np.argsort(wanted[order], kind="stable")]] = np.arange(len(wanted)) % FOLDS
    return folds


def _log_loss(scores: Matrix, right: NDArray[Any]) -> float:
    shifted = scores - scores.max(axis=1, keepdims=True)
    chances = shifted[np.arange(len(right)), right] - np.log(np.exp(shifted).sum(axis=1))
    return -float(chances.mean())
