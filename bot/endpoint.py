"""Somebody else's HTTP server, addressed by Rasa's keys: an NLG server, a model server, a callback's receiver.

What is sent holds conversations, so it goes where the designer said and nowhere else: a redirect is followed
to the same origin only; a download may be sent elsewhere, but then without our headers and tokens.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from bot.errors import SantralError
from bot.settings import Section

KEYS = frozenset(
    {"url", "params", "headers", "basic_auth", "token", "token_name", "cafile", "timeout"},
)
"""What every such section may say; ``timeout`` is ours, in seconds."""
MAX_REDIRECTS = 5
MAX_ANSWER = 1024 * 1024
"""Bytes of a JSON answer."""


class EndpointError(SantralError):
    """The other server could not be reached, or answered with a failure. The text quotes no content.

    Args:
        retry: whether the same request may succeed a little later.
    """

    code = "endpoint"

    def __init__(self, message: str, retry: bool = True) -> None:
        super().__init__(message)
        self.retry = retry


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is and how it is asked; ``timeout`` in seconds for a whole exchange."""

    url: str
    timeout: float = 10.0
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    auth: aiohttp.BasicAuth | None = None
    ssl: ssl.SSLContext | None = None


def read_address(section: Section, timeout: float) -> Address:
    """The address of a section.

    Args:
        timeout: seconds, unless the section says otherwise.

    Raises:
        ProjectError: a value is wrong; the complaint has the line.
    """
    url = section.text("url")
    try:
        parsed = URL(url or "")
    except ValueError:
        parsed = URL("")
    if url is None or parsed.scheme not in ("http", "https") or not parsed.host:
        message = f"'{url}' is no address of a server." if url else "'url' is missing."
        raise section.error("url", "url", message, "Write 'url: http://host:port/path'.")
    params = section.mapping("params")
    if token := section.text("token"):
        params[section.text("token_name") or "token"] = token
    return Address(
        url,
        section.seconds("timeout", timeout),
        params,
        section.mapping("headers"),
        _auth(section),
        _ssl_context(section),
    )


def _auth(section: Section) -> aiohttp.BasicAuth | None:
    given = section.mapping("basic_auth")
    if not given:
        return None
    if "username" not in given or "password" not in given:
        mend = "Write 'username: ...' and 'password: ...' under it."
        raise section.error("basic_auth", "auth", "'basic_auth' lacks a name or a password.", mend)
    return aiohttp.BasicAuth(given["username"], given["password"], "utf-8")


def _ssl_context(section: Section) -> ssl.SSLContext | None:
    cafile = section.text("cafile")
    if cafile is None:
        return None
    try:
        return ssl.create_default_context(cafile=str(Path(cafile).expanduser()))
    except (OSError, ssl.SSLError):
        message = f"The certificates '{cafile}' cannot be read."
        raise section.error("cafile", "cafile", message, "Name a PEM file.") from None


class Endpoint:
    """Asks one server, over connections that are kept."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._session: aiohttp.ClientSession | None = None

    async def post_json(self, body: Any) -> Any:
        """Send JSON and read the JSON of the answer; ``None`` for an answer without a body.

        Raises:
            EndpointError: the server failed, or what it answered is no JSON.
        """
        try:
            sent = json.dumps(body).encode()
        except (TypeError, ValueError) as error:
            raise EndpointError(
                f"what is to be sent is no JSON ({type(error).__name__})", retry=False
            ) from None
        async with self.request("POST", sent) as response:
            content = await read_at_most(response, MAX_ANSWER)
        if not content.strip():
            return None
        try:
            return json.loads(content)
        except (ValueError, RecursionError):
            raise EndpointError("the answer is no JSON", retry=False) from None

    @asynccontextmanager
    async def request(
        self, method: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """An answer with status 2xx or 304, to be read within the context.

        Args:
            body: JSON in UTF-8.
            headers: beside those of the address.

        Raises:
            EndpointError: another status, no connection, a timeout, or an answer that breaks off.
        """
        try:
            async with asyncio.timeout(self.address.timeout):
                response = await self._follow(method, body, headers or {})
                try:
                    _check(response)
                    yield response
                finally:
                    response.release()
        except TimeoutError:
            raise EndpointError(f"no answer within {self.address.timeout:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise EndpointError(type(error).__name__) from None

    async def _follow(
        self, method: str, body: bytes | None, headers: Mapping[str, str]
    ) -> aiohttp.ClientResponse:
        address = self.address
        url, own = URL(address.url).update_query(dict(address.params)), True
        for _ in range(MAX_REDIRECTS + 1):
            sent = {**(address.headers if own else {}), **headers}
            if body is not None:
                sent["Content-Type"] = "application/json"
            response = await self._client().request(
                method,
                url,
                data=body,
                headers=sent,
                auth=address.auth if own else None,
                ssl=address.ssl or True,
                allow_redirects=False,
            )
            target = response.headers.get("Location")
            if response.status not in (301, 302, 303, 307, 308) or target is None:
                return response
            response.release()
            following = url.join(URL(target))
            own = own and following.origin() == url.origin()
            # 301 to 303 would make a POST a GET without its body.
            if method != "GET" and (not own or response.status < 307):
                raise EndpointError(f"redirected with status {response.status}", retry=False)
            url = following
        raise EndpointError("redirected too often", retry=False)

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
        return self._session

    async def close(self) -> None:
        """Give back the connections."""
        if self._session is not None:
            await self._session.close()


def _check(response: aiohttp.ClientResponse) -> None:
    status = response.status
    if not 200 <= status < 300 and status != 304:
        raise EndpointError(f"status {status}", retry=status >= 500 or status in (408, 425, 429))


async def read_at_most(response: aiohttp.ClientResponse, most: int) -> bytes:
    """The body, of ``most`` bytes.

    Raises:
        EndpointError: it is longer.
    """
    parts = bytearray()
    async for part in response.content.iter_any():
        parts += part
        if len(parts) > most:
            raise EndpointError(f"the answer is longer than {most} bytes", retry=False)
    return bytes(parts)
