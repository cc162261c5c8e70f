"""What socket.io clients are sent of a reply, in both dialects."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.socketio import EXTENDED, STRICT, objects_of, read_socketio
from bot.errors import ProjectError
from bot.message import Reply

CARDS = [
    {
        "title": "Kupa",
        "subtitle": "120 TL",
        "image_url": "https://example.org/k.png",
        "buttons": [
            {"title": "Al", "payload": "/buy"},
            {"title": "Bak", "type": "web_url", "url": "https://example.org/k"},
        ],
    },
    {"title": "Tabak"},
]


@pytest.mark.parametrize("dialect", [STRICT, EXTENDED])
def test_a_text_has_one_key_and_buttons_two(dialect: str) -> None:
    buttons = [{"title": "Evet", "payload": "/affirm", "type": "postback"}]

    assert objects_of(Reply("Bir.\n\nİki.", metadata={"utter_action": "x"}), dialect) == [
        {"text": "Bir."},
        {"text": "İki."},
    ]
    assert objects_of(Reply("Bir.\n\nİki.", {"buttons": buttons}), dialect) == [
        {"text": "Bir.", "quick_replies": []},
        {"text": "İki.", "quick_replies": [{"content_type": "text", "title": "Evet", "payload": "/affirm"}]},
    ]


@pytest.mark.parametrize(
    "data",
    [
        {"elements": CARDS},
        {"attachment": {"type": "template", "payload": {"template_type": "generic", "elements": CARDS}}},
    ],
)
def test_cards_are_a_list_for_the_old_client_and_a_carousel_for_the_new(data: dict[str, Any]) -> None:
    (strict,) = objects_of(Reply(None, data), STRICT)
    carousel, choices = objects_of(Reply(None, data), EXTENDED)

    cards = strict["attachment"]["payload"]["elements"]
    assert [one["title"] for one in cards] == ["Kupa", "Tabak"] and cards[1]["buttons"] == []
    # A button without a type does nothing in rasa-webchat.
    assert [one["type"] for one in cards[0]["buttons"]] == ["postback", "web_url"]
    assert carousel == {
        "type": "carousel",
        "elements": [
            {
                "text": "Kupa\n120 TL",
                "image_url": "https://example.org/k.png",
                "link": "https://example.org/k",
            },
            {"text": "Tabak"},
        ],
    }
    assert choices == {
        "text": "Kupa",
        "quick_replies": [{"content_type": "text", "title": "Al", "payload": "/buy"}],
    }


def test_one_element_without_a_list_is_a_carousel_of_one() -> None:
    attachment = {"type": "template", "payload": {"template_type": "generic", "elements": CARDS[1]}}

    (strict,) = objects_of(Reply(None, {"attachment": attachment}))
    assert [one["title"] for one in strict["attachment"]["payload"]["elements"]] == ["Tabak"]


def test_files_and_films_have_types_of_their_own_in_the_new_dialect() -> None:
    file = {"type": "file", "payload": {"src": "https://example.org/f.pdf", "name": "fatura.pdf"}}
    film = {"type": "video", "payload": {"src": "https://example.org/f.mp4", "title": "Kurulum"}}

    assert objects_of(Reply(None, {"attachment": file}), STRICT) == [{"attachment": file}]
    assert objects_of(Reply(None, {"attachment": file}), EXTENDED) == [
        {
            "type": "file_download",
            "file_url": "https://example.org/f.pdf",
            "file_name": "fatura.pdf",
            "text": "fatura.pdf",
        }
    ]
    assert objects_of(Reply(None, {"attachment": film}), EXTENDED) == [
        {"type": "video", "video_url": "https://example.org/f.mp4", "title": "Kurulum"}
    ]


def test_a_designer_s_own_object_is_sent_as_it_is() -> None:
    custom = {"type": "rating", "text": "Memnun kaldınız mı?", "options": []}

    assert objects_of(Reply(None, {"custom": custom})) == [custom]
    assert objects_of(Reply(None, {"custom": {"data": custom, "room": "somebody else's"}})) == [custom]


def test_the_section_alone_turns_the_channel_on() -> None:
    assert read_socketio({}) is None
    found = read_socketio({"socketio": None})
    assert found is not None and found.session_persistence is False and found.dialect == STRICT


@pytest.mark.parametrize(
    ("section", "code"),
    [
        ({"dialect": "loud"}, "socketio-dialect"),
        ({"namespace": "chat"}, "socketio-namespace"),
        ({"socketio_path": "/"}, "socketio-path"),
        ({"session_persistence": "maybe"}, "socketio-value"),
        ({"origins": ["shop.example"]}, "socketio-origin"),
        ({"rate": {"messages": 0}}, "socketio-value"),
        ({"proxies": ["nearby"]}, "socketio-proxy"),
        ("on", "socketio-section"),
    ],
)
def test_a_wrong_setting_is_complained_of(section: Any, code: str) -> None:
    with pytest.raises(ProjectError, match=code):
        read_socketio({"socketio": section})
