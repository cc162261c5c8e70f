"""How long a pause ends an answer: that depends on what was asked for, and on what was said so far. Pure.

A yes needs no second thought, a number half said does, and a Turkish sentence is over when its verb has come.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.menu import choose
from bot.turkish import fold
from voice.expectation import CHOICE, DIGITS, Expectation
from voice.speech.hear import hear


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds of silence that end an answer."""

    sure: float = 0.22
    """A complete answer to the question: yes, a choice, a number of the right length or with its check digit."""
    sentence: float = 0.30
    """A sentence that has its verb."""
    open: float = 0.60
    """Words that may be all."""
    unfinished: float = 1.10
    """Words that call for more: "ama", "şey", a greeting alone, a correction."""
    number: float = 0.90
    """A number that may be complete, since nobody said how long it is."""
    partial: float = 1.80
    """A number that is too short: people look at their papers."""


DEFAULT = Patience()

_WORDS = re.compile(r"[^\W_]+")


def listed(words: str) -> frozenset[str]:
    """Words between spaces, as a set."""
    return frozenset(words.split())


_MORE = listed(
    """
    ve ama fakat ancak cunku veya yada ya da ile icin gibi kadar diye ki eger sey yani hani iste ee eee e ii iii i
    hmm hm mm aa bir bi o bu su benim sizin bizim onun en cok daha hem ne sonra once simdi acaba aslinda mesela
    merhaba selam selamlar alo gunaydin pardon dur bakayim saniye dakika numarasi numaram numara no
    """
)
"""Folded words that a finished sentence rarely ends in."""
_CORRECTION = listed("pardon yok dur bastan aliyorum degil dogrusu bakayim saniye dakika")
_FINITE = re.compile(
    r"""
    (?: (?:d|[pctkhsf]t)[iu](?:m|n|k|n[iu]z|l[ae]r)?               # geldim, yaptınız; not paketim
      | [iu]?yor(?:um|sun|sunuz|uz|lar|du|dum|duk|mus)?            # istiyorum
      | [ae]c[ae](?:k|g[iu]m|ks[iu]n|ks[iu]n[iu]z|g[iu]z|kl[ae]r)  # gelecek
      | m[iu]s(?:[iu]m|s[iu]n|s[iu]n[iu]z|[iu]z|l[ae]r|t[iu])?     # gelmiş
      | (?:[iu]|(?<!l)[ae])r(?:[iu]m|s[iu]n|s[iu]n[iu]z|[iu]z|l[ae]r)?  # gelir, ederim; not şubeler
      | m[ae](?:z(?:s[iu]n|s[iu]n[iu]z|l[ae]r)?|m|y[iu]z)          # gelmez, istemem
      | m[ae]l[iu](?:y[iu]m|s[iu]n|s[iu]n[iu]z|y[iu]z)?            # gelmeli
      | (?:ed|ver|yap|gonder|soyle|bagla|degistir|bekle|getir|al|bak|ara|yardimci\ ol)y?[iu]n(?:[iu]z)?
    )$""",
    re.VERBOSE,
)
"""The end of a folded finite verb, or of a question."""
_FINAL = listed(
    """
    var nerede nerde nereye nereden kac nasil neden niye zaman kim hangi lazim gerek gerekli tamam evet hayir
    olur olmaz lutfen tesekkurler tesekkur ederim sagolun sagol istiyorum mumkun degil kapali acik hosca kalin
    """
)
"""Folded words that end a sentence without a verb's suffix."""
_LONGEST_STEM = 3
_LONGEST_CHOICE = 3
"""Words of an answer that only names a choice."""


def words_of(text: str) -> list[str]:
    """Folded words: no case, no diacritics, no punctuation."""
    return _WORDS.findall(fold(text))


def wait_for(expects: Expectation, text: str, patience: Patience = DEFAULT) -> float:
    """Seconds of silence after which ``text`` is the whole answer."""
    words = words_of(text)
    if not words:
        return patience.open
    if expects.kind in DIGITS:
        waited = _digits(expects, text, words, patience)
    elif expects.kind == CHOICE:
        waited = _choice(expects.choices, text, words, patience)
    elif expects.kind in ("yes_no", "choice_1_9", "score_0_10"):
        waited = (
            None if words[-1] in _CORRECTION - {"yok"} or hear(text, expects.kind) is None else patience.sure
        )
    elif expects.kind in ("quantity", "amount"):
        waited = patience.open if hear(text, expects.kind) is not None else None
    else:
        waited = None
    return _free(words, patience) if waited is None else waited


def _choice(titles: Sequence[str], text: str, words: list[str], patience: Patience) -> float | None:
    chosen = choose(titles, text)
    if chosen is None or len(words) > _LONGEST_CHOICE:
        return None
    whole = words == words_of(titles[chosen]) or hear(text, "yes_no") is not None
    return patience.sure if whole else patience.sentence


def _digits(expects: Expectation, text: str, words: list[str], patience: Patience) -> float | None:
    heard = hear(text, "order_no")
    if heard is None:
        return None
    digits = str(heard)
    if words[-1] in _CORRECTION:
        return patience.partial
    if expects.checker is not None:
        complete = expects.checker(digits)
        return patience.sure if complete else patience.partial
    if expects.lengths:
        if len(digits) == max(expects.lengths):
            return patience.sure
        return patience.number if len(digits) in expects.lengths else patience.partial
    whole = hear(text, expects.kind)
    if expects.kind == "phone":
        return patience.sure if whole is not None else patience.partial
    if expects.kind == "tracking_no":
        return patience.number if whole is not None else patience.partial
    return patience.number


def _free(words: list[str], patience: Patience) -> float:
    last = words[-1]
    if last in _FINAL or (len(last) > _LONGEST_STEM and _FINITE.search(last)) or _is_question(last):
        return patience.sentence
    if last in _MORE:
        return patience.unfinished
    return patience.open


def _is_question(word: str) -> bool:
    return re.fullmatch(r"m[iu](?:s[iu]n(?:[iu]z)?|y[iu]m|y[iu]z|yd[iu])?", word) is not None
