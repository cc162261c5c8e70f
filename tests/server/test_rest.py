"""``/webhooks/rest/webhook``: what Rasa's clients send and read."""

from __future__ import annotations

import asyncio
import json
import zlib

import pytest

from bot.server import bodies
from bot.server.bodies import MAX_BODY

from .conftest import Client

pytestmark = pytest.mark.asyncio

WEBHOOK = "/webhooks/rest/webhook"


async def test_a_message_is_answered(client: Client) -> None:
    status, said = await client.say("merhaba")

    assert status == 200
    assert said == [{"recipient_id": "ayşe", "text": "Merhaba None"}]


async def test_text_and_buttons_are_one_object(client: Client) -> None:
    _, said = await client.say("seçenek")

    buttons = [{"title": "Kargom nerede?", "payload": "/picture"}, {"title": "İade", "payload": "/card"}]
    assert said == [{"recipient_id": "ayşe", "text": "Hangisi?", "buttons": buttons}]


async def test_an_image_is_an_object_of_its_own(client: Client) -> None:
    _, said = await client.say("/picture")

    assert said == [
        {"recipient_id": "ayşe", "text": "Buyurun:"},
        {"recipient_id": "ayşe", "image": "https://example.org/koli.png"},
    ]


async def test_custom_json_comes_as_it_was_written(client: Client) -> None:
    _, said = await client.say("kart")

    assert said == [{"recipient_id": "ayşe", "custom": {"kind": "card", "rows": [1, 2]}}]


async def test_empty_lines_divide_a_text(client: Client) -> None:
    assert await client.texts("paragraf") == ["Bir.", "İki."]


async def test_responses_for_the_channel_collector_are_preferred(client: Client) -> None:
    assert await client.texts("konuş") == ["Buradan yazıyoruz."]


async def test_an_entity_of_a_payload_fills_its_slot(client: Client) -> None:
    assert await client.texts('/greet{"name": "Ayşe"}') == ["Merhaba Ayşe"]


async def test_the_health_of_the_channel(client: Client) -> None:
    assert await client.ask("GET", "/webhooks/rest/") == (200, {"status": "ok"})


async def test_a_client_cannot_vouch_for_its_own_phone(client: Client) -> None:
    metadata = {"page": "/sepet", "verified_phone": "+905320004567"}
    await client.say("merhaba", metadata=metadata, input_channel="whatsapp")
    [user] = [one for one in await client.events() if one["event"] == "user"]
    assert user["metadata"] == {"page": "/sepet"}


async def test_metadata_and_channel_are_logged(client: Client) -> None:
    await client.say("merhaba", metadata={"page": "/sepet"}, input_channel="web")

    user = next(event for event in await client.events() if event["event"] == "user")
    assert user["metadata"] == {"page": "/sepet"}
    assert user["input_channel"] == "web"


@pytest.mark.parametrize("sender, expected", [(None, "default"), (905321234567, "905321234567")])
async def test_senders_that_are_no_text(client: Client, sender: object, expected: str) -> None:
    _, said = await client.say("merhaba", sender)

    assert said[0]["recipient_id"] == expected


async def test_a_second_delivery_is_answered_with_the_same_and_logged_once(client: Client) -> None:
    first = await client.say("merhaba", message_id="m-1")
    count = len(await client.events())

    assert await client.say("merhaba", message_id="m-1") == first
    assert len(await client.events()) == count


async def test_an_idempotency_key_is_a_message_id(client: Client) -> None:
    body, headers = {"sender": "ayşe", "message": "merhaba"}, {"Idempotency-Key": "k-1"}
    first = await client.ask("POST", WEBHOOK, json=body, headers=headers)
    count = len(await client.events())

    assert await client.ask("POST", WEBHOOK, json=body, headers=headers) == first
    assert len(await client.events()) == count


async def test_two_deliveries_at_once_are_answered_the_same(client: Client) -> None:
    answers = await asyncio.gather(*(client.say("paragraf", message_id="m-2") for _ in range(20)))

    assert all(answer == answers[0] for answer in answers)
    assert sum(event["event"] == "user" for event in await client.events()) == 1


async def test_a_stream_brings_each_reply_as_it_is_said(client: Client) -> None:
    body = {"sender": "ayşe", "message": "bekle"}
    url = client.server.make_url(WEBHOOK).with_query(stream="true")
    async with client.session.post(url, json=body) as response:
        first = json.loads(await response.content.readline())
        assert first == {"recipient_id": "ayşe", "text": "Merhaba None"}
        assert not client.gate.open.is_set()
        client.gate.open.set()
        rest = [json.loads(line)["text"] async for line in response.content]
    assert rest == ["Bir.", "İki."]


async def test_a_client_that_hangs_up_does_not_break_the_turn(client: Client) -> None:
    asking = asyncio.create_task(client.say("bekle"))
    await client.gate.entered.wait()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    client.gate.open.set()

    assert await client.texts("merhaba") == ["Merhaba None"]
    bot_texts = [event["text"] for event in await client.events() if event["event"] == "bot"]
    assert bot_texts == ["Merhaba None", "Bir.\n\nİki.", "Merhaba None"]


async def test_a_stream_that_is_left_does_not_break_the_turn(client: Client) -> None:
    url = client.server.make_url(WEBHOOK).with_query(stream="true")
    response = await client.session.post(url, json={"sender": "ayşe", "message": "bekle"})
    await response.content.readline()
    response.close()
    client.gate.open.set()

    assert await client.texts("merhaba") == ["Merhaba None"]
    bot_texts = [event["text"] for event in await client.events() if event["event"] == "bot"]
    assert bot_texts == ["Merhaba None", "Bir.\n\nİki.", "Merhaba None"]


ODD_TEXTS = [
    "",
    "   ",
    "👩‍👩‍👧🇹🇷" * 50,
    "\x00\x01\x1b[31m\x7f",
    "\u202e\u200f\u2066merhaba",
    "\ud800",
    "a" * 5_000,
    "/",
    "/greet{" + '"a":[' * 990,
    *('/greet{"name": ' + "[" * depth + "]" * depth + "}" for depth in (40, 300, 600, 900, 950, 980, 1_500)),
    "<script>alert(1)</script>",
    "İ" * 1_000,
    "e\u0301" * 1_000,
    "{name} {0.__class__}",
]


@pytest.mark.parametrize("text", ODD_TEXTS)
async def test_odd_texts_are_answered(client: Client, text: str) -> None:
    status, said = await client.say(text)

    assert status == 200
    assert isinstance(said, list)
    assert (await client.say("merhaba"))[0] == 200


BAD_BODIES: list[tuple[int, bytes]] = [
    (400, b""),
    (400, b"{"),
    (400, b"null"),
    (400, b"[]"),
    (400, b'"merhaba"'),
    (400, b"\xff\xfe{}"),
    (400, b'{"sender": "a", "message": "\xff"}'),
    (400, b'{"sender": "a"}'),
    (400, b'{"sender": "a", "message": null}'),
    (400, b'{"sender": "a", "message": 5}'),
    (400, b'{"sender": "a", "message": ["merhaba"]}'),
    (400, b'{"sender": ["a"], "message": "merhaba"}'),
    (400, b'{"sender": true, "message": "merhaba"}'),
    (400, b'{"sender": 1.5, "message": "merhaba"}'),
    (400, b'{"sender": "", "message": "merhaba"}'),
    (400, b'{"sender": "a\\u0000b", "message": "merhaba"}'),
    (400, b'{"sender": "\\ud83d", "message": "merhaba"}'),
    (400, b'{"sender": "' + b"a" * 1_001 + b'", "message": "merhaba"}'),
    (400, b'{"sender": "a", "message": "merhaba", "metadata": "x"}'),
    (400, b'{"sender": "a", "message": "merhaba", "metadata": [1]}'),
    (400, b'{"sender": "a", "message": "merhaba", "metadata": {"x": NaN}}'),
    (400, b'{"sender": "a", "message": "merhaba", "metadata": {"x": 1e999}}'),
    (400, b'{"sender": "a", "message": "merhaba", "metadata": {"x": ' + b"9" * 10_000 + b"}}"),
    (400, b'{"sender": "a", "message": "merhaba", "input_channel": {}}'),
    (400, b'{"sender": "a", "message": "merhaba", "input_channel": 7.5}'),
    (400, b'{"sender": "a", "message": "merhaba", "message_id": []}'),
    (400, b'{"sender": "a", "message": "merhaba", "metadata": ' + b'{"x":' * 60 + b"1" + b"}" * 61),
    (400, b"[" * 100_000 + b"]" * 100_000),
    (400, b'{"sender": "a", "message": "' + b"a" * 5_001 + b'"}'),
    (400, b'{"sender": "a", "message": "' + b"a" * 100_000 + b'"}'),
    (413, b'{"sender": "a", "message": "' + b"a" * MAX_BODY + b'"}'),
]


@pytest.mark.parametrize("expected, body", BAD_BODIES, ids=range(len(BAD_BODIES)))
async def test_bad_bodies_are_refused_as_rasa_refuses(client: Client, expected: int, body: bytes) -> None:
    status, answer = await client.ask("POST", WEBHOOK, data=body)

    assert status == expected
    assert set(answer) == {"version", "status", "message", "reason", "details", "help", "code"}
    assert answer["status"] == "failure"
    assert answer["code"] == expected
    assert await client.bot.store.conversation_ids() == []


async def test_a_long_body_without_a_length_is_refused(client: Client) -> None:
    async def pieces():  # type: ignore[no-untyped-def]
        for _ in range(20):
            yield b" " * 20_000

    status, answer = await client.ask("POST", WEBHOOK, data=pieces())

    assert (status, answer["reason"]) == (413, "RequestEntityTooLarge")


async def test_a_packed_body_that_grows_is_refused(client: Client) -> None:
    packed = zlib.compress(b" " * 50_000_000)
    status, answer = await client.ask("POST", WEBHOOK, data=packed, headers={"Content-Encoding": "deflate"})

    assert status in (400, 413)
    assert answer["status"] == "failure"


async def test_a_body_that_is_said_to_be_packed_and_is_not(client: Client) -> None:
    headers = {"Content-Encoding": "gzip"}
    status, answer = await client.ask("POST", WEBHOOK, data=b"merhaba", headers=headers)

    assert (status, answer["reason"]) == (400, "BadRequest")


async def test_the_body_may_have_any_content_type(client: Client) -> None:
    body = json.dumps({"sender": "ayşe", "message": "merhaba"}).encode()
    status, said = await client.ask("POST", WEBHOOK, data=body, headers={"Content-Type": "text/plain"})

    assert (status, said[0]["text"]) == (200, "Merhaba None")


async def test_a_body_that_never_ends_is_given_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.05)
    reader, writer = await asyncio.open_connection(client.server.host, client.server.port)
    writer.write(b"POST /webhooks/rest/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
    assert b" 408 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


async def test_messages_of_one_connection_are_answered_in_order(client: Client) -> None:
    reader, writer = await asyncio.open_connection(client.server.host, client.server.port)
    for number in range(20):
        body = json.dumps({"sender": "a", "message": f'/greet{{"name": "n{number}"}}'}).encode()
        head = f"POST {WEBHOOK} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
    for number in range(20):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.partition(b"Content-Length: ")[2].split(b"\r\n")[0])
        assert json.loads(await reader.readexactly(length))[0]["text"] == f"Merhaba n{number}"
    writer.close()
    await writer.wait_closed()
