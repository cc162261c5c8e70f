"""Turkish numbers and dates, written or spoken, as hints for the classifiers behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from bot.nlu.component import Draft, Match, Options, Untrained
from bot.nlu.featurizers import NUMBER_MATCH, PATTERNS
from bot.turkish import find_dates, find_numbers, fold

NUMBER, DATE = NUMBER_MATCH, "tr_date"
"""What the marks are called."""
_ANY_DAY = date(2026, 1, 1)
"""Where a date stands in a message does not depend on the day on which it is said."""


class TurkishFeaturizer(Untrained):
    """Marks numbers ("on iki bin", "12.000") and dates ("geçen salı", "3 Mart")."""

    defaults: ClassVar[Options] = {"numbers": True, "dates": True}
    prepares: ClassVar[bool] = True

    def process(self, draft: Draft) -> None:
        text, places = _corrected(draft)
        found = []
        if self.options["numbers"]:
            found += [Match(NUMBER, places[one.start], places[one.end]) for one in find_numbers(text)]
        if self.options["dates"]:
            found += [Match(DATE, places[one.start], places[one.end]) for one in find_dates(text, _ANY_DAY)]
        draft.matches += found
        if found:
            draft.features.setdefault(PATTERNS, {}).update({match.name: 1.0 for match in found})


def _corrected(draft: Draft) -> tuple[str, Sequence[int]]:
    """The text with words in the form that a spelling corrector gave them; and where each character stood."""
    changed = [
        token
        for token in draft.tokens
        if token.text.isalpha() and token.form.isalpha() and token.form != fold(token.text)
    ]
    if not changed:
        return draft.text, range(len(draft.text) + 1)
    pieces: list[str] = []
    places: list[int] = []
    at = 0
    for token in changed:
        pieces += [draft.text[at : token.start], token.form]
        places += range(at, token.start)
        # a place within a corrected word has none in the text: it is the word's end
        places += [token.start, *[token.end] * (len(token.form) - 1)]
        at = token.end
    pieces.append(draft.text[at:])
    places += range(at, len(draft.text) + 1)
    return "".join(pieces), places
