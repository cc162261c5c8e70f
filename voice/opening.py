"""The voice's composition root: from the ``voice`` section of ``credentials.yml`` to what all calls share.

An engine that cannot be had is told in the log, with the mend, and calls go on without it: by keys, with espeak, with
the simple speech detector. A section that is wrong is a complaint with its line.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from bot.message import Emit, Message
from bot.settings import Section, section_of
from bot.turn import Bot, take_turn
from voice.asr import Asr
from voice.call_settings import CallSettings, CallTexts
from voice.engines.espeak import EspeakTts
from voice.engines.missing import EngineMissing
from voice.engines.piper import PiperTts
from voice.engines.silero import SileroVad, look_for_silero
from voice.engines.whisper import COMPUTE_TYPES, DEVICES, WhisperAsr, WhisperOptions
from voice.engines.wyoming import WyomingAsr, WyomingTts
from voice.models import piper_at, whisper_at
from voice.mouth import Renderer
from voice.phone import Phone
from voice.prompt_cache import PromptCache
from voice.recording.recorder import Recorder
from voice.tts import Tts, Voice
from voice.turn_parts import Rules
from voice.vad import EnergyVad, Vad
from voice.written import Messenger

logger = logging.getLogger(__name__)

NAME = "voice"
FILE = "credentials.yml"
KEYS = frozenset(
    {"asr", "tts", "vad", "prompts", "texts", "opening", "person", "ending", "tones"}
    | {"silence", "longest", "call", "filler_after", "browser", "recording"}
)
RECORDING_KEYS = frozenset({"folder", "days", "pause_on"})
ASR_KEYS = frozenset(
    {"engine", "model", "device", "compute_type", "threads", "workers", "short_input", "offline", "folder"}
    | {"url", "host", "port", "timeout"}
)
TTS_KEYS = frozenset(
    {"engine", "model", "length", "workers", "voice", "speed", "pitch", "url", "host", "port", "timeout"}
)
NO_VOICE = f"{NAME}-no-voice"
"""Code of the complaint that no voice is installed."""
_MOST_THREADS = 256
_HIGHEST_PORT = 65_535
_PROMPTS = ".santral/prompts"
_RECORDINGS = ".santral/recordings"


def open_phone(credentials: Mapping[str, Any] | None, bot: Bot, root: Path) -> Phone:
    """What all calls of a project share.

    Args:
        credentials: the content of ``credentials.yml``; a project without a ``voice`` section has the defaults.
        root: the project's folder; relative paths begin there.

    Raises:
        ProjectError: the section is wrong; the complaint has the line.
    """

    async def turn(message: Message, emit: Emit) -> None:
        await take_turn(bot, message, emit)

    return phone_of(credentials, turn, root)


def phone_of(
    credentials: Mapping[str, Any] | None,
    turn: Callable[[Message, Emit], Awaitable[None]],
    root: Path,
    messenger: Messenger | None = None,
) -> Phone:
    """:func:`open_phone`, for whoever takes turns in a way of its own. No engine is loaded yet.

    Args:
        messenger: sends callers what is better read than heard.

    Raises:
        ProjectError: the section is wrong; the complaint has the line. Its code is :data:`NO_VOICE` when nothing is
            wrong but that no voice is installed.
    """
    section = section_of(credentials, NAME, NAME, FILE)
    section.warn_of_others(KEYS)
    vad, asr = _vad(section), asr_of(section, root)
    return Phone(
        turn,
        voices_of(section, root),
        vad,
        asr,
        _settings(section),
        section.flag("tones"),
        _warming(vad, asr),
        _recorder(section, root),
        messenger,
    )


def engines_of(
    credentials: Mapping[str, Any] | None, root: Path
) -> tuple[Callable[[], Vad], Asr | None, Tts]:
    """A project's detector, recogniser and voice, for whoever wants to try them without a bot.

    Raises:
        ProjectError: the section is wrong, or no voice can be had.
    """
    section = section_of(credentials, NAME, NAME, FILE)
    tts, _ = _engines(section_of(section.values, "tts", NAME, FILE), root)
    return _vad(section), asr_of(section, root), tts


def _settings(section: Section) -> CallSettings:
    texts = section.mapping("texts")
    known = {one.name for one in fields(CallTexts)}
    for name, text in texts.items():
        if name not in known:
            mend = f"Choose among: {', '.join(sorted(known))}."
            raise section.error("texts", "texts", f"There is no text '{name}'.", mend)
        try:
            text.format(last="", question="")
        except (KeyError, IndexError, ValueError):
            message = f"The text '{name}' has braces that mean nothing."
            raise section.error(
                "texts", "texts", message, "Only {last} and {question} are filled in."
            ) from None
    rules = Rules()
    rules = replace(
        rules,
        silence=section.seconds("silence", rules.silence),
        longest=section.seconds("longest", rules.longest),
        call=section.seconds("call", rules.call),
    )
    plain = CallSettings()
    return replace(
        plain,
        texts=replace(plain.texts, **texts),
        rules=rules,
        opening=_text(section, "opening", plain.opening),
        person=_text(section, "person", plain.person),
        ending=section.text("ending"),
        filler_after=section.seconds("filler_after", plain.filler_after),
    )


def _text(section: Section, key: str, default: str) -> str:
    """A text that may be empty."""
    return (section.text(key) or "") if key in section.values else default


def _recorder(section: Section, root: Path) -> Recorder | None:
    """Calls are recorded when there is a section for it, and callers are told so."""
    if section.values.get("recording") in (None, False):
        return None
    own = section_of(section.values, "recording", NAME, FILE)
    own.warn_of_others(RECORDING_KEYS)
    if not section.mapping("texts").get("notice", "").strip():
        message = "Calls are to be recorded, and no text tells callers so."
        mend = "Write what your lawyer words under 'voice: texts: notice:'; the law (KVKK) wants it."
        raise section.error("recording", "notice", message, mend)
    if own.text("days") is None:
        mend = "Write 'days: 30', or how long you need them and may keep them."
        raise own.error("days", "days", "Nothing says after how many days recordings are deleted.", mend)
    days = own.seconds("days", 0)
    recorder = Recorder(root / (own.text("folder") or _RECORDINGS), days, own.texts("pause_on"))
    recorder.keep_sweeping()
    return recorder


def _vad(section: Section) -> Callable[[], Vad]:
    kind = section.one_of("vad", {"silero": "silero", "energy": "energy"}, "silero")
    if kind == "silero":
        try:
            look_for_silero()
            return SileroVad
        except EngineMissing as error:
            logger.warning("%s Speech is told from silence by loudness until then.", error)
    return EnergyVad


def _warming(vad: Callable[[], Vad], asr: Asr | None) -> Callable[[], Awaitable[None]] | None:
    """What is done once before calls are held by speech; libraries and models take seconds to load."""
    if asr is None:
        return None

    async def warm() -> None:
        if isinstance(asr, WhisperAsr):
            await asr.warm()
        await asyncio.to_thread(vad)

    return warm


def asr_of(section: Section, root: Path) -> Asr | None:
    """The recogniser of the section ``voice``; ``None``: there is none, which the log tells. Raises ProjectError."""
    own = section_of(section.values, "asr", NAME, FILE)
    own.warn_of_others(ASR_KEYS)
    engine = own.one_of("engine", {name: name for name in ("whisper", "wyoming", "none")}, "whisper")
    try:
        match engine:
            case "whisper":
                return _shared(_whisper(own, root))
            case "wyoming":
                host, port = _address(own)
                return WyomingAsr(host, port, timeout=own.seconds("timeout", 10.0))
    except EngineMissing as error:
        logger.warning("%s Calls are held by keys alone until then.", error)
    return None


_MODELS: WeakValueDictionary[WhisperOptions, WhisperAsr] = WeakValueDictionary()


def _shared(options: WhisperOptions) -> WhisperAsr:
    """The recogniser with these options: calls and voice notes have one model in memory."""
    found = _MODELS.get(options)
    if found is None:
        found = _MODELS[options] = WhisperAsr(options)
    return found


def _whisper(own: Section, root: Path) -> WhisperOptions:
    plain = WhisperOptions()
    model, folder = own.text("model") or plain.model, own.text("folder")
    return WhisperOptions(
        whisper_at(root, model),
        own.one_of("device", {name: name for name in DEVICES}, plain.device),
        own.one_of("compute_type", {name: name for name in COMPUTE_TYPES}, plain.compute_type),
        _few(own, "threads", plain.threads),
        _few(own, "workers", plain.workers),
        short_input=own.flag("short_input"),
        # Whoever names no recogniser has one that is there, but half a gigabyte is fetched for nobody unasked.
        offline=own.flag("offline", not own.values),
        folder=root / folder if folder else None,
    )


def voices_of(section: Section, root: Path) -> Callable[[int], Renderer]:
    """The voices of the section ``voice``, by the rate of their sound; raises ProjectError."""
    own = section_of(section.values, "tts", NAME, FILE)
    own.warn_of_others(TTS_KEYS)
    tts, stand_in = _engines(own, root)
    folder = section.text("prompts") or _PROMPTS
    cache = PromptCache(root / folder)
    made: dict[int, Voice] = {}

    def voice(rate: int) -> Renderer:
        """One voice for all lines of a rate: what one call rendered, the next has."""
        if rate not in made:
            made[rate] = Voice(tts, rate, cache, stand_in)
        return made[rate]

    return voice


def _engines(own: Section, root: Path) -> tuple[Tts, Tts | None]:
    """The voice, and espeak as its stand-in where that is another one and installed.

    Raises:
        ProjectError: no voice can be had at all.
    """
    found: list[Tts] = []
    missing: list[EngineMissing] = []
    kind = own.one_of("engine", {name: name for name in ("espeak", "piper", "wyoming")}, "espeak")
    for name in dict.fromkeys((kind, "espeak")):
        try:
            found.append(_engine(name, own if name == kind else None, root))
        except EngineMissing as error:
            missing.append(error)
    if not found:
        mend = "Install espeak-ng, which needs no model: apt-get install espeak-ng."
        raise own.error("engine", "no-voice", " ".join(map(str, missing)), mend)
    if missing and missing[0].engine == kind:
        logger.warning("%s espeak speaks in its place until then.", missing[0])
    if kind == "espeak" and found[0].name != (plain := EspeakTts()).name:
        found.append(plain)  # the name of a voice may be misspelt
    return found[0], found[1] if len(found) > 1 else None


def _engine(name: str, own: Section | None, root: Path) -> Tts:
    if own is None:
        return EspeakTts()
    match name:
        case "piper":
            model = own.text("model")
            if not model:
                message = "A Piper voice needs its 'model'."
                raise own.error("model", "model", message, "Name the .onnx file of the voice.")
            try:
                return PiperTts(piper_at(root, model), own.seconds("length", 1.0), _few(own, "workers", 1))
            except ValueError as error:
                raise own.error("model", "model", str(error), "Fetch the voice anew.") from error
        case "wyoming":
            host, port = _address(own)
            return WyomingTts(host, port, own.text("voice"), timeout=own.seconds("timeout", 15.0))
    try:
        speed, pitch = own.number("speed"), own.number("pitch")
        return EspeakTts(own.text("voice") or "tr", speed or 150, 50 if pitch is None else pitch)
    except ValueError as error:
        raise own.error(
            "speed", "speed", str(error), "Leave 'speed' and 'pitch' out for what is usual."
        ) from error


def _few(own: Section, key: str, default: int) -> int:
    """A number of threads; 0 is the default."""
    found = own.number(key) or default
    if found > _MOST_THREADS:
        message = f"'{key}' is {found}, which no machine has use for."
        raise own.error(key, "value", message, "Write the number of its processors at most.")
    return found


def _address(own: Section) -> tuple[str, int]:
    host, port = own.address()
    if not host or not port or port > _HIGHEST_PORT:
        raise own.error("url", "url", "A Wyoming server needs its address.", "Write 'url: host:port'.")
    return host, port
