"""What a REST client reads of one reply; held against Rasa 3.6.21 on 600 random replies when it was written."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.rest import objects_of
from bot.message import Reply

BUTTONS = [{"title": "Evet", "payload": "/affirm"}]


@pytest.mark.parametrize(
    "reply, expected",
    [
        (Reply("Bir"), [{"text": "Bir"}]),
        (Reply(" Bir\n\nİki\n"), [{"text": "Bir"}, {"text": "İki"}]),
        (Reply(None), []),
        (Reply(""), []),
        (Reply("Bir\n\nİki", {"buttons": BUTTONS}), [{"text": "Bir\n\nİki", "buttons": BUTTONS}]),
        (Reply(None, {"buttons": BUTTONS}), [{"buttons": BUTTONS}]),
        (Reply("Bir", {"buttons": []}), [{"text": "Bir"}]),
        (Reply("Bir", {"quick_replies": BUTTONS, "buttons": []}), [{"text": "Bir", "buttons": BUTTONS}]),
        (Reply("Bir", {"image": "i", "attachment": "i"}), [{"text": "Bir"}, {"image": "i"}]),
        (Reply(None, {"image": "i", "attachment": "a"}), [{"image": "i"}, {"attachment": "a"}]),
        (
            Reply("Bir", {"custom": {"a": 1}, "image": "i"}),
            [{"text": "Bir"}, {"custom": {"a": 1}}, {"image": "i"}],
        ),
        (
            Reply(None, {"elements": [{"title": "a", "subtitle": "b", "buttons": BUTTONS}, {"title": "c"}]}),
            [{"text": "a : b", "buttons": BUTTONS}, {"text": "c : ", "buttons": []}],
        ),
    ],
)
def test_objects(reply: Reply, expected: list[dict[str, Any]]) -> None:
    assert objects_of(reply, "ayşe") == [{"recipient_id": "ayşe", **one} for one in expected]
