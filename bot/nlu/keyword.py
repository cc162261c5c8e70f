"""Intents by their keywords."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import ClassVar

from bot.archive import Part
from bot.nlu.component import Component, Corpus, Draft, Options
from bot.turkish import fold

log = logging.getLogger(__name__)


class KeywordIntentClassifier(Component):
    """Every example is a keyword: a message that contains it, as whole words, has its intent.

    Unlike in Rasa, a keyword is text and not a regex, so ``:(`` and ``kaç?`` are keywords too.
    """

    defaults: ClassVar[Options] = {"case_sensitive": True}

    def __init__(self, options: Options, keywords: Mapping[str, str]) -> None:
        self.case_sensitive = bool(options["case_sensitive"])
        self.keywords = dict(keywords)
        self._patterns = [(self._compiled(word), intent) for word, intent in self.keywords.items()]

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> KeywordIntentClassifier:
        keywords: dict[str, str] = {}
        contested: set[str] = set()
        for one in corpus.data.examples:
            if one.intent and keywords.setdefault(one.text, one.base_intent or "") != one.base_intent:
                contested.add(one.text)
        kept = {word: intent for word, intent in keywords.items() if word.strip() and word not in contested}
        self = cls(options, kept)
        contested |= {
            word
            for (pattern, intent), word in zip(self._patterns, kept, strict=True)
            for other, whose in kept.items()
            if whose != intent and pattern.search(self._seen(other))
        }
        for word in sorted(contested):
            log.warning("The keyword %r is part of examples of several intents and is left out", word)
        return cls(options, {word: intent for word, intent in kept.items() if word not in contested})

    @classmethod
    def load(cls, options: Options, part: Part) -> KeywordIntentClassifier:
        return cls(options, dict(part.read_json("keywords.json")))

    def save(self, part: Part) -> None:
        part.write_json("keywords.json", list(self.keywords.items()))

    def process(self, draft: Draft) -> None:
        seen = self._seen(draft.text)
        for pattern, intent in self._patterns:
            if pattern.search(seen):
                draft.intent = {"name": intent, "confidence": 1.0}
                return

    def _seen(self, text: str) -> str:
        return text if self.case_sensitive else fold(text)

    def _compiled(self, word: str) -> re.Pattern[str]:
        seen = self._seen(word)
        before = r"\b" if re.match(r"\w", seen) else ""
        behind = r"\b" if re.search(r"\w$", seen) else ""
        return re.compile(before + re.escape(seen) + behind)
