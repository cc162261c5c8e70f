"""A real server that answers calls; only what it understands of the sound is a script."""

from __future__ import annotations

import asyncio
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
from aiohttp import web

from bot.actions import NoActions
from bot.app import menus_of
from bot.channels.webchat_settings import WebChatSettings
from bot.errors import Complaints
from bot.message import Emit, Message
from bot.model import Model
from bot.server import make_app
from bot.server.app import TURNS
from bot.server.webchat import Setup
from bot.sources import read_sources
from bot.stores.memory import MemoryStore
from bot.training import train
from bot.turn import Bot
from santral.calls import Calls
from voice.asr import Recognised
from voice.audio import Sound, joined, silence, write_wav
from voice.call_settings import CallSettings
from voice.engines.espeak import EspeakTts
from voice.expectation import ANYTHING, Expectation
from voice.lines.browser_settings import BrowserSettings
from voice.phone import Phone
from voice.resampling import resample
from voice.tts import Voice
from voice.vad import EnergyVad

from .threaded_server import ThreadedServer

BOT = Path(__file__).parent / "bot"
RATE = 16_000
SPOKEN = "Merhaba, siparişim nerede acaba?"


@cache
def spoken() -> Sound:
    """What the browser's microphone hears, without the silence around it."""
    command = ["espeak-ng", "-v", "tr", "--stdout", SPOKEN]
    wav = subprocess.run(command, capture_output=True, check=True).stdout
    sound = resample(np.frombuffer(wav[44:], "<i2").astype(np.int16), 22_050, RATE)
    loud = np.flatnonzero(np.abs(sound.astype(np.int32)) > 300)
    return sound[loud[0] : loud[-1]]


def microphone(path: Path) -> Path:
    """A WAV file for Chromium's microphone; it begins anew when it is at its end."""
    path.write_bytes(write_wav(joined([silence(3.0, RATE), spoken(), silence(2.0, RATE)]), RATE))
    return path


class Listener:
    """A recogniser that keeps what it hears, and answers what the test wants."""

    name, rate = "listener", RATE

    def __init__(self) -> None:
        self.words: list[str] = []
        """What is recognised, one after the other; then nothing."""
        self.begun = ""
        """What is recognised of less than all; Chromium's own microphone beeps, which is nothing."""
        self.sounds: list[Sound] = []

    async def transcribe(self, sound: Sound, expects: Expectation = ANYTHING) -> Recognised:
        await asyncio.sleep(0.05)
        # Recognition also begins in the pause behind the first word, and is forgotten when the caller goes on.
        if len(sound) < 0.8 * len(spoken()):
            return Recognised(self.begun)
        self.sounds.append(sound)
        return Recognised(self.words.pop(0) if self.words else "")


def trained() -> Model:
    complaints = Complaints()
    return train(read_sources(BOT, complaints), complaints)


class Switchboard(ThreadedServer):
    """A chat and calls; what may be changed is changed before it is started."""

    shutdown_timeout = 1.0

    def __init__(self, model: Model, folder: Path) -> None:
        super().__init__()
        self.model, self.folder = model, folder
        self.listener: Listener | None = Listener()
        """``None``: calls are held by keys."""
        self.origins: tuple[str, ...] = ()
        """Other pages that may chat and call."""

    def drop_lines(self) -> None:
        """End all calls without a word, as a worker that dies does."""
        self.call(self._drop())

    def open_lines(self) -> int:
        return len(self._calls.calls)

    async def _drop(self) -> None:
        for line in self._calls.calls._lines.values():
            line._abort()

    async def app(self) -> web.Application:
        model = self.model
        bot = Bot(
            model.domain, model.ensemble, model.interpreter, NoActions(), MemoryStore(), menus=menus_of(model)
        )
        greeting = {"text": "Merhaba, hoş geldiniz.", "buttons": []}
        chat = WebChatSettings(origins=self.origins, title="Santral Mağaza", greeting=greeting)
        app = make_app(
            bot, model_name="small", webchat=Setup(chat, b"a secret of tests that nobody has", self.folder)
        )

        async def turn(message: Message, emit: Emit) -> None:
            await app[TURNS].answer(message, emit)

        tts = EspeakTts()
        by_speech = self.listener is not None
        phone = Phone(
            turn,
            lambda rate: Voice(tts, rate),
            EnergyVad if by_speech else None,
            self.listener,
            CallSettings(),
        )
        self._calls = Calls(app, phone, BrowserSettings(rate=100))
        self._calls.add_to(app)
        return app
