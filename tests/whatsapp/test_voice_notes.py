"""Voice notes from the webhook to the answer: fetched, decoded, heard, and answered with a voice on demand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.channels.whatsapp.fake.webhooks import Customer
from bot.channels.whatsapp.outbox import State
from bot.channels.whatsapp.schema import check_body
from bot.events import UserUttered
from bot.model import Model
from tests.whatsapp.conftest import Line, line_of
from tests.whatsapp.official import complaints_of, needs_spec
from tests.whatsapp.recorded import Ears, pitch, recording, tone
from voice.audio import Sound
from voice.engines.missing import EngineError
from voice.notes.audio_file import read_recording
from voice.notes.conversing import NoteEars, NoteVoice

pytestmark = pytest.mark.asyncio

CONVERSATION = "whatsapp:905321112233"
WORDS = {440: "merhaba", 600: "menü", 800: "foto"}
TYPES = {
    "ogg": "audio/ogg; codecs=opus",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "mp4": "audio/mp4",
    "aac": "audio/aac",
    "amr": "audio/amr",
}


class Hums:
    """A voice that hums a second for every sentence, or cannot."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.broken = False

    async def render(self, text: str, fixed: bool = False) -> Sound:
        if self.broken:
            raise EngineError("no voice")
        self.said.append(text)
        return tone(500, 1.0, 24_000)


@pytest.fixture
def ears() -> Ears:
    return Ears(WORDS)


@pytest.fixture
def hums() -> Hums:
    return Hums()


@pytest_asyncio.fixture
async def spoken(tmp_path: Path, model: Model, ears: Ears, hums: Hums) -> AsyncIterator[Line]:
    """A line at which somebody hears, and answers with a voice."""
    async with line_of(tmp_path, model, voice_answers=True) as line:
        line.channel.transcriber = NoteEars(lambda: ears, longest=20.0)
        line.channel.media.speaker = NoteVoice(lambda rate: hums)
        yield line


async def send(line: Line, data: bytes, mime_type: str = TYPES["ogg"], voice: bool = True) -> str:
    note = {"id": line.graph.keep(data, mime_type), "mime_type": mime_type, "voice": voice}
    return await line.send("audio", note)


def kinds(line: Line) -> list[str]:
    return [one.body["type"] for one in line.graph.sent]


@pytest.mark.parametrize("kind", TYPES)
async def test_a_note_is_a_message_like_any_other(spoken: Line, kind: str) -> None:
    await send(spoken, recording(kind, (440, 1.0)), TYPES[kind], voice=kind == "ogg")
    assert spoken.said[0] == "Merhaba, hoş geldiniz."
    [user] = [one for one in await spoken.events() if isinstance(one, UserUttered)]
    assert user.text == "merhaba" and user.metadata["transcript"] is True
    [media] = user.metadata["media"]
    assert media["size"] > 0 and "problem" not in media


async def test_the_answer_is_said_too_and_what_is_sent_is_a_voice_message(spoken: Line, hums: Hums) -> None:
    await send(spoken, recording("ogg", (440, 1.0)))
    assert kinds(spoken) == ["text", "audio"] and hums.said == ["Merhaba, hoş geldiniz."]
    body = spoken.graph.sent[1].body
    assert body["audio"]["voice"] is True and check_body(body) == []
    file = spoken.graph.files[body["audio"]["id"]]
    assert file.mime_type.startswith("audio/ogg") and file.data.startswith(b"OggS")
    path = spoken.channel.settings.media / "answer"
    path.write_bytes(file.data)
    assert abs(pitch(read_recording(path), 16_000) - 500) < 2


@needs_spec
async def test_meta_s_own_description_allows_it(spoken: Line) -> None:
    await send(spoken, recording("ogg", (440, 1.0)))
    assert [complaints_of(one.body) for one in spoken.graph.sent] == [[], []]


async def test_buttons_stay_buttons_and_are_named(spoken: Line, hums: Hums) -> None:
    await send(spoken, recording("ogg", (600, 1.0)))
    assert kinds(spoken) == ["interactive", "audio"]
    assert hums.said[0] == "Ne yapmak istersiniz?" and hums.said[1].startswith("Seçenekler: ")


async def test_whoever_writes_is_answered_in_writing(spoken: Line, hums: Hums) -> None:
    await send(spoken, recording("ogg", (440, 1.0)))
    await spoken.say("menü")
    assert kinds(spoken) == ["text", "audio", "interactive"] and len(hums.said) == 1


async def test_without_the_setting_there_is_no_voice(
    tmp_path: Path, model: Model, ears: Ears, hums: Hums
) -> None:
    async with line_of(tmp_path, model) as line:
        line.channel.transcriber = NoteEars(lambda: ears)
        line.channel.media.speaker = NoteVoice(lambda rate: hums)
        await send(line, recording("ogg", (440, 1.0)))
        assert kinds(line) == ["text"] and hums.said == []


async def test_a_voice_that_fails_leaves_the_text_and_a_dead_letter(spoken: Line, hums: Hums) -> None:
    hums.broken = True
    await send(spoken, recording("ogg", (440, 1.0)))
    assert spoken.said == ["Merhaba, hoş geldiniz."]
    letters = await spoken.channel.outbox.of_conversation(CONVERSATION)
    assert [one.state for one in letters] == [State.SENT, State.DEAD]
    assert await spoken.logged() == []  # the conversation has its answer
    hums.broken = False
    await spoken.channel.outbox.revive(None, spoken.clock.now())
    await spoken.channel.sender.look()
    await spoken.settle()
    assert kinds(spoken) == ["text", "audio"]


async def test_meta_that_is_away_gets_the_voice_later(spoken: Line) -> None:
    spoken.graph.faults.add(None, 130429, "500")
    await send(spoken, recording("ogg", (440, 1.0)))
    assert kinds(spoken) == ["text", "audio"]


async def test_a_webhook_that_comes_twice_is_said_once(spoken: Line, ears: Ears) -> None:
    note = {"id": spoken.graph.keep(recording("ogg", (440, 1.0)), TYPES["ogg"]), "voice": True}
    await spoken.graph.say({"type": "audio", "audio": note}, repeat=3)
    await spoken.settle()
    assert kinds(spoken) == ["text", "audio"] and len(ears.seconds) == 1


@pytest.mark.parametrize(
    ("data", "problem", "said"),
    [
        (recording("ogg", (440, 30.0)), "long", "Sesli mesajınız çok uzun"),
        (recording("ogg", (440, 1.0))[:900], "broken", "Ses dosyanızı açamadım"),
        (b"OggS" + b"x" * 500, "broken", "Ses dosyanızı açamadım"),
        (b"MZ\x90\0" + b"x" * 99, "broken", "Ses dosyanızı açamadım"),
        (recording("mp4", (440, 1.0), film=True), "video", "Gönderdiğiniz dosyada görüntü var"),
        (recording("ogg", (0, 2.0)), "silent", "Sesli mesajınızı anlayamadım"),
        (recording("ogg", (300, 2.0)), "silent", "Sesli mesajınızı anlayamadım"),
        (b"OggS" + bytes(17_000_000), "long", "Sesli mesajınız çok uzun"),
    ],
    ids=["long", "cut off", "junk", "program", "film", "silence", "not understood", "large"],
)
async def test_a_note_that_cannot_be_heard(spoken: Line, data: bytes, problem: str, said: str) -> None:
    await send(spoken, data)
    assert len(spoken.said) == 1 and spoken.said[0].startswith(said)
    [event] = await spoken.logged()
    assert event["problem"] == problem


async def test_a_form_keeps_waiting_while_a_note_is_not_understood(spoken: Line) -> None:
    await spoken.send("interactive", {"type": "button_reply", "button_reply": {"id": "/photo", "title": "x"}})
    await send(spoken, recording("ogg", (300, 1.0)))
    assert spoken.said[-1].startswith("Sesli mesajınızı anlayamadım")
    tracker = await spoken.bot.trackers.get(CONVERSATION)
    assert tracker.current.loop_name is not None


async def test_the_recogniser_is_told_what_was_offered(spoken: Line, ears: Ears) -> None:
    await spoken.say("menü")
    await send(spoken, recording("ogg", (440, 1.0)))
    assert ears.expected[-1].kind == "choice" and ears.expected[-1].hotwords


async def test_a_file_that_two_customers_send_is_kept_for_each(spoken: Line) -> None:
    data = recording("ogg", (440, 1.0))
    await send(spoken, data)
    note = {"id": spoken.graph.keep(data, TYPES["ogg"]), "voice": True}
    await spoken.send("audio", note, customer=Customer("905559998877"))
    folders: list[Any] = list(spoken.channel.settings.media.iterdir())
    assert len(folders) == 2 and all("905" not in one.name for one in folders)
