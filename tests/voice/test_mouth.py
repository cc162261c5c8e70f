"""The mouth: pieces early and without gaps, paused and resumed at the sample, and what was heard."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.audio import Sound, joined
from voice.mouth import Mouth, Said
from voice.sentences import heard_part, pieces, sentences
from voice.testing.fakes import CodeBook, FakeLine, FakeTts
from voice.testing.virtual_time import Standstill, run
from voice.tts import Voice

# Pieces


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Merhaba. Nasıl yardımcı olabilirim?", ["Merhaba.", "Nasıl yardımcı olabilirim?"]),
        ("Tutar 1.299,90 TL. Onaylıyor musunuz?", ["Tutar 1.299,90 TL.", "Onaylıyor musunuz?"]),
        ("Sn. Ada Yılmaz, hoş geldiniz.", ["Sn. Ada Yılmaz, hoş geldiniz."]),
        ("Ayın 15. günü gelir. Bekleyin.", ["Ayın 15. günü gelir.", "Bekleyin."]),
        ("Saat 14.30'da gelir! Tamam mı?", ["Saat 14.30'da gelir!", "Tamam mı?"]),
        ("Bağdat Cad. No. 5'te.", ["Bağdat Cad. No. 5'te."]),
        ("Bakıyorum... Buldum.", ["Bakıyorum...", "Buldum."]),
        ("Bir\nİki\n\n- Üç", ["Bir", "İki", "- Üç"]),
        ("", []),
        ("... !", []),
    ],
)
def test_sentences_end_where_turkish_ones_do(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    "text", ["merhaba dünya " * 700, "a" * 10_000, "7," * 5000, "a" * 500 + ", " + "b" * 500]
)
def test_no_piece_is_longer_than_a_quarter_of_a_minute(text: str) -> None:
    found = pieces(text)
    assert max(map(len, found)) <= 240
    assert "".join(found).replace(" ", "") == text.replace(" ", "")


def test_a_row_of_dots_is_passed_over_at_once() -> None:
    assert sentences("." * 200_000 + " Merhaba.") == ["Merhaba."]
    assert sentences("." * 200_000) == []


def test_the_first_clause_comes_early() -> None:
    text = (
        "Siparişiniz dün kargoya verildi, yarın akşama kadar adresinize teslim edilecek. "
        "Başka bir isteğiniz var mı?"
    )
    assert pieces(text) == [
        "Siparişiniz dün kargoya verildi,",
        "yarın akşama kadar adresinize teslim edilecek.",
        "Başka bir isteğiniz var mı?",
    ]


@given(st.text("abcçığ A.B,!?\n;15", max_size=300))
def test_pieces_lose_no_word(text: str) -> None:
    assert "".join("".join(pieces(text)).split()) == "".join(
        "".join(part for part in text.split("\n") for part in sentences(part)).split()
    )
    letters = [char for char in text if char.isalnum()]
    assert [char for char in "".join(pieces(text)) if char.isalnum()] == letters


@given(st.text("ab cç", max_size=60), st.floats(0, 1))
def test_what_was_heard_is_a_beginning_in_whole_words(text: str, share: float) -> None:
    heard = heard_part(text, share)
    assert text.startswith(heard)
    assert heard == text or text[len(heard) : len(heard) + 1].isspace() or heard == ""
    assert heard_part(text, 1.0) == text


# The mouth


class Stage:
    """A mouth on a fake line, and what it told."""

    def __init__(self, **line: object) -> None:
        delay = float(str(line.pop("delay", 0.0)))
        fails = line.pop("fails", ())
        self.book = CodeBook()
        self.line = FakeLine(self.book, **line)  # type: ignore[arg-type]
        self.tts = FakeTts(self.book, delay=delay, fails=fails)  # type: ignore[arg-type]
        self.told: list[tuple[float, str]] = []
        self.cut: list[Said] = []
        self.now = asyncio.get_running_loop().time
        self.mouth = Mouth(
            self.line,
            Voice(self.tts, 8000),
            lambda text, *_: self.told.append((round(self.now(), 3), text)),
            lambda: self.told.append((round(self.now(), 3), "")),
            cuts=self.cut.append,
        )

    def sound(self) -> Sound:
        return joined(frame for _, frame in self.line.frames)

    def gaps(self) -> list[float]:
        """Between frames, in ms."""
        times = np.array([at for at, _ in self.line.frames])
        return [round(1000 * one) for one in np.diff(times).tolist()]


def stage(play: Callable[[Stage], Awaitable[None]], **line: object) -> Stage:
    """Play a scene in virtual time."""

    async def scene() -> Stage:
        found = Stage(**line)
        task = asyncio.ensure_future(found.mouth.run())
        await play(found)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        return found

    return run(scene())


def test_pieces_follow_each_other_without_a_gap_on_an_absolute_clock() -> None:
    async def play(on: Stage) -> None:
        on.mouth.say("Merhaba. Ben Santral. Nasıl yardımcı olabilirim?")
        await asyncio.sleep(10)

    found = stage(play)
    assert [text for _, text in found.told] == ["Merhaba.", "Ben Santral.", "Nasıl yardımcı olabilirim?", ""]
    starts = found.line.frames[0][0]
    sent = [round(at - starts, 3) for at, _ in found.line.frames]
    # The first frames go out at once, up to the line's lead; then one each 20 ms.
    assert sent == [round(max(0.0, count * 0.02 - 0.04), 3) for count in range(len(sent))]
    sound = found.sound()
    assert not (sound[:-160] == 0).any(), "silence inside"
    assert [text for text, _ in found.line.played()] == [
        "merhaba.",
        "ben Santral.",
        "nasıl yardımcı olabilirim?",
    ]
    assert found.told[-1][0] == pytest.approx(starts + len(sound) / 8000, abs=0.001)
    assert found.mouth.said == [Said(text, text, "") for _, text in found.told[:-1]]
    assert found.mouth.idle


def test_a_mouth_that_is_cancelled_as_news_come_ends() -> None:
    """``asyncio.wait_for`` of Python 3.11 forgot the cancellation, and the call never ended."""

    async def play(on: Stage) -> None:
        on.mouth.say("Merhaba.")
        # The last frame is sent, and waited for.
        await asyncio.sleep(0.06 * len("Merhaba.") - 0.03)
        assert on.mouth._current is None and not on.mouth.idle
        on.mouth.drop()
        await asyncio.sleep(0)  # and then `stage` cancels it

    found = stage(play)
    assert found.line.played()[0][0] == "merhaba."


def test_the_first_sound_waits_for_the_first_clause_only() -> None:
    async def play(on: Stage) -> None:
        on.mouth.say(
            "Siparişiniz dün kargoya verildi, yarın akşama kadar adresinize teslim edilecek. Tamam mı?"
        )
        await asyncio.sleep(20)

    found = stage(play, delay=0.3)
    assert found.told[0] == (0.3, "Siparişiniz dün kargoya verildi,")
    assert max(found.gaps()) == 20
    assert len(found.tts.texts) == 3


@pytest.mark.parametrize("can_flush", [False, True])
def test_a_pause_stops_within_40_ms_and_resumes_at_the_same_sample(can_flush: bool) -> None:
    text = "Bir iki üç dört beş altı yedi sekiz"

    async def play(on: Stage) -> None:
        on.mouth.say(text)
        await asyncio.sleep(0.505)
        on.mouth.pause()
        await asyncio.sleep(2)
        on.mouth.resume()
        await asyncio.sleep(10)

    found = stage(play, can_flush=can_flush)
    (where,) = [count for count, gap in enumerate(found.gaps()) if gap > 100]
    at, _ = found.line.frames[where]
    assert at <= 0.505
    assert at + 0.04 + 0.02 - 0.505 <= 0.06, "silent within 60 ms"
    # Not a sample is missing, not one is said twice.
    assert found.line.played() == [
        (pieces(text)[0].replace("Bir", "bir"), pytest.approx(0.06 * len(text), abs=1e-4))
    ]
    assert found.told[-1][1] == "" and found.mouth.said == [Said(text, text, "")]


def test_what_was_dropped_is_known_by_what_was_played() -> None:
    async def play(on: Stage) -> None:
        on.mouth.say("Siparişiniz yarın gelecek. Başka?", mark="a")
        await asyncio.sleep(0.06 * 15)
        on.mouth.drop()
        assert on.mouth.idle
        await asyncio.sleep(1)
        on.mouth.say("Peki.", mark="b")
        await asyncio.sleep(2)

    found = stage(play)
    assert found.mouth.said == [
        Said("Siparişiniz yarın gelecek.", "Siparişiniz", "a"),
        Said("Başka?", "", "a"),
        Said("Peki.", "Peki.", "b"),
    ]
    assert [text for _, text in found.told] == ["Siparişiniz yarın gelecek.", "Peki.", ""]


def test_a_pause_at_the_very_end_ends_nevertheless() -> None:
    async def play(on: Stage) -> None:
        on.mouth.say("Bir")
        await asyncio.sleep(0.17)
        on.mouth.pause()
        await asyncio.sleep(1)
        on.mouth.resume()
        await asyncio.sleep(1)

    for can_flush in (False, True):
        assert stage(play, can_flush=can_flush).told[-1][1] == ""


def test_what_was_begun_and_not_heard_to_its_end_is_told_once() -> None:
    async def play(on: Stage) -> None:
        on.mouth.say("Bir. Siparişiniz yola çıktı. Yarın gelir.")
        await asyncio.sleep(1.2)
        on.mouth.drop()
        on.mouth.drop()

    found = stage(play)
    (cut,) = found.cut
    assert cut in found.mouth.said and 0 < len(cut.heard) < len(cut.text)
    assert [one.text for one in found.mouth.said if one != cut] == ["Bir.", "Yarın gelir."]


def test_what_was_played_before_a_pause_was_heard() -> None:
    def heard(can_flush: bool, pauses: bool) -> str:
        async def play(on: Stage) -> None:
            on.mouth.say("bir iki üç dört beş")
            await asyncio.sleep(0.6)
            if pauses:
                on.mouth.pause()
                await asyncio.sleep(0.5)
            on.mouth.drop()

        return stage(play, can_flush=can_flush, lead=0.3).cut[0].heard

    # 0.6 s are 10 of 19 letters; a line that forgets nothing plays 0.3 s more.
    assert heard(True, True) == heard(True, False) == "bir iki üç"
    assert heard(False, True) == "bir iki üç dört"


def test_what_cannot_be_spoken_is_passed_over() -> None:
    async def play(on: Stage) -> None:
        on.mouth.say("Bir. Bozuk. Üç.")
        await asyncio.sleep(5)

    found = stage(play, fails=("bozuk",))
    assert [one.heard for one in found.mouth.said] == ["Bir.", "", "Üç."]
    assert [text for _, text in found.told] == ["Bir.", "Üç.", ""]


def test_ending_the_mouth_leaves_no_task_and_says_what_was_cut() -> None:
    async def play(on: Stage) -> None:
        on.mouth.say("Bir. İki. Üç.")
        await asyncio.sleep(0.05)

    found = stage(play, delay=0.01)
    assert [one.heard for one in found.mouth.said] == ["", "", ""]


@given(st.lists(st.sampled_from(["say", "pause", "resume", "drop", "wait"]), max_size=14))
def test_any_order_of_orders_ends_in_silence(orders: list[str]) -> None:
    async def play(on: Stage) -> None:
        for order in orders:
            if order == "say":
                on.mouth.say("Bir iki üç.")
            elif order == "wait":
                await asyncio.sleep(0.13)
            else:
                getattr(on.mouth, order)()
        on.mouth.resume()
        await asyncio.sleep(30)
        assert on.mouth.idle

    found = stage(play)
    assert len(found.mouth.said) == orders.count("say")
    begun = [text for _, text in found.told if text]
    assert not begun or found.told[-1][1] == "" or orders.count("drop")


def test_virtual_time_tells_a_standstill() -> None:
    async def forever() -> None:
        await asyncio.sleep(3600)

    run(forever())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("voice.testing.virtual_time._STANDSTILL", 0.01)
        with pytest.raises(Standstill):
            run(asyncio.Event().wait())
