"""Whole calls in which the caller speaks, coughs or presses keys while the bot speaks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from call_scene import (
    ANSWERED,
    ASKED,
    SETTINGS,
    WISHES,
    Scene,
    Step,
    hangs_up,
    hears,
    hears_out,
    presses,
    says,
    waits,
)

from bot import events as ev
from voice.call_settings import CallTexts
from voice.testing.fakes import FakeLine


def coughs(line: FakeLine) -> None:
    line.says("öhö")
    line.book.texts[-1] = ""


def test_barge_in_stops_the_mouth_and_what_was_heard_is_recorded() -> None:
    scene = Scene()
    record = scene.play(*ANSWERED, says("fatura istiyorum"), hears("göndereyim mi?"), hangs_up)
    (cut,) = [one for one in record.said if "482913" in one.text]
    assert cut.heard and cut.heard != cut.text and cut.text.startswith(cut.heard)
    voice = scene.utterances()[-1].metadata["voice"]
    assert voice == {"by": "speech", "cut": True, "heard_of_reply": cut.heard}
    # The dialogue's own log has the whole reply: the turn was not stopped.
    assert any("yarın akşama" in (one.text or "") for one in scene.events() if isinstance(one, ev.BotUttered))


@pytest.mark.parametrize("listens", [says("hı hı"), says("tamam"), coughs], ids=["hı hı", "tamam", "coughs"])
def test_listening_makes_the_bot_pause_and_go_on_at_the_same_sample(listens: Step) -> None:
    scene = Scene()
    record = scene.play(*ANSWERED, listens, hears_out("yarın akşama kadar"), hangs_up)
    assert [one.sent for one in record.exchanges] == ["/selam", "siparişim nerede", "482913"]
    assert all(one.heard == one.text for one in record.said if "siparişiniz" in one.text)
    played = [seconds for text, seconds in scene.line.played() if text.startswith("dört yüz seksen")]
    spoken = next(text for text in scene.tts.texts if text.startswith("dört yüz seksen"))
    assert sum(played) == pytest.approx(0.06 * len(spoken), abs=0.02)
    gaps = [b - a for (a, _), (b, _) in zip(scene.line.frames, scene.line.frames[1:], strict=False)]
    assert any(0.3 < gap < 1 for gap in gaps), "it paused"


def test_the_line_is_silent_60_ms_after_somebody_speaks() -> None:
    options: list[dict[str, Any]] = [{"lead": 0.02}, {"lead": 0.04, "can_flush": True}]
    for line_options in options:
        began: list[float] = []
        scene = Scene(line_options=line_options)
        scene.play(
            *ANSWERED,
            says("fatura istiyorum"),
            lambda line, began=began: began.append(line._clock()),
            hears("göndereyim mi?"),
            hangs_up,
        )
        (start,) = began
        frames = [at for at, sound in scene.line.frames if start < at < start + 0.8 and sound.any()]
        heard_until = max(frames, default=start) + scene.line.lead + 0.02
        # The first frame of speech is 20 ms long itself.
        assert heard_until - start < 0.061


def test_noise_without_end_does_not_hold_the_line_for_ever() -> None:
    record = Scene().play(says("gürültü", 3600))
    assert record.reason == "silence" and record.seconds < 120


def test_a_notice_is_said_to_its_end() -> None:
    texts = CallTexts(notice="Görüşmeniz kalite amacıyla kaydedilmektedir.")
    scene = Scene(settings=replace(SETTINGS, texts=texts))
    record = scene.play(hears("kaydedilmektedir"), WISHES, ASKED, hangs_up)
    assert record.said[0].heard == texts.notice


def test_keys_interrupt_and_answer() -> None:
    record = Scene().play(
        WISHES, ASKED, waits(0.3), presses("482913"), hears("numaralı siparişiniz yolda"), hangs_up
    )
    assert record.exchanges[-1].by == "keys" and record.exchanges[-1].sent == "482913"
    (cut,) = [one for one in record.said if "numaranızı" in one.text]
    assert cut.heard != cut.text
