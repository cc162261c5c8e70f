"""Entities by a conditional random field, with roles and groups."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar, Self

import pycrfsuite

from bot.archive import Part
from bot.nlu.component import Component, Corpus, Draft, Options
from bot.nlu.crf_commas import joined
from bot.nlu.crf_features import Piece, features, pieces_of
from bot.nlu.crf_spans import OUTSIDE, dividers, final_spans
from bot.nlu.data import EntitySpan

FAMILIAR = 3
"""In so many messages a word must come to be familiar."""


class CRFEntityExtractor(Component):
    """Labels each piece of the message with the entity that it is part of.

    Labels are IOB1: ``I`` for a piece of an entity, ``B`` only where an entity directly follows another of
    its kind. With ten examples an intent that is four points better than BILOU, whose labels have a
    quarter of the examples each; ``BILOU_flag`` is accepted and ignored.

    ``strange_words``: that hardly any example has a word is a feature of it. It pays where names stand that no
    example has and there are hundreds of examples; with ten an intent it costs a little.
    ``most_outside``: a piece is taken for an entity unless it is outside of any with more than this chance.
    """

    defaults: ClassVar[Options] = {
        "split_entities_by_comma": True,
        "max_iterations": 50,
        "L1_c": 0.02,
        "L2_c": 0.01,
        "most_outside": 0.6,
        "strange_words": False,
    }
    extractor: ClassVar[str] = "CRFEntityExtractor"

    def __init__(
        self,
        options: Options,
        kinds: list[EntityKind],
        blob: bytes | None,
        dividing: Mapping[str, Sequence[str]] | None = None,
        familiar: Collection[str] | None = None,
    ) -> None:
        self.kinds = kinds
        self.names = [name for name, _, _ in kinds]
        self.dividing = dict(dividing or {})
        """Entity → patterns of which each of its spans has one."""
        self.familiar = None if familiar is None else frozenset(familiar)
        """Forms that many examples have."""
        self.blob = blob
        """CRFsuite's own binary model; ``None`` when no example has an entity."""
        self.tagger = None if blob is None else _tagger(blob)
        if self.tagger is not None and not _fits(self.tagger, len(kinds)):
            raise ValueError("the labels of the random field are not those of the model")
        self.inside = [] if self.tagger is None else sorted(set(self.tagger.labels()) - {OUTSIDE})
        self.turn = Lock()
        """The tagger keeps the message that it is at: one thread at a time."""
        self.most_outside = float(options["most_outside"])
        self.commas = options["split_entities_by_comma"]

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
        examples = list(zip(corpus.data.examples, corpus.drafts, strict=True))
        familiar = familiar_forms(map(pieces_of, corpus.drafts)) if options["strange_words"] else None
        for one, draft in [*examples, *corpus.entity_copies]:
            pieces = pieces_of(draft)
            if pieces:
                trainer.append(features(pieces, draft, familiar), labels_for(pieces, one.entities, number))
        marked = (
            (one.entities, draft) for one, draft in zip(corpus.data.examples, corpus.drafts, strict=True)
        )
        dividing = dividers(marked)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "entities.crfsuite"
            trainer.train(str(path))
            return cls(options, kinds, path.read_bytes(), dividing, familiar)

    @classmethod
    def load(cls, options: Options, part: Part) -> Self:
        kinds = [(name, role, group) for name, role, group in part.read_json("kinds.json")]
        dividing = part.read_json("dividers.json") if "dividers.json" in part else {}
        familiar = part.read_json("familiar.json") if "familiar.json" in part else None
        return cls(options, kinds, part.read("entities.crfsuite") if kinds else None, dividing, familiar)

    def save(self, part: Part) -> None:
        part.write_json("kinds.json", self.kinds)
        part.write_json("dividers.json", self.dividing)
        if self.familiar is not None:
            part.write_json("familiar.json", sorted(self.familiar))
        if self.blob is not None:
            part.write("entities.crfsuite", self.blob)

    def process(self, draft: Draft) -> None:
        pieces = pieces_of(draft)
        if self.tagger is None or not pieces:
            return
        rows = pycrfsuite.ItemSequence(features(pieces, draft, self.familiar))
        with self.turn:
            self.tagger.set(rows)
            labels = self.tagger.tag()
            chances = [self._settle(labels, at) for at in range(len(labels))]
        spans = final_spans(labels, pieces, draft, self.names, self.dividing)
        for number, first, last in joined(spans, pieces, self.names, self.commas):
            name, role, group = self.kinds[number]
            start, end = pieces[first].start, pieces[last].end
            entity: dict[str, Any] = {
                "entity": name,
                "start": start,
                "end": end,
                "confidence_entity": min(chances[first : last + 1]),
                "value": draft.text[start:end],
                "extractor": self.extractor,
            }
            if role:
                entity["role"] = role
            if group:
                entity["group"] = group
            draft.entities.append(entity)

    def _settle(self, labels: list[str], at: int) -> float:
        """Make a doubtful piece part of an entity after all; the chance of the label that it has then."""
        assert self.tagger is not None
        chance = float(self.tagger.marginal(labels[at], at))
        if labels[at] == OUTSIDE and chance < self.most_outside:
            chance, labels[at] = max((float(self.tagger.marginal(label, at)), label) for label in self.inside)
        return chance


EntityKind = tuple[str, str, str]
"""Entity, role and group (empty when it has none): what one label stands for."""


def _kind(span: EntitySpan) -> EntityKind:
    return (span.entity, span.role or "", span.group or "")


def labels_for(
    pieces: list[Piece], spans: tuple[EntitySpan, ...], number: dict[EntityKind, int]
) -> list[str]:
    """A label for each piece; a span that begins or ends within a piece takes the whole piece."""
    labels = [OUTSIDE] * len(pieces)
    starts = set()
    for span in sorted(spans, key=lambda one: one.start):
        inside = [at for at, piece in enumerate(pieces) if piece.start < span.end and span.start < piece.end]
        if not inside or any(labels[at] != OUTSIDE for at in inside):
            continue
        for at in inside:
            labels[at] = f"I-{number[_kind(span)]}"
        starts.add(inside[0])
    follows = [at for at in starts if at and labels[at - 1] == labels[at]]
    for at in follows:
        labels[at] = "B" + labels[at][1:]
    return labels


def familiar_forms(messages: Iterable[list[Piece]]) -> frozenset[str]:
    """The forms that at least so many messages have."""
    often: Counter[str] = Counter()
    for pieces in messages:
        often.update({piece.form for piece in pieces})
    return frozenset(form for form, count in often.items() if count >= FAMILIAR)


def _fits(tagger: Any, kinds: int) -> bool:
    """Whether every label of a tagger stands for one of so many kinds of entities."""
    inside = [label.partition("-") for label in tagger.labels() if label != OUTSIDE]
    return all(mark in ("I", "B") and kind.isdecimal() and int(kind) < kinds for mark, _, kind in inside)


def _tagger(blob: bytes) -> Any:
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(blob)
    return tagger
