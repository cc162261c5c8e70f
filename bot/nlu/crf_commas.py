"""Rasa's ``split_entities_by_comma``: whether what only a comma divides is one entity or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.nlu.crf_features import Piece
from bot.nlu.crf_spans import Span


def joined(spans: Sequence[Span], pieces: Sequence[Piece], names: Sequence[str], setting: Any) -> list[Span]:
    """The spans, those of one kind joined over commas where the setting does not divide them.

    Args:
        names: the entity of each kind.
        setting: ``True`` divides, ``False`` joins; or entity → one of them, ``True`` for those not named.
    """
    result: list[Span] = []
    for span in spans:
        kind, first, last = span
        divides = setting.get(names[kind], True) if isinstance(setting, Mapping) else bool(setting)
        before = result[-1] if result else None
        if not divides and before is not None and before[0] == kind:
            between = pieces[before[2] + 1 : first]
            if len(between) == 1 and between[0].text == ",":
                result[-1] = (kind, before[1], last)
                continue
        result.append(span)
    return result
