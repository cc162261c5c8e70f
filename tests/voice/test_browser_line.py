"""Calls from browsers: whole ones over real sockets, and what else may come down the line."""

from __future__ import annotations

import asyncio
import shutil
import socket as sockets
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
import numpy as np
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from browser_caller import RATE, Caller
from call_scene import SETTINGS, Fixed
from espeak_speech import spoken
from phone_bot import ROOT, model

from bot.app import menus_of
from bot.errors import StoreError
from bot.message import Collected, Emit, Message, Reply
from bot.stores.memory import MemoryStore
from bot.stub_actions import StubActions
from bot.turn import Bot, take_turn
from voice.audio import joined, silence, to_bytes
from voice.call_settings import CallTexts
from voice.engines.espeak import EspeakTts
from voice.engines.missing import EngineMissing
from voice.engines.silero import SileroVad
from voice.lines import browser
from voice.lines.browser import BrowserLine
from voice.lines.browser_calls import BrowserCalls, Door
from voice.lines.browser_frames import FrameError, read_control
from voice.phone import Phone
from voice.readiness import AGAIN, SOON, Readiness
from voice.resampling import resample
from voice.testing.fakes import CodeBook, FakeAsr, FakeTts, FakeVad
from voice.tts import Voice
from voice.vad import EnergyVad, Vad

needs_espeak = pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed")
pytestmark = pytest.mark.asyncio
UPGRADE = (
    b"GET %s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"
)
GREETING = "nasıl yardımcı olabilirim?"


@dataclass
class Exchange:
    """A server that answers browsers, and the callers who came."""

    book: CodeBook = field(default_factory=CodeBook)
    said_last: Sequence[Reply] | Exception = ()
    tokens: dict[str, str] = field(default_factory=lambda: {"good": "webchat-1"})
    messages: list[Message] = field(default_factory=list)
    callers: list[Caller] = field(default_factory=list)
    entered: int = 0

    async def open(self, phone: dict[str, Any] | None = None, **options: Any) -> None:
        trained = model()
        self.store = MemoryStore()
        actions = StubActions.of(ROOT)
        self.bot = bot = Bot(
            trained.domain,
            trained.ensemble,
            trained.interpreter,
            actions,
            self.store,
            menus=menus_of(trained),
        )

        async def turn(message: Message, emit: Emit) -> None:
            self.messages.append(message)
            await take_turn(bot, message, emit)

        @contextmanager
        def enter(request: web.Request) -> Iterator[None]:
            self.entered += 1
            try:
                yield
            finally:
                self.entered -= 1

        async def said_last(conversation_id: str) -> Sequence[Reply]:
            if isinstance(self.said_last, Exception):
                raise self.said_last
            return self.said_last

        tts, asr = FakeTts(self.book, RATE), FakeAsr(self.book, RATE)
        made: dict[str, Any] = {
            "voice": lambda rate: Voice(tts, rate),
            "vad": FakeVad,
            "asr": asr,
            "settings": SETTINGS,
        }
        self.phone = Phone(turn, **(made | (phone or {})))
        door = Door(enter, self.tokens.get, said_last)
        self.calls = BrowserCalls(Readiness(self.phone), door, **options)
        app = web.Application()
        app.add_routes([web.get("/voice/call", self.calls.answer)])
        app.on_shutdown.append(self.calls.close)
        self.server = TestServer(app)
        await self.server.start_server()
        self.session = aiohttp.ClientSession()

    async def chats(self, text: str, conversation_id: str = "webchat-1") -> None:
        """The customer writes before the call."""
        said = Collected()
        await take_turn(self.bot, Message(text, conversation_id), said)
        self.said_last = said.replies

    async def connect(self) -> aiohttp.ClientWebSocketResponse:
        return await self.session.ws_connect(self.server.make_url("/voice/call"))

    async def caller(self) -> Caller:
        found = Caller(await self.connect(), self.book)
        self.callers.append(found)
        return found

    async def calls_up(self, microphone: bool = True, **more: Any) -> Caller:
        """Somebody whose call has begun."""
        caller = await (await self.caller()).start(microphone, **more)
        await caller.until("ready")
        return caller

    async def empty(self) -> None:
        """Wait until no call is left."""
        async with asyncio.timeout(20):
            while len(self.calls) or self.entered:  # noqa: ASYNC110  (nobody tells of it)
                await asyncio.sleep(0.01)

    async def close(self) -> None:
        for caller in self.callers:
            await caller.leave()
        await self.empty()
        await self.session.close()
        await self.server.close()


@pytest_asyncio.fixture
async def exchange() -> AsyncIterator[Exchange]:
    """Not yet open. At its end no call, no socket and no task is left."""
    before = asyncio.all_tasks()
    found = Exchange()
    yield found
    await found.close()
    here = {*before, asyncio.current_task()}
    left = [str(one.get_coro()) for one in asyncio.all_tasks() if one not in here and not one.done()]
    assert not left


# Calls as they should be


@needs_espeak
async def test_a_whole_call_by_keys_with_a_real_voice(exchange: Exchange) -> None:
    tts = EspeakTts(speed=300)
    await exchange.open({"voice": lambda rate: Voice(tts, rate), "asr": None, "vad": None})
    await exchange.chats("fatura istiyorum")
    caller = await exchange.calls_up(microphone=False, token="good")
    assert (await caller.until("ready"))["speech"] is False
    await caller.hears("göndereyim mi?")
    await caller.press("2")
    await caller.until("transcript", **{"from": "caller"}, by="keys", text="2")
    await caller.hears("göndermiyorum")
    latency = await caller.until("latency", by="keys")
    assert latency["seconds"] < 1.5
    await caller.until("state", len(caller.told), state="listening")
    loud = [one for one in caller.sound if np.abs(one.astype(np.int32)).max() > 1000]
    assert len(loud) > 50, "the voice is heard"
    await caller.send("hang_up")
    assert await caller.closed() == 1000
    await exchange.empty()
    (message,) = exchange.messages
    assert message.text == "2" and message.channel == "browser" and message.conversation_id == "webchat-1"


async def test_a_whole_call_by_speech(exchange: Exchange) -> None:
    await exchange.open()
    caller = await exchange.calls_up()
    assert (await caller.until("ready"))["speech"] is True
    await caller.hears(GREETING)
    caller.says("siparişim nerede")
    heard = await caller.until("transcript", **{"from": "caller"})
    assert (heard["by"], heard["text"]) == ("speech", "siparişim nerede")
    await caller.hears("numaranızı")
    assert caller.flushes, "who speaks while the bot does is heard: it stops at once"
    cut = await caller.until("cut")
    assert GREETING in cut["text"] and cut["text"] != cut["heard"] and cut["text"].startswith(cut["heard"])
    assert caller.told.index(cut) < caller.told.index(heard), "the page knows it before the caller's words"
    latency = await caller.until("latency", by="speech")
    assert 0.1 < latency["seconds"] < 2.0
    await caller.press("482913")
    await caller.hears("482913 numaralı siparişiniz yolda")
    caller.says("hoşça kalın")
    ended = await caller.until("ended")
    assert ended["reason"] == "bot" and await caller.closed() == 1000
    assert any(text == "iyi günler." for text, _, _ in exchange.book.read(joined(caller.sound)))
    assert [one.text for one in exchange.messages] == ["/selam", "siparişim nerede", "482913", "hoşça kalın"]
    states = [one["state"] for one in caller.told if one["type"] == "state"]
    assert {"connecting", "speaking", "hearing"} <= set(states)


@needs_espeak
@pytest.mark.parametrize("vad", [EnergyVad, SileroVad])
async def test_a_real_voice_through_a_real_detector(exchange: Exchange, vad: type[Vad]) -> None:
    try:
        vad()
    except EngineMissing as error:
        pytest.skip(str(error))
    asr = Fixed("siparişim nerede")
    await exchange.open({"vad": vad, "asr": asr})
    caller = await exchange.calls_up()
    await caller.hears(GREETING)
    await caller.until("state", len(caller.told), state="listening")
    caller.hums(joined([resample(spoken("siparişim nerede"), 8000, RATE), silence(0.1, RATE)]))
    await caller.until("transcript", **{"from": "caller"}, text="siparişim nerede")
    await caller.hears("numaranızı")


async def test_a_call_of_a_session_is_its_conversation(exchange: Exchange) -> None:
    await exchange.open()
    await exchange.chats("fatura istiyorum")
    caller = await exchange.calls_up(token="good")
    assert (await caller.until("ready"))["goes_on"] is True
    await caller.hears("Kaldığımız yerden devam edelim.")
    await caller.hears("göndereyim mi?")
    await caller.press("2")
    await caller.until("transcript", **{"from": "caller"}, text="2")
    await caller.send("hang_up")
    await exchange.empty()
    assert [(one.text, one.conversation_id) for one in exchange.messages] == [("2", "webchat-1")]


async def test_half_a_character_of_an_action_ends_no_call(exchange: Exchange) -> None:
    await exchange.open()
    exchange.said_last = [Reply("Bir \ud83d daha söyler misiniz?")]
    caller = await exchange.calls_up(token="good")
    await caller.hears("daha söyler misiniz?")
    await caller.send("hang_up")
    assert await caller.closed() == 1000


async def test_two_calls_of_a_conversation_have_ids_of_their_own(exchange: Exchange) -> None:
    await exchange.open()
    for _ in range(2):
        caller = await exchange.calls_up(token="good")
        await caller.hears(GREETING)
        await caller.send("hang_up")
        await exchange.empty()
    assert len({one.message_id for one in exchange.messages}) == len(exchange.messages) == 2


async def test_who_calls_again_takes_the_call_along(exchange: Exchange) -> None:
    await exchange.open()
    first = await exchange.calls_up(token="good")
    second = await exchange.calls_up(token="good")
    assert (await first.until("ended"))["reason"] == "replaced" and await first.closed() == 4409
    await second.hears(GREETING)
    assert len(exchange.calls) <= 2


async def test_sound_that_was_not_played_is_said_again(exchange: Exchange) -> None:
    settings = replace(SETTINGS, texts=CallTexts(notice=""))
    await exchange.open({"settings": settings})
    caller = await exchange.calls_up()
    await caller.hears(GREETING)
    await asyncio.sleep(0.3)
    caller.says("hı hı")
    await caller.until("transcript", **{"from": "bot"})
    await caller.until("flush")
    await caller.until("state", len(caller.told), state="listening")
    greeting = sum(count for text, count, _ in exchange.book.read(joined(caller.sound)) if GREETING in text)
    whole = round(0.06 * len(next(one for one in exchange.book.texts if GREETING in one)) * RATE)
    # What this caller says it did not play (60 ms) comes once more.
    assert whole <= greeting <= whole + 960 * caller.flushes + 320


async def test_a_muted_caller_is_not_heard(exchange: Exchange) -> None:
    await exchange.open()
    caller = await exchange.calls_up()
    await caller.hears(GREETING)
    await caller.send("mute", on=True)
    caller.says("siparişim nerede")
    await asyncio.sleep(1.5)
    await caller.send("mute", on=False)
    caller.says("fatura istiyorum")
    heard = await caller.until("transcript", **{"from": "caller"})
    assert heard["text"] == "fatura istiyorum"


async def test_the_time_there_and_back_can_be_measured(exchange: Exchange) -> None:
    await exchange.open()
    caller = await exchange.calls_up(microphone=False)
    await caller.send("ping", at=12.5)
    assert (await caller.until("pong"))["at"] == 12.5


async def test_who_hangs_up_is_told_what_was_still_heard(exchange: Exchange) -> None:
    await exchange.open()
    caller = await exchange.calls_up()
    await caller.hears(GREETING)
    await caller.send("hang_up")
    cut = await caller.until("cut")
    assert GREETING in cut["text"] and cut["text"].startswith(cut["heard"]) and cut["text"] != cut["heard"]
    assert (await caller.until("ended"))["reason"] == "gone" and await caller.closed() == 1000


async def test_who_hears_listening_words_has_missed_nothing(exchange: Exchange) -> None:
    await exchange.open()
    caller = await exchange.calls_up()
    await caller.hears(GREETING)
    await asyncio.sleep(0.3)
    caller.says("hı hı")
    await caller.until("flush")
    await caller.until("state", len(caller.told), state="listening")
    await caller.send("hang_up")
    await caller.closed()
    assert [one for one in caller.told if one["type"] == "cut"] == []


# Who may not, and what is no call


@pytest.mark.parametrize(
    "first",
    [
        "",
        "{",
        "[" * 16_000,
        "[]",
        "null",
        '{"type": "key", "key": "1"}',
        '{"type": "start", "rate": 8000}',
        '{"type": "start", "token": 5}',
        '{"type": "start", "token": ""}',
        '{"type": "start", "microphone": "yes"}',
        b"\0\0",
    ],
)
async def test_what_does_not_begin_a_call_is_refused_politely(exchange: Exchange, first: str | bytes) -> None:
    await exchange.open()
    caller = await exchange.caller()
    await (caller.socket.send_bytes(first) if isinstance(first, bytes) else caller.socket.send_str(first))
    told = await caller.until("error")
    assert told["code"] == "no_start" and "yeniden arayın" in told["text"] and told["detail"]
    assert await caller.closed() == 1008
    assert exchange.messages == []


async def test_who_connects_and_says_nothing_is_let_go(exchange: Exchange) -> None:
    await exchange.open(start_seconds=0.1)
    caller = await exchange.caller()
    assert (await caller.until("error"))["code"] == "no_start"
    assert await caller.closed() == 1008


async def test_a_plain_request_is_told_so(exchange: Exchange) -> None:
    await exchange.open()
    async with exchange.session.get(exchange.server.make_url("/voice/call")) as response:
        assert response.status == 400 and "WebSockets" in await response.text()


async def test_a_token_that_is_not_known(exchange: Exchange) -> None:
    await exchange.open()
    caller = await (await exchange.caller()).start(token="stale")
    assert (await caller.until("error"))["code"] == "expired"
    assert await caller.closed() == 4401


async def test_all_lines_are_taken(exchange: Exchange) -> None:
    await exchange.open(most=1)
    first = await exchange.calls_up(microphone=False)
    second = await (await exchange.caller()).start(microphone=False)
    told = await second.until("error")
    assert told["code"] == "busy" and "hatlarımız dolu" in told["text"]
    assert await second.closed() == 4503
    await first.send("hang_up")
    await first.closed()
    await exchange.empty()
    assert await exchange.calls_up(microphone=False)


async def test_messages_that_mean_nothing_are_told_and_the_call_goes_on(exchange: Exchange) -> None:
    await exchange.open()
    caller = await exchange.calls_up(microphone=False)
    for one in (
        "?",
        '{"type": "dance"}',
        '{"type": "key", "key": "12"}',
        '{"type": "mute"}',
        '{"type":"start"}',
    ):
        before = len(caller.told)
        await caller.socket.send_str(one)
        assert (await caller.until("error", before))["code"] == "bad_message"
    for sound in (b"\0", b"\0\0\0", b""):
        before = len(caller.told)
        await caller.socket.send_bytes(sound)
        assert (await caller.until("error", before))["code"] == "bad_sound"
    await caller.hears(GREETING)
    assert not caller.socket.closed


async def test_too_much_that_means_nothing_ends_the_call(exchange: Exchange) -> None:
    await exchange.open()
    caller = await exchange.calls_up(microphone=False)
    for _ in range(60):
        await caller.socket.send_bytes(b"\0")
    assert (await caller.until("ended"))["reason"] == "refused"
    assert await caller.closed() == 1008
    await exchange.empty()


async def test_a_flood_of_texts_ends_the_call(exchange: Exchange) -> None:
    await exchange.open()
    caller = await exchange.calls_up(microphone=False)
    for number in range(400):
        if caller.socket.closed:
            break
        await caller.send("ping", at=number)
    assert (await caller.until("error"))["code"] == "too_fast"
    assert await caller.closed() == 1008


async def test_a_flood_of_sound_ends_the_call_and_little_of_it_is_kept(exchange: Exchange) -> None:
    await exchange.open()
    caller = await exchange.calls_up(microphone=False)
    second = to_bytes(silence(0.5, RATE))
    for _ in range(60):
        if caller.socket.closed:
            break
        await caller.socket.send_bytes(second)
        await asyncio.sleep(0)
    assert (await caller.until("error"))["code"] == "too_fast"
    assert await caller.closed() == 1008


async def test_a_message_that_is_too_large_ends_the_call(exchange: Exchange) -> None:
    await exchange.open()
    caller = await exchange.calls_up(microphone=False)
    await caller.socket.send_bytes(bytes(40_000))
    assert await caller.closed() == 1009
    await exchange.empty()


async def test_random_messages_break_nothing(exchange: Exchange) -> None:
    await exchange.open()
    chance = np.random.default_rng(7)
    for _ in range(5):
        caller = await exchange.calls_up(microphone=False)
        for _ in range(25):
            data = chance.bytes(int(chance.integers(0, 300)))
            if chance.random() < 0.5:
                await caller.socket.send_bytes(data)
            else:
                kind = str(chance.choice(["key", "mute", "flushed", "ping", "start"]))
                await caller.send(kind, key=data.hex()[:2], on=1, id=-1, at=1e400)
        await caller.hears("Hoş geldiniz")
        await caller.leave()
    await exchange.empty()


async def test_a_browser_that_dies_ends_its_call(exchange: Exchange) -> None:
    await exchange.open()
    caller = await exchange.calls_up()
    await caller.hears("Hoş geldiniz")
    assert caller.socket._writer.transport is not None
    caller.socket._writer.transport.abort()
    await exchange.empty()


async def test_a_half_open_line_is_noticed(exchange: Exchange) -> None:
    await exchange.open(heartbeat=0.2)
    url = exchange.server.make_url("/voice/call")
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(UPGRADE % b"/voice/call")
    await reader.readuntil(b"\r\n\r\n")
    body = b'{"type": "start"}'
    writer.write(bytes([0x81, 0x80 | len(body)]) + bytes(4) + body)
    async with asyncio.timeout(10):
        while not len(exchange.calls):  # noqa: ASYNC110  (nobody tells of it)
            await asyncio.sleep(0.01)
    # It reads, but never answers a ping.
    await exchange.empty()
    writer.close()


async def test_a_browser_that_never_reads_is_hung_up(exchange: Exchange) -> None:
    await exchange.open()
    ended = asyncio.Event()

    async def pump(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        line = BrowserLine(socket, lambda: request.transport and request.transport.abort())
        giving = asyncio.create_task(line.give())
        frame = np.ones(320, np.int16)
        try:
            while not line.gone.is_set():
                assert len(line._waiting) <= browser.MOST_WAITING
                await line.send(frame)
                await asyncio.sleep(0)
        finally:  # a test server cancels requests whose connection is cut
            if line.gone.is_set():
                ended.set()
            giving.cancel()
        return socket

    app = web.Application()
    app.add_routes([web.get("/", pump)])
    async with TestServer(app) as server:
        raw = sockets.socket()
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        raw.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(raw, (server.host, server.port))
        await loop.sock_sendall(raw, UPGRADE % b"/")
        try:
            async with asyncio.timeout(20):
                await ended.wait()
        finally:
            raw.close()


# What breaks on this side


async def test_the_server_stops(exchange: Exchange) -> None:
    await exchange.open()
    caller = await exchange.calls_up(microphone=False)
    await caller.hears("Hoş geldiniz")
    await exchange.calls.close()
    assert (await caller.until("ended"))["reason"] == "restart"
    assert await caller.closed() == 1001


async def test_a_store_that_fails_ends_this_call_politely(exchange: Exchange) -> None:
    exchange.said_last = StoreError("the disk is gone")
    await exchange.open()
    caller = await (await exchange.caller()).start(microphone=False)
    assert (await caller.until("ended"))["reason"] == "broken"
    assert await caller.closed() == 1011


async def test_a_flush_that_is_not_answered_is_reckoned(exchange: Exchange) -> None:
    await exchange.open()
    caller = await exchange.caller()
    caller.answers_flushes = False
    await caller.start()
    await caller.hears(GREETING)
    await asyncio.sleep(0.3)
    caller.says("fatura istiyorum")
    await caller.hears("göndereyim mi?")
    assert caller.flushes


async def test_several_calls_at_once_are_held_apart(exchange: Exchange) -> None:
    await exchange.open()
    callers = [await exchange.calls_up() for _ in range(6)]
    for one in callers:
        await one.hears("Hoş geldiniz")
    assert len(exchange.calls) == 6
    for one in callers:
        await one.send("hang_up")
    await exchange.empty()


# Whether recognition is there


async def test_calls_are_by_keys_until_the_model_is_there(caplog: pytest.LogCaptureFixture) -> None:
    now, tries, there = [0.0], [0], [False]

    async def warm() -> None:
        tries[0] += 1
        if not there[0]:
            raise EngineMissing("whisper", "the model 'small'", mend="Fetch it.")

    ready = Readiness(_phone(warm), clock=lambda: now[0])
    assert (await ready.phone()).asr is None
    assert "Calls are held by keys until then." in caplog.text
    there[0] = True
    assert (await ready.phone()).asr is None and tries[0] == 1, "it is not looked for at each call"
    now[0] += AGAIN
    assert (await ready.phone()).asr is not None
    assert (await ready.phone()).asr is not None and tries[0] == 2
    assert (await ready.phone(by_speech=False)).asr is None


async def test_who_calls_while_the_model_is_loaded_does_not_wait_for_ever() -> None:
    loaded = asyncio.Event()

    async def warm() -> None:
        await loaded.wait()

    ready = Readiness(_phone(warm), patience=0.05)
    both = await asyncio.gather(ready.phone(), ready.phone())
    assert [one.asr for one in both] == [None, None]
    loaded.set()
    assert (await ready.phone()).asr is not None
    await ready.close()


async def test_a_model_that_is_loaded_for_minutes_is_waited_for_no_longer() -> None:
    loaded, now = asyncio.Event(), [0.0]

    async def warm() -> None:
        await loaded.wait()

    ready = Readiness(_phone(warm), patience=3600, clock=lambda: now[0])
    first = asyncio.create_task(ready.phone())
    await asyncio.sleep(0)
    now[0] += SOON
    assert (await ready.phone()).asr is None and not first.done()
    loaded.set()
    assert (await first).asr is not None and (await ready.phone()).asr is not None


async def test_a_model_that_is_still_loaded_is_let_go_at_the_end() -> None:
    ready = Readiness(_phone(asyncio.Event().wait), patience=0.01)  # type: ignore[arg-type]
    assert (await ready.phone()).asr is None
    await ready.close()


def _phone(warm: Callable[[], Any]) -> Phone:
    book = CodeBook()

    async def turn(message: Message, emit: Emit) -> None:
        raise AssertionError

    return Phone(turn, lambda rate: Voice(FakeTts(book), rate), FakeVad, FakeAsr(book), warm=warm)


@pytest.mark.parametrize(
    "text",
    [
        '{"type":"ping","at":"x"}',
        '{"type":"ping","at":true}',
        '{"type":"ping","at":1e400}',
        '{"type":"flushed","id":1.5,"samples":0}',
        '{"type":"flushed","id":1,"samples":-1}',
        '{"type":"flushed","id":10000000000}',
    ],
)
async def test_numbers_are_looked_at(text: str) -> None:
    with pytest.raises(FrameError):
        read_control(text)
