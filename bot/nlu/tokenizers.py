"""Words of a message, with offsets into the original text."""

from __future__ import annotations

import re
from functools import lru_cache
from threading import Lock
from typing import Any, ClassVar

from bot.archive import Part
from bot.errors import Complaint, ProjectError
from bot.nlu.component import Component, Corpus, Draft, Options, Token, Untrained

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

_COMMON: Options = {
    "intent_tokenization_flag": False,
    "intent_split_symbol": "_",
    "token_pattern": None,
    "prefix_separator_symbol": None,
}


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
    """spaCy's words: of a trained pipeline that is installed, otherwise of ``spacy.blank(language)``.

    Stands for Rasa's ``SpacyNLP`` and ``SpacyTokenizer`` together; ``model`` names a trained pipeline.
    """

    defaults: ClassVar[Options] = {**_COMMON, "model": None, "language": None}
    prepares: ClassVar[bool] = True

    def __init__(self, options: Options, language: str) -> None:
        self.language = language
        self.pattern = _compiled(options.get("token_pattern"))
        self.tokenizer, self.turn = _spacy_tokenizer(options.get("model"), language)

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
        text = draft.text.encode("utf-8", "replace").decode()  # half a character would be refused
        # Words that come once must not be kept for ever; the zone that forgets them is one thread's.
        with self.turn, self.tokenizer.vocab.memory_zone():
            words = [(word.text, word.idx) for word in self.tokenizer(text) if not word.is_space]
        tokens = [Token(word, at, at + len(word), draft.lowered(word)) for word, at in words]
        spoken = [token for token in tokens if any(char.isalnum() for char in token.text)]
        draft.tokens = _divided(spoken or tokens, self.pattern)


@lru_cache(maxsize=8)
def _spacy_tokenizer(model: str | None, language: str) -> tuple[Any, Lock]:
    """A tokenizer, and the lock that everybody who uses it holds."""
    try:
        import spacy
    except ImportError:
        mend = "Install it: pip install 'santral[spacy]'; or take the WhitespaceTokenizer."
        raise ProjectError([Complaint("spacy-missing", "SpacyTokenizer needs spaCy.", mend)]) from None

    if model and spacy.util.is_package(model):
        return spacy.load(
            model, exclude=["tagger", "parser", "ner", "lemmatizer", "textcat"]
        ).tokenizer, Lock()
    try:
        return spacy.blank(language).tokenizer, Lock()
    except ImportError:  # spaCy's word for a language that it does not know
        return spacy.blank("xx").tokenizer, Lock()


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
