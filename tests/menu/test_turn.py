"""Menus in a conversation: chosen, paged, gone back from, asked again; and never seen by the policies."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from typing import Any

from bot import events as ev
from bot.app import menus_of, open_bot
from bot.capabilities import EVERYTHING, Capabilities
from bot.clock import ManualClock
from bot.dialogue.states import recent_states
from bot.errors import Complaints
from bot.menu_answers import AGAIN
from bot.message import Collected, Message, Reply
from bot.model import Model
from bot.sources import read_sources
from bot.stores.memory import MemoryStore
from bot.tracker import Tracker
from bot.training import train
from bot.turn import Bot, take_turn

ROOT = Path(__file__).parent / "bot"
SMALL = Capabilities(buttons=2, button_title=20, rows=3, row_title=24)


@cache
def model() -> Model:
    complaints = Complaints()
    return train(read_sources(ROOT, complaints), complaints)


class Talk:
    """One conversation with the bot of this folder."""

    def __init__(self, capabilities: Capabilities = EVERYTHING, menus: bool = True) -> None:
        self.store = MemoryStore()
        self.clock = ManualClock()
        self.capabilities = capabilities
        self.menus = menus
        self.bot = self.begin()

    def begin(self) -> Bot:
        """The bot as it is after a restart: only the store is the same."""
        self.bot = open_bot(ROOT, model(), store=self.store, clock=self.clock)
        if not self.menus:
            self.bot.menus = None
        return self.bot

    def replies(self, text: str, message_id: str | None = None, **more: Any) -> list[Reply]:
        emit = Collected()
        message = Message(text, "c", message_id=message_id, capabilities=self.capabilities, **more)
        asyncio.run(take_turn(self.bot, message, emit))
        return emit.replies

    def say(self, *texts: str) -> list[str | None]:
        """The answers to the last of these."""
        said: list[Reply] = []
        for text in texts:
            said = self.replies(text)
        return [one.text for one in said]

    @property
    def events(self) -> list[ev.Event]:
        return list(asyncio.run(self.store.load("c")))

    @property
    def tracker(self) -> Tracker:
        return Tracker("c", self.bot.domain, self.events)

    @property
    def last(self) -> ev.UserUttered:
        return [one for one in self.events if isinstance(one, ev.UserUttered)][-1]

    def state(self) -> Any:
        """What policies see, and what the next turn begins with."""
        tracker = self.tracker
        return recent_states(tracker, self.bot.domain), dict(tracker.current.slots), tracker.current.loop_name


def test_a_number_is_understood_as_the_buttons_payload() -> None:
    talk = Talk()

    assert talk.say("merhaba", "2") == ["Hangi renk?"]
    assert (talk.last.text, talk.last.intent_name) == ("2", "goods")
    assert talk.last.metadata["menu_choice"] == {"index": 1, "title": "Ürünler"}
    assert talk.last.parse_data["text"] == "/goods"


def test_ordinals_and_misspelt_titles_choose_too() -> None:
    assert Talk().say("merhaba", "ilkini alayım") == ["Kargonuz yolda."]
    assert Talk().say("merhaba", "krgo takbi") == ["Kargonuz yolda."]


def test_entities_of_a_payload_fill_slots() -> None:
    talk = Talk()
    talk.say("merhaba", "ürünler", "beyazı")

    assert talk.tracker.slot("colour") == "beyaz"


def test_a_new_request_is_understood_as_it_stands() -> None:
    talk = Talk()

    assert talk.say("merhaba", "ürünler", "kargom nerede") == ["Kargonuz yolda."]
    assert "menu_choice" not in talk.last.metadata


def test_an_unclear_answer_is_asked_again_once_and_then_left_to_the_fallback() -> None:
    talk = Talk()
    talk.say("merhaba")
    before = talk.state()

    replies = talk.replies("hede hödö")
    assert replies[0].text == f"{AGAIN['tr']} Hangi konuda yardımcı olayım?"
    assert [one["title"] for one in replies[0].data["buttons"]] == ["Kargo takibi", "Ürünler", "İade"]
    assert talk.state() == before
    assert talk.say("9") == ["Anlayamadım."]
    assert talk.last.intent_name == "nlu_fallback"


def test_after_asking_again_the_menu_is_open_still() -> None:
    talk = Talk()

    assert talk.say("merhaba", "bilmiyorum", "birincisi") == ["Kargonuz yolda."]


def test_pages_turn_without_being_seen_by_policies_and_survive_a_restart() -> None:
    talk = Talk(SMALL)
    talk.say("merhaba", "ürünler")
    before = talk.state()

    page = talk.replies("Diğer seçenekler")
    assert (page[0].text, page[0].metadata["menu_page"]) == ("Hangi renk?", 1)
    assert talk.state() == before
    talk.begin()
    assert talk.replies("geri")[0].metadata["menu_page"] == 0
    assert talk.replies("0")[0].metadata["menu_page"] == 1
    assert talk.say("4") == ["Hangi renk?"]
    assert talk.tracker.slot("colour") == "gri"


def test_a_doubled_message_is_answered_with_the_same_page() -> None:
    talk = Talk(SMALL)
    talk.say("merhaba", "ürünler")
    once = talk.replies("Diğer seçenekler", "m1")
    count = len(talk.events)
    talk.begin()

    again = talk.replies("Diğer seçenekler", "m1")
    assert [(one.text, one.metadata["menu_page"]) for one in again] == [
        (one.text, one.metadata["menu_page"]) for one in once
    ]
    assert len(talk.events) == count


def test_a_form_takes_a_chosen_button_for_what_it_sends() -> None:
    talk = Talk()

    assert talk.say("merhaba", "iade", "3") == ["Emin misiniz?"]
    assert talk.tracker.slot("reason") == "Kusurlu"
    assert talk.last.text == "3"
    assert talk.say("olur") == ["Tamamdır."]
    assert talk.tracker.slot("sure") is True


def test_a_form_still_takes_free_words() -> None:
    talk = Talk()

    assert talk.say("merhaba", "iade", "fikrimi değiştirdim") == ["Emin misiniz?"]
    assert talk.tracker.slot("reason") == "fikrimi değiştirdim"


def test_inside_a_form_a_number_without_a_button_is_asked_again() -> None:
    talk = Talk()
    talk.say("merhaba", "iade")
    before = talk.state()

    assert talk.say("8") == [f"{AGAIN['tr']} İade nedeniniz nedir?"]
    assert talk.state() == before
    assert talk.say("2") == ["Emin misiniz?"]


def test_back_goes_to_the_menu_before_with_everything_as_it_was() -> None:
    talk = Talk()
    talk.say("merhaba")
    at_main = talk.state()
    talk.say("ürünler")

    assert talk.say("geri") == ["Merhaba. Hangi konuda yardımcı olayım?"]
    assert talk.state() == at_main
    assert talk.say("1") == ["Kargonuz yolda."]


def test_back_inside_a_form_forgets_the_answer_and_then_leaves_it() -> None:
    talk = Talk()
    talk.say("merhaba")
    at_main = talk.state()
    talk.say("iade")
    at_reason = talk.tracker.current
    talk.say("2")

    assert talk.say("geri") == ["İade nedeniniz nedir?"]
    now = talk.tracker.current
    assert (now.slots, now.loop_name) == (at_reason.slots, "return_form")
    assert talk.say("kusurlu") == ["Emin misiniz?"]
    assert talk.tracker.slot("reason") == "Kusurlu"
    talk.say("geri", "geri")
    assert talk.state() == at_main
    assert talk.say("ürünler") == ["Hangi renk?"]


def test_back_never_asks_a_finished_form_again() -> None:
    talk = Talk()

    assert talk.say("merhaba", "iade", "1", "evet", "geri") == ["Merhaba. Hangi konuda yardımcı olayım?"]


def test_commands_work_everywhere() -> None:
    talk = Talk()

    assert talk.say("merhaba", "ürünler", "Ana menü") == ["Ana menü: hangisi?"]
    assert talk.last.metadata["menu_command"] == "help"
    assert talk.say("tekrar") == ["Tekrar ediyorum."]
    assert talk.say("TEMSİLCİ") == ["Sizi bağlıyorum."]
    assert Talk().say("geri") == ["Ana menü: hangisi?"]


def test_the_phones_keys_are_commands_on_the_phone_only() -> None:
    phone = Capabilities(buttons=0, keys=True)

    assert Talk(phone).say("merhaba", "*") == ["Ana menü: hangisi?"]
    assert Talk().say("merhaba", "*") != ["Ana menü: hangisi?"]


def test_a_question_without_buttons_closes_the_menu_before_it() -> None:
    talk = Talk()
    talk.say("merhaba", "2", "1")
    talk.say("kargom nerede")

    assert talk.say("2") == ["Anlayamadım."]


def test_an_old_session_has_no_open_menu() -> None:
    talk = Talk()
    talk.say("merhaba")
    talk.clock.advance(2 * 3600)

    assert talk.say("2") == ["Anlayamadım."]


def test_payloads_given_parses_and_silenced_bots_are_left_alone() -> None:
    talk = Talk()
    talk.say("merhaba", "/cargo")
    assert "menu_choice" not in talk.last.metadata
    talk.say("merhaba")
    parse = {"intent": {"name": "greet", "confidence": 1.0}, "entities": [], "text": "2"}
    emit = Collected()
    asyncio.run(take_turn(talk.bot, Message("2", "c", parse=parse), emit))
    assert [one.text for one in emit.replies] == ["Merhaba. Hangi konuda yardımcı olayım?"]


def test_menus_can_be_switched_off() -> None:
    trained = model()
    off = Model(
        trained.domain, trained.ensemble, trained.interpreter, {**trained.config, "menus": False}, "f"
    )

    assert menus_of(off) is None
    assert menus_of(trained) is not None
    assert Talk(menus=False).say("merhaba", "2") == ["Anlayamadım."]


def test_the_config_says_whether_there_are_menus(tmp_path: Path) -> None:
    for file in ROOT.rglob("*.yml"):
        target = tmp_path / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(file.read_text("utf-8"), "utf-8")
    config = tmp_path / "config.yml"
    config.write_text("menus: false\n" + config.read_text("utf-8"), "utf-8")
    assert read_sources(tmp_path, Complaints()).settings["menus"] is False
    config.write_text(config.read_text("utf-8").replace("menus: false", "menus: perhaps"), "utf-8")
    complaints = Complaints()
    read_sources(tmp_path, complaints)
    assert "config-flag" in [one.code for one in complaints]
