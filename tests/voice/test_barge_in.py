"""Who speaks over the bot: it hesitates, pauses, and goes on or gives way."""

from __future__ import annotations

import pytest
from played_call import MENU, YES_NO, Call

from voice.expectation import ANYTHING, Expectation
from voice.turn_parts import Drop, Key, Pause, Resume, Rules

# Speech over the bot's


def over(
    text: str, expects: Expectation = ANYTHING, said: str = "Siparişiniz yola çıktı.", **more: object
) -> Call:
    speaks = bool(more.pop("interruptible", True))
    length = float(str(more.pop("length", 0.6)))
    call = Call([(2.0, 2.0 + length, text)], expects=expects, **more)  # type: ignore[arg-type]
    call.mouth = [(1.0, 5.0, said, speaks)]
    return call.run(9)


def test_the_mouth_pauses_within_two_frames() -> None:
    assert over("dur bir dakika").times(Pause)[0] - 2.0 <= 0.04


@pytest.mark.parametrize("text", ["hı hı", "evet evet", "tamam", "anladım", "he", "Hı hı, evet.", "hmm", ""])
def test_listening_and_coughs_let_the_bot_go_on(text: str) -> None:
    call = over(text)
    assert call.names() == ["Pause", "Transcribe", "Resume"]
    assert call.times(Resume)[0] - 2.6 < 0.25


@pytest.mark.parametrize(
    "text", ["hayır yanlış anladınız", "yetkiliye bağlanmak istiyorum", "evet ama adres yanlış", "alo"]
)
def test_something_to_say_drops_the_rest(text: str) -> None:
    call = over(text)
    assert [name for name in call.names() if name != "Transcribe"] == ["Pause", "Drop", "TakeWords"]
    assert call.taken() == [text]


def test_the_bots_own_words_are_an_echo() -> None:
    call = over("siparişiniz yola çıktı", said="Siparişiniz dün akşam yola çıktı.")
    assert call.taken() == [] and call.names()[-1] == "Resume"


def test_a_menus_title_is_no_echo() -> None:
    assert over("kargo takibi", MENU, "Kargo takibi için biri tuşlayın.").taken() == ["kargo takibi"]


def test_yes_is_an_answer_once_the_question_is_reached() -> None:
    assert over("evet", YES_NO, "Siparişiniz iptal edilecek.").taken() == []
    assert over("evet", YES_NO, "Onaylıyor musunuz?").taken() == ["evet"]


def test_a_notice_is_not_interrupted_but_what_is_said_over_it_is_heard() -> None:
    call = over("siparişim nerede", said="Görüşmeniz kaydedilmektedir.", interruptible=False)
    assert call.times(Pause) == [] and call.times(Drop) == []
    assert call.taken() == ["siparişim nerede"]


def test_a_cough_is_over_at_once() -> None:
    call = over("", length=0.06)
    assert call.names() == ["Pause", "Resume"]
    assert call.times(Resume)[0] - 2.06 < 0.15


def test_a_reply_does_not_begin_while_the_caller_speaks() -> None:
    call = Call([(1.0, 3.0, "bir de faturamı soracaktım")])
    call.mouth = [(2.0, 2.0, "Siparişiniz yolda.", True)]
    call.run(5)
    assert call.times(Pause) == [2.0]


# Hesitating: the line is loud, and nobody knows yet whether it is speech


def startled(*loud: float, **more: object) -> Call:
    call = Call(loud=list(loud), **more)  # type: ignore[arg-type]
    call.mouth = [(1.0, 30.0, "Siparişiniz yola çıktı.", True)]
    return call.run(20)


def test_a_noise_makes_the_bot_hesitate_and_go_on() -> None:
    call = startled(2.0)
    assert call.names() == ["Pause", "Resume"]
    assert call.times(Pause) == [2.0]
    assert call.times(Resume) == [pytest.approx(2.16, abs=0.021)]


def test_speech_that_follows_is_an_interruption_with_one_pause() -> None:
    call = Call([(2.06, 2.9, "hayır yanlış anladınız")], loud=[2.0])
    call.mouth = [(1.0, 5.0, "Siparişiniz yola çıktı.", True)]
    call.run(6)
    assert [name for name in call.names() if name != "Transcribe"] == ["Pause", "Drop", "TakeWords"]
    assert call.times(Pause) == [2.0]


def test_a_noisy_line_does_not_make_the_bot_stutter() -> None:
    """After a noise it is not startled for two seconds, after the next for four, then eight."""
    call = startled(*(2 + count / 5 for count in range(80)))
    assert call.times(Pause) == pytest.approx([2.0, 4.2, 8.4, 16.6], abs=0.21)
    assert len(call.times(Resume)) == 4


def test_who_really_speaks_makes_it_attentive_again() -> None:
    call = Call([(6.06, 6.6, "hı hı")], loud=[2.0, 6.0, 7.4])
    call.mouth = [(1.0, 30.0, "Siparişiniz yola çıktı.", True)]
    call.run(12)
    assert call.times(Pause) == [2.0, 6.0, 7.4]
    assert call.state.unmoved_until == pytest.approx(7.56 + Rules().unmoved, abs=0.041)


def test_neither_a_notice_nor_silence_nor_a_keys_sound_makes_it_hesitate() -> None:
    notice = Call(loud=[2.0])
    notice.mouth = [(1.0, 3.0, "Görüşmeniz kaydedilmektedir.", False)]
    assert notice.run(5).log == []
    assert Call(loud=[2.0]).run(5).log == []
    key = Call([], [Key(2.0, "2")], loud=[2.1])
    key.mouth = [(2.0, 3.0, "Anlayamadım.", True)]
    assert key.run(4).times(Pause) == []


def test_a_key_while_it_hesitates_drops_the_rest() -> None:
    call = Call([], [Key(2.06, "2")], loud=[2.0], expects=MENU)
    call.mouth = [(1.0, 5.0, "Kargo takibi için biri tuşlayın.", True)]
    assert call.run(4).names() == ["Pause", "Drop", "TakeKeys"]
