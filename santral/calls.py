"""``santral run`` answers calls from browsers: the voice's line in the bot's server.

The web chat's rules hold for calls, too: whose pages, how many from one address, and whose conversation.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

from aiohttp import web

import voice
from bot import events as ev
from bot.channels.sms import read_sms
from bot.channels.webchat_settings import WebChatSettings
from bot.errors import ProjectError
from bot.message import Emit, Message, Reply
from bot.server.app import CHAT, TURNS, WRITING
from bot.server.errors import ApiError, json_response
from bot.server.page import FOLDER as CHAT_FOLDER
from bot.server.page import SHARED, TYPES, File, Shelf, read_files, style_of
from bot.server.turns import Turns
from bot.server.webchat.limits import Buckets, Counts, address_of
from bot.server.webchat.origins import Origins
from bot.turn import Turn
from santral.messages import Messages
from voice.lines.browser import BrowserLine
from voice.lines.browser_calls import BrowserCalls, Door
from voice.lines.browser_settings import BrowserSettings, read_browser
from voice.opening import NO_VOICE, phone_of
from voice.phone import Phone
from voice.readiness import Readiness
from voice.wording import ends_the_call

logger = logging.getLogger(__name__)

BASE = "/voice"
FOLDER = Path(voice.__file__).parent / "page"
INDEX = "arama.html"
STYLE = "call-style.js"
"""The call's style sheet as a script: shops' policies may forbid styles of other origins."""
PARTS = "call-parts.js"
"""What the call's window is made of as the chat's is."""

HEARD = "heard_of_reply"
"""The slot that a hang-up in mid-sentence leaves: the words that were heard of what the bot said last."""

Credentials = Mapping[str, Any]


def open_calls(credentials: Credentials | None, root: Path) -> Callable[[web.Application], None] | None:
    """See :data:`bot.cli.run.Opener`.

    Raises:
        ProjectError: the section ``voice`` is wrong; the complaint has the line.
    """
    settings = read_browser(credentials)
    if settings is None:
        return None
    served: list[web.Application] = []
    messages = Messages(lambda: served[0].get(WRITING), read_sms(credentials))

    async def turn(message: Message, emit: Emit) -> None:
        await served[0][TURNS].answer(message, emit)

    async def log(conversation_id: str, heard: Mapping[str, Any]) -> None:
        await keep_heard(served[0][TURNS], conversation_id, heard)

    async def close(app: web.Application) -> None:
        await messages.close()
        if phone.recorder is not None:
            await asyncio.to_thread(phone.recorder.close)

    try:
        phone = replace(phone_of(credentials, turn, root, messages), log=log)
    except ProjectError as error:
        if all(one.code == NO_VOICE for one in error.complaints):
            logger.warning("Calls are not open: %s", " ".join(one.mend for one in error.complaints))
            return None
        raise

    def add_to(app: web.Application) -> None:
        served.append(app)
        app.on_cleanup.append(close)
        Calls(app, phone, settings).add_to(app)

    return add_to


class Calls:
    """The addresses below ``/voice/``.

    Args:
        app: the bot's server.
        patience: seconds that a caller waits for a model that is being loaded.
    """

    def __init__(
        self, app: web.Application, phone: Phone, settings: BrowserSettings, patience: float | None = None
    ) -> None:
        self._turns = app[TURNS]
        chat = app.get(CHAT)
        self._chat = chat.chat if chat is not None else None
        chat_settings = self._chat.settings if self._chat is not None else WebChatSettings()
        self._proxies = chat_settings.proxies
        self._origins = self._chat.origins if self._chat is not None else Origins(())
        self._open = Counts(settings.each, 4 * settings.calls)
        self._new = Buckets(settings.rate, 60.0, time.monotonic)
        door = Door(self._enter, self._conversation_of, self._said_last, lambda: not self._turns.closed)
        ready = Readiness(phone) if patience is None else Readiness(phone, patience)
        self.calls = BrowserCalls(ready, door, settings.calls)
        self._shelf = Shelf(_files())

    def add_to(self, app: web.Application) -> None:
        """Serve them, and let the web chat offer them."""
        app.add_routes(
            [
                web.get(BASE, self._to_page),
                web.get(f"{BASE}/", self._page),
                web.get(f"{BASE}/call", self.calls.answer),
                web.get(f"{BASE}/settings", self._settings),
                web.get(f"{BASE}/{{name}}", self._file),
            ]
        )
        app.on_shutdown.append(self.calls.close)
        if self._chat is not None:
            self._chat.calls = f"{BASE.removeprefix('/')}/"

    async def _to_page(self, request: web.Request) -> web.Response:
        raise web.HTTPFound(f"{BASE.removeprefix('/')}/")

    async def _page(self, request: web.Request) -> web.Response:
        return self._shelf.answer(request, INDEX)

    async def _file(self, request: web.Request) -> web.Response:
        return self._shelf.answer(request, request.match_info["name"])

    async def _settings(self, request: web.Request) -> web.Response:
        """``GET /voice/settings``: what the call's own page has to know."""
        self._origins.check(request)
        chat = self._chat.settings if self._chat is not None else None
        found = {
            "title": chat.title if chat is not None else None,
            "session": "webhooks/chat/session" if chat is not None else None,
            "privacy": (dict(chat.privacy) or None) if chat is not None else None,
        }
        return json_response(found, headers={**self._origins.headers(request), "Cache-Control": "no-cache"})

    @contextmanager
    def _enter(self, request: web.Request) -> Iterator[None]:
        self._origins.check(request)
        address = address_of(request, self._proxies)
        if wait := self._new.take(address):
            raise _too_many("Too many calls begin from this address.", wait)
        if not self._open.enter(address):
            raise _too_many("Too many calls are open from this address.", 5.0)
        try:
            yield
        finally:
            self._open.leave(address)

    def _conversation_of(self, token: str) -> str | None:
        session = self._chat.tokens.read(token) if self._chat is not None else None
        return None if session is None else session.conversation_id

    async def _said_last(self, conversation_id: str) -> Sequence[Reply]:
        if conversation_id.startswith("call-"):  # new by its name
            return ()
        bot = self._turns.bot
        return last_replies(
            await bot.store.load(conversation_id),
            bot.clock.now(),
            60 * bot.domain.session_expiration_minutes,
        )


async def keep_heard(turns: Turns, conversation_id: str, heard: Mapping[str, Any]) -> None:
    """Log what was heard of the last words of a call: :data:`HEARD`, whether the domain has such a slot or not.

    Raises:
        ApiError: 503, too much is in flight.
        StoreError: the conversation cannot be read or written.
    """

    async def log(turn: Turn) -> None:
        if turn.tracker.events:
            turn.log([ev.SlotSet(HEARD, heard[HEARD])])
            await turn.commit()

    await turns.hold(Message("", conversation_id, BrowserLine.name), log)


def last_replies(events: Sequence[ev.Event], now: float, seconds: float) -> Sequence[Reply]:
    """What the bot said last, if the conversation is not over.

    Args:
        seconds: a conversation in which nothing happened for so long is over; 0: never.
    """
    if not events or (seconds and now - events[-1].timestamp >= seconds):
        return ()
    found: list[Reply] = []
    for event in reversed(events):
        if isinstance(event, ev.UserUttered | ev.SessionStarted | ev.Restarted):
            if found or not isinstance(event, ev.UserUttered):
                break
        elif isinstance(event, ev.BotUttered):
            data = {key: value for key, value in event.data.items() if value is not None}
            found.insert(0, Reply(event.text, data, event.metadata))
    return () if any(ends_the_call(one) for one in found) else found


def _files() -> dict[str, File]:
    files = read_files(FOLDER, shared=(".js", ".json"))
    style = style_of(FOLDER, "call.css")
    files["call.css"] = replace(files["call.css"], body=style.encode())
    files[STYLE] = _script(f"export const STYLE = {json.dumps(style, ensure_ascii=False)};\n")
    parts = [(CHAT_FOLDER / "chat" / name).read_text("utf-8") for name in ("languages.js", "nodes.js")]
    names = "ICONS, directionOf, dress, filled, icon, iconButton, make, only, textsOf"
    files[PARTS] = _script("\n".join([*parts, f"export {{ {names} }};\n"]))
    page = files[INDEX]
    files[INDEX] = replace(page, headers={**page.headers, "Permissions-Policy": "microphone=(self)"})
    return files


def _script(code: str) -> File:
    return File(code.encode(), TYPES[".js"], SHARED)


def _too_many(message: str, wait: float) -> ApiError:
    headers = {"Retry-After": str(math.ceil(wait))}
    return ApiError(HTTPStatus.TOO_MANY_REQUESTS, "TooManyRequests", message, {"retry_after": wait}, headers)
