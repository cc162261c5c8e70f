"""Messages of several sentences: each is looked at by itself, too, because the wish comes last."""

from __future__ import annotations

import re
from typing import ClassVar

from bot.nlu.component import Draft, Options, Untrained
from bot.turkish import clauses, fold, is_courtesy, is_filler

_END = re.compile(r"[.!?…]+[\"')\]]*\s+|\s*\n+\s*")
_ABBREVIATION = re.compile(
    r"(?<!\w)(?:no|nr|tel|sn|dr|av|prof|mah|cad|cd|sok|sk|apt|bul|blv|kat|vb|vs|örn|bkz|adr|dk|tl|st|mrk)$"
)
_BEFORE = 6
"""Characters looked at before a full stop: as long as the longest abbreviation, and one more."""
_MOST = 6
"""Sentences looked at, from the last one back."""


class SentenceSplitter(Untrained):
    """Divides a message into sentences that the featurizers behind then treat like messages of their own.

    A long sentence without punctuation, as recognition of speech writes, is divided into its clauses. It
    stands first. A message of one sentence has no parts; mere courtesy ("Merhaba.", "Teşekkürler.") is no
    part beside anything else. Examples are not divided: they are learnt as they are.
    """

    defaults: ClassVar[Options] = {}

    def process(self, draft: Draft) -> None:
        spans = [
            (start + first, start + last)
            for start, end in sentences(draft.text)
            for first, last in clauses(draft.text[start:end])
        ]
        if len(spans) > 1:
            telling = [(start, end) for start, end in spans if not _is_polite(draft.text[start:end])]
            draft.parts = [
                Draft(draft.text[start:end], draft.language, offset=start) for start, end in telling[-_MOST:]
            ]


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence that has a word.

    A full stop behind a number or an abbreviation ends none, unless a capital follows the number.

    >>> [text[a:b] for text in ["Sn. Yetkili, 3. kez yazıyorum. Kargom nerede?"] for a, b in sentences(text)]
    ['Sn. Yetkili, 3. kez yazıyorum.', 'Kargom nerede?']
    """
    spans = []
    start = 0
    for match in _END.finditer(text):
        if match[0].startswith(".") and not match[0].startswith("..") and _goes_on(text, match):
            continue
        spans.append((start, match.start() + len(match[0].rstrip())))
        start = match.end()
    spans.append((start, len(text)))
    return [(start, end) for start, end in spans if any(char.isalnum() for char in text[start:end])]


def _goes_on(text: str, stop: re.Match[str]) -> bool:
    """Whether the full stop belongs to the word before it."""
    before = text[max(0, stop.start() - _BEFORE) : stop.start()]
    after = text[stop.end() : stop.end() + 1]
    if before[-1:].isdigit():
        return not after.isupper()
    return bool(_ABBREVIATION.search(fold(before)))


def _is_polite(text: str) -> bool:
    return all(is_courtesy(word) or is_filler(word) for word in re.findall(r"\w+", text))
