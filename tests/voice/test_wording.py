"""Replies for the ear; words and keys for the dialogue."""

from __future__ import annotations

import pytest

from bot.message import Reply
from voice.call_settings import CallTexts
from voice.expectation import ANYTHING, CHOICE, Expectation
from voice.turn_parts import Step
from voice.wording import (
    ends_the_call,
    for_the_ear,
    from_keys,
    from_words,
    help_with,
    is_interruptible,
    spoken,
)

SIX = Expectation("order_no", (6,))
MENU = Reply(
    "Ne istersiniz?",
    {"buttons": [{"title": "Kargo takibi", "payload": "/a"}, {"title": "İade", "payload": "/b"}]},
)


@pytest.mark.parametrize(
    ("words", "expects", "sent"),
    [
        ("dört yüz seksen iki dokuz yüz on üç", SIX, "482913"),
        ("numaram dört sekiz iki dokuz bir üç", SIX, "482913"),
        ("dört yüz seksen iki", SIX, "dört yüz seksen iki"),
        ("yetkiliye bağlanmak istiyorum", SIX, "yetkiliye bağlanmak istiyorum"),
        ("bir dakika", Expectation("order_no"), "bir dakika"),
        ("iki gün oldu", Expectation("order_no"), "iki gün oldu"),
        ("yüz yirmi üç kırk beş", Expectation("order_no"), "12345"),
        ("beş yüz kırk beş altı yüz yetmiş sekiz doksan on iki", Expectation("phone"), "+905456789012"),
        ("dört yüz seksen iki dokuz yüz on üç", ANYTHING, "dört yüz seksen iki dokuz yüz on üç"),
        ("evet", Expectation("yes_no"), "evet"),
    ],
)
def test_numbers_that_were_asked_for_are_sent_as_digits(words: str, expects: Expectation, sent: str) -> None:
    assert from_words(words, expects) == sent


@pytest.mark.parametrize(
    ("keys", "expects", "sent"),
    [
        ("482913", SIX, "482913"),
        ("1", Expectation("yes_no"), "evet"),
        ("2", Expectation("yes_no"), "hayır"),
        ("3", Expectation("yes_no"), None),
        ("2", Expectation(CHOICE, choices=("a", "b")), "2"),
        ("3", Expectation(CHOICE, choices=("a", "b")), None),
        ("0", Expectation(CHOICE, choices=("a", "b")), "0"),
        ("*", Expectation(CHOICE, choices=("a", "b")), "*"),
        ("6", Expectation(CHOICE, choices=("3", "6")), "6"),
        ("9", Expectation(CHOICE, choices=("3", "6")), None),
        ("1", Expectation(CHOICE, choices=("3", "6", "Peşin")), "1"),
        ("4", Expectation(CHOICE, choices=("3", "6", "Peşin")), "Peşin"),
        ("#", ANYTHING, "#"),
    ],
)
def test_keys_mean_what_was_asked_for(keys: str, expects: Expectation, sent: str | None) -> None:
    assert from_keys(keys, expects) == sent


def test_a_menu_is_spoken_with_its_keys() -> None:
    assert for_the_ear(MENU) == (
        "Ne istersiniz? Kargo takibi için biri, İade için ikiyi tuşlayın ya da söyleyin."
    )
    assert for_the_ear(Reply(None, {"image": "https://x.test/a.png"})) == ""


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (MENU, "Ne istersiniz? Kargo takibi için biri, İade için ikiyi tuşlayın."),
        (Reply("Yolda."), "Yolda."),
        (Reply("Hangi şehirdesiniz?"), "Hangi şehirdesiniz? {anything}"),
        (Reply("Kaç puan?", {}, {"voice": {"expects": "score_0_10"}}), "Kaç puan?"),
        (Reply("Göndereyim mi?", {}, {"voice": {"expects": "yes_no"}}), "Göndereyim mi? {yes_no}"),
        (
            Reply("Numaranız nedir?", {}, {"utter_action": "utter_ask_order_no"}),
            "Numaranız nedir? {digits}",
        ),
        (
            Reply(
                "Numaranızı söyler ya da tuşlar mısınız?",
                {},
                {"voice": {"expects": "order_no", "keys": "Numaranızı tuşlayın."}},
            ),
            "Numaranızı tuşlayın.",
        ),
    ],
)
def test_who_has_keys_alone_is_told_of_keys_alone(reply: Reply, said: str) -> None:
    texts = CallTexts().by_keys()
    said = said.format(yes_no=texts.keypad_yes_no, digits=texts.keypad_digits, anything=texts.keys)
    assert for_the_ear(reply, texts) == said
    assert "tuşlayın." not in for_the_ear(reply), "whoever can speak is not told to press"


@pytest.mark.parametrize(
    "metadata", [{}, {"metadata": None}, {"metadata": {"voice": "x"}}, {"voice": {"hang_up": "yes"}}]
)
def test_what_says_nothing_of_the_voice_is_plain(metadata: dict[str, object]) -> None:
    assert is_interruptible(Reply("a", {}, metadata)) and not ends_the_call(Reply("a", {}, metadata))


def test_help_asks_the_same_then_less_then_by_keys() -> None:
    replies = [Reply("Siparişiniz bulundu."), Reply("Bir bakalım. Numaranızı söyler misiniz? Acele yok.")]
    texts = CallTexts()
    last = spoken(replies)
    assert help_with(Step.AGAIN, texts, SIX, replies, last).startswith(
        "Sizi duyamadım. Siparişiniz bulundu. Bir bakalım."
    )
    assert (
        help_with(Step.SIMPLER, texts, SIX, replies, last)
        == "Sesiniz bana ulaşmıyor. Numaranızı söyler misiniz?"
    )
    assert help_with(Step.KEYPAD, texts, SIX, replies, last) == texts.keypad_digits
    assert help_with(Step.KEYPAD, texts, Expectation("yes_no"), replies, last) == texts.keypad_yes_no
    menu = Expectation(CHOICE, choices=("a",))
    assert "biri, İade" in help_with(Step.KEYPAD, texts, menu, [MENU], spoken([MENU]))
    assert help_with(Step.KEYPAD, texts, ANYTHING, [], "") == texts.keypad
    assert help_with(Step.AGAIN, texts, ANYTHING, [], "") == "Sizi duyamadım."
    own = Reply("Numaranızı söyler misiniz?", {}, {"metadata": {"voice": {"simpler": "Numara?"}}})
    assert help_with(Step.SIMPLER, texts, SIX, [own], "").endswith("Numara?")
