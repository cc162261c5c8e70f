"""From the labels of a random field to spans: where one entity ends and the next begins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from bot.nlu.component import Draft, Match
from bot.nlu.crf_features import Piece
from bot.nlu.data import EntitySpan
from bot.turkish import is_filler

OUTSIDE = "O"
Span = tuple[int, int, int]
"""Number of the kind, first and last piece."""

_JOINING = frozenset({"ve", "veya", "ya", "da", "ile", "and", "or", ",", "/", "-"})
_SEEN, _ALONE = 10, 0.99
"""A pattern divides a kind of entity if so many spans have it, and this share of them only once."""


def spans_of(labels: list[str]) -> list[Span]:
    """Kind, first and last piece of each entity."""
    spans: list[Span] = []
    before: str | None = None
    for at, label in enumerate(labels):
        mark, _, kind = label.partition("-")
        if mark != OUTSIDE:
            if before == kind and mark == "I":
                spans[-1] = (int(kind), spans[-1][1], at)
            else:
                spans.append((int(kind), at, at))
        before = kind if mark != OUTSIDE else None
    return spans


def dividers(marked: Iterable[tuple[Sequence[EntitySpan], Draft]]) -> dict[str, list[str]]:
    """Entity → patterns of which each of its spans has one.

    Two of them in one span are two entities: "Rize'den Van'a", "cuma cumartesi". A product may well be made
    of two names of products; that is learnt from the examples.
    """
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    examples = list(marked)
    entities = {span.entity for spans, _ in examples for span in spans}
    for spans, draft in examples:
        for span in spans:
            # what is named like another entity tells nothing of this one
            other = entities - {span.entity}
            inside = [one.name for one in draft.matches if span.start <= one.start and one.end <= span.end]
            for name in set(inside) - other:
                counts[span.entity, name][inside.count(name) > 1] += 1
    found: dict[str, list[str]] = defaultdict(list)
    for (entity, name), (once, often) in sorted(counts.items()):
        if once + often >= _SEEN and once >= _ALONE * (once + often):
            found[entity].append(name)
    return dict(found)


def divided(
    span: Span, pieces: Sequence[Piece], matches: Sequence[Match], names: Sequence[str]
) -> list[Span]:
    """The span cut where a second match of one of the patterns ``names`` begins."""
    kind, first, last = span
    start, end = pieces[first].start, pieces[last].end
    cuts = set()
    for name in names:
        begins = sorted(one.start for one in matches if one.name == name and start <= one.start < end)
        cuts.update(begins[1:])
    result: list[Span] = []
    for at in range(first + 1, last + 1):
        if pieces[at].start in cuts:
            result.append((kind, first, at - 1))
            first = at
    return [*result, (kind, first, last)]


def trimmed(span: Span, pieces: Sequence[Piece], draft: Draft) -> Span | None:
    """The span without words at its ends that only join or fill a pause; ``None`` when nothing is left."""
    kind, first, last = span
    turkish = draft.language.startswith("tr")

    def silent(at: int) -> bool:
        piece = pieces[at]
        if any(one.start <= piece.start and piece.end <= one.end for one in draft.matches):
            return False  # "ay" fills a pause, but not in "bu ay"
        return piece.form in _JOINING or (turkish and is_filler(piece.text))

    while first <= last and silent(last):
        last -= 1
    while first <= last and silent(first):
        first += 1
    return (kind, first, last) if first <= last else None


def final_spans(
    labels: list[str], pieces: Sequence[Piece], draft: Draft, entities: Sequence[str],
    dividing: Mapping[str, Sequence[str]],
) -> list[Span]:  # fmt: skip
    """The entities of a message: labelled, divided and trimmed. ``entities``: the name of each kind."""
    found = []
    for span in spans_of(labels):
        for part in divided(span, pieces, draft.matches, dividing.get(entities[span[0]], ())):
            if (whole := trimmed(part, pieces, draft)) is not None:
                found.append(whole)
    return found
