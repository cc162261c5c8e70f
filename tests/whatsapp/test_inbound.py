"""Everything that WhatsApp can send is read, and nothing that it sends breaks the reader."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.whatsapp.inbound import (
    AccountError,
    CustomerMoved,
    InboundMessage,
    MarketingPreference,
    Notice,
    StatusUpdate,
    read_webhook,
)
from tests.whatsapp import webhooks
from tests.whatsapp.official import SPEC, needs_spec, webhook_examples
from tests.whatsapp.webhooks import BUSINESS, CUSTOMER, message, webhook

EXAMPLES = webhook_examples() if SPEC.is_file() else {}
KINDS = {
    "Text Message": "text",
    "Text Message with Context (Product Inquiry)": "text",
    "Text Message from Click to WhatsApp Ad": "text",
    "Reaction Message": "reaction",
    "Image Message": "image",
    "Location Message": "location",
    "Contact Sharing Message": "contacts",
    "Unsupported Message": "unsupported",
    "Button Message": "button",
    "Interactive List Reply Message": "list_reply",
    "Interactive Button Reply Message": "button_reply",
    "Order Message": "order",
}


def one(body: Any) -> InboundMessage:
    [found] = read_webhook(body)
    assert isinstance(found, InboundMessage)
    assert found.sender.key and found.id
    return found


@needs_spec
def test_there_are_sixteen_official_examples() -> None:
    assert len(EXAMPLES) == 16


@needs_spec
@pytest.mark.parametrize("name", sorted(KINDS))
def test_an_official_message(name: str) -> None:
    found = one(EXAMPLES[name])
    assert found.kind == KINDS[name]
    assert found.sender.wa_id == "16505551234" and found.sender.phone == "+16505551234"
    assert found.sender.name == "Sheena Nelson"
    assert found.phone_number_id == BUSINESS
    assert found.timestamp > 1.7e9 and found.id.startswith("wamid.")


@needs_spec
def test_what_official_messages_bring_along() -> None:
    def of(name: str) -> InboundMessage:
        return one(EXAMPLES[name])

    assert of("Text Message").text == "Does it come in another color?"
    inquiry = of("Text Message with Context (Product Inquiry)")
    assert inquiry.data["product"] == {"catalog_id": "194836987003835", "product_retailer_id": "di9ozbzfi4"}
    assert inquiry.data["reply_to"]["from"] == "15550783881"
    assert of("Text Message from Click to WhatsApp Ad").data["referral"]["ctwa_clid"].startswith("Aff-")
    assert of("Reaction Message").data["reaction"]["emoji"] == "👍"
    [image] = of("Image Message").media
    assert (image.kind, image.id, image.mime_type) == ("image", "1003383421387256", "image/jpeg")
    assert of("Image Message").text == "Taj Mahal"
    assert of("Location Message").data["location"]["latitude"] == pytest.approx(37.44221496582)
    assert of("Contact Sharing Message").data["contacts"][0]["phones"][0]["wa_id"] == "19835552319"
    assert of("Unsupported Message").errors[0].code == 131051
    assert of("Button Message").payload == "Unsubscribe"
    row = of("Interactive List Reply Message")
    assert (row.payload, row.text) == ("priority_express", "Priority Mail Express")
    assert row.data["description"] == "Next Day to 2 Days"
    assert of("Interactive Button Reply Message").payload == "cancel-button"
    assert [item["quantity"] for item in of("Order Message").data["order"]["items"]] == [2, 1]


@needs_spec
def test_official_system_and_group_examples() -> None:
    [moved] = read_webhook(EXAMPLES["System Message"])
    assert isinstance(moved, CustomerMoved)
    assert (moved.old.wa_id, moved.new.wa_id) == ("16505551234", "12195555358")
    for name in ("Group Create Message", "Group Settings Update", "Group Remove Participants"):
        [notice] = read_webhook(EXAMPLES[name])
        assert isinstance(notice, Notice) and notice.field.startswith("group_")
        assert notice.value["groups"]


@pytest.mark.parametrize(
    ("body", "kind", "data"),
    [
        (message("audio", {"id": "1", "mime_type": "audio/ogg; codecs=opus", "voice": True}), "voice", {}),
        (message("audio", {"id": "1", "mime_type": "audio/mpeg", "voice": False}), "audio", {}),
        (message("video", {"id": "1", "mime_type": "video/mp4"}), "video", {}),
        (message("sticker", {"id": "1", "mime_type": "image/webp", "animated": True}), "sticker", {}),
        (message("document", {"id": "1", "filename": "fatura.pdf"}), "document", {}),
        (message("reaction", {"message_id": "w"}), "reaction_removed", {"reaction": {"message_id": "w"}}),
        (
            message("reaction", {"message_id": "w", "emoji": ""}),
            "reaction_removed",
            {"reaction": {"message_id": "w"}},
        ),
        (message("unsupported", {"type": "poll"}), "unsupported", {"unsupported": "poll"}),
        (message("interactive"), "unsupported", {"unsupported": "interactive"}),
        (message("request_welcome"), "welcome", {}),
        (message("hologram", {"depth": 3}), "unknown", {"type": "hologram"}),
        (message("text", {"body": "selam"}, context={"forwarded": True}), "text", {"forwarded": True}),
        (
            message("text", {"body": "selam"}, context={"frequently_forwarded": True}),
            "text",
            {"forwarded": True},
        ),
        (message("revoke", {"original_message_id": "w"}), "revoke", {"revoked": "w"}),
    ],
)
def test_other_documented_kinds(body: Any, kind: str, data: dict[str, Any]) -> None:
    found = one(body)
    assert found.kind == kind
    assert dict(found.data) == data


def test_a_flow_reply_is_a_form_that_was_filled_in() -> None:
    reply = {"name": "flow", "body": "Sent", "response_json": '{"flow_token": "t", "il": "Iğdır"}'}
    found = one(message("interactive", {"type": "nfm_reply", "nfm_reply": reply}))
    assert found.data["flow"] == {
        "name": "flow",
        "answers": {"flow_token": "t", "il": "Iğdır"},
        "token": "t",
    }
    broken = one(message("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{"}}))
    assert broken.kind == "flow_reply" and broken.data["flow"]["answers"] == {}


def test_an_edit_says_what_the_message_is_now() -> None:
    now = {"type": "text", "text": {"body": "TR12346"}}
    found = one(message("edit", {"original_message_id": "wamid.old", "message": now}))
    assert (found.kind, found.text, found.data["edit_of"]) == ("edit", "TR12346", "wamid.old")


def test_a_button_without_context_and_without_payload() -> None:
    found = one(message("button", {"text": "Evet"}))
    assert (found.text, found.payload) == ("Evet", "Evet")


def test_customers_without_a_phone_number() -> None:
    contact = {"profile": {"name": "Can", "username": "can.k"}, "user_id": "TR.1349120865"}
    said = {
        "from_user_id": "TR.1349120865",
        "id": "w",
        "timestamp": "1",
        "type": "text",
        "text": {"body": "a"},
    }
    for sent in (said, {key: value for key, value in said.items() if key != "from_user_id"}):
        sender = one(webhook({"contacts": [contact], "messages": [sent]})).sender
        assert (sender.key, sender.phone, sender.username) == ("TR.1349120865", "", "can.k")


def test_number_and_user_id_together() -> None:
    contact = {"profile": {"name": "Can"}, "wa_id": CUSTOMER, "user_id": "TR.1", "parent_user_id": "TR.ENT.1"}
    said = {"from": CUSTOMER, "id": "w", "timestamp": "1", "type": "text", "text": {"body": "a"}}
    sender = one(webhook({"contacts": [contact], "messages": [said]})).sender
    assert (sender.wa_id, sender.user_id, sender.parent_user_id) == (CUSTOMER, "TR.1", "TR.ENT.1")


def test_each_message_has_its_own_sender() -> None:
    contacts = [{"wa_id": "1", "profile": {"name": "A"}}, {"wa_id": "2", "profile": {"name": "B"}}]
    said = [
        {"from": who, "id": who, "timestamp": "1", "type": "text", "text": {"body": who}}
        for who in ("2", "1")
    ]
    found = read_webhook(webhook({"contacts": contacts, "messages": said}))
    assert [one.sender.name for one in found if isinstance(one, InboundMessage)] == ["B", "A"]


def test_every_entry_change_and_message_of_a_post() -> None:
    first, second = webhooks.text("bir"), webhooks.text("iki")
    both = {"object": "x", "entry": first["entry"] + second["entry"]}
    both["entry"][0]["changes"] += webhooks.status("wamid.out", "read")["entry"][0]["changes"]
    kinds = [type(found).__name__ for found in read_webhook(both)]
    assert kinds == ["InboundMessage", "StatusUpdate", "InboundMessage"]


def test_statuses() -> None:
    error = {"code": 131047, "title": "Re-engagement", "error_data": {"details": "more than 24 hours"}}
    body = webhooks.status("wamid.out", "failed", errors=[error], biz_opaque_callback_data="k1")
    [found] = read_webhook(body)
    assert isinstance(found, StatusUpdate)
    assert (found.key, found.callback_data) == ("wamid.out failed", "k1")
    assert (found.errors[0].code, found.errors[0].details) == (131047, "more than 24 hours")
    assert found.recipient.wa_id == CUSTOMER


def test_errors_of_the_account() -> None:
    [found] = read_webhook(webhook({"errors": [{"code": "130429", "title": "Rate limit hit"}]}))
    assert isinstance(found, AccountError) and found.errors[0].code == 130429


def test_errors_beside_an_interactive_message_are_its_own() -> None:
    body = message("interactive")
    body["entry"][0]["changes"][0]["value"]["errors"] = [{"code": 131000, "title": "Something went wrong"}]
    assert one(body).errors[0].code == 131000


def test_stopping_marketing_messages() -> None:
    said = {"wa_id": CUSTOMER, "category": "marketing_messages", "value": "stop", "timestamp": 1749416383}
    [found] = read_webhook(webhook({"user_preferences": [said]}, "user_preferences"))
    assert isinstance(found, MarketingPreference) and not found.wanted
    [found] = read_webhook(webhook({"user_preferences": [{**said, "value": "resume"}]}, "user_preferences"))
    assert isinstance(found, MarketingPreference) and found.wanted


def test_moves() -> None:
    system = {"type": "user_changed_number", "new_wa_id": "905559998877", "body": "..."}
    [older_form] = read_webhook(message("system", system))
    assert isinstance(older_form, CustomerMoved) and older_form.new.wa_id == "905559998877"
    update = {"wa_id": CUSTOMER, "user_id": {"previous": "TR.1", "current": "TR.2"}, "timestamp": "1"}
    [found] = read_webhook(webhook({"user_id_update": [update]}, "user_id_update"))
    assert isinstance(found, CustomerMoved) and (found.old.key, found.new.user_id) == ("TR.1", "TR.2")


def test_an_identity_change_is_told() -> None:
    identity = {"hash": "x=", "created_timestamp": "1602532300000", "acknowledged": False}
    found = one(message("system", {"type": "customer_identity_changed"}, identity=identity))
    assert (found.kind, found.data["identity"]["hash"]) == ("identity_changed", "x=")


@pytest.mark.parametrize("field", ["calls", "account_update", "message_template_status_update", "smb_x"])
def test_other_fields_are_kept_whole(field: str) -> None:
    [found] = read_webhook(webhook({"calls": [{"id": "wacid.1", "event": "connect"}]}, field))
    assert isinstance(found, Notice) and found.field == field
    assert found.value["calls"][0]["event"] == "connect"


def test_a_call_s_status_is_no_message_s() -> None:
    [found] = read_webhook(webhooks.status("wacid.1", "RINGING", type="call"))
    assert isinstance(found, Notice)


_NAMES = (
    "entry changes field value messages statuses contacts errors from id type text body interactive image "
    "system wa_id user_id location order context edit message reaction profile name timestamp nfm_reply"
)
_KEYS = st.sampled_from(tuple(_NAMES.split(" "))) | st.text(max_size=3)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=500, deadline=None)
@given(_JSON)
def test_no_json_breaks_the_reader(value: Any) -> None:
    read_webhook(value)
    read_webhook(webhook({"messages": [value], "statuses": value, "contacts": value, "errors": value}))
    for kind in ("text", "interactive", "order", "contacts", "system", "edit", "image", "location", "button"):
        [found] = read_webhook(message(kind, value))
        assert found.raw


@given(st.integers(50, 900))
@settings(max_examples=20, deadline=None)
def test_depth_does_not_break_the_reader(depth: int) -> None:
    deep: Any = "x"
    for _ in range(depth):
        deep = {"message": deep, "type": "edit", "edit": 1} if depth % 2 else [deep]
    read_webhook(deep)
    read_webhook(message("edit", deep))
    read_webhook(message("order", {"product_items": [{"x": deep}]}))
    read_webhook(webhook({"messages": [{"type": "text", "from": "1", "x": deep}]}))


def test_half_characters_and_nul_are_replaced() -> None:
    assert one(message("text", {"body": "a\ud83d\0b"})).text == "a��b"
