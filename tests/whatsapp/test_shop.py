"""The shop's bot on WhatsApp: its rules, forms and actions between our server and the fake of Meta's API.

Understanding is by whole words, so that nothing has to be learnt; how well people are understood is measured
elsewhere.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from shutil import copy, copytree

import pytest
import pytest_asyncio
from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

from actions.parts import ShopParts
from actions.shop.demo import build
from actions.shop.fake import FakeRequests, fake_shop
from actions.shop.order import ISTANBUL
from actions.shop.ports import RequestKind, Shop
from bot.actions import InProcessActions
from bot.channels.whatsapp.fake.webhooks import Customer
from bot.clock import ManualClock
from bot.errors import Complaints
from bot.message import Collected, Message
from bot.model import Model
from bot.sources import read_sources
from bot.training import train
from bot.turn import take_turn
from tests.whatsapp.conftest import Line, line_of

pytestmark = pytest.mark.asyncio

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 16, 11, 30, tzinfo=ISTANBUL)
OWNER, STRANGER = Customer("905320004567", "Elif"), Customer("905309990001", "Yabancı")
MINE, DELIVERED = "SN-100005", "SN-100001"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100
CONFIG = """
recipe: default.v1
assistant_id: shop
language: tr
pipeline: [{name: KeywordIntentClassifier}]
policies: [{name: RulePolicy}]
"""
NLU = """
version: "3.1"
nlu:
- {intent: order_status, examples: "- nerede\\n- webde sorduğum"}
- {intent: return_request, examples: "- iade"}
- {intent: affirm, examples: "- evet"}
- {intent: store_locator, examples: "- mağaza"}
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = tmp_path_factory.mktemp("shop")
    copy(ROOT / "domain.yml", folder)
    copytree(ROOT / "data" / "stories", folder / "data" / "stories")
    (folder / "config.yml").write_text(CONFIG, encoding="utf-8")
    (folder / "data" / "nlu.yml").write_text(NLU, encoding="utf-8")
    complaints = Complaints()
    found = train(read_sources(folder, complaints), complaints)
    assert not complaints.errors
    return found


def every_kind(kind: type[Action]) -> list[type[Action]]:
    return [kind, *(one for below in kind.__subclasses__() for one in every_kind(below))]


def actions_of(shop: Shop) -> InProcessActions:
    """The project's actions, at this shop."""
    executor = ActionExecutor()
    executor.register_package("actions")
    for kind in every_kind(Action):
        if kind.__module__.startswith("actions.") and issubclass(kind, ShopParts):
            try:
                made = kind(shop, ManualClock(NOW.timestamp()))
            except TypeError:  # has no name of its own
                continue
            executor.actions[made.name()] = made.run
    return InProcessActions(executor.actions, 10.0)


@dataclass
class Talk:
    line: Line
    shop: Shop

    async def write(self, text: str, customer: Customer = OWNER) -> list[str]:
        """What WhatsApp's customer is told."""
        before = len(self.line.said)
        await self.line.say(text, customer=customer)
        return self.line.said[before:]

    async def send(self, kind: str, content: object, customer: Customer = OWNER) -> list[str]:
        before = len(self.line.said)
        await self.line.send(kind, content, customer=customer)
        return self.line.said[before:]

    async def on_the_web(self, text: str) -> list[str]:
        emit = Collected()
        await take_turn(self.line.bot, Message(text, "web-1", "webchat"), emit)
        return [one.text or "" for one in emit.replies]


@pytest_asyncio.fixture
async def talk(tmp_path: Path, model: Model) -> AsyncIterator[Talk]:
    shop = fake_shop(build(date(2026, 3, 16)), lambda: NOW)
    async with line_of(tmp_path, model) as line:
        line.bot.actions = actions_of(shop)
        yield Talk(line, shop)


async def test_the_number_is_the_proof(talk: Talk) -> None:
    said = await talk.write(f"{MINE} nerede")
    assert len(said) == 1 and said[0].startswith(f"{MINE} numaralı siparişiniz")


async def test_others_are_asked_and_told_nothing(talk: Talk) -> None:
    [asked] = await talk.write(f"{MINE} nerede", STRANGER)
    assert "son dört hanesi" in asked
    refused, _ = await talk.write("0000", STRANGER)
    assert refused.startswith("Bu bilgilerle eşleşen bir sipariş bulamadım")
    [nobodys] = await talk.write("SN-999999 nerede", Customer("905309990002", "Biri"))
    assert nobodys == asked


async def test_whoever_hides_the_number_proves_as_on_the_web(talk: Talk) -> None:
    hidden = Customer("", "Elif", "TR.1349120865")
    assert "son dört hanesi" in (await talk.write(f"{MINE} nerede", hidden))[0]
    assert (await talk.write("4567", hidden))[0].startswith(f"{MINE} numaralı siparişiniz")


async def test_what_began_on_the_web_goes_on(talk: Talk) -> None:
    await talk.on_the_web(f"{MINE} nerede")
    assert (await talk.on_the_web("4567"))[0].startswith(MINE)
    [said] = await talk.write("az önce webde sorduğum")
    assert said.startswith(f"{MINE} numaralı siparişiniz")
    stranger = await talk.write("az önce webde sorduğum", STRANGER)
    assert stranger[0] == "O görüşmemizde konuştuğumuz bir siparişinizi bulamadım."
    assert MINE not in " ".join(stranger)


async def test_a_shared_place_finds_the_nearest_store(talk: Talk) -> None:
    place = {"latitude": 38.45, "longitude": 27.2, "name": "Ev"}
    said = await talk.send("location", place)
    assert said[0].startswith("Bornova Mağazası, Bornova, İzmir") and len(said) == 2
    await talk.write("mağaza")
    assert talk.line.graph.sent[-1].body["interactive"]["type"] == "location_request_message"
    assert (await talk.send("location", place)) == said


async def test_photos_of_the_damage_stay_with_the_return(talk: Talk) -> None:
    contents: list[bytes] = []

    async def photo(**more: str) -> list[str]:
        contents.append(PNG + bytes([len(contents)]))
        name = talk.line.graph.keep(contents[-1], "image/png")
        return await talk.send("image", {"id": name, "mime_type": "image/png", **more})

    await photo()  # before a word of what it is about
    said = await talk.write(f"{DELIVERED} iade")
    while "nedeniniz" not in said[-1]:
        said = await talk.write("Hepsi")
    thanks, again = await photo()
    assert thanks == "Fotoğrafınızı aldım, teşekkür ederim."
    assert again == "İade nedeniniz nedir?"
    await photo(caption="Köşesi kırılmış")
    said = await talk.write("evet")
    assert said[0].startswith("İade talebinizi aldım")
    assert isinstance(talk.shop.requests, FakeRequests)
    [entry] = [one for _, _, one in talk.shop.requests.entries.values()]
    assert (entry.kind, entry.reason) == (RequestKind.RETURN, "Köşesi kırılmış")
    paths = [Path(one) for one in entry.photos.split("\n")]
    assert [one.read_bytes() for one in paths] == contents


async def test_a_voice_note_is_understood_like_a_text(talk: Talk) -> None:
    class Ears:
        async def transcribe(self, path: Path, mime_type: str, **more: object) -> str:
            return "sn yüz bin beş nerede"

    note = {"id": talk.line.graph.keep(b"OggS" + b"x" * 50, "audio/ogg; codecs=opus"), "voice": True}
    [unheard] = await talk.send("audio", note)
    assert unheard == "Sesli mesajınızı aldım, ancak şu anda dinleyemiyorum. Mesajınızı yazar mısınız?"
    talk.line.channel.transcriber = Ears()
    heard = await talk.send("audio", note)
    assert heard[0].startswith(f"{MINE} numaralı siparişiniz"), heard
