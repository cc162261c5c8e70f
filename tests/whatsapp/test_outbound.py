"""Whatever the bot says, what is sent is valid: by our schema, and by Meta's own where it is at hand."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.whatsapp import limits
from bot.channels.whatsapp.outbound import (
    is_reference,
    long_payloads,
    payload_id,
    payload_of,
    write_reply,
)
from bot.channels.whatsapp.schema import check_body
from bot.channels.whatsapp.wording import cut, divide, first_of, is_visible, length
from bot.message import Reply
from tests.whatsapp.official import BEYOND_SPEC, SPEC, complaints_of, message_examples, needs_spec
from tests.whatsapp.replies import random_reply, replies

TO = "905321112233"


def valid(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for body in bodies:
        assert check_body(body) == [], body
        beyond = body.get("interactive", {}).get("type") in BEYOND_SPEC or "recipient" in body
        if SPEC.is_file() and not beyond:
            assert complaints_of(body) == [], body
    return bodies


def said(text: str | None = None, to: str = TO, **data: Any) -> list[dict[str, Any]]:
    return valid(write_reply(Reply(text, data), to, reply_to="wamid.asked"))


def buttons(count: int, title: str = "Seçenek") -> list[dict[str, str]]:
    return [{"title": f"{title} {number}", "payload": f"/choose{number}"} for number in range(1, count + 1)]


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(replies, st.sampled_from([TO, "TR.1349120865"]))
def test_whatever_is_said_is_valid(reply: Reply, to: str) -> None:
    valid(write_reply(reply, to, reply_to="wamid.asked"))


def test_every_random_reply_is_valid() -> None:
    """``WHATSAPP_REPLIES=10000`` for as many as were looked at before a release."""
    chance, count = random.Random(6), int(os.environ.get("WHATSAPP_REPLIES", "1000"))
    bodies = sum(
        len(valid(write_reply(random_reply(chance), TO, reply_to="wamid.asked"))) for _ in range(count)
    )
    assert bodies > count


@needs_spec
def test_meta_s_description_accepts_its_own_examples() -> None:
    """Else it would be no judge. Those it refuses break it in ways that we do not."""
    refused = {name for name, body in message_examples().items() if "type" in body and complaints_of(body)}
    assert not refused & {"Send Text Message", "Send List Message", "Send Reply to Text Message"}
    assert len(refused) < 20


def test_a_text() -> None:
    [body] = said("Siparişiniz kargoda: https://kargo.com/1")
    assert body["text"] == {"body": "Siparişiniz kargoda: https://kargo.com/1", "preview_url": True}
    assert (body["to"], body["recipient_type"], body["messaging_product"]) == (TO, "individual", "whatsapp")


def test_a_customer_without_a_number_is_addressed_by_the_user_id() -> None:
    [body] = said("Merhaba", to="TR.1349120865")
    assert body["recipient"] == "TR.1349120865" and "to" not in body


def test_a_long_text_is_divided_where_sentences_end() -> None:
    bodies = said("Bir cümle daha. " * 600)
    assert len(bodies) == 3
    assert all(body["text"]["body"].endswith("daha.") for body in bodies)


def test_up_to_three_choices_are_buttons() -> None:
    [body] = said("Ne yapalım?", buttons=buttons(3))
    shown = body["interactive"]["action"]["buttons"]
    assert [one["reply"]["title"] for one in shown] == ["Seçenek 1", "Seçenek 2", "Seçenek 3"]
    assert [one["reply"]["id"] for one in shown] == ["/choose1", "/choose2", "/choose3"]


@pytest.mark.parametrize("count", [4, 9, 10, 11, 40])
def test_more_choices_are_a_list(count: int) -> None:
    body = said("Ne yapalım?", buttons=buttons(count))[0]
    rows = body["interactive"]["action"]["sections"][0]["rows"]
    assert body["interactive"]["type"] == "list" and body["interactive"]["action"]["button"] == "Seçenekler"
    assert 4 <= len(rows) <= limits.ROWS
    assert rows[0] == {"id": "/choose1", "title": "Seçenek 1"}


def test_choices_with_the_same_title_or_payload_stay_apart() -> None:
    same = [{"title": "Mavi gömlek", "payload": "/a"} for _ in range(3)]
    shown = said("?", buttons=same)[0]["interactive"]["action"]["buttons"]
    assert len({one["reply"]["title"] for one in shown}) == len({one["reply"]["id"] for one in shown}) == 3
    assert {payload_of(one["reply"]["id"]) for one in shown} == {"/a"}


def test_a_payload_that_is_too_long_is_kept_elsewhere() -> None:
    payload = '/order{"note": "' + "x" * 300 + '"}'
    reply = Reply("?", {"buttons": [{"title": "Evet", "payload": payload}]})
    [body] = valid(write_reply(reply, TO))
    name = body["interactive"]["action"]["buttons"][0]["reply"]["id"]
    assert is_reference(name) and long_payloads(reply) == {name: payload}
    assert not is_reference(payload_id("/order")) and is_reference(payload_id("~me"))


def test_a_long_text_above_buttons_goes_before_them() -> None:
    first, *_, last = said("Uzun bir açıklama. " * 120, buttons=buttons(2))
    assert first["type"] == "text" and last["interactive"]["type"] == "button"
    assert length(last["interactive"]["body"]["text"]) <= limits.BODY


def test_choices_without_a_text_get_one() -> None:
    assert said(None, buttons=buttons(2))[0]["interactive"]["body"]["text"]


def test_an_image_bears_the_text_or_stands_above_the_buttons() -> None:
    [captioned] = said("Ürününüz", image="https://m.com/a.jpg")
    assert captioned["image"] == {"link": "https://m.com/a.jpg", "caption": "Ürününüz"}
    [headed] = said("Beğendiniz mi?", image="https://m.com/a.jpg", buttons=buttons(2))
    assert headed["interactive"]["header"] == {"type": "image", "image": {"link": "https://m.com/a.jpg"}}
    picture, menu = said("Beğendiniz mi?", image="https://m.com/a.jpg", buttons=buttons(5))
    assert (picture["type"], menu["interactive"]["type"]) == ("image", "list")


def test_files_of_the_project_are_to_be_uploaded() -> None:
    [body] = said(attachment={"type": "file", "payload": {"src": "files/iade.pdf", "filename": "iade.pdf"}})
    assert body["document"] == {"id": "upload:files/iade.pdf", "filename": "iade.pdf"}


def test_an_image_that_is_an_attachment_too_is_sent_once() -> None:
    assert len(said("Bakın", image="https://m.com/a.jpg", attachment="https://m.com/a.jpg")) == 1


def test_links() -> None:
    [one] = said("Takip edin", buttons=[{"title": "Kargom", "url": "https://k.com/1"}])
    action = one["interactive"]["action"]
    assert action == {"name": "cta_url", "parameters": {"display_text": "Kargom", "url": "https://k.com/1"}}
    assert one["interactive"]["body"]["text"] == "Takip edin"
    menu, link = said("?", buttons=[*buttons(2), {"title": "Site", "url": "https://k.com"}])
    assert (menu["interactive"]["type"], link["interactive"]["type"]) == ("button", "cta_url")


def test_what_only_whatsapp_has() -> None:
    [place] = said("Neredesiniz?", custom={"location_request": True})
    assert place["interactive"]["action"] == {"name": "send_location"}
    assert place["interactive"]["body"]["text"] == "Neredesiniz?"
    [link] = said("Sitemiz", custom={"link": {"title": "Aç", "url": "https://m.com"}, "footer": "Mağazam"})
    assert link["interactive"]["footer"] == {"text": "Mağazam"}
    [card] = said(custom={"contacts": [{"name": "Kadıköy Şubesi", "phone": "+90 216 000 00 00"}]})
    assert card["contacts"][0]["phones"] == [{"phone": "+90 216 000 00 00"}]
    [spot] = said(custom={"location": {"latitude": 41.01, "longitude": "28.97", "name": "Şube"}})
    assert spot["location"] == {"latitude": "41.0100000", "longitude": "28.9700000", "name": "Şube"}
    [thumb] = said(custom={"reaction": "👍"})
    assert thumb["reaction"] == {"message_id": "wamid.asked", "emoji": "👍"}
    [quoting] = said("Evet", custom={"reply_to": True})
    assert quoting["context"] == {"message_id": "wamid.asked"}


def test_elements_are_a_message_each() -> None:
    element = {
        "title": "Gömlek",
        "subtitle": "299 TL",
        "image_url": "https://m.com/1.jpg",
        "buttons": buttons(1),
    }
    first, second = said(elements=[element, {"title": "Kazak"}])
    assert first["interactive"]["header"]["type"] == "image"
    assert first["interactive"]["body"]["text"] == "Gömlek\n299 TL"
    assert second["text"]["body"] == "Kazak"


@pytest.mark.parametrize("text", [None, "", "  \n", "\u200d", "\0"])
def test_nothing_to_say_is_not_sent(text: str | None) -> None:
    assert said(text) == []


@given(st.text(max_size=300), st.integers(1, 60))
def test_cutting_and_dividing_keep_the_limit_and_the_words(text: str, limit: int) -> None:
    assert length(first_of(text, limit)) <= limit and text.startswith(first_of(text, limit))
    assert length(cut(text, max(limit, 2))) <= max(limit, 2)
    parts = divide(text, max(limit, 2))
    assert all(length(part) <= max(limit, 2) and is_visible(part) for part in parts)
    # Nothing that can be seen is lost.
    assert [one for one in "".join(parts) if is_visible(one)] == [one for one in text if is_visible(one)]


@pytest.mark.parametrize("family", ["👨‍👩‍👧‍👦", "👍🏽", "🇹🇷", "e\u0301"])
def test_what_is_seen_as_one_character_stays_whole(family: str) -> None:
    assert first_of("a" + family + family, 1 + length(family) + 1) == "a" + family


@pytest.mark.parametrize(
    "body",
    [
        {"type": "text", "text": {"body": "x" * 4097}},
        {"type": "text", "text": {"body": " "}},
        {"type": "text"},
        {"type": "hologram"},
        {"type": "image", "image": {"id": "1", "link": "https://x"}},
        {"type": "text", "text": {"body": "x"}, "more": 1},
        {"type": "interactive", "interactive": {"type": "list", "body": {"text": "?"}, "action": {}}},
    ],
)
def test_the_schema_refuses(body: dict[str, Any]) -> None:
    assert check_body({"messaging_product": "whatsapp", "to": TO, **body})


def test_the_schema_refuses_what_only_a_whole_list_shows() -> None:
    rows = [{"id": str(number), "title": str(number)} for number in range(6)]
    sections = [
        {"title": "a", "rows": rows},
        {"title": "b", "rows": [{**one, "id": one["id"] + "b"} for one in rows]},
    ]
    content = {"type": "list", "body": {"text": "?"}, "action": {"button": "Aç", "sections": sections}}
    body = {"messaging_product": "whatsapp", "to": TO, "type": "interactive", "interactive": content}
    found = check_body(body)
    assert any("12 rows" in one for one in found) and any("same title" in one for one in found)


def test_the_schema_refuses_a_message_to_nobody() -> None:
    assert check_body({"messaging_product": "whatsapp", "type": "text", "text": {"body": "x"}})
    assert check_body([]) and check_body({"status": "read", "messaging_product": "whatsapp"})
