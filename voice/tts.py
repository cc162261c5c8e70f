"""From words to sound: the seam of all voices, and what every call has in front of one."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from typing import Protocol

import numpy as np

from voice.audio import Sound, is_rate, silence
from voice.engines.missing import EngineError
from voice.prompt_cache import PromptCache
from voice.resampling import resample
from voice.speech.lexicon import Lexicon, pronunciations
from voice.speech.say import say

logger = logging.getLogger(__name__)

_DEADLINE = 15.0
_HANGS = 3.0
"""Seconds after which a failure has cost a caller too long."""
_REST = 60.0
"""Seconds in which a voice that did that is not asked again, where another one can speak."""
_LONGEST = 300.0
"""Seconds of one text's sound; what is longer is no speech."""
_REMEMBERED = 16 * 2**20
"""Bytes of sound that are kept in memory: some minutes."""
_SEEN = 4096


class Tts(Protocol):
    """A voice. One may serve many calls at once."""

    name: str
    """Engine, voice and settings: texts of the same name sound the same."""
    rate: int
    """Samples a second of its sound."""

    async def synthesize(self, text: str) -> Sound:
        """The sound of a text of words: no digits, no signs but those of a sentence.

        Raises:
            EngineError: this text could not be spoken.
        """


class Voice:
    """Turns what is written into sound for a line, each prompt once.

    Args:
        tts: the voice.
        rate: the line's samples a second.
        cache: keeps prompts on disk; ``None``: only in memory.
        stand_in: speaks what the voice cannot.
        lexicon: how words are read; the built-in one when None.
    """

    def __init__(
        self,
        tts: Tts,
        rate: int,
        cache: PromptCache | None = None,
        stand_in: Tts | None = None,
        lexicon: Lexicon | None = None,
    ) -> None:
        self.rate = rate
        self._engines = [tts] if stand_in is None else [tts, stand_in]
        self._cache = cache
        self._lexicon = lexicon or pronunciations()
        self._recent: OrderedDict[str, Sound] = OrderedDict()
        self._held = 0
        """Bytes of them."""
        self._rendering: dict[str, asyncio.Task[Sound]] = {}
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._rests_until = 0.0
        """By the event loop's clock: until then the stand-in speaks."""

    async def render(self, text: str, fixed: bool = False) -> Sound:
        """The sound of a text at the line's rate.

        Args:
            fixed: a prompt that is the same for everybody. Other texts are kept on disk from the second time on,
                and never when they hold a digit: what only one customer is told should not lie about.

        Raises:
            EngineError: no engine could speak it.
        """
        text = text.encode(errors="replace").decode()  # half a character of two, from somebody's JSON
        words = say(text, lexicon=self._lexicon)
        if not any(char.isalnum() for char in words):
            return silence(0, self.rate)
        failed: EngineError | None = None
        now = asyncio.get_running_loop().time
        began, resting = now(), len(self._engines) > 1 and now() < self._rests_until
        for engine in self._engines[resting:]:
            try:
                return await self._render(
                    engine, words, fixed or not any(char.isdigit() for char in text), fixed
                )
            except EngineError as error:
                logger.warning("The voice %s failed (%s).", engine.name, error.code)
                failed = error
                if engine is self._engines[0] and now() - began >= _HANGS:
                    self._rests_until = now() + _REST
        raise failed or EngineError("There is no voice.")

    async def _render(self, engine: Tts, words: str, may_keep: bool, fixed: bool) -> Sound:
        key = f"{engine.name}@{self.rate}:{words}"
        if key in self._recent:
            self._recent.move_to_end(key)
            return self._recent[key]
        if key not in self._rendering:
            work = asyncio.ensure_future(self._make(engine, words, key, may_keep, fixed))
            self._rendering[key] = work
            work.add_done_callback(lambda done: self._made(key, done))
        # One call may hang up while another waits for the same prompt.
        return await asyncio.shield(self._rendering[key])

    def _made(self, key: str, done: asyncio.Task[Sound]) -> None:
        del self._rendering[key]
        if not done.cancelled():
            done.exception()  # whoever waits is told; when nobody does any more, nobody need be

    async def _make(self, engine: Tts, words: str, key: str, may_keep: bool, fixed: bool) -> Sound:
        name = f"{engine.name}@{self.rate}"
        found = self._cache.get(name, words, self.rate) if self._cache else None
        if found is None:
            raw = await self._spoken(engine, words)
            # In a thread: a long clause takes as long as some frames of all calls.
            found = await asyncio.to_thread(resample, raw, engine.rate, self.rate)
            if self._cache and may_keep and (self._was_seen(key) or fixed):
                self._cache.put(name, words, found, self.rate)
        self._recent[key] = found
        self._held += found.nbytes
        while self._held > _REMEMBERED:
            self._held -= self._recent.popitem(last=False)[1].nbytes
        return found

    async def _spoken(self, engine: Tts, words: str) -> Sound:
        """What an engine says, if it is speech; raises EngineError."""
        try:
            raw = await asyncio.wait_for(engine.synthesize(words), _DEADLINE)
        except TimeoutError:
            raise EngineError(f"{engine.name} did not answer in {_DEADLINE:.0f} seconds.") from None
        except EngineError:
            raise
        except Exception as error:  # whatever an engine does, another one may speak
            raise EngineError(f"{engine.name} failed ({type(error).__name__}).") from error
        is_sound = isinstance(raw, np.ndarray) and raw.dtype == np.int16 and raw.ndim == 1
        if not is_sound or not is_rate(engine.rate) or not 0 < len(raw) <= _LONGEST * engine.rate:
            raise EngineError(f"{engine.name} gave no sound that is speech.")
        return raw

    def _was_seen(self, key: str) -> bool:
        digest = hashlib.sha256(key.encode()).hexdigest()
        seen = digest in self._seen
        self._seen[digest] = None
        if len(self._seen) > _SEEN:
            self._seen.popitem(last=False)
        return seen
