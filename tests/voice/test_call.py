"""Whole calls in virtual time: a real bot, its real turn, and a caller who is a test."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from espeak_speech import spoken
from phone_bot import phone_bot

from bot import events as ev
from bot.errors import StoreError
from bot.message import Emit, Message
from bot.stores.memory import MemoryStore
from bot.turn import take_turn
from voice.asr import Recognised
from voice.audio import Sound, joined, silence
from voice.call import Phone, take_call
from voice.call_record import CallRecord
from voice.call_settings import CallSettings, CallTexts
from voice.engines.missing import EngineMissing
from voice.engines.silero import SileroVad
from voice.expectation import ANYTHING, Expectation
from voice.line import KeyPress
from voice.testing.fakes import CodeBook, FakeAsr, FakeLine, FakeTts, FakeVad
from voice.testing.virtual_time import run
from voice.tts import Voice
from voice.vad import EnergyVad, Vad

SETTINGS = CallSettings(opening="/selam", person="/temsilci")


class Fixed:
    """A recogniser that always hears the same."""

    name, rate = "fixed", 16_000

    def __init__(self, text: str) -> None:
        self.text = text

    async def transcribe(self, sound: Sound, expects: Expectation = ANYTHING) -> Recognised:
        await asyncio.sleep(0.1)
        return Recognised(self.text)


@dataclass
class Scene:
    """A call, and everything around it that a test may look at or change before."""

    book: CodeBook = field(default_factory=CodeBook)
    settings: CallSettings = SETTINGS
    asr_delay: float = 0.05
    asr_fails: int = 0
    tts_delay: float = 0.0
    turn_delay: float = 0.0
    keys_only: bool = False
    line_options: dict[str, Any] = field(default_factory=dict)
    logged: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    """What was heard, told after the call."""
    messages: list[Message] = field(default_factory=list)
    fails: type[Exception] | None = None
    line_type: type[FakeLine] = FakeLine
    vad: Callable[[], Vad] = FakeVad
    asr_answer: str | None = None
    """What is recognised whatever was said; ``None``: what the sound's code says."""

    def play(self, caller: Callable[[FakeLine], Awaitable[None]]) -> CallRecord:
        """Hold the call with this caller, to its end."""
        return run(self._play(caller))

    async def _play(self, caller: Callable[[FakeLine], Awaitable[None]]) -> CallRecord:
        self.store = MemoryStore()
        bot = phone_bot(self.store)

        async def turn(message: Message, emit: Emit) -> None:
            self.messages.append(message)
            await asyncio.sleep(self.turn_delay)
            if self.fails is not None:
                raise self.fails("the test said so")
            await take_turn(bot, message, emit)

        self.line = self.line_type(self.book, **self.line_options)
        self.asr = FakeAsr(self.book, delay=self.asr_delay, fails=self.asr_fails)
        self.tts = FakeTts(self.book, delay=self.tts_delay)
        phone = Phone(
            turn,
            lambda rate: Voice(self.tts, rate),
            None if self.keys_only else self.vad,
            None if self.keys_only else Fixed(self.asr_answer) if self.asr_answer else self.asr,
            self.settings,
            log=self._log,
        )
        calling = asyncio.ensure_future(caller(self.line))
        record = await take_call(self.line, phone, "c1")
        await calling
        return record

    async def _log(self, conversation_id: str, heard: Mapping[str, Any]) -> None:
        self.logged.append((conversation_id, heard))

    def events(self) -> list[ev.Event]:
        return list(run(self.store.load("c1")))

    def utterances(self) -> list[ev.UserUttered]:
        return [one for one in self.events() if isinstance(one, ev.UserUttered)]


# A call as it should be


def test_a_call_from_ring_to_hang_up() -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears("nasıl yardımcı olabilirim?")
        await line.silence()
        line.says("siparişim nerede")
        await line.hears("numaranızı")
        await line.silence()
        line.says("dört yüz seksen iki dokuz yüz on üç", 2.5)
        await line.hears("dört yüz seksen iki dokuz yüz on üç numaralı siparişiniz yolda,")
        await line.hears("yarın akşama kadar size gelecek.")
        await line.silence()
        line.says("hoşça kalın")
        await line.hears("iyi günler.")

    scene = Scene()
    record = scene.play(caller)
    assert record.reason == "bot" and scene.line.hung_up_by_us
    assert [(one.by, one.sent) for one in record.exchanges] == [
        ("call", "/selam"),
        ("speech", "siparişim nerede"),
        ("speech", "482913"),
        ("speech", "hoşça kalın"),
    ]
    assert all(one.heard == one.text for one in record.said)
    assert record.was_heard()[-1] == "İyi günler."
    # The same events as in a chat, with the caller's own words beside the number.
    heard = scene.utterances()[2]
    assert heard.text == "482913" and heard.input_channel == "fake"
    assert heard.metadata["voice"] == {"by": "speech", "heard": "dört yüz seksen iki dokuz yüz on üç"}
    assert [one.message_id for one in scene.utterances()] == ["c1-0", "c1-1", "c1-2", "c1-3"]


def test_from_the_end_of_speech_to_the_first_sound() -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears("yardımcı olabilirim?")
        await line.silence()
        line.says("siparişim nerede")
        await line.hears("numaranızı")
        await line.silence()
        line.presses("482913")
        await line.hears("numaralı siparişiniz")
        await line.silence()
        line.says("fatura istiyorum")
        await line.hears("göndereyim mi?")
        await line.silence()
        line.says("evet")
        await line.hears("gönderdim.")
        line.hangs_up()

    latencies = {one.heard: one.latency for one in Scene().play(caller).exchanges}
    assert latencies["siparişim nerede"] == pytest.approx(0.30, abs=0.05)
    assert latencies["evet"] == pytest.approx(0.25, abs=0.05)
    assert latencies["482913"] == pytest.approx(0, abs=0.02)


def test_the_recogniser_knows_what_is_asked_for() -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears("yardımcı olabilirim?")
        line.says("fatura istiyorum")
        await line.hears("göndereyim mi?")
        await line.silence()
        line.says("evet")
        await line.hears("gönderdim.")
        line.hangs_up()

    scene = Scene()
    scene.play(caller)
    assert scene.asr.asked[0] == ANYTHING
    assert scene.asr.asked[-1].choices == ("Evet", "Hayır")
    assert max(scene.asr.lengths) < 1.5, "only the utterance is recognised, not the whole call"


# Interruptions


async def interrupted(line: FakeLine, words: str) -> None:
    line.says("siparişim nerede")
    await line.hears("numaranızı")
    line.presses("482913")
    await line.hears("dört yüz seksen")
    await asyncio.sleep(1.5)
    line.says(words)


def test_barge_in_stops_the_mouth_and_what_was_heard_is_recorded() -> None:
    async def caller(line: FakeLine) -> None:
        await interrupted(line, "fatura istiyorum")
        await line.hears("göndereyim mi?")
        line.hangs_up()

    scene = Scene()
    record = scene.play(caller)
    (cut,) = [one for one in record.said if "482913" in one.text]
    assert cut.heard and cut.heard != cut.text and cut.text.startswith(cut.heard)
    voice = scene.utterances()[-1].metadata["voice"]
    assert voice == {"by": "speech", "cut": True, "heard_of_reply": cut.heard}
    # The dialogue's own log has the whole reply: the turn was not stopped.
    assert any("yarın akşama" in (one.text or "") for one in scene.events() if isinstance(one, ev.BotUttered))


@pytest.mark.parametrize("words", ["hı hı", "tamam", ""])
def test_listening_makes_the_bot_pause_and_go_on_at_the_same_sample(words: str) -> None:
    async def caller(line: FakeLine) -> None:
        await interrupted(line, words) if words else await coughs(line)
        await line.hears("yarın akşama kadar")
        await line.silence()
        line.hangs_up()

    async def coughs(line: FakeLine) -> None:
        await interrupted(line, "öhö")
        line.book.texts[-1] = ""

    scene = Scene()
    record = scene.play(caller)
    assert [one.sent for one in record.exchanges] == ["/selam", "siparişim nerede", "482913"]
    assert all(one.heard == one.text for one in record.said if "siparişiniz" in one.text)
    played = [seconds for text, seconds in scene.line.played() if text.startswith("dört yüz seksen")]
    spoken = next(text for text in scene.tts.texts if text.startswith("dört yüz seksen"))
    assert sum(played) == pytest.approx(0.06 * len(spoken), abs=0.02)
    gaps = [b - a for (a, _), (b, _) in zip(scene.line.frames, scene.line.frames[1:], strict=False)]
    assert any(0.3 < gap < 1 for gap in gaps), "it paused"


def test_the_line_is_silent_60_ms_after_somebody_speaks() -> None:
    began: list[float] = []

    async def caller(line: FakeLine) -> None:
        await interrupted(line, "fatura istiyorum")
        began.append(asyncio.get_running_loop().time())
        await line.hears("göndereyim mi?")
        line.hangs_up()

    options: list[dict[str, Any]] = [{"lead": 0.02}, {"lead": 0.04, "can_flush": True}]
    for line_options in options:
        began.clear()
        scene = Scene(line_options=line_options)
        scene.play(caller)
        (start,) = began
        frames = [at for at, sound in scene.line.frames if start < at < start + 0.8 and sound.any()]
        heard_until = max(frames, default=start) + scene.line.lead + 0.02
        # The first frame of speech is 20 ms long itself.
        assert heard_until - start < 0.061


@pytest.mark.parametrize("vad", [EnergyVad, SileroVad])
def test_a_real_voice_is_heard_by_the_real_detectors(vad: type[Vad]) -> None:
    try:
        vad()
    except EngineMissing as error:
        pytest.skip(str(error))
    speech = joined([spoken("siparişim nerede"), silence(0.1, 8000)])

    async def caller(line: FakeLine) -> None:
        await line.hears("yardımcı olabilirim?")
        await line.silence()
        line._spoken = speech
        await line.hears("numaranızı")
        line.hangs_up()

    record = Scene(vad=vad, asr_answer="siparişim nerede").play(caller)
    (heard,) = record.exchanges[1:]
    assert heard.sent == "siparişim nerede" and heard.latency is not None
    assert heard.latency < 0.36


def test_noise_without_end_does_not_hold_the_line_for_ever() -> None:
    async def caller(line: FakeLine) -> None:
        line.says("gürültü", 3600)

    record = Scene().play(caller)
    assert record.reason == "silence" and record.seconds < 120


def test_a_notice_is_said_to_its_end() -> None:
    texts = CallTexts(notice="Görüşmeniz kalite amacıyla kaydedilmektedir.")

    async def caller(line: FakeLine) -> None:
        await line.hears("kaydedilmektedir")
        line.says("siparişim nerede")
        await line.hears("numaranızı")
        line.hangs_up()

    record = Scene(settings=replace(SETTINGS, texts=texts)).play(caller)
    assert record.said[0].heard == texts.notice


def test_keys_interrupt_and_answer() -> None:
    async def caller(line: FakeLine) -> None:
        line.says("siparişim nerede")
        await line.hears("numaranızı")
        await asyncio.sleep(0.3)
        line.presses("482913")
        await line.hears("numaralı siparişiniz yolda")
        line.hangs_up()

    record = Scene().play(caller)
    assert record.exchanges[-1].by == "keys" and record.exchanges[-1].sent == "482913"
    (cut,) = [one for one in record.said if "numaranızı" in one.text]
    assert cut.heard != cut.text


def test_menus_are_spoken_with_their_keys_and_a_key_without_meaning_is_told() -> None:
    async def caller(line: FakeLine) -> None:
        line.says("fatura istiyorum")
        await line.hears("göndereyim mi?")
        await line.hears("evet için biri, Hayır için ikiyi tuşlayın ya da söyleyin")
        line.presses("7")
        await line.hears("bu tuşun bir karşılığı yok")
        line.presses("2")
        await line.hears("göndermiyorum")
        line.hangs_up()

    record = Scene().play(caller)
    assert [one.sent for one in record.exchanges][1:] == ["fatura istiyorum", "2"]


def test_a_call_by_keys_alone_needs_no_recogniser() -> None:
    async def caller(line: FakeLine) -> None:
        line.says("siparişim nerede")
        await line.hears("henüz bir tuşa basmadınız.")
        line.presses("#")
        await line.silence()
        line.hangs_up()

    scene = Scene(keys_only=True)
    record = scene.play(caller)
    assert scene.asr.lengths == [] and [one.by for one in record.exchanges] == ["call", "keys"]


@pytest.mark.parametrize(
    ("opening", "words"),
    [
        ("/selam", ["yardımcı olabilirim?", "ana menü için yıldıza,"]),
        ("/nerede", ["numaranızı tuşlar mısınız?", "tuşlarıyla girip kareye basabilirsiniz."]),
        ("/fatura", ["evet için biri, Hayır için ikiyi tuşlayın.", "tuşlarını kullanabilirsiniz."]),
    ],
)
def test_nobody_is_asked_to_speak_who_has_keys_alone(opening: str, words: list[str]) -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears(words[0])
        await line.hears("henüz bir tuşa basmadınız.")
        await line.hears("tuşlarla yanıt vermenizi bekliyorum.")
        await line.hears(words[1])
        await line.hears("temsilcimize yönlendiriyorum.")
        await line.hears("yanıtınızı alamadığım için", 90)
        await line.hears("iyi günler.")

    record = Scene(keys_only=True, settings=replace(SETTINGS, opening=opening)).play(caller)
    assert record.reason == "silence"
    assert [one.text for one in record.said if re.search("söyley|söyler|konuş|duy", one.text)] == []


def test_a_muted_caller_is_given_time_and_told_so() -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears("yardımcı olabilirim?")
        line.says("siparişim nerede")
        await line.hears("numaranızı")
        await line.silence()
        line.mutes()
        await asyncio.sleep(25)
        await line.hears("mikrofonunuz kapalı.")
        line.mutes(False)
        await line.hears("söyler misiniz?")
        await line.silence()
        line.says("dört yüz seksen iki dokuz yüz on üç", 2.5)
        await line.hears("numaralı siparişiniz yolda,")
        line.hangs_up()

    record = Scene().play(caller)
    assert "Sizi duyamadım." not in record.was_heard() and record.exchanges[-1].sent == "482913"


# Silence and the end


def test_silence_is_helped_step_by_step_and_ends_politely() -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears("yardımcı olabilirim?")
        line.says("siparişim nerede")
        await line.hears("numaranızı")
        for words in (
            "sizi duyamadım.",
            "sipariş numaranızı söyler misiniz?",
            "sesiniz bana ulaşmıyor.",
            "numaranız nedir?",
            "tuşlarıyla girip kareye",
            "temsilcimize yönlendiriyorum.",
        ):
            await line.hears(words)
        await line.hears("yanıtınızı alamadığım için", 90)
        await line.hears("iyi günler.")

    scene = Scene()
    record = scene.play(caller)
    assert record.reason == "silence" and scene.line.hung_up_by_us
    assert record.was_heard()[-1] == "İyi günler."
    assert [one.sent for one in record.exchanges][-1] == "/temsilci"


def test_hanging_up_in_mid_sentence_leaves_what_was_heard_and_nothing_running() -> None:
    async def caller(line: FakeLine) -> None:
        await interrupted(line, "")
        line.book.texts[-1] = ""
        line.hangs_up()

    scene = Scene(settings=replace(SETTINGS, ending="bitti"))
    record = scene.play(caller)
    assert record.reason == "gone" and not scene.line.hung_up_by_us
    cut = next(one for one in record.said if "482913" in one.text)
    assert cut.heard and cut.heard != cut.text
    last = scene.utterances()[-1]
    assert last.text == "EXTERNAL: bitti" and last.metadata["is_external"] is True
    assert last.metadata["voice"]["cut"] is True and cut.heard in last.metadata["voice"]["heard_of_reply"]


def test_what_was_heard_is_kept_though_no_message_follows() -> None:
    async def hangs_up_in_a_sentence(line: FakeLine) -> None:
        await interrupted(line, "")
        line.book.texts[-1] = ""
        line.hangs_up()

    async def hangs_up_behind_it(line: FakeLine) -> None:
        await line.hears("yardımcı olabilirim?")
        await line.silence()
        line.hangs_up()

    scene = Scene()
    record = scene.play(hangs_up_in_a_sentence)
    cut = next(one for one in record.said if "482913" in one.text)
    assert scene.logged == [("c1", {"cut": True, "heard_of_reply": cut.heard})]
    scene = Scene()
    scene.play(hangs_up_behind_it)
    assert scene.logged == [], "all of it was heard"


def test_what_was_asked_for_is_done_though_the_caller_has_hung_up() -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears("yardımcı olabilirim?")
        await line.silence()
        line.says("fatura istiyorum")
        await asyncio.sleep(0.06 * 16 + 0.5)
        line.hangs_up()

    scene = Scene(turn_delay=2.0)
    scene.play(caller)
    assert scene.utterances()[-1].text == "fatura istiyorum"
    assert isinstance(scene.events()[-1], ev.ActionExecuted), "the turn came to its end"
    assert scene.logged == [("c1", {"cut": True, "heard_of_reply": ""})], "nobody heard the answer"


def test_the_longest_call_ends_politely() -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears("görüşme süremiz doldu.")

    rules = replace(SETTINGS.rules, call=5.0)
    assert Scene(settings=replace(SETTINGS, rules=rules)).play(caller).reason == "long"


# Slow and broken parts


def test_a_filler_is_said_when_it_takes_long_and_not_when_it_does_not() -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears("yardımcı olabilirim?")
        await line.silence()
        line.says("yavaş iş")
        await line.hears("buldum.")
        await line.silence()
        line.hangs_up()

    slow, quick = Scene(turn_delay=2.0), Scene(turn_delay=0.2)
    assert slow.play(caller).was_heard().count("Hemen bakıyorum.") == 2
    assert "Hemen bakıyorum." not in quick.play(caller).was_heard()


def test_a_turn_that_fails_is_told_and_the_call_goes_on() -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears("bir aksaklık yaşıyoruz")
        scene.fails = None
        await line.silence()
        line.says("fatura istiyorum")
        await line.hears("göndereyim mi?")
        line.hangs_up()

    scene = Scene(fails=StoreError)
    scene.play(caller)


def test_a_recogniser_that_fails_sends_to_the_keypad() -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears("yardımcı olabilirim?")
        await line.silence()
        line.says("siparişim nerede")
        await line.hears("duymakta güçlük")
        await line.silence()
        line.says("siparişim nerede")
        await line.hears("numaranızı")
        line.hangs_up()

    Scene(asr_fails=1).play(caller)


def test_a_recogniser_that_hangs_does_not_hold_the_call_up() -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears("yardımcı olabilirim?")
        await line.silence()
        line.says("siparişim nerede")
        await line.hears("duymakta güçlük")
        line.hangs_up()

    Scene(asr_delay=3600).play(caller)


class Breaking(FakeLine):
    """A line that breaks after five seconds."""

    async def send(self, frame: Sound) -> None:
        if self._clock() > 5:
            raise ConnectionResetError("the line broke")
        await super().send(frame)


def test_a_line_that_breaks_ends_this_call_and_no_other() -> None:
    async def caller(line: FakeLine) -> None:
        line.says("siparişim nerede")

    scene = Scene(line_type=Breaking)
    assert scene.play(caller).reason == "broken"


class Pausing(FakeLine):
    """A line that sends nothing while nobody speaks."""

    async def events(self) -> Any:
        async for event in super().events():
            if isinstance(event, KeyPress) or event.any():
                yield event


def test_a_line_that_sends_nothing_in_silence_is_understood() -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears("yardımcı olabilirim?")
        await line.silence()
        line.says("siparişim nerede")
        await line.hears("numaranızı")
        line.hangs_up()

    scene = Scene(line_type=Pausing)
    assert [one.sent for one in scene.play(caller).exchanges][1:] == ["siparişim nerede"]


@pytest.mark.parametrize(("vouched", "verified"), [(True, "+905321234567"), (False, None)])
def test_a_number_verifies_only_when_the_line_vouches_for_it(vouched: bool, verified: str | None) -> None:
    async def caller(line: FakeLine) -> None:
        await line.hears("hoş geldiniz.")
        line.hangs_up()

    scene = Scene(line_options={"caller": "+905321234567", "vouched": vouched})
    scene.play(caller)
    assert scene.messages[0].metadata["caller"] == "+905321234567"
    assert scene.messages[0].metadata.get("verified_phone") == verified


def test_many_short_calls_leave_nothing_behind() -> None:
    async def caller(line: FakeLine) -> None:
        await asyncio.sleep(0.05)
        line.hangs_up()

    for _ in range(30):  # `run` sees that no task is left over
        assert Scene().play(caller).reason == "gone"
