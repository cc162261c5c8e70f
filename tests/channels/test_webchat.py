"""The web chat's frames: what is taken, what is refused, and what of a conversation is shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.webchat import (
    EVENTS,
    FrameError,
    Happened,
    Hello,
    Ping,
    Rating,
    Read,
    Said,
    Sent,
    Typing,
    message_of,
    read_frame,
)
from bot.channels.webchat_frames import frames_of
from bot.channels.webchat_settings import read_webchat
from bot.errors import ProjectError
from bot.events import ActionExecuted, AgentUttered, BotUttered, Event, SlotSet, UserUttered

HTML = "<img src=x onerror=alert(1)><script>alert('ş')</script>\"'&"


@pytest.mark.parametrize(
    ("body", "frame"),
    [
        ({"type": "hello", "token": "t"}, Hello("t")),
        (
            {
                "type": "hello",
                "token": "t",
                "after": 7,
                "page": {"url": "/x", "title": "X"},
                "language": "tr",
            },
            Hello("t", 7, {"url": "/x", "title": "X"}, "tr"),
        ),
        ({"type": "message", "id": "a-1", "text": " Kargom nerede? "}, Said("a-1", "Kargom nerede?")),
        (
            {"type": "message", "id": "a", "text": "Evet", "payload": "/affirm", "metadata": {"k": [1]}},
            Said("a", "Evet", "/affirm", {"k": [1]}),
        ),
        ({"type": "message", "id": "a", "text": "", "payload": "/affirm"}, Said("a", "/affirm", "/affirm")),
        ({"type": "upload", "id": "a", "upload_id": "u", "caption": "Fatura"}, Sent("a", "u", "Fatura")),
        ({"type": "typing"}, Typing()),
        ({"type": "read", "seq": 3}, Read(3)),
        ({"type": "rating", "score": 4}, Rating(4)),
        ({"type": "event", "name": "page", "data": {"url": "/odeme"}}, Happened("page", {"url": "/odeme"})),
        ({"type": "ping", "more": 1}, Ping()),
    ],
)
def test_a_frame_is_read(body: dict[str, Any], frame: object) -> None:
    assert read_frame(body) == frame


@pytest.mark.parametrize(
    ("body", "code", "told"),
    [
        (None, "bad_frame", "JSON object"),
        ([], "bad_frame", "JSON object"),
        ({}, "bad_frame", "'type'"),
        ({"type": ["message"]}, "bad_frame", "'type'"),
        ({"type": "hello", "token": None}, "bad_frame", "'token'"),
        ({"type": "hello", "token": "t" * 201}, "bad_frame", "'token'"),
        ({"type": "hello", "token": "t", "after": -1}, "bad_frame", "'after'"),
        ({"type": "hello", "token": "t", "after": True}, "bad_frame", "'after'"),
        ({"type": "hello", "token": "t", "after": 2**40}, "bad_frame", "'after'"),
        ({"type": "hello", "token": "t", "page": "x"}, "bad_frame", "'page'"),
        ({"type": "hello", "token": "t", "language": "../tr"}, "bad_frame", "'language'"),
        ({"type": "message", "id": "a"}, "bad_frame", "'text'"),
        ({"type": "message", "id": "a", "text": "  "}, "bad_frame", "empty"),
        ({"type": "message", "id": "a b", "text": "x"}, "bad_frame", "'id'"),
        ({"type": "message", "text": "x"}, "bad_frame", "'id'"),
        ({"type": "message", "id": "a" * 65, "text": "x"}, "bad_frame", "'id'"),
        ({"type": "message", "id": "a", "text": "x" * 5001}, "too_long", "5001"),
        ({"type": "message", "id": "a", "text": "x", "payload": "x" * 5001}, "too_long", "'payload'"),
        ({"type": "message", "id": "a", "text": "x", "metadata": [1]}, "bad_frame", "'metadata'"),
        (
            {"type": "message", "id": "a", "text": "x", "metadata": {"a": [[[[[[[[1]]]]]]]]}},
            "bad_frame",
            "nested",
        ),
        ({"type": "upload", "id": "a", "upload_id": "../../etc"}, "bad_frame", "'upload_id'"),
        ({"type": "rating", "score": 6}, "bad_frame", "'score'"),
        ({"type": "rating", "score": 0}, "bad_frame", "'score'"),
        ({"type": "rating", "score": 4.5}, "bad_frame", "'score'"),
        ({"type": "event", "name": {"a": 1}}, "bad_frame", "'name'"),
    ],
)
def test_what_is_no_frame_is_refused_with_a_reason(body: Any, code: str, told: str) -> None:
    with pytest.raises(FrameError) as caught:
        read_frame(body)

    assert caught.value.code == code and told in str(caught.value)


def test_a_refused_message_is_named_so_that_the_page_can_mark_it() -> None:
    with pytest.raises(FrameError) as caught:
        read_frame({"type": "message", "id": "m1", "text": 5})

    assert caught.value.id == "m1"


def test_what_only_the_server_may_say_is_dropped_from_metadata() -> None:
    forged = {"verified_phone": "+90", "media": [], "shown": "x", "is_external": True, "agent": {}, "own": 1}
    said = read_frame({"type": "message", "id": "a", "text": "x", "metadata": forged})

    assert isinstance(said, Said)
    assert message_of(said, "c", {"language": "tr"}).metadata == {"own": 1, "language": "tr"}


def test_the_bot_reads_the_payload_and_people_the_title() -> None:
    message = message_of(Said("a", "Kargom nerede?", "/track"), "c", {})
    event = UserUttered("/track", message_id="a", metadata=message.metadata)
    (frame,) = frames_of(event, 3)

    assert (message.text, message.channel, message.message_id) == ("/track", "webchat", "a")
    assert (frame["text"], frame["payload"], frame["seq"], frame["from"]) == (
        "Kargom nerede?",
        "/track",
        3,
        "user",
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=20,
)
KINDS = ("hello", "message", "upload", "typing", "read", "rating", "event", "ping")
KEYS = (
    "token",
    "after",
    "page",
    "language",
    "id",
    "text",
    "payload",
    "metadata",
    "upload_id",
    "seq",
    "score",
    "name",
)


@given(
    JSON
    | st.builds(
        lambda kind, rest: {**rest, "type": kind},
        st.sampled_from(KINDS),
        st.dictionaries(
            st.sampled_from((*KEYS, "caption", "comment", "data")),
            JSON | st.sampled_from(["a", "m-1", *EVENTS]) | st.integers(0, 6),
        ),
    )
)
def test_any_json_is_a_frame_or_told_why_not(body: Any) -> None:
    try:
        frame = read_frame(body)
    except FrameError as error:
        assert error.code in ("bad_frame", "too_long") and str(error)
        return
    if isinstance(frame, Said):
        message = message_of(frame, "c", {})
        # What is taken can be stored by any database, and shown again.
        stored = json.dumps([message.text, dict(message.metadata)], ensure_ascii=False).encode()
        assert b"\0" not in stored and message.text
        assert frames_of(UserUttered(message.text, metadata=message.metadata, message_id=frame.id), 1)


DATA = st.fixed_dictionaries(
    {},
    optional={
        "buttons": JSON,
        "quick_replies": JSON,
        "image": JSON,
        "attachment": JSON | st.fixed_dictionaries({"type": JSON, "payload": JSON}),
        "elements": JSON
        | st.lists(st.fixed_dictionaries({"title": JSON, "image_url": JSON, "buttons": JSON})),
        "custom": JSON | st.fixed_dictionaries({"handoff": JSON, "rate": JSON}),
    },
)


@given(st.none() | st.text(max_size=30), DATA, st.dictionaries(st.sampled_from(["agent", "x"]), JSON))
def test_whatever_a_bot_says_is_shown_or_passed_over(text: str | None, data: Any, metadata: Any) -> None:
    for event in (BotUttered(text, data, metadata=metadata), AgentUttered(text, data, metadata=metadata)):
        for frame in frames_of(event, 9):
            assert frame["type"] in ("message", "handoff", "rate") and frame["seq"] == 9
            json.dumps(frame)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example/x",
        "/\\evil.example",
        "file:///etc/passwd",
        "data:image/svg+xml;base64,AAAA",
        "ftp://x/y",
        "\tjavascript:alert(1)",
    ],
)
def test_addresses_that_run_or_read_things_are_dropped(address: str) -> None:
    data = {
        "image": address,
        "buttons": [{"title": "Bas", "payload": "/a", "url": address}],
        "elements": [
            {"title": "Kart", "image_url": address, "link": address, "default_action": {"url": address}}
        ],
        "attachment": {"type": "file", "payload": {"src": address}},
    }
    (frame,) = frames_of(BotUttered("Buyurun", data), 1)

    assert frame["buttons"] == [{"title": "Bas", "payload": "/a"}] and frame["cards"] == [{"title": "Kart"}]
    assert "image" not in frame and "attachment" not in frame


@pytest.mark.parametrize(
    "address",
    ["https://a.example/x.png", "http://a.example", "/webhooks/chat/uploads/x.png", "HTTPS://A.example/x"],
)
def test_addresses_of_the_web_are_kept(address: str) -> None:
    (frame,) = frames_of(BotUttered(None, {"image": address}), 1)

    assert frame["image"] == address


def test_html_in_every_field_stays_the_text_that_it_is() -> None:
    buttons = [{"title": HTML, "payload": HTML}]
    data = {
        "buttons": buttons,
        "elements": [{"title": HTML, "subtitle": HTML, "buttons": buttons}],
        "custom": {HTML: HTML},
    }
    (frame,) = frames_of(BotUttered(HTML, data, metadata={"agent": {"name": HTML}}), 1)
    (own,) = frames_of(UserUttered(HTML, metadata={"shown": HTML}), 2)

    assert frame["text"] == own["text"] == HTML
    assert frame["buttons"] == buttons and frame["agent"] == {"name": HTML}
    assert frame["cards"] == [{"title": HTML, "subtitle": HTML, "buttons": buttons}]
    assert frame["custom"] == {HTML: HTML}


def test_a_hand_off_and_a_wish_for_a_rating_are_frames_of_their_own() -> None:
    custom = {"handoff": {"state": "joined", "agent": {"name": "Elif"}}, "rate": True, "other": 1}
    frames = frames_of(BotUttered("Elif Hanım katıldı.", {"custom": custom}), 5)

    assert [one["type"] for one in frames] == ["message", "handoff", "rate"]
    assert frames[0]["custom"] == {"other": 1}
    assert frames[1] == {"type": "handoff", "seq": 5, "state": "joined", "agent": {"name": "Elif"}}
    assert custom["handoff"], "the event itself is left alone"


@pytest.mark.parametrize(
    "event",
    [
        UserUttered("EXTERNAL: remind", metadata={"is_external": True}),
        UserUttered(None),
        BotUttered(None),
        BotUttered("  "),
        SlotSet("x", 1),
        ActionExecuted("action_listen"),
    ],
)
def test_what_nobody_said_is_not_shown(event: Event) -> None:
    assert frames_of(event, 1) == []


def test_a_section_is_read_with_all_its_keys() -> None:
    found = read_webchat(
        {
            "webchat": {
                "origins": ["https://www.magazam.com/"],
                "rate": {"messages": 5, "seconds": 10},
                "max_text": 200,
                "uploads": {"max_mb": 2, "types": ["image/png"], "scan": "clamdscan --no-summary {file}"},
                "events": {"open": "greet"},
                "privacy": {"text": "KVKK", "link": "https://x"},
                "proactive": [{"after_seconds": 30, "page": "/odeme", "text": "Yardım?"}],
                "proxies": ["10.0.0.0/8"],
            }
        }
    )

    assert found is not None
    assert found.origins == ("https://www.magazam.com",) and (found.messages, found.seconds) == (5, 10.0)
    assert found.uploads.scan == ("clamdscan", "--no-summary", "{file}")
    assert found.uploads.max_bytes == 2 * 1024 * 1024 and found.uploads.types == {"image/png"}
    assert (
        found.privacy == {"text": "KVKK", "link": "https://x", "confirm": True} and len(found.proactive) == 1
    )
    assert read_webchat({}) is not None and read_webchat({"webchat": {"enabled": False}}) is None


@pytest.mark.parametrize(
    ("section", "code"),
    [
        ({"origins": ["magazam.com"]}, "webchat-origin"),
        ({"origins": ["https://magazam.com/path"]}, "webchat-origin"),
        ({"uploads": {"types": ["text/html"]}}, "webchat-type"),
        ({"uploads": {"types": ["image/svg+xml"]}}, "webchat-type"),
        ({"uploads": {"scan": "clamdscan"}}, "webchat-scan"),
        ({"uploads": {"scan": "clamdscan '{file}"}}, "webchat-scan"),
        ({"uploads": {"max_mb": 0}}, "webchat-value"),
        ({"events": {"explode": "greet"}}, "webchat-event"),
        ({"proactive": [{"page": "/x"}]}, "webchat-proactive"),
        ({"proxies": ["near"]}, "webchat-proxy"),
        ({"rate": 5}, "webchat-section"),
        ({"max_text": "many"}, "webchat-value"),
    ],
)
def test_a_wrong_setting_is_complained_of(section: Any, code: str) -> None:
    with pytest.raises(ProjectError, match=code):
        read_webchat({"webchat": section})
