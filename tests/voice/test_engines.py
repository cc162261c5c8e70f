"""Recognisers and voices: one contract for each kind, which every engine passes, and what is particular to each."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import pytest_asyncio
from random_models import piper_voice, whisper_model
from wyoming_server import serving

from voice.asr import Asr
from voice.audio import Sound, from_float, level, silence
from voice.engines.espeak import EspeakTts
from voice.engines.missing import EngineError, EngineMissing
from voice.engines.piper import PiperTts
from voice.engines.whisper import WhisperAsr, WhisperOptions, encoder_frames, most_tokens
from voice.engines.workers import Workers
from voice.engines.wyoming import WyomingAsr, WyomingError, WyomingEvent, WyomingTts, encode_event, read_event
from voice.expectation import Expectation
from voice.testing.fakes import CodeBook, FakeAsr, FakeTts
from voice.tts import Tts

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def whisper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return whisper_model(tmp_path_factory.mktemp("whisper") / "model")


@pytest_asyncio.fixture(params=["fake", "whisper", "whisper-short", "wyoming"])
async def asr(request: pytest.FixtureRequest) -> AsyncIterator[Asr]:
    try:
        if request.param == "fake":
            yield FakeAsr(CodeBook())
        elif request.param == "wyoming":
            async with serving(CodeBook()) as server:
                yield WyomingAsr("127.0.0.1", server.port)
        else:
            folder = str(request.getfixturevalue("whisper"))
            short = request.param == "whisper-short"
            made = WhisperAsr(
                WhisperOptions(folder, device="cpu", threads=1, short_input=short, offline=True)
            )
            yield made
            made.close()
    except EngineMissing as error:
        pytest.skip(str(error))


@pytest_asyncio.fixture(params=["fake", "espeak", "piper", "wyoming"])
async def tts(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Tts]:
    try:
        if request.param == "fake":
            yield FakeTts(CodeBook())
        elif request.param == "espeak":
            yield EspeakTts()
        elif request.param == "piper":
            made = PiperTts(piper_voice(tmp_path))
            yield made
            made.close()
        else:
            async with serving(CodeBook()) as server:
                yield WyomingTts("127.0.0.1", server.port)
    except EngineMissing as error:
        pytest.skip(str(error))


# What every recogniser does


def noise(seconds: float, rate: int, loud: float = 0.1) -> Sound:
    return from_float(np.random.default_rng(1).normal(0, loud, round(seconds * rate)))


async def test_nothing_was_said_in_silence(asr: Asr) -> None:
    for seconds in (0, 0.00007, 0.5, 3.0):
        assert (await asr.transcribe(silence(seconds, asr.rate))).text == ""


@pytest.mark.parametrize("loud", [0.01, 0.1, 5.0])
async def test_any_sound_gives_a_text_or_none(asr: Asr, loud: float) -> None:
    for seconds in (0.05, 1.0, 31.0):
        found = await asr.transcribe(noise(seconds, asr.rate, loud), Expectation(hotwords=("kargo", "iade")))
        assert isinstance(found.text, str) and 0 <= found.confidence <= 1


async def test_calls_are_heard_side_by_side(asr: Asr) -> None:
    sounds = [noise(0.3 + count / 10, asr.rate) for count in range(3)]
    alone = [await asr.transcribe(one) for one in sounds]
    assert list(await asyncio.gather(*(asr.transcribe(one) for one in sounds))) == alone


async def test_who_is_cancelled_does_not_wait(asr: Asr) -> None:
    task = asyncio.ensure_future(asr.transcribe(noise(2, asr.rate)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert isinstance((await asr.transcribe(noise(0.3, asr.rate))).text, str)


# What every voice does


async def test_a_text_is_spoken_at_the_voices_rate(tts: Tts) -> None:
    short = await tts.synthesize("merhaba")
    long = await tts.synthesize("merhaba, siparişiniz yarın akşama kadar adresinize teslim edilecek")
    for sound in (short, long):
        assert sound.dtype == np.int16 and sound.ndim == 1
    assert 0.2 < len(short) / tts.rate < 3 and len(long) > 2 * len(short)
    assert level(long) > -40


async def test_the_same_text_sounds_the_same_for_all_calls(tts: Tts) -> None:
    texts = ["bir", "iki buçuk", "üç"]
    alone = [len(await tts.synthesize(text)) for text in texts]
    together = await asyncio.gather(*(tts.synthesize(text) for text in texts))
    assert [len(one) for one in together] == alone


@pytest.mark.parametrize(
    "text", ["ığüşöç âîû?!", "a", "[[x]] <speak>&amp;", "-h", "\0\n\t", "日本 🙂", "x " * 400]
)
async def test_any_text_is_spoken_or_refused(tts: Tts, text: str) -> None:
    with contextlib.suppress(EngineError):
        assert (await tts.synthesize(text)).dtype == np.int16
    assert len(await tts.synthesize("merhaba"))


# espeak


async def test_espeak_tells_what_is_missing() -> None:
    with pytest.raises(EngineMissing, match="apt-get install espeak-ng"):
        EspeakTts(program="espeak-ng-that-is-not-there")


async def test_espeak_that_fails_or_answers_nonsense_is_an_error(tmp_path: Path) -> None:
    for script, message in (
        ("echo no such voice >&2; exit 3", "no such voice"),
        ("echo nonsense", "nonsense"),
    ):
        program = tmp_path / "espeak"
        program.write_text(f"#!/bin/sh\ncat > /dev/null\n{script}\n")
        program.chmod(0o755)
        with pytest.raises(EngineError, match=message):
            await EspeakTts(program=str(program)).synthesize("merhaba")


@pytest.mark.parametrize(("speed", "pitch"), [(20, 50), (900, 50), (150, -1), (150, 100)])
async def test_espeaks_limits(speed: int, pitch: int) -> None:
    with pytest.raises(ValueError, match="80 to 450"):
        EspeakTts(speed=speed, pitch=pitch)


# piper


async def test_piper_tells_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(EngineMissing, match=r"tr\.onnx"):
        PiperTts(tmp_path / "tr.onnx")
    (tmp_path / "tr.onnx").write_bytes(b"")
    with pytest.raises(EngineMissing, match=r"tr\.onnx\.json"):
        PiperTts(tmp_path / "tr.onnx")


@pytest.mark.parametrize("text", ["", "{}", '{"audio": {"sample_rate": "x"}}', "[]"])
async def test_a_description_that_is_none_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "tr.onnx").write_bytes(b"")
    (tmp_path / "tr.onnx.json").write_text(text)
    with pytest.raises(ValueError, match="no description of a Piper voice"):
        PiperTts(tmp_path / "tr.onnx")


async def test_a_broken_voice_is_an_error_of_the_engine(tmp_path: Path) -> None:
    pytest.importorskip("piper", reason="pip install 'santral[piper]'")
    path = piper_voice(tmp_path)
    path.write_bytes(b"broken")
    with pytest.raises(EngineError, match="piper failed"):
        await PiperTts(path).synthesize("merhaba")


# whisper


class Writing:
    """In a model's place: writes a text, whatever it is given."""

    def __init__(self, text: str, logprob: float = -0.2, no_speech: float = 0.0) -> None:
        self.segment = SimpleNamespace(text=text, avg_logprob=logprob, no_speech_prob=no_speech)
        self.threads: set[str] = set()
        self.given: list[dict[str, Any]] = []

    def transcribe(self, audio: Any, **options: Any) -> tuple[list[Any], None]:
        assert audio.dtype == np.float32 and abs(audio).max() <= 1
        self.threads.add(threading.current_thread().name)
        self.given.append(options)
        return [self.segment], None


async def written(model: Writing, hotwords: tuple[str, ...] = (), seconds: float = 2.0) -> str:
    asr = WhisperAsr(load=lambda: model)
    found = await asr.transcribe(noise(seconds, asr.rate), Expectation(hotwords=hotwords))
    asr.close()
    return found.text


async def test_whisper_runs_beside_the_event_loop() -> None:
    model = Writing(" siparişim nerede ")
    assert await written(model) == "siparişim nerede"
    assert all(name.startswith("whisper") for name in model.threads)


async def test_whisper_is_told_what_is_likely_and_kept_short() -> None:
    model = Writing("kargo takibi")
    assert await written(model, ("Kargo takibi", "İade"), seconds=1.0) == "kargo takibi"
    (given,) = model.given
    assert given["hotwords"] == "Kargo takibi, İade" and given["max_new_tokens"] == 22
    assert given["beam_size"] == 1 and given["condition_on_previous_text"] is False


async def test_whisper_is_not_believed_about_silence() -> None:
    assert await written(Writing("İzlediğiniz için teşekkür ederim.")) == ""
    assert await written(Writing("siparişim", -1.5, 0.9)) == ""


async def test_a_model_that_raises_fails_this_utterance_only() -> None:
    class Raising(Writing):
        def transcribe(self, audio: Any, **options: Any) -> Any:
            if not self.given:
                self.given.append(options)
                raise RuntimeError("out of memory")
            return super().transcribe(audio, **options)

    asr = WhisperAsr(load=lambda: Raising("evet"))
    with pytest.raises(EngineError, match="RuntimeError"):
        await asr.transcribe(noise(1, asr.rate))
    asr.close()


async def test_a_model_that_is_not_there_is_told(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper", reason="pip install 'santral[voice]'")
    asr = WhisperAsr(WhisperOptions(str(tmp_path / "nowhere"), device="cpu", offline=True))
    with pytest.raises(EngineMissing, match="the model"):
        await asr.warm()
    asr.close()


async def test_a_model_that_is_there_and_cannot_be_loaded_is_told_with_the_reason(tmp_path: Path) -> None:
    pytest.importorskip("faster_whisper", reason="pip install 'santral[voice]'")
    (tmp_path / "model.bin").write_bytes(b"x")
    asr = WhisperAsr(WhisperOptions(str(tmp_path), device="cpu", offline=True))
    with pytest.raises(EngineMissing, match=r"can be loaded.*model\.bin is incomplete"):
        await asr.warm()
    asr.close()


async def test_bounds_of_tokens_and_frames() -> None:
    assert [most_tokens(seconds) for seconds in (0.1, 1, 30)] == [13, 22, 220]
    assert [encoder_frames(seconds) for seconds in (0.5, 3.5, 3.6, 29)] == [500, 500, 1000, 3000]


async def test_a_model_is_loaded_once_however_many_ask() -> None:
    loaded: list[str] = []

    def load() -> str:
        loaded.append(threading.current_thread().name)
        return "model"

    workers = Workers("test", load, 3)
    assert await asyncio.gather(*(workers.run(lambda model: model) for _ in range(6))) == ["model"] * 6
    assert len(loaded) == 1
    workers.close()


async def test_a_model_that_failed_to_load_is_tried_again() -> None:
    tries: list[int] = []

    def load() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise EngineError("not yet")
        return "model"

    workers = Workers("test", load)
    with pytest.raises(EngineError):
        await workers.warm()
    assert await workers.run(lambda model: model) == "model"
    workers.close()


# wyoming


async def test_wyoming_hears_and_speaks_what_was_sent() -> None:
    book = CodeBook()
    async with serving(book) as server:
        asr, tts = (
            WyomingAsr("127.0.0.1", server.port),
            WyomingTts("127.0.0.1", server.port, "tr_TR-x", 16_000),
        )
        assert (await asr.transcribe(book.sound("siparişim nerede", 1.5, 16_000))).text == "siparişim nerede"
        sound = await tts.synthesize("merhaba ığüşöç")
        assert [text for text, _, _ in book.read(sound)] == ["merhaba ığüşöç"]
        assert server.asked[0] == {"type": "transcribe", "language": "tr"}
        assert server.asked[-1] == {
            "type": "synthesize",
            "text": "merhaba ığüşöç",
            "voice": {"name": "tr_TR-x"},
        }


async def test_wyoming_sound_of_another_rate_is_brought_to_ours() -> None:
    async with serving(CodeBook(), rate=22_050) as server:
        sound = await WyomingTts("127.0.0.1", server.port, rate=8000).synthesize("merhaba")
        assert len(sound) == pytest.approx(7 * 0.06 * 8000, abs=2)


TROUBLES: list[tuple[str, str]] = [
    ("hang up", "hung up"),
    ("hang", "did not answer in 0.3 s"),
    ("nonsense", "does not speak the Wyoming protocol"),
    ("error", "reports an error"),
    ("huge", "does not speak"),
    ("list", "does not speak"),
]


@pytest.mark.parametrize(
    ("trouble", "message"),
    [
        *TROUBLES,
        ("stereo", "not mono"),
        ("rate", "cannot be used"),
        ("infinite", "cannot be used"),
        ("endless", "does not stop"),
    ],
)
async def test_a_wyoming_voice_in_trouble(trouble: str, message: str) -> None:
    async with serving(CodeBook(), trouble=trouble) as server:
        patience = 30 if trouble == "endless" else 0.3
        with pytest.raises(WyomingError, match=message):
            await WyomingTts("127.0.0.1", server.port, timeout=patience).synthesize("merhaba")


@pytest.mark.parametrize(("trouble", "message"), TROUBLES)
async def test_a_wyoming_recogniser_in_trouble(trouble: str, message: str) -> None:
    async with serving(CodeBook(), trouble=trouble) as server:
        with pytest.raises(WyomingError, match=message):
            await WyomingAsr("127.0.0.1", server.port, timeout=0.3).transcribe(noise(0.5, 16_000))


async def test_a_wyoming_server_that_does_not_read_is_left() -> None:
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        asr = WyomingAsr("127.0.0.1", deaf.getsockname()[1], timeout=0.3)
        asking = asyncio.create_task(asr.transcribe(silence(600, 16_000)))
        await asyncio.wait((asking,), timeout=20)
        assert asking.done() and isinstance(asking.exception(), WyomingError)


async def test_nobody_at_the_address_is_told(unused_tcp_port_factory: Callable[[], int]) -> None:
    with pytest.raises(WyomingError, match="cannot be reached"):
        await WyomingTts("127.0.0.1", unused_tcp_port_factory()).synthesize("merhaba")


@pytest.mark.parametrize(
    "event", [WyomingEvent("a"), WyomingEvent("b", {"x": "ığ\n"}), WyomingEvent("c", {}, b"\n{")]
)
async def test_wyoming_events_are_read_as_they_were_written(event: WyomingEvent) -> None:
    reader = asyncio.StreamReader()
    reader.feed_data(encode_event(event) * 2)
    reader.feed_eof()
    assert [await read_event(reader) for _ in range(3)] == [event, event, None]
