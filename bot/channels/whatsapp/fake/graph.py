"""The API at the other end of the line: it refuses what Meta refuses, keeps Meta's rules, and tells statuses.

It is no copy of Meta's servers but of what they document: the schema of every body, the limits, the 24-hour
window, the rates, templates, media with a bearer token. ``sent`` holds what reached customers.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from bot.channels.whatsapp.fake.faults import Faults, answer_of, error_body
from bot.channels.whatsapp.fake.statuses import QUIET, Manner, timetable
from bot.channels.whatsapp.fake.webhooks import Business, Customer, message_posted, posted, status_posted
from bot.channels.whatsapp.inbound import CustomerMoved, InboundMessage, read_webhook
from bot.channels.whatsapp.rules import Bucket, number_bucket, pair_bucket, window_open
from bot.channels.whatsapp.schema import check_body
from bot.channels.whatsapp.signature import HEADER, signature_of
from bot.channels.whatsapp.templates import PLACEHOLDER
from bot.clock import Clock, SystemClock

REPEATS = (0.2, 0.5, 1.0, 1.0, 2.0, 2.0, 4.0, 4.0, 8.0, 8.0, 16.0)
"""Seconds before a webhook that was not answered with 200 is posted again; Meta goes on for days."""
MOST_UPLOAD = 110 * 1024 * 1024


@dataclass(slots=True)
class StoredFile:
    """A file on Meta's servers."""

    data: bytes
    mime_type: str
    claimed: str = ""
    """The SHA-256 that is told, where it is to be a wrong one."""


@dataclass(slots=True)
class SentMessage:
    """A message that was taken."""

    wamid: str
    body: dict[str, Any]
    at: float

    @property
    def recipient(self) -> str:
        return str(self.body.get("to") or self.body.get("recipient")).lstrip("+")


@dataclass(slots=True)
class FakeGraph:
    """One business number at Meta.

    Args:
        webhook: where webhooks are posted; empty: nowhere.
    """

    token: str = "EAAfake"
    app_secret: str = "secret"
    webhook: str = ""
    business: Business = field(default_factory=Business)
    clock: Clock = field(default_factory=SystemClock)
    manner: Manner = QUIET
    keeps_window: bool = True
    keeps_rates: bool = True
    per_second: float = 80.0
    seed: int = 0
    templates: list[dict[str, Any]] = field(default_factory=list)
    """As ``GET /{waba-id}/message_templates`` tells them."""
    faults: Faults = field(default_factory=Faults)
    sent: list[SentMessage] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    refused: list[tuple[int, Any]] = field(default_factory=list)
    """Codes and bodies of what was not taken."""
    files: dict[str, StoredFile] = field(default_factory=dict)
    last_heard: dict[str, float] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)
    """Customers who want no marketing."""
    subscribed: bool = True
    on_sent: Callable[[SentMessage], None] | None = None
    on_status: Callable[[str, str], None] | None = None
    on_refused: Callable[[int, str], None] | None = None
    _buckets: dict[str, Bucket] = field(default_factory=dict)
    _count: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _session: aiohttp.ClientSession | None = None

    def app(self) -> web.Application:
        """To be served."""
        app = web.Application(client_max_size=MOST_UPLOAD)
        number = "/{version}/" + self.business.phone_number_id
        account = "/{version}/" + self.business.account_id
        app.add_routes(
            [
                web.post(number + "/messages", self._messages),
                web.post(number + "/media", self._upload),
                web.get(number, self._number),
                web.get(account + "/message_templates", self._templates),
                web.get(account + "/subscribed_apps", self._apps),
                web.get("/files/{name}", self._download),
                web.get("/{version}/{name}", self._media),
            ]
        )
        app.on_cleanup.append(self._end)
        return app

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        if (refusal := self._stranger(request)) is not None:
            return refusal
        try:
            body = await request.json()
        except ValueError:
            return self._refuse(100, None, "Invalid parameter", "The body is no JSON.")
        fault = None if isinstance(body, dict) and "status" in body else self.faults.next()
        if fault is not None and not str(fault).startswith("taken"):
            return await answer_of(fault, request)
        wrong = check_body(_filled(body))
        if wrong:
            return self._refuse(131009, body, "Parameter value is not valid", " ".join(wrong)[:500])
        if "status" in body:
            self.reads.append(body["message_id"])
            return web.json_response({"success": True})
        if (refusal := self._against_rules(body)) is not None:
            return refusal
        message = self._take(body)
        if fault is not None:
            return await answer_of(fault, request)
        contact = {"input": message.recipient, "wa_id": message.recipient}
        answer = {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": message.wamid}]}
        return web.json_response(answer)

    def _stranger(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Authorization") == f"Bearer {self.token}":
            return None
        return web.json_response(error_body(190, "Invalid OAuth access token."), status=401)

    def _refuse(self, code: int, body: Any, message: str, details: str = "") -> web.Response:
        self.refused.append((code, body))
        if self.on_refused is not None:
            self.on_refused(code, details or message)
        return web.json_response(error_body(code, message, details), status=429 if code == 130429 else 400)

    def _against_rules(self, body: Mapping[str, Any]) -> web.Response | None:
        now, recipient = self.clock.now(), str(body.get("to") or body.get("recipient")).lstrip("+")
        if self.keeps_rates:
            for name, fresh, code in (
                (recipient, pair_bucket, 131056),
                ("", lambda at: number_bucket(at, self.per_second), 130429),
            ):
                bucket, wait = self._buckets.get(name, fresh(now)).take(now)
                # Clocks at both ends are not the same to the millisecond.
                if wait > 0.25:
                    return self._refuse(code, body, "Rate limit hit")
                self._buckets[name] = bucket
        if body["type"] == "template":
            return self._against_template(body, recipient)
        if self.keeps_window and not window_open(self.last_heard.get(recipient), now):
            return self._refuse(131047, body, "Re-engagement message", "More than 24 hours have passed.")
        for kind in ("image", "video", "audio", "document", "sticker"):
            source = body[kind] if body["type"] == kind else {}
            if "id" in source and source["id"] not in self.files:
                return self._refuse(131053, body, "Media upload error", "There is no such file.")
            if source.get("voice") and not self.files[source["id"]].data.startswith(b"OggS"):
                return self._refuse(131053, body, "Media upload error", "A voice message is Ogg with Opus.")
        return None

    def _against_template(self, body: Mapping[str, Any], recipient: str) -> web.Response | None:
        asked = body["template"]
        found = next(
            (
                one
                for one in self.templates
                if (one["name"], one["language"]) == (asked["name"], asked["language"]["code"])
            ),
            None,
        )
        if found is None:
            return self._refuse(132001, body, "Template name does not exist in the translation")
        if found.get("status", "APPROVED") != "APPROVED":
            return self._refuse(132015, body, "Template is paused")
        if found.get("category") == "MARKETING" and recipient in self.stopped:
            return self._refuse(131050, body, "User has stopped marketing messages")
        text = "".join(one.get("text", "") for one in found.get("components", ()) if one["type"] == "BODY")
        given = [
            parameter
            for one in asked.get("components", ())
            if one["type"] == "body"
            for parameter in one["parameters"]
        ]
        if len(set(PLACEHOLDER.findall(text))) != len(given):
            return self._refuse(132000, body, "Number of parameters does not match")
        return None

    def _take(self, body: dict[str, Any]) -> SentMessage:
        self._count += 1
        digest = hashlib.sha256(f"{self.seed} {self._count}".encode()).hexdigest()[:24]
        message = SentMessage(f"wamid.OUT{digest}", body, self.clock.now())
        self.sent.append(message)
        for delay, status in timetable(self.manner, random.Random(f"{self.seed} {self._count}")):
            self._later(delay, message, status)
        if self.on_sent is not None:
            self.on_sent(message)
        return message

    def _later(self, delay: float, message: SentMessage, status: str) -> None:
        async def tell() -> None:
            await asyncio.sleep(delay)
            await self.tell_status(message.wamid, status, message.recipient)

        task = asyncio.get_running_loop().create_task(tell())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def tell_status(
        self, wamid: str, status: str, recipient: str, error: Mapping[str, Any] | None = None
    ) -> int:
        """Post a status; the HTTP status of the answer, 0 for none."""
        if self.on_status is not None:
            self.on_status(wamid, status)
        now = self.clock.now()
        return await self.post(status_posted(self.business, wamid, status, recipient, now, error))

    async def say(
        self, content: Mapping[str, Any], customer: Customer | None = None, name: str = "", repeat: int = 1
    ) -> str:
        """A customer writes; the ``wamid``.

        Args:
            content: such as ``{"type": "text", "text": {"body": "Merhaba"}}``.
            repeat: so often Meta delivers it.
        """
        who, now = customer or Customer(), self.clock.now()
        self._count += 1
        name = name or f"wamid.IN{self.seed}.{self._count}"
        body = message_posted(self.business, who, name, now, content)
        for _ in range(repeat):
            await self.post(body)
        return name

    async def stop_marketing(self, customer: Customer) -> None:
        """The customer stops marketing messages, and Meta tells it."""
        self.stopped.add(customer.address)
        said = {"wa_id": customer.wa_id, "category": "marketing_messages", "value": "stop"}
        said["timestamp"] = str(int(self.clock.now()))
        value = {"contacts": [customer.as_contact()], "user_preferences": [said]}
        await self.post(posted(self.business, value, "user_preferences"))

    async def post(self, body: Mapping[str, Any]) -> int:
        """Post a webhook as Meta does, signed; the HTTP status of the answer, 0 for none."""
        for one in read_webhook(body):
            if isinstance(one, InboundMessage | CustomerMoved):
                who = one.sender if isinstance(one, InboundMessage) else one.new
                self.last_heard[who.key] = self.clock.now()
        if not self.webhook:
            return 0
        # Meta escapes what is not ASCII, so that the signature is of other bytes than a plain dump's.
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", HEADER: signature_of(self.app_secret, data)}
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64))
        for pause in (*REPEATS, None):
            with suppress(aiohttp.ClientError, OSError):
                async with self._session.post(self.webhook, data=data, headers=headers) as response:
                    if response.status == 200 or pause is None:
                        return response.status
            if pause is not None:
                await asyncio.sleep(pause)
        return 0

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        if (refusal := self._stranger(request)) is not None:
            return refusal
        form = await request.post()
        file = form.get("file")
        if form.get("messaging_product") != "whatsapp" or not isinstance(file, web.FileField):
            return self._refuse(100, None, "Invalid parameter", "messaging_product and file are needed.")
        name = self.keep(file.file.read(), file.content_type)
        return web.json_response({"id": name})

    def keep(self, data: bytes, mime_type: str, claimed: str = "") -> str:
        """Put a file on Meta's servers; its media id."""
        self._count += 1
        name = str(900_000_000_000 + self._count)
        self.files[name] = StoredFile(data, mime_type, claimed)
        return name

    async def _media(self, request: web.Request) -> web.StreamResponse:
        if (refusal := self._stranger(request)) is not None:
            return refusal
        name = request.match_info["name"]
        file = self.files.get(name)
        if file is None:
            return self._refuse(100, None, "Unsupported get request", "There is no such object.")
        told = {
            "messaging_product": "whatsapp",
            "id": name,
            "mime_type": file.mime_type,
            "file_size": len(file.data),
            "sha256": file.claimed or hashlib.sha256(file.data).hexdigest(),
            "url": str(request.url.origin() / "files" / name),
        }
        return web.json_response(told)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        if (refusal := self._stranger(request)) is not None:
            return refusal
        file = self.files.get(request.match_info["name"])
        if file is None:
            raise web.HTTPNotFound
        return web.Response(body=file.data, content_type=file.mime_type.partition(";")[0])

    async def _number(self, request: web.Request) -> web.StreamResponse:
        if (refusal := self._stranger(request)) is not None:
            return refusal
        number = {"display_phone_number": self.business.display_phone_number, "verified_name": "Mağazam"}
        more = {"quality_rating": "GREEN", "id": self.business.phone_number_id}
        return web.json_response({**number, **more})

    async def _templates(self, request: web.Request) -> web.StreamResponse:
        return self._stranger(request) or web.json_response({"data": self.templates, "paging": {}})

    async def _apps(self, request: web.Request) -> web.StreamResponse:
        data = [{"whatsapp_business_api_data": {"name": "Mağazam", "id": "1"}}] if self.subscribed else []
        return self._stranger(request) or web.json_response({"data": data})

    async def _end(self, app: web.Application) -> None:
        for task in list(self._tasks):
            task.cancel()
        if self._session is not None:
            await self._session.close()


def _filled(value: Any) -> Any:
    """Without what is null or an empty list: Meta passes over both, and clients send them."""
    if isinstance(value, dict):
        return {key: _filled(one) for key, one in value.items() if one is not None and one != []}
    return [_filled(one) for one in value] if isinstance(value, list) else value
