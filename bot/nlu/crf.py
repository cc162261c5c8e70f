"""Entities by a conditional random field, with roles and groups."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, ClassVar, Self

import pycrfsuite  # type: ignore[import-untyped]

from bot.archive import Part
from bot.nlu.component import Component, Corpus, Draft, Options
from bot.nlu.crf_features import Piece, features, pieces_of
from bot.nlu.data import EntitySpan

OUTSIDE = "O"


class CRFEntityExtractor(Component):
    """Labels each piece of the message as beginning, inside, last, unit or outside of an entity."""

    defaults: ClassVar[Options] = {
        "BILOU_flag": True,
        "split_entities_by_comma": True,
        "max_iterations": 50,
        "L1_c": 0.1,
        "L2_c": 0.1,
    }
    extractor: ClassVar[str] = "CRFEntityExtractor"

    def __init__(self, options: Options, kinds: list[EntityKind], blob: bytes | None) -> None:
        self.kinds = kinds
        self.blob = blob
        """CRFsuite's own binary model; ``None`` when no example has an entity."""
        self.tagger = None if blob is None else _tagger(blob)

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> Self:
        kinds = sorted({_kind(span) for one in corpus.data.examples for span in one.entities})
        if not kinds:
            return cls(options, [], None)
        trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
        trainer.set_params(
            {
                "c1": float(options["L1_c"]),
                "c2": float(options["L2_c"]),
                "max_iterations": int(options["max_iterations"]),
                "feature.possible_transitions": True,
            }
        )
        number = {kind: at for at, kind in enumerate(kinds)}
        for one, draft in zip(corpus.data.examples, corpus.drafts, strict=True):
            pieces = pieces_of(draft)
            if pieces:
                trainer.append(features(pieces, draft), labels_for(pieces, one.entities, number))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "entities.crfsuite"
            trainer.train(str(path))
            return cls(options, kinds, path.read_bytes())

    @classmethod
    def load(cls, options: Options, part: Part) -> Self:
        kinds = [(name, role, group) for name, role, group in part.read_json("kinds.json")]
        return cls(options, kinds, part.read("entities.crfsuite") if kinds else None)

    def save(self, part: Part) -> None:
        part.write_json("kinds.json", self.kinds)
        if self.blob is not None:
            part.write("entities.crfsuite", self.blob)

    def process(self, draft: Draft) -> None:
        pieces = pieces_of(draft)
        if self.tagger is None or not pieces:
            return
        self.tagger.set(pycrfsuite.ItemSequence(features(pieces, draft)))
        labels = self.tagger.tag()
        for number, first, last in _spans(labels):
            name, role, group = self.kinds[number]
            sure = min(self.tagger.marginal(labels[at], at) for at in range(first, last + 1))
            start, end = pieces[first].start, pieces[last].end
            entity: dict[str, Any] = {
                "entity": name,
                "start": start,
                "end": end,
                "confidence_entity": sure,
                "value": draft.text[start:end],
                "extractor": self.extractor,
            }
            if role:
                entity["role"] = role
            if group:
                entity["group"] = group
            draft.entities.append(entity)


EntityKind = tuple[str, str, str]
"""Entity, role and group (empty when it has none): what one label stands for."""


def _kind(span: EntitySpan) -> EntityKind:
    return (span.entity, span.role or "", span.group or "")


def labels_for(
    pieces: list[Piece], spans: tuple[EntitySpan, ...], number: dict[EntityKind, int]
) -> list[str]:
    """BILOU labels; a span that begins or ends within a piece takes the whole piece."""
    labels = [OUTSIDE] * len(pieces)
    for span in spans:
        inside = [at for at, piece in enumerate(pieces) if piece.start < span.end and span.start < piece.end]
        if not inside or any(labels[at] != OUTSIDE for at in inside):
            continue
        kind = number[_kind(span)]
        for at in inside:
            labels[at] = f"I-{kind}"
        labels[inside[0]] = f"B-{kind}"
        labels[inside[-1]] = f"L-{kind}" if len(inside) > 1 else f"U-{kind}"
    return labels


def _spans(labels: list[str]) -> list[tuple[int, int, int]]:
    """Kind, first and last piece of each entity, also of sequences that break the rules of BILOU."""
    spans: list[tuple[int, int, int]] = []
    open_kind: int | None = None
    first = 0
    for at, label in enumerate([*labels, OUTSIDE]):
        mark, _, kind = label.partition("-")
        continues = open_kind is not None and mark in ("I", "L") and int(kind) == open_kind
        if open_kind is not None and not continues:
            spans.append((open_kind, first, at - 1))
            open_kind = None
        if mark != OUTSIDE and open_kind is None:
            open_kind, first = int(kind), at
        if open_kind is not None and mark in ("L", "U"):
            spans.append((open_kind, first, at))
            open_kind = None
    return spans


def _tagger(blob: bytes) -> Any:
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(blob)
    return tagger
