"""Whether calls are held by speech yet: what recognition needs is loaded once, at the first call that wants it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace

from voice.engines.missing import EngineError
from voice.phone import Phone

logger = logging.getLogger(__name__)

PATIENCE = 8.0
"""Seconds that a caller waits for a model that is being loaded; then the call is held by keys."""
AGAIN = 60.0
"""Seconds after which a model that was not there is looked for again."""
SOON = 60.0
"""Seconds of loading after which nobody waits for it any more: it is being fetched, or hangs."""


class Readiness:
    """Gives each call its phone.

    Args:
        phone: with all that is configured.
        patience: see :data:`PATIENCE`.
        clock: seconds, of a clock that only goes forward.
    """

    def __init__(
        self, phone: Phone, patience: float = PATIENCE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._phone = phone
        self._by_keys = replace(phone, asr=None, vad=None)
        self._patience, self._clock = patience, clock
        self._warming: asyncio.Task[bool] | None = None
        self._began = 0.0
        self._failed: float | None = None

    async def phone(self, by_speech: bool = True) -> Phone:
        """The phone of a call that begins now: without recognition if it is not wanted, or not there."""
        if not by_speech or self._phone.asr is None or self._phone.vad is None:
            return self._by_keys
        if self._phone.warm is None:
            return self._phone
        if self._failed is not None and self._clock() - self._failed < AGAIN:
            return self._by_keys
        if self._warming is None:
            self._failed, self._began = None, self._clock()
            self._warming = asyncio.create_task(self._warm())
        patience = self._patience if self._clock() - self._began < SOON else 0
        done, _ = await asyncio.wait((self._warming,), timeout=patience)
        return self._phone if done and self._warming is not None and self._warming.result() else self._by_keys

    async def close(self) -> None:
        """Wait for a model no longer."""
        if self._warming is not None and not self._warming.done():
            self._warming.cancel()
            await asyncio.wait((self._warming,))

    async def _warm(self) -> bool:
        assert self._phone.warm is not None
        try:
            await self._phone.warm()
        except EngineError as error:
            logger.warning("%s Calls are held by keys until then.", error)
        except Exception as error:  # whatever a library does, keys are left
            logger.error(
                "Recognition could not be made ready (%s); calls are held by keys.", type(error).__name__
            )
        else:
            return True
        self._failed, self._warming = self._clock(), None
        return False
