"""What credentials.yml says of the voice, and what is done about engines that are not there."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import Any, cast

import pytest
from espeak_speech import needs_espeak

from bot.errors import ProjectError
from bot.message import Reply
from bot.turn import Bot
from voice.call import Phone
from voice.call_settings import CallSettings
from voice.engines.missing import EngineMissing
from voice.engines.whisper import WhisperAsr
from voice.engines.wyoming import WyomingAsr
from voice.opening import open_phone
from voice.recording.file import name_at
from voice.vad import EnergyVad

NO_ASR = {"asr": {"engine": "none"}, "vad": "energy"}


def opened(root: Path, **voice: Any) -> Phone:
    return open_phone({"voice": voice}, cast(Bot, None), root)


@needs_espeak
def test_a_project_that_says_nothing_has_a_phone(tmp_path: Path) -> None:
    phone = open_phone(None, cast(Bot, None), tmp_path)
    assert phone.settings == CallSettings() and not phone.tones
    assert phone.voice(8000) is phone.voice(8000) and phone.voice(8000) is not phone.voice(16_000)


@needs_espeak
def test_every_setting_arrives(tmp_path: Path) -> None:
    phone = opened(
        tmp_path,
        asr={"engine": "wyoming", "url": "ears:10300", "timeout": 4},
        vad="energy",
        opening="",
        person="/bağla",
        ending="call_ended",
        tones=True,
        silence="8",
        longest=15,
        call=600,
        filler_after=1.5,
        texts={"notice": "Kaydedilir.", "again": "Duyamadım. {last}"},
    )
    assert isinstance(phone.asr, WyomingAsr) and phone.asr.name == "wyoming-ears:10300"
    assert phone.vad is EnergyVad and phone.tones
    settings = phone.settings
    assert (settings.opening, settings.person, settings.ending) == ("", "/bağla", "call_ended")
    assert (settings.rules.silence, settings.rules.longest, settings.rules.call) == (8, 15, 600)
    assert (settings.filler_after, settings.texts.notice) == (1.5, "Kaydedilir.")
    assert settings.texts.goodbye == CallSettings().texts.goodbye


@needs_espeak
def test_a_prompt_is_kept_in_the_projects_folder(tmp_path: Path) -> None:
    phone = opened(tmp_path, **NO_ASR, prompts="sesler", tts={"engine": "espeak", "speed": 200})
    assert len(run_really(phone.voice(8000).render("Merhaba.", True))) > 1000
    assert len(list((tmp_path / "sesler").glob("*.wav"))) == 1


def run_really(work: Any) -> Any:
    import asyncio

    return asyncio.run(work)


@pytest.mark.parametrize(
    ("voice", "message"),
    [
        ({"asr": {"engine": "deepgram"}}, "Unknown engine 'deepgram'"),
        ({"asr": "whisper"}, "'asr' is no mapping"),
        ({"tts": {"engine": "piper"}}, "needs its 'model'"),
        ({"tts": {"engine": "espeak", "speed": 9000}}, "80 to 450"),
        ({"tts": {"engine": "wyoming"}}, "needs its address"),
        ({"tts": {"engine": "wyoming", "host": "ears"}}, "needs its address"),
        ({"recording": {"days": 30}}, "no text tells callers so"),
        ({"recording": {"days": 30}, "texts": {"notice": " "}}, "no text tells callers so"),
        ({"recording": {"folder": "x"}, "texts": {"notice": "Kaydedilir."}}, "after how many days"),
        ({"recording": {"days": 0}, "texts": {"notice": "Kaydedilir."}}, "'days' is '0'"),
        ({"recording": True, "texts": {"notice": "Kaydedilir."}}, "'recording' is no mapping"),
        ({"vad": "webrtc"}, "Unknown vad 'webrtc'"),
        ({"texts": {"agian": "x"}}, "no text 'agian'"),
        ({"texts": {"again": "{x}"}}, "braces"),
        ({"texts": {"again": "{"}}, "braces"),
        ({"silence": -1}, "'silence' is '-1'"),
        ({"asr": {"device": "gpu"}}, "Unknown device 'gpu'"),
        ({"asr": {"compute_type": "int4"}}, "Unknown compute_type 'int4'"),
        ({"asr": {"threads": 10**20}}, "'threads' is 100000000000000000000"),
        ({"asr": {"workers": 257}}, "'workers' is 257"),
        ({"tts": {"engine": "wyoming", "host": "ears", "port": 65_536}}, "needs its address"),
        ({"tones": "maybe"}, "'tones' must be true or false"),
    ],
)
@needs_espeak
def test_what_is_wrong_is_told(tmp_path: Path, voice: dict[str, Any], message: str) -> None:
    with pytest.raises(ProjectError, match=message):
        opened(tmp_path, **(NO_ASR | voice))


@needs_espeak
def test_a_misspelt_voice_of_espeak_is_stood_in_for(tmp_path: Path) -> None:
    voice = opened(tmp_path, **NO_ASR, tts={"voice": "türkçe"}).voice(8000)
    assert len(run_really(voice.render("Merhaba."))) > 1000


@needs_espeak
def test_a_voice_that_is_not_there_is_stood_in_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    opened(tmp_path, **NO_ASR, tts={"engine": "piper", "model": "tr.onnx"})
    assert any("tr.onnx" in one and "espeak speaks in its place" in one for one in caplog.messages)


def test_without_any_voice_there_is_no_phone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ProjectError, match="apt-get install espeak-ng"):
        opened(tmp_path, **NO_ASR)


@needs_espeak
def test_without_faster_whisper_calls_are_held_by_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from voice.engines import silero

    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    silero._session.cache_clear()
    phone = opened(tmp_path)
    assert phone.asr is None and phone.vad is EnergyVad
    assert any("santral[voice]" in one and "by keys alone" in one for one in caplog.messages)
    silero._session.cache_clear()


@needs_espeak
def test_a_key_that_is_not_known_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    opened(tmp_path, **NO_ASR, barge_in=True)
    assert any("has no key 'barge_in'" in one for one in caplog.messages)


@needs_espeak
@pytest.mark.parametrize(("asr", "offline"), [(None, True), ({"model": "tiny"}, False)])
def test_a_model_is_fetched_only_for_whoever_names_a_recogniser(
    tmp_path: Path, asr: dict[str, Any] | None, offline: bool
) -> None:
    pytest.importorskip("faster_whisper", reason="faster-whisper is not installed: Whisper is NOT tested.")
    phone = opened(tmp_path, vad="energy", **({"asr": asr} if asr else {}))
    assert isinstance(phone.asr, WhisperAsr) and phone.asr.options.offline is offline


@needs_espeak
def test_a_model_that_was_never_fetched_is_told_before_anything_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("huggingface_hub", reason="faster-whisper is not installed: Whisper is NOT tested.")
    phone = opened(tmp_path, vad="energy", asr={"model": "base", "offline": True, "folder": "models"})
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    assert phone.warm is not None
    with pytest.raises(EngineMissing, match=r"'base'.*credentials\.yml"):
        run_really(phone.warm())


def test_calls_are_recorded_only_when_it_says_so(tmp_path: Path) -> None:
    assert opened(tmp_path, **NO_ASR).recorder is None
    assert opened(tmp_path, **NO_ASR, recording=False).recorder is None
    old = tmp_path / "kayıtlar" / name_at(1_600_000_000)
    old.parent.mkdir()
    old.write_bytes(b"x")
    recording = {"folder": "kayıtlar", "days": "30", "pause_on": ["card_no"]}
    recorder = opened(tmp_path, **NO_ASR, recording=recording, texts={"notice": "Kaydedilir."}).recorder
    assert recorder is not None and recorder.days == 30
    assert recorder.is_sensitive(Reply("?", metadata={"utter_action": "utter_ask_card_no"}))
    (sweeper,) = [one for one in threading.enumerate() if one.name == "recordings-sweep"]
    recorder.close()
    sweeper.join(5)
    assert not old.exists(), "what is too old is deleted at the start"
