"""What somebody means who speaks while the bot does: to listen, to interrupt, or nothing. Pure.

People who listen say "hı hı" and "tamam"; a bot that stops for it never comes to its point. Loudspeakers give the
bot's own words back; a bot that stops for those answers itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from bot.menu import choose
from voice.endpointing import listed, words_of
from voice.expectation import CHOICE, Expectation
from voice.speech.hear import hear


class Meaning(Enum):
    """Of speech over the bot's."""

    NOTHING = "nothing"
    """A cough, a click: no words."""
    LISTENING = "listening"
    """A backchannel: "hı hı, evet evet, tamam, anladım"."""
    ECHO = "echo"
    """The bot's own words, from the caller's loudspeaker."""
    INTERRUPTION = "interruption"
    """Something to say."""


_BACKCHANNELS = listed(
    """
    hi hih hihi hmm hm hmh hmhm mm mmm mhm ihi aha ha haa he hee heh hee e ee evet tamam tamamdir anladim anliyorum
    anlasildi peki pekala tabi tabii elbette dogru oyle aynen guzel super iyi ok okey okay olur eyvallah
    dinliyorum ya yaa oo ooo ah oh oho oksuruk hehe haha
    """
)
_LONGEST_BACKCHANNEL = 5
_ECHO_SHARE = 0.8
_SHORT_ECHO = 2


def meaning_of(text: str, expects: Expectation, saying: str, asked: bool) -> Meaning:
    """Judge words that were said over the bot's.

    Args:
        text: what the recogniser wrote of them.
        expects: what the bot asks for with what it says.
        saying: what the bot said in the last moments.
        asked: the question itself has been reached; a "tamam" before that is no answer.
    """
    words = words_of(text)
    if not words:
        return Meaning.NOTHING
    if asked and _answers(text, expects):
        return Meaning.INTERRUPTION
    if len(words) <= _LONGEST_BACKCHANNEL and all(word in _BACKCHANNELS for word in words):
        return Meaning.LISTENING
    if not _is_choice(words, expects) and is_echo(words, words_of(saying)):
        return Meaning.ECHO
    return Meaning.INTERRUPTION


def _answers(text: str, expects: Expectation) -> bool:
    if expects.kind == "yes_no":
        return hear(text, "yes_no") is not None
    return expects.kind == CHOICE and choose(expects.choices, text) is not None


def _is_choice(words: Sequence[str], expects: Expectation) -> bool:
    if expects.kind != CHOICE:
        return False
    spoken = " ".join(words)
    return any(title and (title in spoken or spoken in title) for title in map(_plain, expects.choices))


def _plain(title: str) -> str:
    return " ".join(words_of(title))


def is_echo(words: Sequence[str], saying: Sequence[str]) -> bool:
    """Whether nearly all words are, in this order, words that the bot says."""
    if len(words) < _SHORT_ECHO:
        return False
    return _longest_common(words, saying) >= _ECHO_SHARE * len(words)


def _longest_common(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest common subsequence."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = 0
        for place, own in enumerate(other, start=1):
            above = row[place]
            row[place] = before + 1 if word == own else max(above, row[place - 1])
            before = above
    return row[-1]
