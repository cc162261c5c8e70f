"""espeak-ng: a small voice that needs no model, run as a program of its own (GPL-3.0, so never linked).

It sounds like a machine, but it is there at once: the stand-in for every other voice.
"""

from __future__ import annotations

import asyncio
import shutil

from voice.audio import AudioError, Sound, read_wav
from voice.engines.missing import EngineError, EngineMissing

_WORDS_A_MINUTE = range(80, 451)
_PITCHES = range(100)
_DEADLINE = 20.0


class EspeakTts:
    """Turkish by espeak-ng.

    Args:
        voice: one that ``espeak-ng --voices`` lists, with a variant: ``tr``, ``tr+f3``.
        speed: words a minute, 80 to 450.
        pitch: 0 to 99.
        program: the program's name or path.

    Raises:
        EngineMissing: the program is not installed.
        ValueError: speed or pitch is out of range.
    """

    rate = 22_050

    def __init__(
        self, voice: str = "tr", speed: int = 150, pitch: int = 50, program: str = "espeak-ng"
    ) -> None:
        if speed not in _WORDS_A_MINUTE or pitch not in _PITCHES:
            raise ValueError(
                f"espeak speaks 80 to 450 words a minute at pitch 0 to 99, not {speed} at {pitch}."
            )
        found = shutil.which(program)
        if found is None:
            mend = "On Debian and Ubuntu: apt-get install espeak-ng; on macOS: brew install espeak-ng."
            raise EngineMissing("espeak", f"the program {program}", mend=mend)
        self.name = f"espeak-{voice}-{speed}-{pitch}"
        self._command = (found, "-v", voice, "-s", str(speed), "-p", str(pitch), "--stdin", "--stdout")

    async def synthesize(self, text: str) -> Sound:
        # By standard input: what customers are told has no place in the list of processes.
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            asked = process.communicate(text.replace("\0", " ").encode("utf-8", "replace"))
            out, complaint = await asyncio.wait_for(asked, _DEADLINE)
        except TimeoutError:
            raise EngineError(f"espeak-ng did not answer in {_DEADLINE:.0f} seconds.") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode or not out:
            told = complaint.decode(errors="replace").strip().splitlines()
            raise EngineError(f"espeak-ng failed ({told[0] if told else process.returncode}).")
        try:
            sound, _ = read_wav(out)
        except AudioError as error:
            raise EngineError(f"espeak-ng answered nonsense: {error}") from error
        return sound
