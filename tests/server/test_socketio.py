"""Rasa's socket.io channel, heard by python-socketio's own client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import jwt
import pytest
import pytest_asyncio
import socketio

from bot.channels.socketio import SocketIoSettings
from bot.errors import ProjectError
from bot.events import UserUttered
from bot.server.socketio import SocketIoChannel
from bot.server.turns import Turns
from bot.turn import Bot

from .conftest import Client

pytestmark = pytest.mark.asyncio

KEY = "a key that only the shop's own pages have, and that is long enough for SHA512"


class Page:
    """A page with a socket.io client."""

    def __init__(self, namespace: str = "/", event: str = "bot_uttered") -> None:
        self.socket = socketio.AsyncClient(reconnection=False)
        self.namespace = namespace
        self.heard: asyncio.Queue[Any] = asyncio.Queue()
        self.sessions: asyncio.Queue[Any] = asyncio.Queue()
        self.socket.on(event, handler=self.heard.put, namespace=namespace)
        self.socket.on("session_confirm", handler=self.sessions.put, namespace=namespace)

    async def connect(self, client: Client, path: str = "socket.io", **options: Any) -> Page:
        options.setdefault("transports", ["websocket"])
        await self.socket.connect(
            str(client.server.make_url("/")) + options.pop("query", ""),
            socketio_path=path,
            namespaces=[self.namespace],
            **options,
        )
        return self

    async def session(self, session_id: Any = None) -> Any:
        await self.socket.emit("session_request", {"session_id": session_id}, namespace=self.namespace)
        async with asyncio.timeout(10):
            return await self.sessions.get()

    async def say(self, message: Any, event: str = "user_uttered", **more: Any) -> Any:
        """Say something; what the server acknowledges."""
        body = {"message": message, "customData": {}, **more}
        return await self.socket.call(event, body, namespace=self.namespace, timeout=10)

    async def hear(self) -> Any:
        async with asyncio.timeout(10):
            return await self.heard.get()

    async def answer(self, message: str, **more: Any) -> Any:
        assert await self.say(message, **more) is None
        return await self.hear()


@pytest.fixture
def settings() -> SocketIoSettings:
    """Tests override it."""
    return SocketIoSettings(session_persistence=True)


@pytest.fixture
def options(settings: SocketIoSettings) -> dict[str, Any]:
    return {"socketio": settings}


Open = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture
async def open_page(client: Client) -> AsyncIterator[Open]:
    pages: list[Page] = []

    async def open_one(namespace: str = "/", event: str = "bot_uttered", **options: Any) -> Page:
        page = Page(namespace, event)
        pages.append(page)
        return await page.connect(client, **options)

    yield open_one
    for page in pages:
        await page.socket.disconnect()


async def test_a_session_is_confirmed_by_its_id_and_a_message_answered(
    open_page: Open, client: Client
) -> None:
    page = await open_page()
    session = await page.session()

    assert isinstance(session, str) and len(session) == 32
    assert await page.answer("merhaba", session_id=session) == {"text": "Merhaba None"}
    assert [event["input_channel"] for event in await client.events(session) if event["event"] == "user"] == [
        "socketio"
    ]


async def test_a_session_that_the_client_remembers_goes_on(open_page: Open) -> None:
    page = await open_page()
    assert await page.session("onceki-oturum") == "onceki-oturum"
    await page.answer('/greet{"name": "Ayşe"}', session_id="onceki-oturum")
    again = await open_page()
    await again.session("onceki-oturum")

    assert await again.answer("merhaba", session_id="onceki-oturum") == {"text": "Merhaba Ayşe"}


async def test_every_page_of_a_session_hears_the_answer_and_no_other(open_page: Open) -> None:
    first, second, stranger = await open_page(), await open_page(), await open_page()
    session = await first.session()
    await second.session(session)
    await stranger.session()
    said = await first.answer("merhaba", session_id=session)

    assert await second.hear() == said
    assert stranger.heard.empty()


async def test_buttons_are_quick_replies_with_nothing_beside_them(open_page: Open) -> None:
    page = await open_page()
    session = await page.session()

    assert await page.answer("seçenek", session_id=session) == {
        "text": "Hangisi?",
        "quick_replies": [
            {"content_type": "text", "title": "Kargom nerede?", "payload": "/picture"},
            {"content_type": "text", "title": "İade", "payload": "/card"},
        ],
    }


async def test_an_image_and_paragraphs_come_one_by_one(open_page: Open) -> None:
    page = await open_page()
    session = await page.session()
    await page.say("/picture", session_id=session)
    await page.say("paragraf", session_id=session)
    heard = [await page.hear() for _ in range(4)]

    image = {"attachment": {"type": "image", "payload": {"src": "https://example.org/koli.png"}}}
    assert heard == [{"text": "Buyurun:"}, image, {"text": "Bir."}, {"text": "İki."}]


async def test_a_message_without_its_session_is_refused(open_page: Open) -> None:
    page = await open_page()

    assert "session_id" in (await page.say("merhaba"))["error"]
    assert page.heard.empty()


@pytest.mark.parametrize("message", [None, 7, ["merhaba"], "a" * 5001])
async def test_what_is_no_message_is_refused(open_page: Open, message: Any) -> None:
    page = await open_page()
    session = await page.session()

    assert "message" in (await page.say(message, session_id=session))["error"]
    assert await page.answer("merhaba", session_id=session) == {"text": "Merhaba None"}


@pytest.mark.parametrize("session_id", ["", "a" * 1001, "x\0y", {"id": 1}, [1], True])
async def test_what_is_no_session_id_gets_a_new_one(open_page: Open, session_id: Any) -> None:
    page = await open_page()

    given = await page.session(session_id)
    assert given != session_id and len(given) == 32


async def test_a_conversation_of_another_channel_is_nobody_s_session(open_page: Open, client: Client) -> None:
    await client.bot.store.append("905321234567", [UserUttered("merhaba", input_channel="whatsapp")], 0)
    page = await open_page()

    assert await page.session("905321234567") != "905321234567"
    assert "another channel" in (await page.say("merhaba", session_id="905321234567"))["error"]
    assert len(await client.events("905321234567")) == 1


async def test_metadata_reaches_the_bot_but_not_what_only_channels_vouch_for(
    open_page: Open, client: Client
) -> None:
    page = await open_page()
    session = await page.session()
    await page.answer("merhaba", session_id=session, metadata={"kampanya": "yaz", "verified_phone": "1"})
    await page.answer("merhaba", session_id=session, metadata='{"kampanya": "güz"}')
    users = [one for one in await client.events(session) if one["event"] == "user"]

    assert [one["metadata"] for one in users] == [{"kampanya": "yaz"}, {"kampanya": "güz"}]
    assert "object" in (await page.say("merhaba", session_id=session, metadata=[1]))["error"]


async def test_a_program_makes_the_bot_speak_to_the_session(open_page: Open, client: Client) -> None:
    page = await open_page()
    session = await page.session()
    await page.answer("merhaba", session_id=session)
    path = f"/conversations/{session}/trigger_intent?output_channel=latest"
    status, _ = await client.ask("POST", path, json={"name": "speak"})

    assert status == 200
    assert await page.hear() == {"text": "Başka bir yerden."}


@pytest.mark.parametrize("settings", [SocketIoSettings()])
async def test_without_persistence_the_connection_is_the_conversation(
    open_page: Open, client: Client
) -> None:
    page = await open_page()
    assert len(await page.session()) == 32

    assert await page.answer("merhaba") == {"text": "Merhaba None"}
    assert await client.bot.store.conversation_ids() == [page.socket.get_sid("/")]


@pytest.mark.parametrize(
    "settings",
    [
        SocketIoSettings(
            user_message_evt="yazdi",
            bot_message_evt="soyledi",
            namespace="/destek",
            socketio_path="/canli/io",
            metadata_key="bilgi",
        )
    ],
)
async def test_names_and_paths_are_those_of_the_settings(open_page: Open, client: Client) -> None:
    page = await open_page(namespace="/destek", event="soyledi", path="canli/io")
    await page.say("merhaba", event="yazdi", bilgi={"kaynak": "site"})

    assert await page.hear() == {"text": "Merhaba None"}
    (name,) = await client.bot.store.conversation_ids()
    (user,) = [one for one in await client.events(name) if one["event"] == "user"]
    assert user["metadata"] == {"kaynak": "site"}


@pytest.mark.parametrize("settings", [SocketIoSettings(jwt_key=KEY)])
@pytest.mark.parametrize(
    "auth",
    [
        None,
        {},
        {"token": 5},
        {"token": "nonsense"},
        {"token": jwt.encode({"user": "x"}, KEY + "!", "HS256")},
        {"token": jwt.encode({"user": "x"}, KEY, "HS512")},
        {"token": jwt.encode({"exp": 1}, KEY, "HS256")},
        {"token": jwt.encode({"user": "x"}, None, "none")},
    ],
)
async def test_a_wrong_token_lets_nobody_in(open_page: Open, auth: Any) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        await open_page(auth=auth)


@pytest.mark.parametrize("settings", [SocketIoSettings(jwt_key=KEY)])
@pytest.mark.parametrize("prefix", ["", "Bearer "])
async def test_a_right_token_lets_in(open_page: Open, prefix: str) -> None:
    page = await open_page(auth={"token": prefix + jwt.encode({"user": "x"}, KEY, "HS256")})

    assert await page.answer("merhaba") == {"text": "Merhaba None"}


async def test_a_method_that_does_not_exist_is_told_at_the_start(bot: Bot) -> None:
    with pytest.raises(ProjectError, match="jwt-method"):
        SocketIoChannel(Turns(bot), SocketIoSettings(jwt_key=KEY, jwt_method="HS1"))


@pytest.mark.parametrize(
    "how", [{"query": "?dialect=extended"}, {"auth": {"dialect": "extended"}}], ids=["query", "auth"]
)
async def test_each_client_of_a_session_hears_its_own_dialect(
    open_page: Open, client: Client, how: dict[str, Any]
) -> None:
    strict, extended = await open_page(), await open_page(**how)
    session = await strict.session()
    await extended.session(session)
    card = {"title": "Kupa", "subtitle": "120 TL", "image_url": "https://example.org/k.png"}
    events = [{"event": "bot", "text": None, "data": {"elements": [card]}}]
    path = f"/conversations/{session}/tracker/events?output_channel=socketio&execute_side_effects=true"
    status, _ = await client.ask("POST", path, json=events)

    assert status == 200
    payload = {"template_type": "generic", "elements": [{**card, "buttons": []}]}
    assert await strict.hear() == {"attachment": {"type": "template", "payload": payload}}
    element = {"text": "Kupa\n120 TL", "image_url": "https://example.org/k.png"}
    assert await extended.hear() == {"type": "carousel", "elements": [element]}


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_foreign_page_may_not_connect(open_page: Open, transport: str) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        await open_page(headers={"Origin": "https://evil.example"}, transports=[transport])


@pytest.mark.parametrize("options", [{"socketio": SocketIoSettings(), "cors": ["https://shop.example"]}])
async def test_a_page_that_cors_names_may_connect(open_page: Open) -> None:
    page = await open_page(headers={"Origin": "https://shop.example"}, transports=["polling", "websocket"])

    assert await page.answer("merhaba") == {"text": "Merhaba None"}


@pytest.mark.parametrize("settings", [SocketIoSettings(session_persistence=True, messages=3)])
async def test_a_flood_is_answered_with_a_request_to_wait(open_page: Open, client: Client) -> None:
    page, quiet = await open_page(), await open_page()
    session, own = await page.session(), await quiet.session()
    told = [await page.say("merhaba", session_id=session) for _ in range(10)]

    assert [one is None for one in told] == [True] * 3 + [False] * 7
    assert sum(one["event"] == "user" for one in await client.events(session)) == 3
    assert await quiet.answer("merhaba", session_id=own) == {"text": "Merhaba None"}


@pytest.mark.parametrize("settings", [SocketIoSettings(connections=2)])
async def test_one_address_opens_so_many_connections(open_page: Open) -> None:
    first = await open_page()
    await open_page()
    with pytest.raises(socketio.exceptions.ConnectionError):
        await open_page()
    await first.socket.disconnect()
    async with asyncio.timeout(10):
        while True:
            try:
                await open_page()
                break
            except socketio.exceptions.ConnectionError:
                continue


async def test_the_channel_says_that_it_is_there(client: Client) -> None:
    assert await client.ask("GET", "/webhooks/socketio/") == (200, {"status": "ok"})
