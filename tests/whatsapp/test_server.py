"""From Meta's webhook to what the customer reads, over real sockets."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.channels.whatsapp.fake.statuses import UNRULY
from bot.channels.whatsapp.fake.webhooks import Customer, message_posted, posted
from bot.channels.whatsapp.outbox import State
from bot.channels.whatsapp.signature import HEADER, signature_of
from bot.events import UserUttered
from bot.model import Model
from tests.whatsapp.conftest import Line, line_of
from tests.whatsapp.official import SPEC, needs_spec, webhook_examples
from tests.whatsapp.small import SECRET

pytestmark = pytest.mark.asyncio

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100


def content_of(path: str | Path) -> bytes:
    return Path(path).read_bytes()


async def post(line: Line, data: bytes, signature: str | None = None) -> int:
    headers = {HEADER: signature_of(SECRET, data) if signature is None else signature}
    async with line.session.post(line.webhook, data=io.BytesIO(data), headers=headers) as response:
        return response.status


async def test_the_handshake(line: Line) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "parola", "hub.challenge": "1158201444"}
    async with line.session.get(line.webhook, params=query) as response:
        assert (response.status, await response.text()) == (200, "1158201444")
    for wrong in ({**query, "hub.verify_token": "başka"}, {**query, "hub.mode": "x"}, {}):
        async with line.session.get(line.webhook, params=wrong) as response:
            assert response.status == 403


async def test_a_customer_is_answered(line: Line) -> None:
    name = await line.say("merhaba")
    assert line.said == ["Merhaba, hoş geldiniz."]
    assert line.graph.sent[0].body["to"] == "905321112233"
    assert line.graph.reads == [name]
    [user] = [one for one in await line.events() if isinstance(one, UserUttered)]
    assert (user.input_channel, user.message_id) == ("whatsapp", name)


async def test_the_number_vouches_for_the_customer(line: Line) -> None:
    await line.say("merhaba")
    [metadata] = line.actions.seen
    assert metadata["verified_phone"] == "+905321112233"
    assert metadata["whatsapp"]["name"] == "Ayşe Yılmaz"


async def test_whoever_hides_the_number_is_answered_and_vouched_for_by_nobody(line: Line) -> None:
    await line.say("merhaba", customer=Customer("", "Can", "TR.1349120865"))
    assert line.graph.sent[0].body["recipient"] == "TR.1349120865"
    assert "verified_phone" not in line.actions.seen[0]


async def test_number_and_user_id_are_one_customer(line: Line) -> None:
    await line.say("merhaba", customer=Customer("905321112233", "Can", "TR.1"))
    await line.say("menü", customer=Customer("", "Can", "TR.1"))
    assert await line.bot.store.conversation_ids() == ["whatsapp:905321112233"]


async def test_a_button_means_its_payload(line: Line) -> None:
    await line.say("menü")
    [button, _] = line.graph.sent[0].body["interactive"]["action"]["buttons"]
    reply = {"type": "button_reply", "button_reply": button["reply"]}
    await line.send("interactive", reply)
    assert line.said[-1] == "Siparişiniz kargoda."
    assert line.actions.seen[-1]["title"] == "Kargom nerede?"


@pytest.mark.parametrize("kind", ["list_reply", "button_reply"])
async def test_rows_and_buttons_of_earlier_days(line: Line, kind: str) -> None:
    await line.send("interactive", {"type": kind, kind: {"id": "/order_status", "title": "Kargom"}})
    assert line.said == ["Siparişiniz kargoda."]


async def test_three_replies_come_in_order(line: Line) -> None:
    await line.say("say")
    assert line.said == ["Bir", "İki", "Üç"]


async def test_messages_of_one_customer_are_answered_in_order(line: Line) -> None:
    names = [f"wamid.n{number}" for number in range(12)]
    for number, name in enumerate(names):
        text = "menü" if number % 2 else "merhaba"
        await line.graph.say({"type": "text", "text": {"body": text}}, name=name)
    await line.settle()
    users = [one.message_id for one in await line.events() if isinstance(one, UserUttered)]
    assert users == names
    assert line.said == ["Merhaba, hoş geldiniz.", "Ne yapmak istersiniz?"] * 6


async def test_a_repeated_and_shuffled_delivery_is_answered_once(line: Line) -> None:
    bodies = [
        message_posted(
            line.graph.business,
            Customer(),
            f"wamid.{number}",
            1e9,
            {"type": "text", "text": {"body": "merhaba"}},
        )
        for number in range(5)
    ]
    for body in [*bodies, *reversed(bodies), *bodies]:
        await line.graph.post(body)
    await line.settle()
    for body in bodies:
        await line.graph.post(body)
    await line.settle()
    assert len(line.graph.sent) == 5


async def test_several_messages_in_one_post(line: Line) -> None:
    def message(name: str, text: str) -> dict[str, Any]:
        return {"from": "905321112233", "id": name, "timestamp": "1", "type": "text", "text": {"body": text}}

    value = {
        "contacts": [Customer().as_contact()],
        "messages": [message("a", "merhaba"), message("b", "menü")],
    }
    await line.graph.post(posted(line.graph.business, value))
    await line.settle()
    assert line.said == ["Merhaba, hoş geldiniz.", "Ne yapmak istersiniz?"]


@needs_spec
async def test_every_official_example_is_taken(line: Line) -> None:
    assert SPEC.is_file()
    for body in webhook_examples().values():
        assert await line.graph.post(body) == 200
    await line.settle()
    assert line.graph.sent and not line.graph.refused
    assert await line.channel.outbox.dead() == []
    assert {name for name, _ in await line.channel.inbox.notices()} == {
        "group_lifecycle_update",
        "group_settings_update",
        "group_participants_update",
    }


async def test_a_place_finds_the_nearest_shop(line: Line) -> None:
    await line.send("location", {"latitude": 40.99, "longitude": 29.02})
    assert line.said == ["En yakın mağazamız Kadıköy'de."]
    assert line.actions.seen[0]["location"] == {"latitude": 40.99, "longitude": 29.02}


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        ("contacts", [{"name": {"formatted_name": "Ali"}}], "Kişi bilgisini aldım"),
        ("order", {"catalog_id": "1", "product_items": []}, "Sepetinizi aldım"),
        ("unsupported", {"type": "poll"}, "Bu mesaj türünü ne yazık ki göremiyorum"),
        ("hologram", {"depth": 3}, "Bu mesaj türünü ne yazık ki tanımıyorum"),
        ("sticker", {"id": "404", "mime_type": "image/webp"}, "Ne güzel bir çıkartma!"),
    ],
)
async def test_what_has_no_words_is_kept_and_acknowledged(
    line: Line, kind: str, content: Any, said: str
) -> None:
    await line.send(kind, content)
    assert len(line.said) == 1 and line.said[0].startswith(said)
    [event] = await line.logged()
    assert event["kind"] in (kind, "unknown")
    if kind == "hologram":
        assert event["raw"]["hologram"] == {"depth": 3}


async def test_a_reaction_is_kept_and_not_answered(line: Line) -> None:
    await line.say("merhaba")
    await line.send("reaction", {"message_id": line.graph.sent[0].wamid, "emoji": "👍"})
    await line.send("revoke", {"original_message_id": "wamid.x"})
    assert len(line.said) == 1
    assert [one["kind"] for one in await line.logged()] == ["reaction", "revoke"]
    assert line.graph.reads and len(line.graph.reads) == 1


async def test_an_edited_message_is_answered_again(line: Line) -> None:
    await line.say("merhba")
    await line.send(
        "edit", {"original_message_id": "x", "message": {"type": "text", "text": {"body": "merhaba"}}}
    )
    assert line.said == ["Anlayamadım.", "Merhaba, hoş geldiniz."]


async def test_a_photo_reaches_the_form_that_waits_for_it(line: Line) -> None:
    await line.send("interactive", {"type": "button_reply", "button_reply": {"id": "/photo", "title": "x"}})
    assert line.said == ["Ürünün fotoğrafını gönderir misiniz?"]
    name = line.graph.keep(PNG, "image/png")
    await line.send("image", {"id": name, "mime_type": "image/png"})
    user = [one for one in await line.events() if isinstance(one, UserUttered)][-1]
    [media] = user.metadata["media"]
    assert content_of(media["path"]) == PNG
    assert (media["kind"], media["mime_type"], media["size"]) == ("image", "image/png", len(PNG))


async def test_a_photo_nobody_waits_for_is_acknowledged(line: Line) -> None:
    await line.send("image", {"id": line.graph.keep(PNG, "image/png"), "mime_type": "image/png"})
    assert line.said[0].startswith("Fotoğrafınızı aldım")
    [event] = await line.logged()
    assert event["media"][0]["size"] == len(PNG)


@pytest.mark.parametrize(
    ("data", "claimed", "problem"),
    [
        (b"MZ\x90\0" + b"x" * 99, "", "type"),
        (b"", "", "type"),
        (PNG, hashlib.sha256(b"other").hexdigest(), "broken"),
        (PNG + b"x" * 6_000_000, "", "large"),
    ],
)
async def test_media_that_lies(line: Line, data: bytes, claimed: str, problem: str) -> None:
    name = line.graph.keep(data, "image/png", claimed)
    await line.send("image", {"id": name, "mime_type": "image/png", "caption": "merhaba"})
    assert line.said == ["Merhaba, hoş geldiniz."]
    [media] = line.actions.seen[0]["media"]
    assert media["problem"] == problem and "path" not in media
    folder = line.channel.settings.media
    assert not folder.exists() or list(folder.iterdir()) == []


async def test_a_voice_note_is_heard_where_somebody_hears(line: Line) -> None:
    class Ears:
        async def transcribe(self, path: Path, mime_type: str, **more: Any) -> str:
            assert content_of(path).startswith(b"OggS") and mime_type == "audio/ogg"
            return "merhaba"

    note = {"id": line.graph.keep(b"OggS" + b"x" * 50, "audio/ogg; codecs=opus"), "voice": True}
    await line.send("audio", note)
    assert line.said[-1].startswith("Sesli mesajınızı aldım, ancak")
    line.channel.transcriber = Ears()
    await line.send("audio", note)
    assert line.said[-1] == "Merhaba, hoş geldiniz."


async def test_ears_that_fail_do_not_leave_the_customer_alone(line: Line) -> None:
    class Broken:
        async def transcribe(self, path: Path, mime_type: str, **more: Any) -> str:
            raise RuntimeError("no model")

    line.channel.transcriber = Broken()
    await line.send("audio", {"id": line.graph.keep(b"OggS", "audio/ogg"), "voice": True})
    assert line.said[-1].startswith("Sesli mesajınızı aldım, ancak")


async def test_files_go_when_the_conversation_is_emptied_or_is_old(line: Line) -> None:
    note = {"id": line.graph.keep(PNG, "image/png"), "mime_type": "image/png"}
    for customer in (Customer(), Customer("905559998877")):
        await line.send("image", note, customer=customer)
    folder = line.channel.settings.media
    assert len(list(folder.rglob("*.png"))) == 2
    url = line.server.make_url("/conversations/whatsapp:905321112233/tracker/events")
    async with line.session.put(url, json=[{"event": "restart"}]) as response:
        assert response.status == 200
    assert len(list(folder.rglob("*.png"))) == 1
    line.clock.advance(10 * 365 * 24 * 3600.0)  # the channel's clock; what is on disk has the machine's
    await line.channel.keep_house_once()
    assert list(folder.iterdir()) == []


async def test_the_customer_moves_and_the_conversation_comes_along(line: Line) -> None:
    await line.say("merhaba")
    system = {"type": "user_changed_number", "wa_id": "905559998877", "body": "..."}
    await line.send("system", system)
    await line.say("menü", customer=Customer("905559998877"))
    assert line.graph.sent[-1].recipient == "905559998877"
    texts = [one.text for one in await line.events() if isinstance(one, UserUttered)]
    assert texts == ["merhaba", "menü"]
    # Whoever gets the old number begins anew.
    await line.say("merhaba", customer=Customer("905321112233", "Başkası"))
    assert len([one for one in await line.events() if isinstance(one, UserUttered)]) == 2
    assert line.graph.sent[-1].recipient == "905321112233"


async def test_statuses_never_go_back(line: Line) -> None:
    await line.say("merhaba")
    [sent] = line.graph.sent
    for status in ("delivered", "read", "sent", "delivered", "read", "nonsense"):
        await line.graph.tell_status(sent.wamid, status, sent.recipient)
    await line.settle()
    [letter] = await line.channel.outbox.of_conversation("whatsapp:905321112233")
    assert (letter.state, letter.status) == (State.SENT, "read")


async def test_unruly_statuses_change_nothing(tmp_path: Path, model: Model) -> None:
    async with line_of(tmp_path, model) as line:
        line.graph.manner = UNRULY
        for number in range(10):
            await line.say("merhaba", customer=Customer(f"90532000000{number}"))
        await asyncio.sleep(0.4)
        await line.settle()
        assert len(line.graph.sent) == 10
        letters = [
            one
            for number in range(10)
            for one in await line.channel.outbox.of_conversation(f"whatsapp:90532000000{number}")
        ]
        assert {(one.state, one.status) for one in letters} == {(State.SENT, "read")}


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=" + "0" * 64, "sha1=x", "ş"])
async def test_a_wrong_signature(line: Line, signature: str) -> None:
    data = json.dumps(message_posted(line.graph.business, Customer(), "w", 1, {"type": "text"})).encode()
    assert await post(line, data, signature.encode("utf-8").decode("latin-1")) == 403
    assert await line.channel.inbox.count() == 0


async def test_the_signature_is_of_the_bytes(line: Line) -> None:
    line.graph.keeps_window = False
    content = {"type": "text", "text": {"body": "merhaba"}}
    body = message_posted(line.graph.business, Customer(name="Şükrü 👍"), "w1", 1, content)
    assert await post(line, json.dumps(body, ensure_ascii=True).encode()) == 200
    assert await post(line, json.dumps(body, ensure_ascii=False, indent=3).encode()) == 200
    await line.settle()
    assert line.said == ["Merhaba, hoş geldiniz."]


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 400),
        (b'{"object": "whatsapp_bus', 400),
        (b"[" * 100_000, 400),
        (b"[" * 60 + b"]" * 60, 400),
        (b'{"a": NaN}', 400),
        (b"\xff\xfe", 400),
        (b'"' + b"x" * (3 * 1024 * 1024) + b'"', 413),
        (b"null", 200),
        (b"[]", 200),
        (b'{"entry": [{"changes": 7}]}', 200),
    ],
    ids=["empty", "half", "deep", "rather deep", "nan", "no utf-8", "large", "null", "list", "odd"],
)
async def test_bodies_that_nobody_should_send(line: Line, data: bytes, status: int) -> None:
    assert await post(line, data) == status
    await line.settle()
    assert line.said == []
    await line.say("merhaba")
    assert line.said == ["Merhaba, hoş geldiniz."]


async def test_a_body_of_almost_three_megabytes(line: Line) -> None:
    line.graph.keeps_window = False
    content = {"type": "text", "text": {"body": "merhaba"}, "more": "x" * 2_900_000}
    body = message_posted(line.graph.business, Customer(), "w", 1, content)
    assert await post(line, json.dumps(body).encode()) == 200
    await line.settle()
    assert line.said == ["Merhaba, hoş geldiniz."]


async def test_rest_clients_cannot_write_into_a_whatsapp_conversation(line: Line) -> None:
    url = line.server.make_url("/webhooks/rest/webhook")
    said = {"sender": "whatsapp:905321112233", "message": "siparişim nerede"}
    async with line.session.post(url, json=said) as response:
        assert response.status == 400
