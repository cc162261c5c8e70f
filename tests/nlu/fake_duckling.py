"""A Duckling server of a few rules: it takes and gives what the real one does, and is strict about what it takes.

``POST /parse`` with a form: ``text``, ``locale`` (``tr_TR``), and optional ``tz``, ``dims`` (a JSON list) and
``reftime`` (milliseconds since 1970); see ``exe/ExampleMain.hs`` in Duckling's source.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from aiohttp.test_utils import TestServer

_DEFAULT_ZONE = "America/Los_Angeles"


class FakeDuckling:
    """Knows whole numbers, amounts in TL, tomorrow ("yarın"), and ranges of numbers ("3-5 TL")."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.broken: web.Response | None = None
        """Answered instead of entities."""
        self.held: asyncio.Event | None = None
        """Questions with "bekle" are answered when it is set."""
        self.waiting = asyncio.Event()
        """Set when such a question has come."""
        app = web.Application()
        app.router.add_post("/parse", self.parse)
        self.server = TestServer(app)

    @property
    def url(self) -> str:
        return str(self.server.make_url("/"))

    async def parse(self, request: web.Request) -> web.StreamResponse:
        form = {key: str(value) for key, value in (await request.post()).items()}
        self.asked.append(form)
        if self.held is not None and "bekle" in form.get("text", ""):
            self.waiting.set()
            await self.held.wait()
        if self.broken is not None:
            return self.broken
        if "text" not in form:
            return web.Response(status=422, text="Need a 'text' parameter to parse")
        if not re.fullmatch(r"[a-z]{2}(_[A-Z]{2})?", form.get("locale", "en_GB")):
            return web.Response(status=500, text="Invalid locale")
        dims = json.loads(form["dims"]) if "dims" in form else None
        zone = ZoneInfo(form.get("tz", _DEFAULT_ZONE))
        now = datetime.fromtimestamp(int(form["reftime"]) / 1000, zone)
        found = [one for one in _matches(form["text"], now) if dims is None or one["dim"] in dims]
        return web.json_response(found)


def _matches(text: str, now: datetime) -> Iterator[dict[str, Any]]:
    def match(found: re.Match[str], dim: str, value: dict[str, Any]) -> dict[str, Any]:
        start, end = found.span()
        return {"body": found[0], "start": start, "end": end, "dim": dim, "latent": False, "value": value}

    for found in re.finditer(r"(\d+)-(\d+) TL", text):
        low, high = ({"value": int(one), "unit": "TRY"} for one in found.groups())
        yield match(found, "amount-of-money", {"type": "interval", "from": low, "to": high, "values": []})
    for found in re.finditer(r"en az (\d+) TL", text):
        yield match(
            found, "amount-of-money", {"type": "interval", "from": {"value": int(found[1]), "unit": "TRY"}}
        )
    for found in re.finditer(r"(?<!-)\b\d+\b(?!-)", text):
        yield match(found, "number", {"value": int(found[0]), "type": "value"})
    for found in re.finditer("yarın", text):
        day = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        told = {"value": day.isoformat(timespec="milliseconds"), "grain": "day", "type": "value"}
        yield match(found, "time", {**told, "values": [told]})
