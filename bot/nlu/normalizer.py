"""One form for the many ways a Turkish word is typed. Offsets never change: only tokens' forms do."""

from __future__ import annotations

import re
from typing import ClassVar

from bot.nlu.component import Draft, Options, Untrained
from bot.turkish import fold, lower

_ELONGATION = re.compile(r"([^\W\d])\1{2,}")
_SUFFIX = re.compile(r"(?<=\w)['’‘ʼ`´](?=[^\W\d])")


class TurkishNormalizer(Untrained):
    """Turkish casing, ASCII folding and elongations ("NEREDEEE" → "nerede"), before features are made."""

    defaults: ClassVar[Options] = {"fold": True, "elongations": True, "suffixes": True}
    """``suffixes``: leave out what stands behind an apostrophe ("Rize'den" → "rize")."""
    prepares: ClassVar[bool] = True

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.fold, self.elongations = bool(options["fold"]), bool(options["elongations"])
        self.suffixes = bool(options["suffixes"])

    def process(self, draft: Draft) -> None:
        for token in draft.tokens:
            token.form = self.normalise(token.text)

    def normalise(self, word: str) -> str:
        form = fold(word) if self.fold else lower(word)
        if self.suffixes and (cut := _SUFFIX.search(form)):
            form = form[: cut.start()]
        if self.elongations:
            form = _ELONGATION.sub(r"\1", form)
        return form
