"""Whole calls in which somebody is silent, hangs up, is slow or breaks."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from call_scene import (
    ANSWERED,
    ASKED,
    GREETED,
    SETTINGS,
    WISHES,
    Scene,
    hangs_up,
    hears,
    hears_out,
    says,
    waits,
)

from bot import events as ev
from bot.errors import StoreError
from voice.audio import Sound
from voice.testing.fakes import FakeAsr, FakeLine

# Silence and the end


def test_silence_is_helped_step_by_step_and_ends_politely() -> None:
    scene = Scene()
    record = scene.play(
        hears("yardımcı olabilirim?"),
        WISHES,
        ASKED,
        hears("sizi duyamadım."),
        hears("sipariş numaranızı söyler misiniz?"),
        hears("sesiniz bana ulaşmıyor."),
        hears("numaranız nedir?"),
        hears("tuşlarıyla girip kareye"),
        hears("temsilcimize yönlendiriyorum."),
        hears("yanıtınızı alamadığım için", 90),
        hears("iyi günler."),
    )
    assert record.reason == "silence" and scene.line.hung_up_by_us
    assert record.was_heard()[-1] == "İyi günler."
    assert [one.sent for one in record.exchanges][-1] == "/temsilci"


def test_a_muted_caller_is_given_time_and_told_so() -> None:
    record = Scene().play(
        hears("yardımcı olabilirim?"),
        WISHES,
        hears_out("numaranızı"),
        FakeLine.mutes,
        waits(25),
        hears("mikrofonunuz kapalı."),
        lambda line: line.mutes(False),
        hears_out("söyler misiniz?"),
        says("dört yüz seksen iki dokuz yüz on üç", 2.5),
        hears("numaralı siparişiniz yolda,"),
        hangs_up,
    )
    assert "Sizi duyamadım." not in record.was_heard() and record.exchanges[-1].sent == "482913"


def test_hanging_up_in_mid_sentence_leaves_what_was_heard_and_nothing_running() -> None:
    scene = Scene(settings=replace(SETTINGS, ending="bitti"))
    record = scene.play(*ANSWERED, says(""), hangs_up)
    assert record.reason == "gone" and not scene.line.hung_up_by_us
    cut = next(one for one in record.said if "482913" in one.text)
    assert cut.heard and cut.heard != cut.text
    last = scene.utterances()[-1]
    assert last.text == "EXTERNAL: bitti" and last.metadata["is_external"] is True
    assert last.metadata["voice"]["cut"] is True and cut.heard in last.metadata["voice"]["heard_of_reply"]


def test_what_was_heard_is_kept_though_no_message_follows() -> None:
    scene = Scene()
    record = scene.play(*ANSWERED, says(""), hangs_up)
    cut = next(one for one in record.said if "482913" in one.text)
    assert scene.logged == [("c1", {"cut": True, "heard_of_reply": cut.heard})]
    scene = Scene()
    scene.play(GREETED, hangs_up)
    assert scene.logged == [], "all of it was heard"


def test_what_was_asked_for_is_done_though_the_caller_has_hung_up() -> None:
    scene = Scene(turn_delay=2.0)
    scene.play(GREETED, says("fatura istiyorum"), waits(0.06 * 16 + 0.5), hangs_up)
    assert scene.utterances()[-1].text == "fatura istiyorum"
    assert isinstance(scene.events()[-1], ev.ActionExecuted), "the turn came to its end"
    assert scene.logged == [("c1", {"cut": True, "heard_of_reply": ""})], "nobody heard the answer"


def test_the_longest_call_ends_politely() -> None:
    scene = Scene(settings=replace(SETTINGS, rules=replace(SETTINGS.rules, call=5.0)))
    assert scene.play(hears("görüşme süremiz doldu.")).reason == "long"


# Slow and broken parts


def test_a_filler_is_said_when_it_takes_long_and_not_when_it_does_not() -> None:
    steps = (GREETED, says("yavaş iş"), hears_out("buldum."), hangs_up)
    slow, quick = (Scene(turn_delay=seconds).play(*steps).was_heard() for seconds in (2.0, 0.2))
    assert slow.count("Hemen bakıyorum.") == 2
    assert "Hemen bakıyorum." not in quick


def test_a_turn_that_fails_is_told_and_the_call_goes_on() -> None:
    Scene(fails={0: StoreError("the test said so")}).play(
        hears_out("bir aksaklık yaşıyoruz"), says("fatura istiyorum"), hears("göndereyim mi?"), hangs_up
    )


def test_a_recogniser_that_fails_sends_to_the_keypad() -> None:
    scene = Scene(asr=partial(FakeAsr, fails=1))
    scene.play(GREETED, WISHES, hears_out("duymakta güçlük"), WISHES, ASKED, hangs_up)


def test_a_recogniser_that_hangs_does_not_hold_the_call_up() -> None:
    Scene(asr=partial(FakeAsr, delay=3600)).play(GREETED, WISHES, hears("duymakta güçlük"), hangs_up)


class Breaking(FakeLine):
    """A line that breaks after five seconds."""

    async def send(self, frame: Sound) -> None:
        if self._clock() > 5:
            raise ConnectionResetError("the line broke")
        await super().send(frame)


def test_a_line_that_breaks_ends_this_call_and_no_other() -> None:
    assert Scene(line_type=Breaking).play(WISHES).reason == "broken"
