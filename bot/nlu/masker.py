"""Entities' words out of the way: what is wanted does not depend on which product it is wanted for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

from bot.nlu.component import Corpus, Draft, Options, Token, Untrained

Span = tuple[str, int, int]
"""Entity, start, end."""


class EntityMasker(Untrained):
    """Puts one word for each entity, such as ``__product__``, in the place of the entity's own words.

    Featurizers behind it count that word, so a classifier learns "stokta ``__product__`` var mı" once for all
    products, and a product that comes in many complaints does not make a complaint of a question. It stands
    behind the entity extractor and before the featurizers of the classifier: examples are masked as they are
    marked, messages by what was extracted. Only tokens change; entities and their places stay.
    """

    defaults: ClassVar[Options] = {"entities": None}
    """``entities``: names of those to mask; ``None``: all."""
    prepares: ClassVar[bool] = True

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> Self:
        self = cls(options)
        for example, draft in zip(corpus.data.examples, corpus.drafts, strict=True):
            self._mask(draft, [(one.entity, one.start, one.end) for one in example.entities])
        return self

    def process(self, draft: Draft) -> None:
        spans = [(one["entity"], one["start"], one["end"]) for one in draft.entities]
        self._mask(draft, spans)
        for part in draft.parts:
            here = [(name, start - part.offset, end - part.offset) for name, start, end in spans]
            self._mask(part, here)

    def _mask(self, draft: Draft, spans: Iterable[Span]) -> None:
        chosen = self.options["entities"]
        wanted = [span for span in spans if chosen is None or span[0] in chosen]
        if wanted:
            draft.tokens = list(_masked(draft.tokens, wanted))


def _masked(tokens: Iterable[Token], spans: Iterable[Span]) -> Iterable[Token]:
    said: set[Span] = set()
    for token in tokens:
        over = next((span for span in spans if span[1] <= token.start < span[2]), None)
        if over is None:
            yield token
        elif over not in said:
            said.add(over)
            yield Token(token.text, token.start, token.end, f"__{over[0]}__")
