"""The bot's own voice, as it comes back, and callers who speak over it."""

from __future__ import annotations

import numpy as np
import pytest

from voice.audio import FRAME_SECONDS, Sound
from voice.echo import EchoGate


def frame(dbfs: float) -> Sound:
    return np.full(160, round(32768 * 10 ** (dbfs / 20)), np.int16)


class Talk:
    """The bot speaks at -15 dBFS, and frame by frame something comes from the line."""

    def __init__(self) -> None:
        self.gate, self.now = EchoGate(), 0.0

    def hidden(self, *levels: float, bot: float | None = -15.0) -> list[bool]:
        found = []
        for loud in levels:
            self.now += FRAME_SECONDS
            if bot is not None:
                self.gate.plays(frame(bot), self.now)
            found.append(self.gate.hides(frame(loud), self.now))
        return found


def test_nothing_is_an_echo_while_the_bot_is_silent_or_was_for_a_while() -> None:
    talk = Talk()
    assert not any(talk.hidden(*[-60] * 10, bot=None))
    talk.hidden(*[-60] * 10)
    assert not any(talk.hidden(*[-45] * 40, bot=None)[30:])


def test_at_first_what_is_weak_is_an_echo() -> None:
    assert Talk().hidden(-40, -36, -34, -20) == [True, True, False, False]


def test_on_a_line_without_echo_the_softest_word_is_heard_after_half_a_second() -> None:
    talk = Talk()
    assert talk.hidden(*[-70] * 25, -50) == [True] * 24 + [True, False]


@pytest.mark.parametrize("loss", [22, 25, 35])
def test_an_echo_stays_one_however_long_the_bot_speaks(loss: float) -> None:
    talk = Talk()
    swinging = [-15 - loss + swing for swing in (0, -8, -3, -20, -1) * 60]
    assert all(talk.hidden(*swinging))
    assert talk.hidden(-30) == [False]


def test_a_line_that_begins_to_echo_is_learned_anew() -> None:
    talk = Talk()
    talk.hidden(*[-70] * 100)
    assert talk.hidden(-45) == [False]
    assert all(talk.hidden(*[-45] * 50))


def test_an_echo_of_before_is_forgotten() -> None:
    talk = Talk()
    talk.hidden(*[-40] * 50)
    talk.hidden(*[-70] * 100)
    assert talk.hidden(-48) == [False]
