"""Whisper by faster-whisper (CTranslate2), set for short answers on the telephone.

One greedy pass without timestamps or memory of what was said before; a bound on the words; the dialogue's hot words
as a hint; and no trust in what is written about silence (:mod:`voice.hallucinations`).
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from voice.asr import Recognised
from voice.audio import Sound, to_float
from voice.engines.missing import EngineError, EngineMissing
from voice.engines.workers import Workers
from voice.expectation import ANYTHING, Expectation
from voice.hallucinations import believed, repeats_itself

_SHORTEST = 0.1
"""Seconds below which nothing can have been said."""
_LONGEST = 30.0
"""Whisper hears half a minute at most."""
_TOKENS_A_SECOND = 10
_FRAMES_A_SECOND = 100
_WHOLE = 3000
_MARGIN = 150
"""Frames of silence behind the sound in a shortened input; without them the model repeats itself."""
_STEP = 500
_DOUBT = -1.0
DEVICES = ("auto", "cpu", "cuda")
COMPUTE_TYPES = (
    *("auto", "default", "int8", "int8_float32", "int8_float16", "int8_bfloat16"),
    *("int16", "float16", "bfloat16", "float32"),
)
"""As CTranslate2 calls them."""
_USUAL = ("tiny", "base", "small", "medium", "large-v2", "large-v3")


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    """How a model is loaded and used."""

    model: str = "small"
    """``tiny`` ... ``large-v3``, or the folder of a CTranslate2 model."""
    device: str = "auto"
    """``auto``, ``cpu`` or ``cuda``."""
    compute_type: str = "auto"
    """``auto``: int8 on a CPU, float16 on a GPU."""
    threads: int = 2
    """CPU threads of one recognition."""
    workers: int = 1
    """Recognitions at once; each uses the threads above."""
    language: str = "tr"
    short_input: bool = False
    """Encode only as much as was said (in steps of 5 s) and not always 30 s: several times quicker, and less exact
    with some models. What looks wrong is recognised once more in full."""
    offline: bool = False
    """Never fetch a model."""
    folder: Path | None = None
    """Where fetched models are kept; else Hugging Face's cache."""


class WhisperAsr:
    """One Whisper model for all calls.

    Args:
        load: makes the model in place of faster-whisper's; for tests.

    Raises:
        EngineMissing: faster-whisper is not installed; or, on first use, the model is not there.
    """

    rate = 16_000

    def __init__(self, options: WhisperOptions | None = None, load: Callable[[], Any] | None = None) -> None:
        self.options = options or WhisperOptions()
        self.name = f"whisper-{Path(self.options.model).name}"
        # Looked for, not loaded: that takes seconds, and nobody has called yet.
        if load is None and find_spec("faster_whisper") is None:
            raise _missing()
        self._workers = Workers("whisper", load or partial(_loaded, self.options), self.options.workers)

    async def transcribe(self, sound: Sound, expects: Expectation = ANYTHING) -> Recognised:
        seconds = len(sound) / self.rate
        if seconds < _SHORTEST or not sound.any():
            return Recognised("")
        heard = sound[: round(_LONGEST * self.rate)]
        try:
            return await self._workers.run(lambda model: self._recognise(model, heard, expects.hotwords))
        except EngineError:
            raise
        except Exception as error:  # whatever the model or the library does
            raise EngineError(f"Whisper failed ({type(error).__name__}).") from error

    async def warm(self) -> None:
        """Load the model now; fetch it if need be."""
        await self._workers.warm()

    def close(self) -> None:
        """Begin no more work."""
        self._workers.close()

    def with_short_input(self, short: bool) -> WhisperAsr:
        """The same model and threads, used otherwise: see :attr:`WhisperOptions.short_input`."""
        other = copy.copy(self)
        other.options = replace(self.options, short_input=short)
        return other

    def _recognise(self, model: Any, sound: Sound, hotwords: Sequence[str]) -> Recognised:
        seconds = len(sound) / self.rate
        found = _short(model, sound, self.options.language, hotwords) if self.options.short_input else None
        if found is None:
            found = _full(model, sound, self.options.language, hotwords)
        text, logprob, no_speech = found
        return Recognised(believed(text, seconds, hotwords, logprob, no_speech), min(1.0, math.exp(logprob)))


_Found = tuple[str, float, float]
"""Text, average log probability of its tokens, probability that nobody spoke."""


def most_tokens(seconds: float) -> int:
    """Tokens that nobody exceeds in so many seconds; more is a recogniser that runs on."""
    return min(220, 12 + math.ceil(_TOKENS_A_SECOND * seconds))


def encoder_frames(seconds: float) -> int:
    """Frames (10 ms) of a shortened input: the sound and a margin, in steps of 5 s, never above 30 s."""
    wanted = math.ceil(seconds * _FRAMES_A_SECOND) + _MARGIN
    return min(_WHOLE, math.ceil(wanted / _STEP) * _STEP)


def _loaded(options: WhisperOptions) -> Any:
    # Some 50 MB of libraries are not loaded to find that there is no model.
    if options.offline and not _is_kept(options):
        raise _no_model(options.model)
    device = _device() if options.device == "auto" else options.device
    precision = "int8" if device == "cpu" else "float16"
    try:
        return _library().WhisperModel(
            options.model,
            device=device,
            compute_type=precision if options.compute_type == "auto" else options.compute_type,
            cpu_threads=options.threads,
            num_workers=options.workers,
            download_root=str(options.folder) if options.folder else None,
            local_files_only=options.offline,
        )
    except Exception as error:  # no network, no such model, a broken folder, no such processor
        if Path(options.model).is_dir():
            raise _no_use(options.model, error) from error
        raise _no_model(options.model) from error


def _full(model: Any, sound: Sound, language: str, hotwords: Sequence[str]) -> _Found:
    segments, _ = model.transcribe(
        to_float(sound),
        language=language,
        task="transcribe",
        beam_size=1,
        best_of=1,
        temperature=0.0,
        condition_on_previous_text=False,
        without_timestamps=True,
        vad_filter=False,
        suppress_blank=True,
        max_new_tokens=most_tokens(len(sound) / 16_000),
        hotwords=", ".join(hotwords) or None,
    )
    found = list(segments)
    if not found:
        return "", 0.0, 1.0
    text = " ".join(one.text.strip() for one in found)
    return (
        text,
        sum(one.avg_logprob for one in found) / len(found),
        max(one.no_speech_prob for one in found),
    )


def _short(model: Any, sound: Sound, language: str, hotwords: Sequence[str]) -> _Found | None:
    """Recognise with an input that is no longer than need be; ``None``: the result looks wrong."""
    import numpy as np
    from faster_whisper.tokenizer import Tokenizer

    seconds = len(sound) / 16_000
    frames = encoder_frames(seconds)
    if frames >= _WHOLE:
        return None
    features = model.feature_extractor(to_float(sound))[:, :frames]
    # What pads a log-mel spectrogram is its own quietest value.
    missing = frames - features.shape[1]
    features = np.pad(features, ((0, 0), (0, max(0, missing))), constant_values=features.min())
    tokenizer = Tokenizer(
        model.hf_tokenizer, model.model.is_multilingual, task="transcribe", language=language
    )
    prompt = model.get_prompt(tokenizer, [], without_timestamps=True, hotwords=", ".join(hotwords) or None)
    (result,) = model.model.generate(
        model.encode(features),
        [prompt],
        beam_size=1,
        max_length=min(model.max_length, len(prompt) + most_tokens(seconds)),
        return_scores=True,
        return_no_speech_prob=True,
        suppress_blank=True,
        suppress_tokens=[-1],
    )
    tokens = result.sequences_ids[0]
    text = tokenizer.decode(tokens).strip()
    logprob = result.scores[0] * len(tokens) / (len(tokens) + 1)
    if repeats_itself(text) or logprob < _DOUBT:
        return None
    return text, logprob, result.no_speech_prob


def _device() -> str:
    import ctranslate2

    return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


def _library() -> Any:
    try:
        import faster_whisper
    except ImportError:
        raise _missing() from None
    return faster_whisper


def _is_kept(options: WhisperOptions) -> bool:
    """Whether a model of the usual ones was fetched before; of others only the library knows."""
    if options.model not in _USUAL or Path(options.model).is_dir():
        return True
    from huggingface_hub import try_to_load_from_cache

    name = f"Systran/faster-whisper-{options.model}"
    return isinstance(try_to_load_from_cache(name, "model.bin", cache_dir=options.folder), str)


def _no_model(model: str) -> EngineMissing:
    mend = (
        "Write 'asr: {model: small}' under 'voice' in credentials.yml, and it is fetched at the first call; "
        "fetch it now: santral voice download NAME; or name a folder with a CTranslate2 model."
    )
    return EngineMissing("whisper", f"the model '{model}'", mend=mend)


def _no_use(folder: str, error: Exception) -> EngineMissing:
    told = (str(error).splitlines() or [type(error).__name__])[0]
    mend = "Look at 'device' and 'compute_type' under 'asr' in credentials.yml, or fetch the model anew."
    return EngineMissing("whisper", f"a model that can be loaded ({folder}: {told})", mend=mend)


def _missing() -> EngineMissing:
    return EngineMissing("whisper", "faster-whisper", "voice")
