"""Whole calls by ear: a synthetic caller speaks, the bot hears, answers, and its answer is heard back.

Nothing here is a fake but the caller and the wire: the recogniser is a Whisper, the voice is Piper's, the detector is
Silero's. Their models are small and lie beside this file (models/README.md).
"""

from __future__ import annotations

import asyncio
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from call_talk import RATE, Espeak, Talk, noise_for, piper, whisper, words_of
from espeak_speech import spoken

from voice.audio import FRAME_SECONDS, Sound, from_float, joined, silence
from voice.engines.silero import SileroVad
from voice.engines.whisper import WhisperAsr
from voice.resampling import resample
from voice.testing.degrading import coloured, echoing, lossy, louder, noisy, telephone
from voice.testing.sound_line import Troubles
from voice.testing.virtual_time import run
from voice.vad import ActivityDetector

NUMBER = "dört yüz seksen iki dokuz yüz on üç"
VOICES = ("tr", "tr+f2", "tr+m3")


async def asks_for_the_order(talk: Talk) -> None:
    """From the greeting to the order's state."""
    assert "yardımcı" in await talk.hears()
    talk.says("siparişim nerede")
    assert "numaranızı söyler misiniz" in await talk.hears()
    talk.says(NUMBER)
    await talk.hears()


# A call as it should be


@pytest.mark.parametrize(
    ("callers_voice", "bots_voice", "short"),
    [("tr", "piper", True), ("tr+f2", "espeak", True), ("tr+m3", "piper", True)],
)
def test_a_call_by_ear(callers_voice: str, bots_voice: str, short: bool) -> None:
    async def caller(talk: Talk) -> None:
        await asks_for_the_order(talk)
        talk.says("fatura istiyorum")
        assert "göndereyim mi" in await talk.hears()
        talk.says("evet")
        assert await talk.hears() == "gönderdim"
        talk.says("hoşça kalın")
        assert await talk.hears() == "iyi günler"

    talk = Talk(voice=callers_voice, tts=piper() if bots_voice == "piper" else Espeak(), short=short)
    record = talk.hold(caller)
    assert record.reason == "bot", "the bot understood the goodbye and hung up"
    assert [one.heard for one in record.exchanges[1:]] == [
        "siparişim nerede",
        NUMBER,
        "fatura istiyorum",
        "evet",
        "hoşça kalın",
    ]
    assert talk.slot("order_no") == "482913"
    # What the bot read back was understood, digit for digit, by somebody who only heard it.
    assert f"{NUMBER} numaralı siparişiniz yolda" in talk.heard_back[2]
    assert all(one.latency is not None and one.latency < 1.5 for one in record.exchanges[1:])


def test_a_no_is_a_no_and_a_person_can_be_asked_for() -> None:
    async def caller(talk: Talk) -> None:
        await talk.hears()
        talk.says("fatura istiyorum")
        await talk.hears()
        talk.says("hayır")
        assert (await talk.hears()).startswith("peki")
        talk.says("temsilciye bağlan")
        assert "temsilcimiz sizi arayacak" in await talk.hears()

    record = Talk().hold(caller)
    assert record.reason == "gone"
    assert [one.sent for one in record.exchanges[2:]] == ["hayır", "temsilciye bağlan"]


def test_somebody_who_interrupts_is_heard() -> None:
    async def caller(talk: Talk) -> None:
        await talk.hears()
        talk.says("siparişim nerede")
        await talk.hears()
        talk.says(NUMBER)
        await talk.line.begins()
        await asyncio.sleep(1.0)
        talk.says("fatura istiyorum")
        cut = await talk.hears()
        assert "akşama kadar" not in cut, "it fell silent in the middle of a sentence"
        assert "göndereyim mi" in await talk.hears()

    talk = Talk()
    record = talk.hold(caller)
    assert "fatura istiyorum" in [one.heard for one in record.exchanges]
    assert any(one.heard != one.text for one in record.said), "what was cut is recorded as cut"


QUIET_LINES = {
    "A-law": Troubles(),
    "a hissing line": Troubles(noise=-50),
    "an echo 35 dB below the bot": Troubles(echo=35),
}


@pytest.mark.parametrize("name", QUIET_LINES)
def test_the_bot_is_silent_within_60_ms_of_a_words_first_sound(name: str) -> None:
    """From the caller's first sample to the end of the bot's last, on a line that gets its sound 20 ms ahead."""

    async def silent_after(talk: Talk, text: str, found: list[float]) -> None:
        await talk.line.begins()
        await asyncio.sleep(1.0)
        sound = spoken(text, RATE, talk.voice)
        talk.line.speaks(sound[np.flatnonzero(np.abs(sound) > 300)[0] :])
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(0.6)
        sent = [at for at, _ in talk.line.frames if at > began - 0.1]
        last = next(at for at, after in pairwise([*sent, 1e9]) if after - at > 0.05)
        found.append(last + 0.02 + FRAME_SECONDS - began)

    found: list[float] = []
    for text in ("hayır", "kargom nerede", "iade etmek istiyorum", "temsilciye bağlan", "üç yüz yirmi"):
        talk = Talk(QUIET_LINES[name])
        talk.hold(partial(silent_after, text=text, found=found))
    assert max(found) <= 0.0601, found


# Lines as they are

LINES = {
    "8 kHz, A-law": Troubles(),
    "mu-law": Troubles(law="ulaw"),
    "noise at 10 dB": Troubles(noise=10),
    "noise at 5 dB": Troubles(noise=5),
    "2 % of packets lost": Troubles(loss=0.02),
    "echo at 45 dB": Troubles(echo=45),
    "echo at 35 dB": Troubles(echo=35),
    "echo at 25 dB": Troubles(echo=25),
    "echo, noise and loss at once": Troubles(echo=45, noise=15, loss=0.01),
}
"""Noise is counted below the caller's voice here, in dB."""


@pytest.mark.parametrize("name", LINES)
def test_a_call_over_a_bad_line_reaches_its_end(name: str) -> None:
    async def caller(talk: Talk) -> None:
        await asks_for_the_order(talk)
        talk.says("fatura istiyorum")
        assert "göndereyim mi" in await talk.hears()
        talk.says("evet")
        assert "gönderdim" in await talk.hears()

    asked = LINES[name]
    noise = None if asked.noise is None else noise_for(asked.noise)
    talk = Talk(Troubles(asked.law, noise, asked.loss, asked.echo))
    talk.hold(caller)
    assert talk.slot("order_no") == "482913"


SAID = (
    "evet",
    "hayır",
    "temsilciye bağlan",
    "ana menü",
    "iade etmek istiyorum",
    "kargom nerede",
    "teşekkür ederim",
    "altı yüz on beş iki yüz kırk yedi",
    "otuz sekiz doksan bir",
    "beş sıfır yedi dokuz",
    "üç yüz yirmi dört",
    "izmir",
)
WORSE = {
    "as spoken": (lambda sound, chance: sound, 11),
    "telephone": (lambda sound, chance: telephone(sound, RATE), 11),
    "noise at 15 dB": (lambda sound, chance: telephone(noisy(sound, 15, chance), RATE), 11),
    "noise at 10 dB": (lambda sound, chance: telephone(noisy(sound, 10, chance), RATE), 10),
    "noise at 5 dB": (lambda sound, chance: telephone(noisy(sound, 5, chance), RATE), 8),
    "2 % of packets lost": (lambda sound, chance: lossy(telephone(sound, RATE), 0.02, chance), 10),
    "echo": (lambda sound, chance: telephone(echoing(sound, RATE), RATE), 10),
    "much too loud": (lambda sound, chance: telephone(louder(sound, 20), RATE), 8),
    "hardly audible": (lambda sound, chance: telephone(louder(sound, -30), RATE), 10),
}
"""What is done to the sound, and how many of the utterances are heard word for word."""


@pytest.mark.parametrize("name", WORSE)
def test_so_many_utterances_are_heard_word_for_word(name: str) -> None:
    worse, least = WORSE[name]

    async def heard() -> list[str]:
        found = []
        for place, text in enumerate(SAID):
            sound = joined((silence(0.2, RATE), spoken(text, RATE, VOICES[place % 3]), silence(0.1, RATE)))
            asked = resample(worse(sound, np.random.default_rng(place)), RATE, 16_000)
            found.append((await whisper(short=True).transcribe(asked)).text)
        return found

    found = run(heard())
    wrong = {said: one for said, one in zip(SAID, found, strict=True) if said != one}
    assert len(SAID) - len(wrong) >= least, wrong


def test_half_a_minute_of_input_is_heard_as_well() -> None:
    """What the small Whisper hears when faster-whisper pads its input in full, as it does by default."""

    async def heard(text: str) -> str:
        sound = joined((silence(0.25, RATE), spoken(text, RATE), silence(0.25, RATE)))
        return (await whisper().transcribe(resample(telephone(sound, RATE), RATE, 16_000))).text

    found = {text: run(heard(text)) for text in SAID}
    assert sum(said == one for said, one in found.items()) >= 11, found


# Sound that is no speech, or hardly


def chord(seconds: float) -> Sound:
    """Something like music on hold."""
    times = np.arange(round(seconds * RATE)) / RATE
    notes = sum(np.sin(2 * np.pi * note * times) for note in (262, 330, 392, 523))
    return from_float(0.1 * notes * (1 + 0.5 * np.sin(2 * np.pi * 2 * times)))


def white(seconds: float, loud: float = 0.1) -> Sound:
    return from_float(loud * coloured(round(seconds * RATE), np.random.default_rng(4), 0.0))


NO_SPEECH = {
    "silence": silence(3, RATE),
    "one sample": np.array([20_000], np.int16),
    "a click": joined((silence(1, RATE), np.full(8, 30_000, np.int16), silence(1, RATE))),
    "a chord": chord(3),
    "white noise": white(3),
    "white noise, clipped": white(3, 3.0),
    "a hum": from_float(0.3 * np.sin(2 * np.pi * 50 * np.arange(3 * RATE) / RATE)),
    "a square at full scale": np.tile(np.repeat(np.array([32767, -32768], np.int16), 20), 600),
}


@pytest.mark.parametrize("name", ["silence", "one sample", "a click", "white noise"])
def test_the_recogniser_hears_no_words_where_there_are_none(name: str) -> None:
    assert run(_heard(whisper(), resample(NO_SPEECH[name], RATE, 16_000))) == ""


@pytest.mark.parametrize("name", NO_SPEECH)
def test_the_detector_keeps_sounds_from_the_recogniser(name: str) -> None:
    """Every Whisper, and this one, too, writes words for some music: it must not be asked."""
    detector = ActivityDetector(SileroVad(), RATE)
    sound = NO_SPEECH[name]
    found = [one for at in range(0, len(sound), 160) for one in detector.push(sound[at : at + 160])]
    assert sum(one.speech for one in found) <= len(found) / 10


async def _heard(asr: WhisperAsr, sound: Sound) -> str:
    return (await asr.transcribe(sound)).text


@pytest.mark.parametrize("name", ["a click", "a chord", "white noise, clipped"])
def test_a_caller_who_is_no_speaker_is_helped_and_starts_nothing(name: str) -> None:
    async def caller(talk: Talk) -> None:
        await talk.hears()
        talk.line.speaks(NO_SPEECH[name])
        await talk.hears()  # the first help for silence

    record = Talk().hold(caller)
    assert [one.sent for one in record.exchanges if one.by == "speech"] == []
    assert any("duyamadım" in one.text for one in record.said)


def test_speech_at_another_rate_than_the_line_says_is_survived() -> None:
    """A line that lies about its rate: chipmunks and giants. Nothing breaks; what was said is not understood."""
    for rate in (4000, 11_025, 22_050, 48_000):
        sound = resample(spoken("siparişim nerede", RATE), RATE, rate)
        assert isinstance(run(_heard(whisper(), resample(sound, RATE, 16_000))), str)


def test_a_caller_who_never_stops_is_answered() -> None:
    async def caller(talk: Talk) -> None:
        await talk.hears()
        for _ in range(25):
            talk.line.speaks(spoken("siparişim ne zaman gelecek"))
        began = asyncio.get_running_loop().time()
        await talk.hears()
        assert asyncio.get_running_loop().time() - began < 35
        assert talk.line.speaking, "the caller still spoke when the bot answered"

    Talk().hold(caller)


def test_the_detector_knows_both_voices_for_speech() -> None:
    """What else is said about accuracy rests on utterances that are cut well."""

    async def bots() -> Sound:
        return resample(await piper().synthesize("siparişiniz yolda"), piper().rate, RATE)

    for sound in (run(bots()), spoken("siparişim nerede")):
        detector = ActivityDetector(SileroVad(), RATE)
        found = [one for at in range(0, len(sound), 160) for one in detector.push(sound[at : at + 160])]
        assert sum(one.speech for one in found) > len(found) / 2


def test_the_small_piper_voice_is_understood() -> None:
    texts = ("siparişiniz yolda", "sipariş numaranızı söyler misiniz", "iyi günler", NUMBER, "anlayamadım")

    async def heard(text: str) -> str:
        return await words_of(resample(await piper().synthesize(text), piper().rate, RATE))

    found = {text: run(heard(text)) for text in texts}
    assert sum(text == one for text, one in found.items()) >= len(texts) - 1, found
