"""Recorded calls: what is in the file, and what is kept out of it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import numpy as np
import pytest
from call_scene import hangs_up, hears, hears_out, says, waits
from recorded_scene import CARD, HELLO, SECRET, THANKS, AtOnce, answers_all, recorded_scene, texts, tracks

from bot.message import Emit, Message, Reply
from voice.phone import Phone
from voice.recording.file import RATE
from voice.recording.recorded import recorded
from voice.recording.recorder import Recorder
from voice.testing.fakes import CodeBook, FakeLine, FakeTts
from voice.testing.virtual_time import run
from voice.tts import Voice

# What is in it


def test_both_sides_are_recorded_where_they_sounded(tmp_path: Path) -> None:
    began: list[float] = []

    scene = recorded_scene(tmp_path, answers=[[HELLO]])
    record = scene.play(
        hears_out("merhaba"),
        lambda line: began.append(line._clock()),
        says("siparişim nerede"),
        waits(3),
        hangs_up,
    )
    assert record.recording is not None
    heard, said = tracks(tmp_path / record.recording)
    assert len(heard) / RATE == pytest.approx(record.seconds, abs=0.03)
    (mine,) = texts(scene.book, heard)
    # A frame is there when it has been spoken; the line began the words with the next one.
    assert mine[0] == "siparişim nerede" and mine[1] == pytest.approx(began[0], abs=0.021)
    assert [text for text, _ in texts(scene.book, said)][:1] == ["merhaba, buyurun."]
    # Sample for sample what the line got, each frame where it was played.
    sent = np.concatenate([frame for _, frame in scene.line.frames])
    assert sent.any() and np.array_equal(said[said != 0], sent[sent != 0])


@pytest.mark.parametrize("rate", [8000, 48_000])
def test_every_rate_becomes_16_khz(tmp_path: Path, rate: int) -> None:
    record = recorded_scene(tmp_path, rate=rate).play(*answers_all())
    heard, said = tracks(tmp_path / str(record.recording))
    assert len(heard) == len(said) == pytest.approx(record.seconds * RATE, abs=0.03 * RATE)
    assert heard.any() and said.any()


def test_the_conversation_names_its_recording_and_the_name_names_nobody(tmp_path: Path) -> None:
    scene = recorded_scene(tmp_path, caller="+905321234567", vouched=True)
    record = scene.play(*answers_all())
    found = [one.metadata["voice"]["recording"] for one in scene.messages]
    assert {one["file"] for one in found} == {record.recording}
    places = [one["at"] for one in found]
    assert places == sorted(places) and places[0] == 0 and places[-1] > 3
    (path,) = tmp_path.iterdir()
    assert path.name == record.recording and "5321234567" not in path.name
    assert re.fullmatch(r"\d{8}-\d{6}-[0-9a-f]{32}\.wav", path.name), "time and chance, nothing else"
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_a_line_forgets_is_not_in_it(tmp_path: Path) -> None:
    scene = recorded_scene(tmp_path, lead=0.06, can_flush=True)
    record = scene.play(hears("buyurun"), says("bir dakika siparişim nerede"), FakeLine.silence, hangs_up)
    _, said = tracks(tmp_path / str(record.recording))
    played = np.concatenate([frame for _, frame in scene.line.frames])
    assert np.array_equal(said[said != 0], played[played != 0])


def test_without_a_recorder_nothing_stands_in_between() -> None:
    async def work() -> None:
        async def turn(message: Message, emit: Emit) -> None: ...

        line = FakeLine(CodeBook())
        phone = Phone(turn, lambda rate: Voice(FakeTts(CodeBook()), rate))
        assert recorded(line, phone) == (line, phone, None)

    run(work())


# What is kept out of it


@pytest.mark.parametrize("question", [CARD, SECRET])
def test_what_is_sensitive_is_silent_on_both_sides(tmp_path: Path, question: Reply) -> None:
    scene = recorded_scene(tmp_path, answers=[[HELLO], [question], [THANKS], [HELLO]])
    record = scene.play(*answers_all("nedir"))
    heard, said = tracks(tmp_path / str(record.recording))
    assert [text for text, _ in texts(scene.book, heard)] == ["kartım çalışmıyor", "iyi günler"]
    words = " ".join(text for text, _ in texts(scene.book, said))
    assert "nedir" not in words and "aldım" in words
    assert len(heard) / RATE == pytest.approx(record.seconds, abs=0.03), "time goes on in it"


def test_the_pause_is_exact_to_the_frame(tmp_path: Path) -> None:
    """The caller speaks without end; only what comes between question and answered turn is silent."""
    edges: list[float] = []

    async def work() -> str:
        recorder = Recorder(tmp_path, 30, ["card_no"], executor=AtOnce())
        clock = asyncio.get_running_loop().time
        replies = iter([[HELLO], [HELLO, CARD], [THANKS]])

        async def turn(message: Message, emit: Emit) -> None:
            for reply in next(replies):
                await asyncio.sleep(0.013)
                if reply is CARD:
                    edges.append(clock())
                await emit(reply)
            if reply is THANKS:
                edges.append(clock())

        line = FakeLine(CodeBook(), RATE)
        line._spoken = np.full(RATE * 20, 77, np.int16)
        phone = Phone(turn, lambda rate: Voice(FakeTts(CodeBook(), RATE), rate), recorder=recorder)
        inner, wrapped, name = recorded(line, phone)

        async def listen() -> None:
            async for _ in inner.events():
                pass

        listening = asyncio.ensure_future(listen())
        for _ in range(3):
            await asyncio.sleep(2.006)
            await wrapped.take_turn(Message("x", "c1", "fake", "voice", "1", {}), Silent())
        await asyncio.sleep(2)
        line.hangs_up()
        await listening
        await inner.hang_up()
        return str(name)

    name = run(work())
    heard, _ = tracks(tmp_path / name)
    frame = RATE // 50
    loud = heard[: len(heard) // frame * frame].reshape(-1, frame)
    assert all(one.all() or not one.any() for one in loud), "frames are whole"
    silent = [place for place, one in enumerate(loud[:-2]) if not one.any()]
    assert silent == list(range(silent[0], silent[-1] + 1))
    # A frame is known when it ends: the first silent one ends at or after the question, the last before the answer.
    begin, end = edges
    assert silent[0] * 0.02 <= begin <= (silent[0] + 1) * 0.02 + 1e-9
    assert (silent[-1] + 1) * 0.02 - 1e-9 <= end <= (silent[-1] + 2) * 0.02


class Silent:
    """Says nothing."""

    whole = False

    async def __call__(self, reply: Reply) -> None: ...


def test_a_turn_that_fails_leaves_the_pause_as_it_is(tmp_path: Path) -> None:
    fails = {1: RuntimeError("the test said so")}
    record = recorded_scene(tmp_path, answers=[[CARD], [CARD], [CARD]], fails=fails).play(
        hears_out("nedir"),
        says("beş beş"),
        hears_out("aksaklık"),
        says("altı altı"),
        waits(1.5),
        hangs_up,
    )
    heard, said = tracks(tmp_path / str(record.recording))
    assert not heard.any() and not said.any()


@pytest.mark.parametrize(
    ("name", "slots", "sensitive"),
    [
        ("utter_ask_card_no", ["card_no"], True),
        ("utter_ask_pay_form_card_no", ["card_no", "tckn"], True),
        ("utter_ask_card_no_to_cancel", ["card_no"], True),
        ("utter_ask_tckn", ["card_no", "tckn"], True),
        ("utter_ask_card_number", ["card_no"], False),
        ("utter_card_no", ["card_no"], False),
        ("utter_ask_axb", ["a.b"], False),
        ("utter_ask_card_no", [], False),
        (None, ["card_no"], False),
    ],
)
def test_slots_are_told_by_the_response(
    tmp_path: Path, name: str | None, slots: list[str], sensitive: bool
) -> None:
    recorder = Recorder(tmp_path, 30, slots, executor=AtOnce())
    assert recorder.is_sensitive(Reply("?", metadata={"utter_action": name})) is sensitive


def test_a_conversation_that_goes_on_with_a_sensitive_question_is_silent(tmp_path: Path) -> None:
    async def work() -> str:
        async def turn(message: Message, emit: Emit) -> None: ...

        recorder = Recorder(tmp_path, 30, executor=AtOnce())
        phone = Phone(turn, lambda rate: Voice(FakeTts(CodeBook()), rate), recorder=recorder)
        line, _, name = recorded(FakeLine(CodeBook()), phone, [SECRET])
        await asyncio.sleep(0.02)
        await line.send(np.full(160, 900, np.int16))
        await asyncio.sleep(1)
        await line.hang_up()
        return str(name)

    _, said = tracks(tmp_path / run(work()))
    assert len(said) and not said.any()
