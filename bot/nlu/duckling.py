"""Numbers, dates, amounts and the like by a Duckling server (https://github.com/facebook/duckling), as in Rasa.

It runs beside the bot, for example with ``docker run -p 8000:8000 rasa/duckling``.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import time
from collections.abc import Mapping
from threading import Thread
from typing import Any, ClassVar

from bot.nlu.component import Corpus, Draft, Options, Untrained

log = logging.getLogger(__name__)

URL_VARIABLE = "RASA_DUCKLING_HTTP_URL"
"""Environment variable that stands above the option ``url``."""
_MAX_ANSWER = 1024 * 1024
_TIME_KEYS = ("time", "timestamp")
"""Keys of a message's metadata that tell when it was written, in seconds since 1970."""


class DucklingEntityExtractor(Untrained):
    """Entities of a Duckling server: one for each ``dimension`` that it finds, named like the dimension.

    A server that is away, slow or confused costs a log line and its entities, never the message. ``timeout``
    is in seconds, for the whole question. Relative dates count from the time that the message's metadata
    tells (``time`` or ``timestamp``), else from now.
    """

    defaults: ClassVar[Options] = {
        "dimensions": None,
        "url": None,
        "locale": None,
        "timezone": None,
        "timeout": 3,
    }
    waits: ClassVar[bool] = True
    extractor: ClassVar[str] = "DucklingEntityExtractor"

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> DucklingEntityExtractor:
        self = cls(options)
        if self.url is None:
            log.warning(
                "%s finds nothing: write 'url: http://host:8000', or set %s.", cls.extractor, URL_VARIABLE
            )
        return self

    @property
    def url(self) -> str | None:
        return os.environ.get(URL_VARIABLE) or self.options["url"]

    def process(self, draft: Draft) -> None:
        """As :meth:`ask`, for a caller that may wait. A thread, since the caller may be within an event loop."""
        thread = Thread(target=lambda: asyncio.run(self.ask(draft)), name="duckling")
        thread.start()
        thread.join()

    async def ask(self, draft: Draft) -> None:
        """Ask the server, while others go on."""
        if self.url is None:
            return
        import aiohttp  # it takes long to load, and hardly any pipeline asks

        try:
            found = await self._found(self.url, draft)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, RecursionError) as error:
            # The text of an error may quote what the customer wrote: its kind says enough.
            log.error("%s got no entities from its server (%s).", self.extractor, _told(error))
            return
        wanted = self.options["dimensions"]
        for match in found:
            entity = _entity(match, self.extractor, len(draft.text))
            if entity is None:
                log.error("%s got an answer that is not Duckling's.", self.extractor)
            elif not wanted or entity["entity"] in wanted:
                draft.entities.append(entity)

    async def _found(self, url: str, draft: Draft) -> list[Any]:
        import aiohttp

        form = {
            "text": draft.text.encode("utf-8", "replace").decode(),
            "locale": self.options["locale"] or _locale_of(draft.language),
            "tz": self.options["timezone"],
            "dims": json.dumps(self.options["dimensions"]) if self.options["dimensions"] else None,
            "reftime": str(_reference_time(draft.metadata)),
        }
        sent = {key: str(value) for key, value in form.items() if value is not None}
        timeout = aiohttp.ClientTimeout(total=float(self.options["timeout"]))
        # A session for each question: it belongs to one event loop, and a component to none.
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url.rstrip("/") + "/parse", data=sent, allow_redirects=False) as response,
        ):
            if response.status != 200:
                raise _Refused(response.status)
            content = await response.content.read(_MAX_ANSWER + 1)
            while len(content) <= _MAX_ANSWER and (more := await response.content.read(_MAX_ANSWER)):
                content += more
        if len(content) > _MAX_ANSWER:
            raise ValueError("the answer is too long")
        found = json.loads(content)
        if not isinstance(found, list):
            raise ValueError("the answer is no list")
        return found


class _Refused(OSError):
    """The server answered with another status than 200."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def _told(error: BaseException) -> str:
    if isinstance(error, _Refused):
        return f"status {error.status}"
    if isinstance(error, TimeoutError):
        return "timeout"
    return "no JSON of its kind" if isinstance(error, ValueError | RecursionError) else type(error).__name__


def _entity(match: Any, extractor: str, length: int) -> dict[str, Any] | None:
    """A match of Duckling's as an entity of Rasa's; ``None`` when it is no match."""
    if not isinstance(match, Mapping):
        return None
    start, end, name, value = (match.get(key) for key in ("start", "end", "dim", "value"))
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= length):
        return None
    if not isinstance(name, str) or not isinstance(value, Mapping):
        return None
    return {
        "start": start,
        "end": end,
        "text": match.get("body", match.get("text")),
        "value": _value(value),
        "confidence": 1.0,
        "additional_info": value,
        "entity": name,
        "extractor": extractor,
    }


def _value(value: Mapping[str, Any]) -> Any:
    if value.get("type") != "interval":
        return value.get("value")
    sides = {side: value.get(side) for side in ("to", "from")}
    return {side: one.get("value") if isinstance(one, Mapping) else None for side, one in sides.items()}


def _locale_of(language: str) -> str:
    """Rasa's guess: ``tr`` → ``tr_TR``; right for most languages, and for others there is the option."""
    code = language.replace("-", "_").split("_")
    return f"{code[0]}_{code[-1].upper()}"


def _reference_time(metadata: Mapping[str, Any]) -> int:
    """Milliseconds since 1970."""
    for key in _TIME_KEYS:
        try:
            seconds = float(metadata[key])
        except (KeyError, TypeError, ValueError):
            continue
        if 0 < seconds < 1e11:
            return int(seconds * 1000)
    return int(time.time() * 1000)
