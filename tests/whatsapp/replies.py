"""Replies of every sort, as bots word them and as nobody would."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import strategies as st

from bot.message import Reply

_LETTERS = "abçdefgğhıijklmnoöprsştuüvyzİIĞÜŞÖÇ 0123456789.,!?-/'\"\n\t{}*_~"
_SYMBOLS = "👍🏽❤️🇹🇷👨‍👩‍👧‍👦🏳️‍🌈e\u0301\u200d\u2060\u202e\0\x07\ud83d漢字العربية"
_texts = (
    st.text(st.sampled_from(_LETTERS), max_size=60)
    | st.text(st.sampled_from(_SYMBOLS + _LETTERS), max_size=50)
    | st.text(max_size=30)
    | st.builds(
        lambda word, times: word * times,
        st.sampled_from(["Uzun bir cümle. ", "👍🏽", "a", "\n\n"]),
        st.integers(0, 3000),
    )
)
_urls = st.sampled_from(
    ["https://magazam.com/x?a=1", "http://a.co", "ftp://x", "", "javascript:1", "resim.png"]
)
_payloads = st.sampled_from(["/greet", '/order{"no": "TR1"}', "", " ", "~x", "x" * 300, "👍" * 150]) | _texts
_buttons = st.lists(
    st.fixed_dictionaries(
        {"title": _texts},
        optional={"payload": _payloads, "url": _urls, "description": _texts, "type": st.just("postback")},
    )
    | st.fixed_dictionaries({"title": st.sampled_from(["Evet", "Hayır"]), "payload": st.just("/affirm")})
    | st.none(),
    max_size=45,
)
_media = _urls | st.fixed_dictionaries(
    {"type": st.sampled_from(["image", "video", "audio", "file", "document", "sticker", "x"])},
    optional={
        "payload": st.fixed_dictionaries({"src": _urls}, optional={"caption": _texts, "filename": _texts})
    },
)
_anything: Any = st.none() | st.booleans() | st.integers() | st.floats() | _texts
_custom = st.fixed_dictionaries(
    {},
    optional={
        "location_request": st.booleans(),
        "link": st.fixed_dictionaries({"title": _texts, "url": _urls}) | _anything,
        "contacts": st.lists(
            st.dictionaries(
                st.sampled_from(
                    ["name", "phone", "email", "company", "url", "phones", "addresses", "birthday"]
                ),
                _anything
                | st.lists(st.dictionaries(st.sampled_from(["phone", "type", "city"]), _texts), max_size=2),
            ),
            max_size=12,
        ),
        "location": st.fixed_dictionaries(
            {"latitude": _anything, "longitude": _anything}, optional={"name": _texts}
        ),
        "reaction": st.sampled_from(["👍", "", "\0"]) | st.none(),
        "reply_to": st.booleans() | st.just("wamid.x"),
        "media": _media | st.lists(_media, max_size=3),
        "header": _texts,
        "footer": _texts,
        "list_button": _texts,
    },
)
_elements = st.lists(
    st.fixed_dictionaries(
        {"title": _texts}, optional={"subtitle": _texts, "image_url": _urls, "buttons": _buttons}
    ),
    max_size=4,
)
replies: st.SearchStrategy[Reply] = st.builds(
    Reply,
    st.none() | _texts,
    st.fixed_dictionaries(
        {},
        optional={
            "buttons": _buttons,
            "quick_replies": _buttons,
            "image": _media,
            "attachment": _media,
            "elements": _elements,
            "custom": _custom,
        },
    ),
    st.fixed_dictionaries({}, optional={"menu_page": st.integers(-1, 6) | st.none()}),
)


_WRITTEN = [
    "".join(random.Random(seed).choices(alphabet, k=10_000))
    for seed, alphabet in enumerate((_LETTERS, _SYMBOLS + _LETTERS, _SYMBOLS))
]
"""Texts are pieces of these."""


def random_reply(chance: random.Random) -> Reply:
    """One of many, made quickly."""

    def text() -> str:
        written = chance.choice(_WRITTEN)
        most = chance.choice((0, 3, 19, 20, 21, 24, 25, 60, 72, 73, 200, 1024, 1025, 4097))
        start = chance.randrange(len(written) - most)
        return written[start : start + chance.randint(0, most)]

    def menu() -> list[dict[str, Any]]:
        found = []
        for number in range(chance.randint(1, 45)):
            button = {"title": text()[:60] or f"Seçenek {number}"}
            if chance.random() < 0.8:
                button["payload"] = chance.choice(("/greet", '/order{"no": "TR1"}', f"/p{number}", text()))
            if chance.random() < 0.1:
                button["url"] = "https://magazam.com/x"
            if chance.random() < 0.3:
                button["description"] = text()
            found.append(button)
        return found

    data: dict[str, Any] = {}
    if chance.random() < 0.6:
        data[chance.choice(("buttons", "quick_replies"))] = menu()
    if chance.random() < 0.3:
        data["image"] = chance.choice(("https://magazam.com/a.jpg", "resim.png", "", "javascript:1"))
    if chance.random() < 0.1:
        data["attachment"] = {
            "type": chance.choice(("file", "video", "x")),
            "payload": {"src": "a.pdf", "caption": text()},
        }
    if chance.random() < 0.1:
        data["elements"] = [{"title": text(), "subtitle": text(), "buttons": menu()} for _ in range(2)]
    if chance.random() < 0.2:
        data["custom"] = {
            chance.choice(("header", "footer", "list_button", "location_request")): text(),
            "reply_to": True,
        }
    return Reply(chance.choice((None, text())), data, {"menu_page": chance.choice((None, 0, 1, 4))})
