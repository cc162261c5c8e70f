"""The shop's own menus, in whole conversations: with its actions, its forms and its understanding."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

import pytest

from bot.app import open_bot
from bot.capabilities import EVERYTHING, Capabilities
from bot.errors import Complaints
from bot.message import Collected, Message, Reply
from bot.model import Model
from bot.sources import read_sources
from bot.stores.memory import MemoryStore
from bot.training import train
from bot.turn import take_turn

ROOT = Path(__file__).parents[2]
WHATSAPP = Capabilities(buttons=3, button_title=20, rows=4, row_title=24, row_description=72, text=1024)


@cache
def model() -> Model:
    complaints = Complaints()
    return train(read_sources(ROOT, complaints), complaints)


class Talk:
    """A conversation with the shop."""

    def __init__(self, capabilities: Capabilities = EVERYTHING) -> None:
        self.bot = open_bot(ROOT, model(), store=MemoryStore())
        self.capabilities = capabilities

    def replies(self, text: str) -> list[Reply]:
        emit = Collected()
        asyncio.run(take_turn(self.bot, Message(text, "c", capabilities=self.capabilities), emit))
        return emit.replies

    def say(self, *texts: str) -> str:
        """What is said to the last of these."""
        said = ""
        for text in texts:
            said = " ".join(one.text or "" for one in self.replies(text))
        return said


@pytest.mark.parametrize("answer", ["5", "beşinci", "mağzalar", "MAGAZALAR", "sondan ikincisi"])
def test_the_main_menu_is_answered_in_every_way(answer: str) -> None:
    assert Talk().say("merhaba", answer) == "Hangi şehirdesiniz?"


def test_a_new_request_is_no_button() -> None:
    assert "saat 9 ile 20" in Talk().say("merhaba", "kaça kadar açıksınız")


def test_unclear_twice_and_then_a_person() -> None:
    talk = Talk()

    assert talk.say("merhaba", "bilmiyorum ki").startswith("Tam anlayamadım")
    assert "Şu konulardan biri mi?" in talk.say("9")
    assert "temsilcimizin sizi aramasını ister misiniz" in talk.say("12")
    assert talk.say("olur") == "Hangi konuda görüşmek istersiniz?"
    assert talk.say("ikincisi") == "Telefon numaranız nedir?"


def test_pages_of_the_main_menu() -> None:
    talk = Talk(WHATSAPP)
    talk.say("merhaba")

    assert talk.replies("diğer seçenekler")[0].metadata["menu_page"] == 1
    assert talk.replies("geri")[0].metadata["menu_page"] == 0
    assert talk.say("mağazalar") == "Hangi şehirdesiniz?"


def test_back_main_menu_and_a_person_from_within_a_form() -> None:
    talk = Talk()
    talk.say("merhaba", "temsilci", "1")

    assert talk.say("geri") == "Hangi konuda görüşmek istersiniz?"
    assert talk.say("geri").startswith("Merhaba")
    assert talk.say("5") == "Hangi şehirdesiniz?"
    assert talk.say("ana menü") == "Hangi konuda yardımcı olayım?"
