"""What telephones do to speech, and a line that does it."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from voice.audio import Sound, from_float, level, silence
from voice.line import KeyPress
from voice.testing.degrading import coded, coloured, echoing, lossy, louder, noisy, telephone
from voice.testing.sound_line import SoundLine, Troubles
from voice.testing.virtual_time import run

RATE = 8000


def tone(pitch: float, seconds: float = 1.0, rate: int = RATE, loud: float = 0.2) -> Sound:
    return from_float(loud * np.sin(2 * np.pi * pitch * np.arange(round(seconds * rate)) / rate))


def chance() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.mark.parametrize("snr", [15, 10, 5])
@pytest.mark.parametrize("tilt", [0.0, 1.0])
def test_noise_is_as_loud_as_asked(snr: float, tilt: float) -> None:
    clean = tone(440)
    noise = noisy(clean, snr, chance(), tilt).astype(int) - clean
    assert level(clean) - level(noise.astype(np.int16)) == pytest.approx(snr, abs=0.6)


def test_silence_stays_silent() -> None:
    nothing = silence(1, RATE)
    for sound in (noisy(nothing, 10, chance()), echoing(nothing, RATE), louder(nothing, 20)):
        assert not sound.any()
    assert len(coloured(0, chance())) == 0 and len(lossy(silence(0, RATE), 0.5, chance())) == 0


def test_pink_noise_is_deeper_than_white() -> None:
    def share_below(tilt: float) -> float:
        power = np.abs(np.fft.rfft(coloured(RATE, chance(), tilt))) ** 2
        return float(power[:1000].sum() / power.sum())

    assert share_below(0.0) == pytest.approx(0.25, abs=0.05) and share_below(1.0) > 0.5


def test_a_telephone_keeps_speech_and_loses_what_is_high() -> None:
    low, high = tone(1000, rate=16_000), tone(6000, rate=16_000)
    assert level(telephone(low, 16_000)) == pytest.approx(level(low), abs=0.5)
    assert level(telephone(high, 16_000)) < level(high) - 30
    assert len(telephone(low, 16_000)) == len(low)


def test_as_many_packets_are_lost_as_asked_and_nothing_moves() -> None:
    sound = tone(440, seconds=60)
    found = lossy(sound, 0.02, chance())
    differ = (sound != found).reshape(-1, 160).any(axis=1)
    assert len(found) == len(sound) and 0.01 < differ.mean() < 0.035


def test_whoever_loses_all_packets_hears_nothing_for_long() -> None:
    assert not lossy(tone(440), 1.0, chance()).any()


def test_an_echo_comes_back_later_and_quieter() -> None:
    click = np.zeros(RATE, np.int16)
    click[100] = 20_000
    found = echoing(click, RATE, 0.25, 20)
    assert np.flatnonzero(found).tolist() == [100, 2100] and found[2100] == 2000


def test_what_is_too_loud_is_clipped() -> None:
    assert louder(tone(440), 40).max() == 32767 and level(louder(tone(440), -20)) == pytest.approx(
        level(tone(440)) - 20, abs=0.2
    )


# The line


def frames(line_troubles: Troubles, said: Sound, played: list[tuple[float, Sound]] | None = None) -> Sound:
    """What a call hears of ``said``."""

    async def call() -> Sound:
        line = SoundLine(line_troubles)
        line.speaks(said)
        for at, frame in played or []:
            line.frames.append((at, frame))
        heard: list[Sound] = []
        async for event in line.events():
            assert not isinstance(event, KeyPress)
            heard.append(event)
            if len(heard) * len(event) >= len(said):
                line.hangs_up()
        return np.concatenate(heard)

    return run(call())


def test_a_good_line_only_codes() -> None:
    sound = tone(440)
    assert (frames(Troubles(law=None), sound) == sound).all()
    assert (frames(Troubles(), sound) == coded(sound)).all()
    assert (frames(Troubles(law="ulaw"), sound) == coded(sound, "ulaw")).all()


def test_its_noise_never_ends_and_is_as_loud_as_asked() -> None:
    assert level(frames(Troubles(noise=-35), silence(12, RATE))) == pytest.approx(-35, abs=0.5)


def test_it_loses_packets() -> None:
    sound = tone(440, seconds=20)
    differ = (frames(Troubles(law=None, loss=0.1), sound) != sound).reshape(-1, 160).any(axis=1)
    assert 0.05 < differ.mean() < 0.15


def test_what_the_bot_says_comes_back() -> None:
    said = tone(440, seconds=0.02, loud=0.5)
    heard = frames(Troubles(law=None, echo=20, echo_after=0.1), silence(0.4, RATE), [(0.1, said)])
    back = np.flatnonzero(heard)
    assert back[0] >= 0.18 * RATE and back[-1] <= 0.24 * RATE
    assert level(heard[back[0] : back[0] + 150]) == pytest.approx(level(said) - 20, abs=1)


def test_listening_gives_what_was_played_since_the_last_time() -> None:
    async def call() -> None:
        line = SoundLine()

        async def bot() -> None:
            for value in (1, 2):
                for _ in range(5):
                    await line.send(np.full(160, value, np.int16))
                    await asyncio.sleep(0.02)
                await asyncio.sleep(2)

        speaking = asyncio.ensure_future(bot())
        assert set(await line.listens()) == {1}
        await line.begins()
        assert set(await line.listens()) == {2}
        with pytest.raises(AssertionError, match=r"Nothing was said for 1\.0 s"):
            await line.listens(patience=1.0)
        line.hangs_up()
        with pytest.raises(AssertionError, match="call ended"):
            await line.listens()
        await speaking

    run(call())


def test_the_work_of_threads_is_waited_for_and_takes_no_virtual_time() -> None:
    async def call() -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        with ThreadPoolExecutor(1) as threads:
            name = await loop.run_in_executor(threads, lambda: threading.current_thread().name)
            assert name != threading.current_thread().name and loop.time() == begun
            with pytest.raises(ZeroDivisionError):
                await loop.run_in_executor(threads, lambda: 1 / 0)
        assert await loop.run_in_executor(None, lambda: 5) == 5

    run(call())
