"""Meta's Graph API over HTTP: messages, media, and what ``santral whatsapp check`` asks.

Whatever the other side does (500, 429, 200 with an error in it, half a JSON, nothing for ever), it becomes one
:class:`GraphError` that says whether the message may have been taken nevertheless.
"""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from yarl import URL

from bot.channels.whatsapp.lenient import items, mapping, number, optional_text, text_of, whole
from bot.errors import SantralError

DEADLINE = 30.0
"""Seconds for an answer."""
MOST_ANSWER = 1024 * 1024
"""Bytes of a JSON answer."""
TRUSTED = ("facebook.com", "fbcdn.net", "fbsbx.com", "whatsapp.net")
"""Hosts, with those below them, that are told the access token when a file is fetched."""


class GraphError(SantralError):
    """Meta did not do what was asked; the text has Meta's words, and nothing of ours.

    Args:
        code: Meta's; 0 when there was none.
        broken: there was no answer, or none that is Meta's.
        unsure: it may have been done nevertheless.
        retry_after: seconds that the answer asked for.
    """

    code = "whatsapp-graph"

    def __init__(
        self,
        message: str,
        *,
        number: int = 0,
        status: int = 0,
        broken: bool = False,
        unsure: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.number = number
        self.status = status
        self.broken = broken
        self.unsure = unsure
        self.retry_after = retry_after
        self.retry = broken


class Graph:
    """Asks Meta, over connections that are kept.

    Args:
        base_url: ``https://graph.facebook.com``, or a fake's.
        version: such as ``v23.0``.
        token: never logged.
    """

    def __init__(
        self, base_url: str, version: str, phone_number_id: str, token: str, deadline: float = DEADLINE
    ) -> None:
        self.root = URL(base_url.rstrip("/")) / version
        self.phone_number_id = phone_number_id
        self.deadline = deadline
        self._token = token
        self._session: aiohttp.ClientSession | None = None

    async def send(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """Send a message; its ``wamid``, and the customer's number as WhatsApp writes it.

        Raises:
            GraphError: it was not taken, or nobody knows.
        """
        answer = await self.post(self.root / self.phone_number_id / "messages", body)
        name = text_of(mapping(next(iter(items(answer.get("messages"))), None)).get("id"))
        if not name:
            raise GraphError("The answer names no message.", broken=True, unsure=True)
        contact = mapping(next(iter(items(answer.get("contacts"))), None))
        return name, text_of(contact.get("wa_id"))

    async def mark_read(self, message_id: str, typing: bool) -> None:
        """Mark a customer's message as read, and show that an answer is being written; raises GraphError."""
        body: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": message_id}
        if typing:
            body["typing_indicator"] = {"type": "text"}
        await self.post(self.root / self.phone_number_id / "messages", body)

    async def upload(self, data: bytes, mime_type: str, name: str) -> str:
        """Upload a file; its media id, which is good for 30 days. Raises GraphError."""
        form = aiohttp.FormData()
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", mime_type)
        form.add_field("file", io.BytesIO(data), filename=name, content_type=mime_type)
        answer = await self._ask("POST", self.root / self.phone_number_id / "media", data=form)
        found = text_of(answer.get("id"))
        if not found:
            raise GraphError("The answer names no file.", broken=True)
        return found

    async def media(self, media_id: str) -> Mapping[str, Any]:
        """``url``, ``mime_type``, ``sha256`` and ``file_size`` of a customer's file. Raises GraphError."""
        return await self.get(media_id, phone_number_id=self.phone_number_id)

    @asynccontextmanager
    async def download(self, url: str) -> AsyncIterator[aiohttp.StreamReader]:
        """The content at the address that :meth:`media` told, to be read within the context.

        Raises:
            GraphError: it is not there; or the address is a stranger's, who must not be told the token.
        """
        target = URL(url)
        host = target.host or ""
        near = target.origin() == self.root.origin() if target.is_absolute() else False
        trusted = target.scheme == "https" and any(host == one or host.endswith("." + one) for one in TRUSTED)
        if not (near or trusted):
            raise GraphError("The file lies at an address that is not Meta's.")
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            async with self._client().get(target, headers=headers, allow_redirects=False) as response:
                if response.status != 200:
                    broken = response.status >= 500
                    raise GraphError(f"status {response.status}", status=response.status, broken=broken)
                yield response.content
        except (aiohttp.ClientError, OSError) as error:
            raise GraphError(type(error).__name__, broken=True) from None

    async def get(self, path: str, **query: str) -> Mapping[str, Any]:
        """An object of the API; raises GraphError."""
        return await self._ask("GET", (self.root / path).with_query(query))

    async def pages(self, path: str, **query: str) -> list[Mapping[str, Any]]:
        """Every entry of a list of the API; raises GraphError."""
        found: list[Mapping[str, Any]] = []
        after: str | None = ""
        while after is not None and len(found) < 10_000:
            answer = await self.get(path, **query, **({"after": after} if after else {}))
            found += [mapping(one) for one in items(answer.get("data"))]
            paging = mapping(answer.get("paging"))
            cursor = optional_text(mapping(paging.get("cursors")).get("after"))
            after = cursor if paging.get("next") and cursor != after else None
        return found

    async def post(self, url: URL, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Post JSON; raises GraphError."""
        headers = {"Content-Type": "application/json"}
        return await self._ask("POST", url, data=json.dumps(body).encode(), headers=headers)

    async def _ask(self, method: str, url: URL, **options: Any) -> Mapping[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}", **options.pop("headers", {})}
        sent = method != "GET"
        try:
            async with (
                asyncio.timeout(self.deadline),
                self._client().request(
                    method, url, headers=headers, allow_redirects=False, **options
                ) as response,
            ):
                content = await _at_most(response, MOST_ANSWER)
        except TimeoutError:
            text = f"No answer within {self.deadline:g} s."
            raise GraphError(text, broken=True, unsure=sent) from None
        except aiohttp.ClientConnectorError as error:  # nothing was sent
            raise GraphError(f"No connection ({type(error).__name__}).", broken=True) from None
        except (aiohttp.ClientError, OSError) as error:
            text = f"The connection broke ({type(error).__name__})."
            raise GraphError(text, broken=True, unsure=sent) from None
        return _read(response, content, sent)

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, sock_connect=10))
        return self._session

    async def close(self) -> None:
        """Give back the connections."""
        if self._session is not None:
            await self._session.close()


async def _at_most(response: aiohttp.ClientResponse, most: int) -> bytes:
    parts = bytearray()
    async for part in response.content.iter_any():
        parts += part
        if len(parts) > most:
            raise GraphError(f"The answer is longer than {most} bytes.", broken=True, unsure=True)
    return bytes(parts)


def _read(response: aiohttp.ClientResponse, content: bytes, sent: bool) -> Mapping[str, Any]:
    status = response.status
    try:
        answer = mapping(json.loads(content)) if content.strip() else None
    except (ValueError, RecursionError):
        answer = None
    error = mapping((answer or {}).get("error"))
    if error:
        raise GraphError(
            f"{text_of(error.get('message'))} {text_of(mapping(error.get('error_data')).get('details'))}".strip(),
            number=whole(error.get("code")),
            status=status,
            broken=not whole(error.get("code")) and status >= 500,
            retry_after=_seconds(response),
        )
    if 200 <= status < 300 and answer is not None:
        return answer
    # A success that tells nothing may well be one.
    unsure = sent and 200 <= status < 300
    text = f"status {status}" + ("" if answer is not None else " without an answer")
    broken = unsure or status >= 500 or status in (408, 425, 429)
    raise GraphError(text, status=status, broken=broken, unsure=unsure, retry_after=_seconds(response))


def _seconds(response: aiohttp.ClientResponse) -> float | None:
    return number(response.headers.get("Retry-After", "")) or None
