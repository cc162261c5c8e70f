"""What is better read than heard goes to the caller's phone: by WhatsApp within its window, else by SMS."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from call_scene import Scene

from bot.channels.sms import SmsGateway, read_sms
from bot.channels.whatsapp.fake.graph import FakeGraph
from bot.channels.whatsapp.inbound import Sender
from bot.channels.whatsapp.opening import make_whatsapp
from bot.clock import ManualClock
from bot.endpoint import Address
from bot.errors import Complaints, ProjectError
from bot.message import Reply
from bot.yaml_file import read_yaml
from santral.messages import Messages
from tests.whatsapp.small import TOKEN, settings_for
from voice.written import for_writing

NUMBER = "+905321234567"
SENT = "Mesaj olarak gönderdim."
LINK = "Paketiniz yolda. Buradan izleyebilirsiniz: https://kargo.example/123. Başka bir isteğiniz var mı?"
LIST = "Kampanyalarımız:\n- Montlar\n- Botlar\n- Kazaklar\n- Şapkalar"


@dataclass
class Noted:
    """Notes what it is to send."""

    takes: bool = True
    found: list[tuple[str, str]] = field(default_factory=list)

    async def send(self, number: str, text: str) -> bool:
        self.found.append((number, text))
        return self.takes


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(LINK), f"Paketiniz yolda. Başka bir isteğiniz var mı? {SENT}"),
        (Reply("www.magaza.example adresine bakın"), SENT),
        (Reply(LIST), f"Kampanyalarımız. {SENT}"),
        (Reply("Adresimiz uzun.", metadata={"voice": {"send": True, "say": "Adresi yolluyorum."}}),
         f"Adresi yolluyorum. {SENT}"),
    ],
)  # fmt: skip
async def test_what_is_better_read_is_sent_whole(reply: Reply, said: str) -> None:
    messenger = Noted()
    assert (await for_writing(reply, messenger, NUMBER, SENT)).text == said
    assert messenger.found == [(NUMBER, reply.text)]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "reply",
    [
        Reply("Kargonuz yarın gelir."),
        Reply(None, {"custom": {"a": 1}}),
        Reply(LINK, metadata={"voice": {"send": False}}),
        Reply(LIST, {"buttons": [{"title": "Montlar", "payload": "/mont"}]}),
    ],
)
async def test_the_rest_is_heard(reply: Reply) -> None:
    messenger = Noted()
    assert await for_writing(reply, messenger, NUMBER, SENT) is reply
    assert messenger.found == []


@pytest.mark.asyncio
async def test_what_cannot_be_sent_is_said() -> None:
    reply = Reply(LINK)
    assert await for_writing(reply, Noted(takes=False), NUMBER, SENT) is reply


@pytest.mark.parametrize(("vouched", "sent"), [(True, 1), (False, 0)])
def test_a_call_sends_links_only_to_a_number_that_its_line_vouches_for(vouched: bool, sent: int) -> None:
    messenger = Noted()
    record = Scene(
        answers=[[Reply(LINK, metadata={"voice": {"hang_up": True}})]],
        line_options={"caller": NUMBER, "vouched": vouched},
        phone={"messenger": messenger},
    ).play()
    said = " ".join(one.text for one in record.said)
    assert len(messenger.found) == sent
    assert ("kargo.example" in said) is (not vouched)
    assert ("mesaj olarak gönderdim" in said) is vouched


@dataclass
class Provider:
    """A provider of SMS."""

    status: int = 200
    answer: str = '{"code": "00"}'
    took: list[Any] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.took.append((await request.json(), request.headers.get("Authorization")))
        return web.Response(text=self.answer, status=self.status)


@pytest_asyncio.fixture
async def provider() -> AsyncIterator[tuple[Provider, str]]:
    found = Provider()
    app = web.Application()
    app.router.add_post("/send", found.take)
    async with TestServer(app) as server:
        yield found, str(server.make_url("/send"))


def section(url: str, **more: str) -> dict[str, Any]:
    body = {"msgheader": "MAGAZA", "messages": [{"no": "{to}", "msg": "{text}"}], "encoding": "TR"}
    return {"sms": {"url": url, "basic_auth": {"username": "u", "password": "p"}, "body": body, **more}}


@pytest.mark.asyncio
async def test_an_sms_in_the_providers_words(provider: tuple[Provider, str]) -> None:
    found, url = provider
    gateway = read_sms(section(url, accepted='"00"'))
    assert gateway is not None
    assert await gateway.send(NUMBER, "Bağlantı: {to} https://a.example")
    found.answer = '{"code": "30"}'
    assert not await gateway.send(NUMBER, "x")
    found.status = 500
    assert not await gateway.send(NUMBER, "x")
    await gateway.close()
    (body, authorization), *_ = found.took
    assert body == {
        "msgheader": "MAGAZA",
        "messages": [{"no": "905321234567", "msg": "Bağlantı: {to} https://a.example"}],
        "encoding": "TR",
    }
    assert authorization.startswith("Basic ")


@pytest.mark.asyncio
async def test_a_provider_that_is_not_there(caplog: pytest.LogCaptureFixture) -> None:
    gateway = SmsGateway(Address("http://127.0.0.1:9/send", 2.0), {"a": "{to}{text}"})
    assert not await gateway.send(NUMBER, "gizli")
    await gateway.close()
    assert "SMS" in caplog.text and "532" not in caplog.text and "gizli" not in caplog.text


@pytest.mark.parametrize(
    ("written", "code", "line"),
    [
        ("sms:\n  url: http://a/b\n", "sms-body", 2),
        ("sms:\n  url: http://a/b\n  body: {to: '{to}'}\n", "sms-body", 3),
        ("sms:\n  body: {to: '{to}', text: '{text}'}\n", "sms-url", 2),
        ("sms:\n  url: http://a/b\n  body: ['{to} {text}']\n  accepted: '('\n", "sms-accepted", 4),
        ("sms: 5\n", "sms-section", 1),
    ],
)
def test_wrong_settings_are_told_with_their_line(written: str, code: str, line: int) -> None:
    with pytest.raises(ProjectError) as told:
        read_sms(read_yaml(written, "credentials.yml", Complaints()))
    (complaint,) = told.value.complaints
    assert complaint.code == code and complaint.place and complaint.place.line == line


@pytest.mark.asyncio
@pytest.mark.parametrize(("wrote", "way"), [(60.0, "whatsapp"), (25 * 3600.0, "sms"), (None, "sms")])
async def test_whatsapp_within_its_window_else_sms(
    wrote: float | None, way: str, tmp_path: Path, provider: tuple[Provider, str]
) -> None:
    found, url = provider
    graph = FakeGraph(TOKEN, "s", keeps_window=False)
    async with TestServer(graph.app()) as meta:
        settings = settings_for(tmp_path, str(meta.make_url("/")).rstrip("/"))
        clock = ManualClock()
        channel = make_whatsapp(settings, clock=clock)
        if wrote is not None:
            conversation = await channel.directory.conversation_of(Sender("905321234567"))
            await channel.directory.heard(conversation, "905321234567", clock.now() - wrote)
        messages = Messages(lambda: channel, read_sms(section(url)))
        assert await messages.send(NUMBER, "https://a.example")
        waiting = await channel.outbox.of_conversation("whatsapp:905321234567")
        assert (len(waiting), len(found.took)) == ((1, 0) if way == "whatsapp" else (0, 1))
        await messages.close()
        await channel.close()
    await asyncio.sleep(0)
