"""Words of a message, with offsets into the original text."""

from __future__ import annotations

import re
from typing import ClassVar

from bot.archive import Part
from bot.nlu.component import Component, Corpus, Draft, Options, Token, Untrained
from bot.nlu.spacy_pipeline import load_pipeline

_EMOJI = re.compile(
    "[\U0001f600-\U0001f64f\U0001f300-\U0001f5ff\U0001f680-\U0001f6ff\U0001f1e0-\U0001f1ff"
    "\U00002702-\U000027b0\U000024c2-\U0001f251\u200d\u200c]+"
)
"""What Rasa takes for an emoji (and more: the last range holds most of East Asia's letters)."""

_NOT_PART_OF_WORDS = re.compile(
    r"[^\w#@&]+(?=\s|$)"  # punctuation at the end of a word
    r"|(\s|^)[^\w#@&]+(?=[^0-9\s])"  # at its beginning, unless a number follows
    r"|(?<=[^0-9\s])[^\w._~:/?#\[\]()@!$&*+,;=-]+(?=[^0-9\s])"  # inside, unless addresses may have it
)

_COMMON: Options = {"token_pattern": None}


class WhitespaceTokenizer(Untrained):
    """Rasa's words: divided at white space, without the punctuation around them."""

    defaults: ClassVar[Options] = _COMMON
    prepares: ClassVar[bool] = True

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.pattern = _compiled(options.get("token_pattern"))

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> WhitespaceTokenizer:
        _divide_intents(options, corpus)
        return cls(options)

    def process(self, draft: Draft) -> None:
        words = [
            word for word in _NOT_PART_OF_WORDS.sub(" ", draft.text).split() if not _EMOJI.fullmatch(word)
        ]
        if not words and draft.text.strip():
            words = [draft.text.strip()]
        tokens, behind = [], 0
        for word in words:
            start = draft.text.index(word, behind)
            behind = start + len(word)
            tokens.append(Token(word, start, behind, draft.lowered(word)))
        draft.tokens = _divided(tokens, self.pattern)


class SpacyTokenizer(Component):
    """spaCy's words: those that SpacyNLP has read, otherwise of a pipeline of its own.

    ``model`` names a trained pipeline, for a list without SpacyNLP; without either, ``spacy.blank(language)``.
    """

    defaults: ClassVar[Options] = {**_COMMON, "model": None, "language": None}
    prepares: ClassVar[bool] = True

    def __init__(self, options: Options, language: str) -> None:
        self.language = language
        self.pattern = _compiled(options.get("token_pattern"))
        self.pipeline = load_pipeline(options.get("model"), language)

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> SpacyTokenizer:
        _divide_intents(options, corpus)
        return cls(options, options.get("language") or corpus.language)

    @classmethod
    def load(cls, options: Options, part: Part) -> SpacyTokenizer:
        return cls(options, str(part.read_json("tokenizer.json")["language"]))

    def save(self, part: Part) -> None:
        part.write_json("tokenizer.json", {"language": self.language})

    def process(self, draft: Draft) -> None:
        reading = draft.reading or self.pipeline.read(draft.text)
        tokens = []
        for word in reading.words:
            text = draft.text[word.start : word.end]
            tokens.append(Token(text, word.start, word.end, draft.lowered(text), word.lemma, word.tag))
        spoken = [token for token in tokens if any(char.isalnum() for char in token.text)]
        draft.tokens = _divided(spoken or tokens, self.pattern)


def _divide_intents(options: Options, corpus: Corpus) -> None:
    """Tell classifiers that labels have parts, as Rasa's tokenizers do: ``greet+order_status``."""
    if options.get("intent_tokenization_flag"):
        corpus.intent_split_symbol = str(options["intent_split_symbol"])


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    return re.compile(pattern) if pattern else None


def _divided(tokens: list[Token], pattern: re.Pattern[str] | None) -> list[Token]:
    """The tokens divided by the option ``token_pattern``; one that it does not find stays whole."""
    if pattern is None:
        return tokens
    result = []
    for token in tokens:
        found = [match for match in pattern.finditer(token.text) if match[0]]
        if not found:
            result.append(token)
        for match in found:
            # like Rasa's findall: with a group, the group is the token
            begin, end = match.span(1) if pattern.groups else match.span()
            if begin < end:
                result.append(
                    Token(
                        token.text[begin:end], token.start + begin, token.start + end, token.form[begin:end]
                    )
                )
    return result
