"""The fake of Meta's API and a client that somebody else wrote: what one says, the other understands."""

from __future__ import annotations

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer

from bot.channels.whatsapp.fake.graph import FakeGraph
from bot.channels.whatsapp.fake.webhooks import Customer

pywa = pytest.importorskip("pywa_async", reason="pywa is not installed")

pytestmark = [pytest.mark.asyncio, pytest.mark.filterwarnings("ignore")]
TO = "905321112233"


@pytest_asyncio.fixture
async def graph() -> FakeGraph:
    found = FakeGraph()
    await found.say({"type": "text", "text": {"body": "merhaba"}}, Customer(TO))
    return found


@pytest_asyncio.fixture
async def client(graph: FakeGraph) -> pywa.WhatsApp:  # type: ignore[misc]
    async with TestServer(graph.app()) as server:
        whatsapp = pywa.WhatsApp(phone_id=graph.business.phone_number_id, token=graph.token)
        whatsapp.api._session.base_url = str(server.make_url("/v23.0"))
        yield whatsapp
        await whatsapp.api._session.aclose()


async def test_texts_buttons_and_lists(graph: FakeGraph, client: pywa.WhatsApp) -> None:
    from pywa.types import Button, Section, SectionList, SectionRow

    await client.send_message(to=TO, text="Merhaba")
    await client.send_message(to=TO, text="Seçin", buttons=[Button(title="Evet", callback_data="e")])
    rows = [SectionRow(title=f"Satır {number}", callback_data=str(number)) for number in range(10)]
    menu = SectionList(button_title="Aç", sections=[Section(title="Bölüm", rows=rows)])
    await client.send_message(to=TO, text="Seçin", buttons=menu)
    kinds = [one.body.get("interactive", {}).get("type", one.body["type"]) for one in graph.sent]
    assert kinds == ["text", "button", "list"] and not graph.refused


async def test_places_cards_and_reactions(graph: FakeGraph, client: pywa.WhatsApp) -> None:
    from pywa.types import Contact

    await client.send_location(to=TO, latitude=41.0, longitude=29.0, name="Şube", address="Kadıköy")
    card = Contact(name=Contact.Name(formatted_name="Ali", first_name="Ali"))
    await client.send_contact(to=TO, contact=card)
    await client.request_location(to=TO, text="Neredesiniz?")
    sent = graph.sent[0].wamid
    await client.send_reaction(to=TO, emoji="👍", message_id=sent)
    assert [one.body["type"] for one in graph.sent] == ["location", "contacts", "interactive", "reaction"]


async def test_files(graph: FakeGraph, client: pywa.WhatsApp) -> None:
    media = await client.upload_media(media=b"%PDF-1.7", mime_type="application/pdf", filename="a.pdf")
    await client.send_document(to=TO, document=media.id, filename="a.pdf", caption="Fatura")
    assert graph.sent[0].body["document"]["id"] in graph.files
    url = await client.get_media_url(media_id=media.id)
    assert url.file_size == len(b"%PDF-1.7")
    assert await client.get_media_bytes(url=url.url) == b"%PDF-1.7"


async def test_refusals_are_understood(graph: FakeGraph, client: pywa.WhatsApp) -> None:
    from pywa import errors

    graph.last_heard.clear()
    with pytest.raises(errors.ReEngagementMessage):
        await client.send_message(to=TO, text="Geç kaldık")
    graph.faults.add(131056)
    with pytest.raises(errors.TooManyMessages):
        await client.send_message(to=TO, text="Hızlı")
    client.api._session.headers["Authorization"] = "Bearer wrong"
    with pytest.raises(errors.WhatsAppError):
        await client.send_message(to=TO, text="Kim?")


async def test_read_and_typing(graph: FakeGraph, client: pywa.WhatsApp) -> None:
    await client.mark_message_as_read(message_id="wamid.x")
    await client.indicate_typing(message_id="wamid.x")
    assert graph.reads == ["wamid.x", "wamid.x"] and not graph.refused
