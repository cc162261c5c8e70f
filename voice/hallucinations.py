"""What recognisers write when nothing was said. Pure.

Whisper learned from subtitles: on silence and noise it thanks for watching. Told which words are likely, it repeats
them. Both look like text and must not reach the dialogue.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.turkish import parse_number_words
from voice.endpointing import words_of

_PHRASES = tuple(
    tuple(words_of(phrase))
    for phrase in (
        "Altyazı",
        "Altyazı M.K.",
        "Alt yazı M.K.",
        "Altyazı çeviri",
        "Çeviri ve altyazı",
        "İzlediğiniz için teşekkürler",
        "İzlediğiniz için teşekkür ederim",
        "İzlediğiniz için teşekkür ederiz",
        "Beni izlediğiniz için teşekkür ederim",
        "Dinlediğiniz için teşekkür ederim",
        "Dinlediğiniz için teşekkürler",
        "Abone olmayı unutmayın",
        "Abone olmayı ve beğenmeyi unutmayın",
        "Kanalıma abone olmayı unutmayın",
        "Kanalımıza abone olmayı unutmayın",
        "Kanala abone olun",
        "Videoyu beğenmeyi unutmayın",
        "Beğenmeyi ve abone olmayı unutmayın",
        "Yorum yapmayı unutmayın",
        "Bir sonraki videoda görüşmek üzere",
        "Bir sonraki videoda görüşürüz",
        "Gelecek videoda görüşmek üzere",
        "Sesli betimleme metin yazarı",
        "Bu dizinin betimlemesi",
        "Erişilebilirlik hizmetleri",
        "Thank you for watching",
        "Thanks for watching",
        "Please subscribe",
        "Subtitles by the Amara.org community",
    )
)
_OPENINGS = tuple(phrase for phrase in _PHRASES if len(phrase) > 2)
"""Phrases that are no customer's even when more follows them."""
_NO_WORDS = re.compile(r"^[\W_]*(?:[\[(*♪][^\])*♪]*[\])*♪][\W_]*)+$")
"""[Müzik], (Alkış), *gülme*, ♪ ... ♪ and nothing else."""
_WORDS_A_SECOND = 7.0
_MOST_REPEATS = 3
_DOUBTFUL = -1.0
_NO_SPEECH = 0.6
_ECHOED = 3


def is_subtitle(text: str) -> bool:
    """Whether the text is one that viewers of videos know, or a description of sounds."""
    if _NO_WORDS.match(text):
        return True
    words = tuple(words_of(text))
    return words in _PHRASES or any(words[: len(phrase)] == phrase for phrase in _OPENINGS)


def repeats_itself(text: str) -> bool:
    """Whether some words come again and again in a row. Digits may: "beş beş beş"."""
    words = words_of(text)
    for length in range(1, len(words) // (_MOST_REPEATS + 1) + 1):
        for start in range(len(words) - length * (_MOST_REPEATS + 1) + 1):
            phrase = words[start : start + length]
            again = words[start : start + length * (_MOST_REPEATS + 1)]
            if again == phrase * (_MOST_REPEATS + 1) and not all(map(_is_number, phrase)):
                return True
    return False


def is_prompt_echo(text: str, hotwords: Sequence[str], doubtful: bool) -> bool:
    """Whether the text only lists words that the recogniser was told.

    One or two of them are an answer; three in the order of the list, or any that the recogniser doubts, are not.
    """
    words = words_of(text)
    told = [word for one in hotwords for word in words_of(one)]
    if not words or not told or any(word not in told for word in words):
        return False
    return doubtful or (len(words) >= _ECHOED and len(hotwords) > 1 and _lists(words, hotwords))


def _lists(words: Sequence[str], hotwords: Sequence[str]) -> bool:
    """Whether the words are whole hot words that follow each other in the list, two at least."""
    each = [words_of(one) for one in hotwords]
    for first in range(len(each)):
        joined: list[str] = []
        for count, one in enumerate(each[first:], start=1):
            joined += one
            if count > 1 and joined == list(words):
                return True
    return False


def believed(
    text: str,
    seconds: float,
    hotwords: Sequence[str] = (),
    average_logprob: float = 0.0,
    no_speech: float = 0.0,
) -> str:
    """The text, or ``""`` when it was hardly said.

    Args:
        seconds: how long the sound was.
        hotwords: what the recogniser was told is likely.
        average_logprob: of the text's tokens; below -1 the recogniser doubts.
        no_speech: the probability that nobody spoke.
    """
    doubtful = average_logprob < _DOUBTFUL
    words = words_of(text)
    if (
        not words
        or is_subtitle(text)
        or repeats_itself(text)
        or is_prompt_echo(text, hotwords, doubtful)
        or (doubtful and no_speech > _NO_SPEECH)
        or len(words) > 2 + _WORDS_A_SECOND * seconds
    ):
        return ""
    return text.strip()


def _is_number(word: str) -> bool:
    return word.isdigit() or parse_number_words(word) is not None
