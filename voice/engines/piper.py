"""Piper: natural voices on a CPU. piper-tts is GPL-3.0 and in an extra of its own; nothing else imports it.

To keep it out of the process, run a Wyoming server (:mod:`voice.engines.wyoming`) instead.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from voice.audio import Sound, from_float, joined, silence
from voice.engines.missing import EngineError, EngineMissing
from voice.engines.workers import Workers


class PiperTts:
    """A Piper voice.

    Args:
        model: the voice's ``.onnx`` file; its ``.onnx.json`` lies beside it.
        length: 1 is the voice's own tempo, 1.2 is slower.
        workers: threads, each speaks for one call at a time.

    Raises:
        EngineMissing: piper-tts, the model or its description is not there.
        ValueError: the description is none.
    """

    def __init__(self, model: Path, length: float = 1.0, workers: int = 1) -> None:
        description = Path(f"{model}.json")
        for path in (model, description):
            if not path.is_file():
                mend = "Fetch one: santral voice download tr_TR-dfki-medium"
                raise EngineMissing("piper", f"the file {path}", mend=mend)
        self.rate = _rate(description)
        self.name = f"piper-{model.stem}-{length:g}"
        self._length = length
        _library()
        self._workers = Workers("piper", lambda: _library().PiperVoice.load(model), workers)

    async def synthesize(self, text: str) -> Sound:
        try:
            return await self._workers.run(lambda voice: self._speak(voice, text))
        except Exception as error:  # whatever the model or the library does
            raise EngineError(f"piper failed ({type(error).__name__}).") from error

    async def warm(self) -> None:
        """Load the voice now."""
        await self._workers.warm()

    def close(self) -> None:
        """Begin no more work."""
        self._workers.close()

    def _speak(self, voice: Any, text: str) -> Sound:
        # Two brackets would be read as phonemes.
        plain = text.replace("[[", "").replace("]]", "")
        manner = _library().SynthesisConfig(length_scale=self._length, normalize_audio=False)
        parts = [from_float(chunk.audio_float_array) for chunk in voice.synthesize(plain, manner)]
        return joined(parts) if parts else silence(0, self.rate)


def _rate(description: Path) -> int:
    try:
        return int(json.loads(description.read_text(encoding="utf-8"))["audio"]["sample_rate"])
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise ValueError(f"{description} is no description of a Piper voice ({error!r}).") from error


def _library() -> Any:
    try:
        import piper
    except ImportError:
        raise EngineMissing("piper", "piper-tts", "piper") from None
    return piper
