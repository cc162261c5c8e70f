"""Our Wyoming engines against Home Assistant's servers, wyoming-faster-whisper and wyoming-piper, as PyPI has them.

They come into an environment of their own, which takes a minute or two: ``make test-wyoming`` runs this, and the
default suite does not. ``SANTRAL_WYOMING`` is ``1``, or the folder of an environment that has them.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from espeak_speech import spoken
from random_models import piper_voice, whisper_model

from voice.audio import Sound, from_float, joined, level, silence
from voice.engines.missing import EngineMissing
from voice.engines.piper import PiperTts
from voice.engines.wyoming import WyomingAsr, WyomingError, WyomingTts
from voice.resampling import resample

WANTED = os.environ.get("SANTRAL_WYOMING")
SERVERS = ("wyoming-faster-whisper", "wyoming-piper")
PACKAGES = ("wyoming-faster-whisper==3.8.*", "wyoming-piper==2.5.*")
SMALL = Path(__file__).parent / "small_models" / "whisper-tiny-shop"
"""A Whisper that knows a few phrases, where there is one."""
START_SECONDS = 60.0

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.skipif(not WANTED, reason="real Wyoming servers: make test-wyoming"),
]


@pytest.fixture(scope="module")
def programs(request: pytest.FixtureRequest) -> Path:
    """The folder of both servers' programs."""
    assert WANTED is not None
    folder = Path(WANTED) if WANTED != "1" else request.config.cache.mkdir("wyoming") / "venv"  # type: ignore[union-attr]
    found = folder / "bin"
    if all((found / name).exists() for name in SERVERS):
        return found
    if WANTED != "1":
        pytest.fail(f"{folder} has no {' and '.join(SERVERS)}.")
    try:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True, text=True)
        command = [found / "python", "-m", "pip", "install", "--quiet", *PACKAGES]
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=900)
    except (subprocess.SubprocessError, OSError) as error:
        told = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        pytest.skip(f"the Wyoming servers cannot be installed: {told[-1] if told else error}")
    return found


@contextmanager
def serving(program: Path, *arguments: str) -> Iterator[int]:
    """Run a server on a free port, until it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, "--uri", f"tcp://127.0.0.1:{port}", "--local-files-only", *arguments]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            end = time.monotonic() + START_SECONDS
            while time.monotonic() < end and process.poll() is None:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            if process.poll() is not None:
                assert process.stderr is not None
                pytest.fail(f"{program.name} ended: {process.stderr.read().decode()[-500:]}")
            yield port
        finally:
            process.terminate()
            try:
                process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


@pytest.fixture(scope="module")
def ears(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, bool]]:
    """The recogniser's port, and whether its model knows words."""
    folder = tmp_path_factory.mktemp("ears")
    knows = (SMALL / "model.bin").is_file()
    model = SMALL if knows else whisper_model(folder / "random")
    options = ("--model", str(model), "--data-dir", str(folder), "--language", "tr", "--beam-size", "1")
    options += ("--stt-library", "faster-whisper", "--cpu-threads", "1")
    with serving(programs / SERVERS[0], *options) as port:
        yield port, knows


@pytest.fixture(scope="module")
def mouth(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The voice's port, and its model."""
    model = piper_voice(tmp_path_factory.mktemp("mouth"))
    with serving(programs / SERVERS[1], "--voice", model.stem, "--data-dir", str(model.parent)) as port:
        yield port, model


def noise(seconds: float) -> Sound:
    count = round(seconds * 16_000)
    return from_float(np.random.default_rng(3).normal(0, 0.1, count) * np.sin(np.arange(count) / 900))


async def test_what_is_said_is_recognised(ears: tuple[int, bool]) -> None:
    port, knows = ears
    asr = WyomingAsr("127.0.0.1", port, timeout=60)
    if knows:
        # The server asks for times, too, which the small model has not learned: it may miss a beginning.
        said = joined([silence(0.3, 16_000), spoken("fatura istiyorum", 16_000), silence(0.3, 16_000)])
        assert "istiyorum" in (await asr.transcribe(said)).text
    else:
        assert isinstance((await asr.transcribe(noise(1.0))).text, str)


async def test_several_callers_are_served_and_one_who_leaves_disturbs_nobody(ears: tuple[int, bool]) -> None:
    asr = WyomingAsr("127.0.0.1", ears[0], timeout=60)
    leaving = asyncio.ensure_future(asr.transcribe(noise(2.0)))
    await asyncio.sleep(0.05)
    leaving.cancel()
    found = await asyncio.gather(*(asr.transcribe(noise(length)) for length in (0.5, 1.0, 1.5)))
    assert len(found) == 3
    with pytest.raises(WyomingError, match="did not answer"):
        await WyomingAsr("127.0.0.1", ears[0], timeout=0.01).transcribe(noise(1.0))
    await asr.transcribe(noise(0.5))


async def test_silence_has_no_words_and_nothing_is_an_answer(ears: tuple[int, bool]) -> None:
    asr = WyomingAsr("127.0.0.1", ears[0], timeout=60)
    assert isinstance((await asr.transcribe(silence(1.0, 16_000))).text, str)
    assert isinstance((await asr.transcribe(silence(0.05, 16_000))).text, str)


async def test_a_text_sounds_as_with_the_same_voice_in_the_process(mouth: tuple[int, Path]) -> None:
    port, model = mouth
    try:
        own = PiperTts(model)
    except EngineMissing as error:
        pytest.skip(str(error))
    text = "merhaba, siparişiniz yolda."
    here = resample(await own.synthesize(text), own.rate, 22_050)
    there = await WyomingTts("127.0.0.1", port, timeout=60).synthesize(text)
    assert level(there) > -30 and len(there) == pytest.approx(len(here), abs=64)
    both = min(len(here), len(there))
    # The server makes all as loud as can be; the waves are the same.
    assert np.corrcoef(here[:both], there[:both])[0, 1] > 0.99


async def test_texts_of_every_kind_come_whole(mouth: tuple[int, Path]) -> None:
    port, model = mouth
    tts = WyomingTts("127.0.0.1", port, model.stem, rate=16_000, timeout=60)
    short, two, long = [
        len(await tts.synthesize(text))
        for text in ("evet", "evet. hayır. olur mu?", "çok uzun bir cümle, " * 40)
    ]
    assert 0 < short < two < long and long > 10 * 16_000
    found = await asyncio.gather(*(tts.synthesize("aynı anda") for _ in range(5)))
    assert len({one.tobytes() for one in found}) == 1


async def test_a_voice_that_the_server_has_not_is_told_and_it_goes_on(mouth: tuple[int, Path]) -> None:
    with pytest.raises(WyomingError):
        await WyomingTts("127.0.0.1", mouth[0], "tr_TR-nobody-low", timeout=60).synthesize("evet")
    assert len(await WyomingTts("127.0.0.1", mouth[0], timeout=60).synthesize("evet"))


async def test_a_server_that_is_gone_is_told(programs: Path, mouth: tuple[int, Path]) -> None:
    _, model = mouth
    with serving(programs / SERVERS[1], "--voice", model.stem, "--data-dir", str(model.parent)) as port:
        tts = WyomingTts("127.0.0.1", port, timeout=20)
        assert len(await tts.synthesize("evet"))
    with pytest.raises(WyomingError, match="cannot be reached"):
        await tts.synthesize("evet")
    with serving(programs / SERVERS[1], "--voice", model.stem, "--data-dir", str(model.parent)) as port:
        assert len(await WyomingTts("127.0.0.1", port, timeout=20).synthesize("evet"))
