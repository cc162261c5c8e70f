"""Turkish numbers and dates, written or spoken, as hints for the classifiers behind."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from bot.nlu.component import Draft, Match, Options, Untrained
from bot.nlu.featurizers import PATTERNS
from bot.turkish import find_dates, find_numbers

NUMBER, DATE = "tr_number", "tr_date"
"""What the marks are called."""
_ANY_DAY = date(2026, 1, 1)
"""Where a date stands in a message does not depend on the day on which it is said."""


class TurkishFeaturizer(Untrained):
    """Marks numbers ("on iki bin", "12.000") and dates ("geçen salı", "3 Mart")."""

    defaults: ClassVar[Options] = {"numbers": True, "dates": True}
    prepares: ClassVar[bool] = True

    def process(self, draft: Draft) -> None:
        found = []
        if self.options["numbers"]:
            found += [Match(NUMBER, one.start, one.end) for one in find_numbers(draft.text)]
        if self.options["dates"]:
            found += [Match(DATE, one.start, one.end) for one in find_dates(draft.text, _ANY_DAY)]
        draft.matches += found
        if found:
            draft.features.setdefault(PATTERNS, {}).update({match.name: 1.0 for match in found})
