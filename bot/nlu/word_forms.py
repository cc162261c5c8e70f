"""What CountVectorsFeaturizer counts a word as: Rasa's ``lowercase``, ``strip_accents``, ``use_lemma`` and lists."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from bot.errors import Complaint, ProjectError
from bot.nlu.component import Draft, Options, Token

ANALYZERS = ("word", "char", "char_wb")
ACCENTS = ("ascii", "unicode", None)


class WordForms:
    """Words of a message as the options want them."""

    def __init__(self, options: Options) -> None:
        self.lowercase = bool(options["lowercase"])
        self.use_lemma = bool(options["use_lemma"])
        self.accents: str | None = options["strip_accents"]
        self.left_out = self._list(options["stop_words"] or ())
        self.unknown = self._list(options["OOV_words"] or ())

    def of(self, draft: Draft) -> list[str]:
        """One form for each token that is no stop word."""
        forms = (self._form(token, draft) for token in draft.tokens)
        return [form for form in forms if form not in self.left_out]

    def _form(self, token: Token, draft: Draft) -> str:
        if self.use_lemma and token.lemma:
            form = draft.lowered(token.lemma) if self.lowercase else token.lemma
        else:
            # Without lowercase it is the word as it stands, whatever normalisers made of it.
            form = token.form if self.lowercase else token.text
        return without_accents(form, self.accents) if self.accents else form

    def _list(self, words: Iterable[str]) -> frozenset[str]:
        forms = (str(word) for word in words)
        return frozenset(without_accents(form, self.accents) if self.accents else form for form in forms)


def without_accents(form: str, how: str) -> str:
    """``unicode``: letters without their marks; ``ascii``: and without letters that are not ASCII's, as sklearn.

    A dotless ı is i with ``ascii``: left out, it would tear Turkish words apart.
    """
    bare = "".join(char for char in unicodedata.normalize("NFKD", form) if not unicodedata.combining(char))
    return bare.replace("ı", "i").encode("ascii", "ignore").decode() if how == "ascii" else bare


def check_options(options: Options) -> None:
    """
    Raises:
        ProjectError: an option has a value that it cannot have.
    """
    found = []

    def wrong(option: str, mend: str) -> None:
        message = f"CountVectorsFeaturizer cannot have '{option}: {options[option]}'."
        found.append(Complaint("option-value", message, mend))

    if options["analyzer"] not in ANALYZERS:
        wrong("analyzer", f"Write one of {', '.join(ANALYZERS)}.")
    if options["strip_accents"] not in ACCENTS:
        wrong("strip_accents", "Write ascii or unicode, or leave it out.")
    if isinstance(options["stop_words"], str):
        wrong("stop_words", "List the words, each beginning with '- '; there are no ready lists here.")
    if not 1 <= int(options["min_ngram"]) <= int(options["max_ngram"]):
        wrong("min_ngram", "It must be 1 or more, and not more than max_ngram.")
    if found:
        raise ProjectError(found)
