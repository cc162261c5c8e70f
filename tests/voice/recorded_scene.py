"""A recorded call whose dialogue gives one answer after the other."""

from __future__ import annotations

import wave
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from call_scene import Scene, Step, hangs_up, hears_out, says, waits

from bot.message import Reply
from voice.audio import Sound
from voice.recording.file import RATE, RecordingFile
from voice.recording.recorder import Recorder
from voice.testing.fakes import CodeBook

CARD = Reply("Kart numaranız nedir?", metadata={"utter_action": "utter_ask_card_form_card_no"})
SECRET = Reply("Şifreniz nedir?", metadata={"metadata": {"voice": {"sensitive": True}}})
THANKS = Reply("Teşekkürler, aldım.")
HELLO = Reply("Merhaba, buyurun.")


class AtOnce(Executor):
    """Does work when it is given, so that tests see the same each time."""

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(work(*given, **named))
        return done


def tracks(path: Path) -> tuple[Sound, Sound]:
    """The caller's side and the bot's."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, RATE)
        both = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    return both[:, 0], both[:, 1]


def texts(book: CodeBook, sound: Sound) -> list[tuple[str, float]]:
    """What a side holds, and where in seconds each begins."""
    return [(text, start / RATE) for text, _, start in book.read(sound)]


def recorded_scene(
    folder: Path,
    answers: Sequence[Sequence[Reply]] = ((HELLO,), (CARD,), (THANKS,), (HELLO,)),
    fails: Mapping[int, Exception] = MappingProxyType({}),
    open_file: Callable[[Path, int], RecordingFile] = RecordingFile,
    **line: Any,
) -> Scene:
    """A recorded call with a dialogue that gives one answer after the other."""
    recorder = Recorder(folder, 30, ["card_no"], open_file=open_file, executor=AtOnce())
    phone = {"recorder": recorder}
    return Scene(answers=answers, fails=fails, line_options={"rate": RATE} | line, phone=phone)


def answers_all(asked: str = "numaranız nedir") -> list[Step]:
    """Hears the greeting, says a wish, a secret when it is ``asked``, and a goodbye, and hangs up."""
    return [
        hears_out("merhaba"),
        says("kartım çalışmıyor"),
        hears_out(asked),
        says("beş beş beş beş", 1.5),
        hears_out("aldım"),
        says("iyi günler"),
        waits(2),
        hangs_up,
    ]
