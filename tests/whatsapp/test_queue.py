"""The durable queue, on a file and on a real PostgreSQL: one contract for both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import URL

from bot.channels.whatsapp.directory import Directory
from bot.channels.whatsapp.inbound import Sender as Person
from bot.channels.whatsapp.inbox import MESSAGES, NOTICES_KEPT, REPEATED, STATUSES, Inbox
from bot.channels.whatsapp.journal import Journal
from bot.channels.whatsapp.outbox import KEPT, Outbox, Outgoing, State
from bot.channels.whatsapp.tables import METADATA
from bot.errors import StoreError

pytestmark = pytest.mark.asyncio

NOW = 1_700_000_000.25
WHO = "whatsapp:905321112233"
TEXT = "Şu 👍 “sipariş” — ıİğ, %s :x {y} \\ '\""


@pytest_asyncio.fixture
async def journal(database: URL) -> AsyncIterator[Journal]:
    found = Journal(database, METADATA)
    yield found
    await found.close()


def message(key: str, text: str = TEXT) -> Outgoing:
    return Outgoing(key, WHO, {"type": "text", "text": {"body": text}})


async def test_bodies_come_back_in_order_until_they_are_done(journal: Journal) -> None:
    inbox = Inbox(journal)
    await inbox.put(TEXT, NOW)
    await inbox.put("durum", NOW, STATUSES)
    await inbox.put("b", NOW)
    rows = await inbox.waiting(MESSAGES, 0, 10)
    assert [body for _, body in rows] == [TEXT, "b"]
    assert [body for _, body in await inbox.waiting(MESSAGES, 0, 1)] == [TEXT]
    await inbox.done(rows[0][0])
    assert await inbox.waiting(MESSAGES, 0, 10) == rows[1:]
    assert await inbox.waiting(MESSAGES, rows[1][0], 10) == []
    assert await inbox.count() == 2


async def test_a_thousand_at_once(journal: Journal) -> None:
    inbox = Inbox(journal)
    await asyncio.gather(*(inbox.put(str(number), NOW) for number in range(1_000)))
    assert {body for _, body in await inbox.waiting(MESSAGES, 0, 2_000)} == {str(one) for one in range(1_000)}


async def test_what_was_done_is_known_for_as_long_as_meta_repeats(journal: Journal) -> None:
    inbox = Inbox(journal)
    await inbox.remember(["m 1", "m 2"], NOW)
    await inbox.remember(["m 1"], NOW + 1)
    assert await inbox.was_done("m 1") and not await inbox.was_done("m 3")
    await inbox.forget_old(NOW + REPEATED - 1)
    assert await inbox.was_done("m 1")
    await inbox.forget_old(NOW + REPEATED + 1)
    assert not await inbox.was_done("m 2")


async def test_notices(journal: Journal) -> None:
    inbox = Inbox(journal)
    await inbox.note("calls", {"metin": TEXT, "liste": [1, None]}, NOW)
    assert await inbox.notices() == [("calls", {"metin": TEXT, "liste": [1, None]})]
    await inbox.forget_old(NOW + NOTICES_KEPT + 1)
    assert await inbox.notices() == []


async def test_a_key_is_sent_once(journal: Journal) -> None:
    outbox = Outbox(journal)
    first = await outbox.add([message("a"), message("b")], {"~1": "/uzun"}, NOW)
    again = await outbox.add([message("b"), message("c")], {"~1": "/uzun"}, NOW)
    assert [one.key for one in (*first, *again)] == ["a", "b", "c"]
    assert first[0].body["text"]["body"] == TEXT
    assert await Inbox(journal).payload("~1") == "/uzun" and await Inbox(journal).payload("~2") is None


async def test_a_letter_s_way(journal: Journal) -> None:
    outbox = Outbox(journal)
    [letter] = await outbox.add([message("a")], {}, NOW)
    letter.state, letter.attempts = State.SENDING, 1
    await outbox.change(letter, NOW + 1)
    await outbox.suspect(letter, "wamid.1", "sent")
    [found] = await outbox.open()
    assert (found.state, found.wamid, found.status, found.attempts) == (State.SENDING, "wamid.1", "sent", 1)
    letter.state, letter.wamid = State.SENT, "wamid.1"
    await outbox.change(letter, NOW + 2)
    assert await outbox.open() == []
    told, further = await outbox.told("wamid.1", "read", NOW + 3)
    assert told is not None and further and told.status == "read"
    again, further = await outbox.told("wamid.1", "delivered", NOW + 4)
    assert again is not None and not further and again.status == "read"
    assert await outbox.told("wamid.2", "read", NOW) == (None, False)
    assert await outbox.counts() == {"sent": 1}
    await outbox.forget_old(NOW + 3 + KEPT + 1)
    assert await outbox.of_conversation(WHO) == []


async def test_what_was_given_up_is_taken_up_once(journal: Journal) -> None:
    outbox = Outbox(journal)
    letters = await outbox.add([message("a"), message("b"), message("c")], {}, NOW)
    for one in letters:
        one.state, one.error, one.reason = State.DEAD, 131026, TEXT
        await outbox.change(one, NOW)
    assert [one.reason for one in await outbox.dead()] == [TEXT] * 3
    assert await outbox.revive([letters[1].id], NOW) == 1
    assert await outbox.revive(None, NOW) == 2
    taken = await asyncio.gather(*(outbox.take_up(NOW) for _ in range(8)))
    assert sorted(one.key for some in taken for one in some) == ["a", "b", "c"]


async def test_people_and_their_conversations(journal: Journal) -> None:
    directory = Directory(journal)
    person, moved = Person("905321112233", "TR.1"), Person("905559998877", "TR.1")
    assert await directory.conversation_of(person) == WHO
    assert await Directory(journal).conversation_of(Person("", "TR.1")) == WHO
    await directory.heard(WHO, person.key, NOW)
    await directory.heard(WHO, person.key, NOW - 50)
    known = await directory.known(WHO)
    assert (known.address, known.last_heard, known.marketing) == (person.key, NOW, True)
    await directory.want_marketing(WHO, False)
    await directory.want_marketing("whatsapp:1", False)
    assert not (await directory.known(WHO)).marketing and not (await directory.known("whatsapp:1")).marketing
    assert await directory.move(person, moved, "wamid.123456789012") == WHO
    assert (await directory.known(WHO)).address == moved.key
    assert await directory.conversation_of(Person("905321112233")) == f"{WHO}#123456789012"


async def test_a_batch_with_a_failure_in_it_loses_nothing_else(journal: Journal) -> None:
    inbox = Inbox(journal)

    def fails(connection: object) -> None:
        raise ValueError("mine alone")

    done = await asyncio.gather(
        *(inbox.put(str(number), NOW) for number in range(20)),
        journal.write(fails),
        *(inbox.put(str(number), NOW) for number in range(20, 40)),
        return_exceptions=True,
    )
    assert [type(one) for one in done if one is not None] == [ValueError]
    assert await inbox.count() == 40


async def test_a_text_that_no_database_takes_is_told_without_its_words(journal: Journal) -> None:
    """PostgreSQL has no character 0; a file has."""
    inbox = Inbox(journal)
    try:
        await inbox.put("gizli\0söz", NOW)
    except StoreError as error:
        assert "gizli" not in str(error) and "söz" not in str(error)
    else:
        assert [body for _, body in await inbox.waiting(MESSAGES, 0, 5)] == ["gizli\0söz"]


async def test_many_begin_at_once_where_nothing_is_yet(database: URL) -> None:
    journals = await asyncio.gather(*(asyncio.to_thread(Journal, database, METADATA) for _ in range(6)))
    await asyncio.gather(*(Inbox(one).put("x", NOW) for one in journals))
    assert await Inbox(journals[0]).count() == 6
    for one in journals:
        await one.close()
