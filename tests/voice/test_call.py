"""Whole calls in virtual time: a real bot, its real turn, and a caller who is a test."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from call_scene import (
    ASKED,
    GREETED,
    SETTINGS,
    WISHES,
    Fixed,
    Scene,
    hangs_up,
    hears,
    hears_out,
    presses,
    says,
    waits,
)
from espeak_speech import spoken

from voice.audio import joined, silence
from voice.expectation import ANYTHING
from voice.line import KeyPress
from voice.testing.fakes import FakeLine
from voice.vad import Vad


def test_a_call_from_ring_to_hang_up() -> None:
    scene = Scene()
    record = scene.play(
        GREETED,
        WISHES,
        hears_out("numaranızı"),
        says("dört yüz seksen iki dokuz yüz on üç", 2.5),
        hears("dört yüz seksen iki dokuz yüz on üç numaralı siparişiniz yolda,"),
        hears_out("yarın akşama kadar size gelecek."),
        says("hoşça kalın"),
        hears("iyi günler."),
    )
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
    record = Scene().play(
        GREETED,
        WISHES,
        hears_out("numaranızı"),
        presses("482913"),
        hears_out("numaralı siparişiniz"),
        says("fatura istiyorum"),
        hears_out("göndereyim mi?"),
        says("evet"),
        hears("gönderdim."),
        hangs_up,
    )
    latencies = {one.heard: one.latency for one in record.exchanges}
    assert latencies["siparişim nerede"] == pytest.approx(0.30, abs=0.05)
    assert latencies["evet"] == pytest.approx(0.22, abs=0.05)
    assert latencies["482913"] == pytest.approx(0, abs=0.02)


def test_the_recogniser_knows_what_is_asked_for() -> None:
    scene = Scene()
    scene.play(
        hears("yardımcı olabilirim?"),
        says("fatura istiyorum"),
        hears_out("göndereyim mi?"),
        says("evet"),
        hears("gönderdim."),
        hangs_up,
    )
    assert scene.recogniser.asked[0] == ANYTHING
    assert scene.recogniser.asked[-1].choices == ("Evet", "Hayır")
    assert max(scene.recogniser.lengths) < 1.5, "only the utterance is recognised, not the whole call"


def test_a_real_voice_is_heard_by_the_real_detectors(real_vad: type[Vad]) -> None:
    speech = joined([spoken("siparişim nerede"), silence(0.1, 8000)])

    def speaks(line: FakeLine) -> None:
        line._spoken = speech

    scene = Scene(vad=real_vad, asr=lambda *_: Fixed("siparişim nerede"))
    (heard,) = scene.play(GREETED, speaks, ASKED, hangs_up).exchanges[1:]
    assert heard.sent == "siparişim nerede" and heard.latency is not None
    assert heard.latency < 0.36


# Keys


def test_menus_are_spoken_with_their_keys_and_a_key_without_meaning_is_told() -> None:
    record = Scene().play(
        says("fatura istiyorum"),
        hears("göndereyim mi?"),
        hears("evet için biri, Hayır için ikiyi tuşlayın ya da söyleyin"),
        presses("7"),
        hears("bu tuşun bir karşılığı yok"),
        presses("2"),
        hears("göndermiyorum"),
        hangs_up,
    )
    assert [one.sent for one in record.exchanges][1:] == ["fatura istiyorum", "2"]


def test_a_call_by_keys_alone_needs_no_recogniser() -> None:
    scene = Scene(vad=None, asr=None)
    record = scene.play(WISHES, hears("henüz bir tuşa basmadınız."), presses("#"), FakeLine.silence, hangs_up)
    assert [one.by for one in record.exchanges] == ["call", "keys"]


@pytest.mark.parametrize(
    ("opening", "words"),
    [
        ("/selam", ["yardımcı olabilirim?", "ana menü için yıldıza,"]),
        ("/nerede", ["numaranızı tuşlar mısınız?", "tuşlarıyla girip kareye basabilirsiniz."]),
        ("/fatura", ["evet için biri, Hayır için ikiyi tuşlayın.", "tuşlarını kullanabilirsiniz."]),
    ],
)
def test_nobody_is_asked_to_speak_who_has_keys_alone(opening: str, words: list[str]) -> None:
    record = Scene(vad=None, asr=None, settings=replace(SETTINGS, opening=opening)).play(
        hears(words[0]),
        hears("henüz bir tuşa basmadınız."),
        hears("tuşlarla yanıt vermenizi bekliyorum."),
        hears(words[1]),
        hears("temsilcimize yönlendiriyorum."),
        hears("yanıtınızı alamadığım için", 90),
        hears("iyi günler."),
    )
    assert record.reason == "silence"
    assert [one.text for one in record.said if re.search("söyley|söyler|konuş|duy", one.text)] == []


# Lines


class Pausing(FakeLine):
    """A line that sends nothing while nobody speaks."""

    async def events(self) -> Any:
        async for event in super().events():
            if isinstance(event, KeyPress) or event.any():
                yield event


def test_a_line_that_sends_nothing_in_silence_is_understood() -> None:
    record = Scene(line_type=Pausing).play(GREETED, WISHES, ASKED, hangs_up)
    assert [one.sent for one in record.exchanges][1:] == ["siparişim nerede"]


@pytest.mark.parametrize(("vouched", "verified"), [(True, "+905321234567"), (False, None)])
def test_a_number_verifies_only_when_the_line_vouches_for_it(vouched: bool, verified: str | None) -> None:
    scene = Scene(line_options={"caller": "+905321234567", "vouched": vouched})
    scene.play(hears("hoş geldiniz."), hangs_up)
    assert scene.messages[0].metadata["caller"] == "+905321234567"
    assert scene.messages[0].metadata.get("verified_phone") == verified


def test_many_short_calls_leave_nothing_behind() -> None:
    for _ in range(30):  # `run` sees that no task is left over
        assert Scene().play(waits(0.05), hangs_up).reason == "gone"
