"""Who hears voice notes and who says answers, without any channel."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from call_talk import whisper
from espeak_speech import needs_espeak, spoken

from bot.errors import ProjectError
from bot.message import Reply
from bot.voice_notes import NoteRefused
from tests.whatsapp.recorded import Ears, recording, tone
from voice.asr import Asr, Recognised
from voice.audio import Sound, joined, silence
from voice.engines.missing import EngineError
from voice.expectation import ANYTHING, Expectation
from voice.notes.audio_file import read_recording, write_voice_message
from voice.notes.conversing import MOST_SPOKEN, MOST_WAITING, NoteEars, NoteVoice, pieces
from voice.notes.opening import open_notes

pytestmark = pytest.mark.asyncio
WORDS = {440: "siparişim nerede", 600: "yüz yirmi üç kırk beş", 800: "bu hafta gelmedi"}


def note(folder: Path, *parts: tuple[float, float]) -> Path:
    path = folder / "note.ogg"
    path.write_bytes(recording("ogg", *parts))
    return path


async def test_a_note_is_heard(tmp_path: Path) -> None:
    heard = await NoteEars(lambda: Ears(WORDS)).transcribe(note(tmp_path, (440, 1.0)), "audio/ogg")
    assert heard == "siparişim nerede"


async def test_the_recogniser_knows_what_was_asked_for_and_numbers_come_as_digits(tmp_path: Path) -> None:
    ears = Ears(WORDS)
    asked = Reply("Sipariş numaranız nedir?", metadata={"utter_action": "utter_ask_order_no"})
    heard = await NoteEars(lambda: ears).transcribe(
        note(tmp_path, (600, 1.0)), "audio/ogg", after=[Reply("Merhaba."), asked]
    )
    assert heard == "12345"
    menu = Reply("Hangisi?", {"buttons": [{"title": "İade"}, {"title": "Değişim"}]})
    await NoteEars(lambda: ears).transcribe(note(tmp_path, (600, 1.0)), "audio/ogg", after=[menu])
    assert [one.kind for one in ears.expected] == ["order_no", "choice"]
    assert ears.expected[1].hotwords == ("İade", "Değişim")


async def test_a_long_note_is_heard_in_pieces_that_are_cut_in_pauses(tmp_path: Path) -> None:
    ears = Ears(WORDS)
    path = note(tmp_path, (440, 20.0), (0, 0.6), (800, 18.0), (0, 30.0))
    heard = await NoteEars(lambda: ears).transcribe(path, "audio/ogg")
    assert heard == "siparişim nerede bu hafta gelmedi"
    assert all(seconds <= 25 for seconds in ears.seconds) and abs(ears.seconds[0] - 20.3) < 0.4


async def test_no_sample_is_lost_between_pieces() -> None:
    sound = joined([tone(440, 70.0, 16_000), tone(600, 11.3, 16_000)])
    found = pieces(sound, 16_000)
    assert np.array_equal(joined(found), sound) and max(map(len, found)) <= 25 * 16_000
    assert pieces(silence(100, 16_000), 16_000) == [] == pieces(silence(0, 16_000), 16_000)


async def test_a_note_that_says_nothing(tmp_path: Path) -> None:
    ears = Ears(WORDS)
    assert await NoteEars(lambda: ears).transcribe(note(tmp_path, (0, 5.0)), "audio/ogg") == ""
    assert ears.seconds == []
    assert await NoteEars(lambda: ears).transcribe(note(tmp_path, (300, 1.0)), "audio/ogg") == ""


async def test_notes_that_cannot_be_heard_say_why(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"OggS" + b"x" * 100)
    with pytest.raises(NoteRefused) as told:
        await NoteEars(lambda: Ears(WORDS)).transcribe(path, "audio/ogg")
    assert told.value.problem == "broken"
    with pytest.raises(NoteRefused) as told:
        ears = NoteEars(lambda: Ears(WORDS), longest=0.5)
        await ears.transcribe(note(tmp_path, (440, 1.0)), "audio/ogg")
    assert told.value.problem == "long"


async def test_no_recogniser_is_asked_for_before_a_note_comes_and_only_once(tmp_path: Path) -> None:
    made: list[Asr] = []

    def make() -> Asr:
        made.append(Ears(WORDS))
        return made[-1]

    ears = NoteEars(make)
    assert not made
    path = note(tmp_path, (440, 1.0))
    await asyncio.gather(*(ears.transcribe(path, "audio/ogg") for _ in range(3)))
    assert len(made) == 1


async def test_without_a_recogniser_nobody_hears(tmp_path: Path) -> None:
    with pytest.raises(EngineError):
        await NoteEars(lambda: None).transcribe(note(tmp_path), "audio/ogg")


class Patient(Ears):
    """Hears when it is let."""

    def __init__(self) -> None:
        super().__init__(WORDS)
        self.may = asyncio.Event()

    async def transcribe(self, sound: Sound, expects: Expectation = ANYTHING) -> Recognised:
        await self.may.wait()
        return await super().transcribe(sound, expects)


async def test_too_many_notes_do_not_wait_for_ever(tmp_path: Path) -> None:
    patient, path = Patient(), note(tmp_path, (440, 1.0))
    ears = NoteEars(lambda: patient)
    waiting = [asyncio.ensure_future(ears.transcribe(path, "audio/ogg")) for _ in range(MOST_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(NoteRefused) as told:
        await ears.transcribe(path, "audio/ogg")
    assert told.value.problem == "busy"
    patient.may.set()
    assert set(await asyncio.gather(*waiting)) == {"siparişim nerede"}
    assert await ears.transcribe(path, "audio/ogg") == "siparişim nerede"


class Hums:
    """A voice that hums a second for every text."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def render(self, text: str, fixed: bool = False) -> Sound:
        assert not fixed
        self.said.append(text)
        return tone(500, 1.0, 24_000)


async def test_what_is_said_of_an_answer() -> None:
    voice = NoteVoice(lambda rate: Hums())
    few = {"buttons": [{"title": "Evet", "payload": "/affirm"}, {"title": "Hayır", "payload": "/deny"}]}
    assert voice.words([Reply("Kargoda."), Reply("İptal edeyim mi?", few)]) == (
        "Kargoda. İptal edeyim mi? Seçenekler: Evet, Hayır."
    )
    many = {"buttons": [{"title": str(number)} for number in range(9)]}
    assert voice.words([Reply("Hangisi?", many)]) == "Hangisi?"
    assert voice.words([Reply(None, {"image": "https://x/y.png"})]) == ""
    assert voice.words([Reply("a" * (MOST_SPOKEN + 1))]) == ""


async def test_an_answer_is_said_sentence_by_sentence(tmp_path: Path) -> None:
    hums = Hums()
    path = tmp_path / "answer.ogg"
    path.write_bytes(await NoteVoice(lambda rate: hums).speak("Siparişiniz yolda. Yarın gelir."))
    assert hums.said == ["Siparişiniz yolda.", "Yarın gelir."]
    assert 2.6 < len(read_recording(path)) / 16_000 < 2.8


# What credentials.yml says


@needs_espeak
async def test_a_voice_that_is_installed_speaks(tmp_path: Path) -> None:
    notes = open_notes(
        {"voice": {"tts": {"engine": "espeak"}}, "whatsapp": {"voice_answers": True}}, tmp_path
    )
    assert notes.speaker is not None
    path = tmp_path / "answer.ogg"
    path.write_bytes(await notes.speaker.speak("SN-100005 numaralı siparişiniz 80,25 TL."))
    assert 2 < len(read_recording(path)) / 16_000 < 15


async def test_without_the_extra_nobody_hears_and_the_bot_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("voice.notes.opening.find_spec", lambda name: None)
    assert open_notes({}, tmp_path).transcriber is None and not caplog.messages
    notes = open_notes({"voice": {"tones": True}}, tmp_path)
    assert notes.transcriber is None and notes.speaker is None
    assert any("santral[voice]" in one for one in caplog.messages)


@pytest.mark.parametrize(
    ("credentials", "hears"),
    [
        (None, True),
        ({"voice": {"asr": {"engine": "none"}}}, False),
        ({"voice": {"asr": {"engine": "wyoming", "url": "127.0.0.1:1"}}}, True),
    ],
)
async def test_who_hears(tmp_path: Path, credentials: dict[str, Any] | None, hears: bool) -> None:
    pytest.importorskip("faster_whisper", reason="pip install 'santral[voice]'")
    assert (open_notes(credentials, tmp_path).transcriber is not None) is hears


@pytest.mark.parametrize(
    ("credentials", "message"),
    [
        ({"voice": {"asr": {"engine": "deepgram"}}}, "Unknown engine"),
        ({"voice": {"asr": {"engine": "wyoming"}}}, "needs its address"),
        ({"voice": {"tts": {"engine": "piper"}}, "whatsapp": {"voice_answers": True}}, "needs its 'model'"),
        ({"whatsapp": {"voice_answers": "perhaps"}}, "must be true or false"),
    ],
)
@needs_espeak
async def test_what_is_wrong_is_told_at_the_start(
    tmp_path: Path, credentials: dict[str, Any], message: str
) -> None:
    with pytest.raises(ProjectError, match=message):
        open_notes(credentials, tmp_path)


async def test_santral_run_hears(tmp_path: Path) -> None:
    """The program puts the voice's ears into the bot's verb, and into no bot without the program."""
    from bot.cli.run import open_notes as of_the_verb
    from santral.program import program

    program()
    program()
    notes = of_the_verb({"voice": {"asr": {"engine": "wyoming", "url": "127.0.0.1:1"}}}, tmp_path)
    assert isinstance(notes.transcriber, NoteEars) and isinstance(notes.speaker, NoteVoice)


async def test_a_spoken_note_is_heard_by_a_real_whisper(tmp_path: Path) -> None:
    """From the caller's words to Opus, through PyAV and the small Whisper of these tests, to text."""
    ears = NoteEars(lambda: whisper(short=True))
    for said in ("siparişim nerede", "müşteri temsilcisi"):
        path = tmp_path / "note.ogg"
        path.write_bytes(write_voice_message(joined([spoken(said, 16_000), silence(0.3, 16_000)]), 16_000))
        assert await ears.transcribe(path, "audio/ogg") == said
