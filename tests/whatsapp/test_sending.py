"""What happens to a message that Meta does not take at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.channels.whatsapp.fake.faults import Fault
from bot.channels.whatsapp.fake.webhooks import Customer
from bot.channels.whatsapp.outbox import State
from bot.channels.whatsapp.templates import Template, Templates
from bot.message import Reply
from bot.model import Model
from tests.whatsapp.conftest import Line, line_of

pytestmark = pytest.mark.asyncio

ASKS = Template("devam", "tr", "utility", "Size yanıt vermek isteriz. Devam edelim mi?")
SALE = Template("indirim", "tr", "marketing", "Bugün {{oran}} indirim var.")
TEMPLATES = Templates({(one.name, one.language): one for one in (ASKS, SALE)})
ACCOUNT = [
    {
        "name": one.name,
        "language": one.language,
        "status": "APPROVED",
        "category": one.category.upper(),
        "components": [{"type": "BODY", "text": one.body}],
    }
    for one in (ASKS, SALE)
]
CONVERSATION = "whatsapp:905321112233"
DAY = 24 * 3600.0


async def states(line: Line) -> list[tuple[str, int]]:
    return [(one.state.value, one.error) for one in await line.channel.outbox.of_conversation(CONVERSATION)]


@pytest.mark.parametrize("fault", ["500", "429", "200 with error", 130429, 131056, 131016, 4, 80007])
async def test_what_may_be_tried_again_is(line: Line, fault: Fault | int) -> None:
    line.graph.faults.add(fault, fault)
    await line.say("merhaba")
    assert line.said == ["Merhaba, hoş geldiniz."]
    [letter] = await line.channel.outbox.of_conversation(CONVERSATION)
    assert (letter.state, letter.attempts) == (State.SENT, 3)


@pytest.mark.parametrize("code", [131026, 131009, 132001, 190, 100, 131051, 368])
async def test_what_may_not_be_tried_again_is_given_up(line: Line, code: int) -> None:
    line.graph.faults.add(code)
    await line.say("say")
    # The others of the turn go on.
    assert line.said == ["İki", "Üç"]
    assert await states(line) == [("dead", code), ("sent", 0), ("sent", 0)]
    [event] = await line.logged()
    assert (event["kind"], event["code"]) == ("failed", code)


async def test_pauses_grow(line: Line) -> None:
    began = line.clock.seconds
    line.graph.faults.add(131056, 131056)
    await line.say("merhaba")
    assert 20 <= line.clock.seconds - began < 60  # 4 and 16 seconds


async def test_nothing_is_tried_for_ever(line: Line) -> None:
    line.graph.faults.add(*(["500"] * 20))
    await line.say("merhaba")
    assert await states(line) == [("dead", 0)]
    assert line.said == []


@pytest.mark.parametrize("fault", ["half", "empty", "hang up", "nothing"])
async def test_no_answer_and_not_taken_is_sent_again(tmp_path: Path, model: Model, fault: Fault) -> None:
    async with line_of(tmp_path, model, timeout=0.3) as line:
        line.graph.faults.add(fault)
        await line.say("merhaba")
        assert line.said == ["Merhaba, hoş geldiniz."]


@pytest.mark.parametrize("fault", ["taken, then hang up"])
async def test_no_answer_though_it_was_taken_is_not_sent_again(line: Line, fault: Fault) -> None:
    line.channel.sender.sleep = asyncio.sleep
    line.graph.faults.add(fault)

    taken = asyncio.Event()
    line.graph.on_sent = lambda message: taken.set()

    async def tell() -> None:
        await taken.wait()
        sent = line.graph.sent[0]
        await line.graph.tell_status(sent.wamid, "delivered", sent.recipient)
        await line.graph.tell_status(sent.wamid, "sent", sent.recipient)

    telling = asyncio.create_task(tell())
    await line.say("merhaba")
    await telling
    await line.settle()
    assert line.said == ["Merhaba, hoş geldiniz."]
    [letter] = await line.channel.outbox.of_conversation(CONVERSATION)
    assert (letter.state, letter.wamid, letter.status) == (State.SENT, line.graph.sent[0].wamid, "delivered")


async def test_after_a_day_only_a_template_is_sent(line: Line) -> None:
    await line.say("merhaba")
    line.clock.advance(DAY + 1)
    emit = line.channel.emit_to(CONVERSATION)
    await emit(Reply("Kargonuz yola çıktı."))
    await line.settle()
    assert emit.refused and "24 hours" in emit.refused[0]
    assert await states(line) == [("sent", 0), ("dead", 131047)]


async def test_after_a_day_a_template_asks_and_the_rest_follows(tmp_path: Path, model: Model) -> None:
    async with line_of(tmp_path, model, TEMPLATES, reopen_template="devam") as line:
        line.graph.templates = ACCOUNT
        await line.say("merhaba")
        line.clock.advance(DAY + 1)
        emit = line.channel.emit_to(CONVERSATION)
        await emit(Reply("Kargonuz yola çıktı."))
        await emit(Reply("Yarın teslim edilecek."))
        await line.settle()
        assert line.said[1:] == ["[template]"] and not emit.refused
        await line.say("menü")
        assert line.said[2:] == ["Kargonuz yola çıktı.", "Yarın teslim edilecek.", "Ne yapmak istersiniz?"]


async def test_meta_s_own_clock_counts_too(tmp_path: Path, model: Model) -> None:
    """131047 although our window is open: the message was a repeated delivery of days ago."""
    async with line_of(tmp_path, model, TEMPLATES, reopen_template="devam") as line:
        line.graph.templates = ACCOUNT
        line.graph.faults.add(131047)
        await line.say("merhaba")
        assert line.said == ["[template]"]
        await line.say("menü")
        assert line.said == ["[template]", "Merhaba, hoş geldiniz.", "Ne yapmak istersiniz?"]


async def test_a_template_with_values(tmp_path: Path, model: Model) -> None:
    async with line_of(tmp_path, model, TEMPLATES) as line:
        line.graph.templates = ACCOUNT
        emit = line.channel.emit_to(CONVERSATION)
        asked = {"template": {"name": "indirim", "values": {"oran": "%20"}}}
        await emit(Reply(None, {"custom": asked}))
        await line.settle()
        [component] = line.graph.sent[0].body["template"]["components"]
        assert component["parameters"] == [{"type": "text", "text": "%20", "parameter_name": "oran"}]


async def test_whoever_stopped_marketing_gets_none(tmp_path: Path, model: Model) -> None:
    async with line_of(tmp_path, model, TEMPLATES) as line:
        line.graph.templates = ACCOUNT
        await line.say("merhaba")
        await line.graph.stop_marketing(Customer())
        await line.settle()
        emit = line.channel.emit_to(CONVERSATION)
        await emit(Reply(None, {"custom": {"template": {"name": "indirim", "values": {"oran": "%20"}}}}))
        await emit(Reply(None, {"custom": {"template": "devam"}}))
        await line.settle()
        assert line.said == ["Merhaba, hoş geldiniz.", "[template]"]
        assert await states(line) == [("sent", 0), ("dead", 131050), ("sent", 0)]
        assert not line.graph.refused


async def test_131050_is_an_opt_out(tmp_path: Path, model: Model) -> None:
    async with line_of(tmp_path, model, TEMPLATES) as line:
        line.graph.templates = ACCOUNT
        line.graph.stopped.add("905321112233")
        emit = line.channel.emit_to(CONVERSATION)
        await emit(Reply(None, {"custom": {"template": {"name": "indirim", "values": {"oran": "%20"}}}}))
        await line.settle()
        assert (await line.channel.directory.known(CONVERSATION)).marketing is False


async def test_a_failure_that_comes_later(line: Line) -> None:
    await line.say("merhaba")
    sent = line.graph.sent[0]
    error = {"code": 131026, "title": "Message undeliverable"}
    await line.graph.tell_status(sent.wamid, "failed", sent.recipient, error)
    await line.graph.tell_status(sent.wamid, "failed", sent.recipient, error)
    await line.settle()
    assert await states(line) == [("dead", 131026)]
    assert [one["code"] for one in await line.logged()] == [131026]


async def test_a_failure_that_comes_later_and_passes(line: Line) -> None:
    await line.say("merhaba")
    first = line.graph.sent[0]
    await line.graph.tell_status(first.wamid, "failed", first.recipient, {"code": 131000})
    await line.settle()
    # Statuses of the first attempt that come late are no news of the second.
    await line.graph.tell_status(first.wamid, "sent", first.recipient)
    await line.settle()
    assert line.said == ["Merhaba, hoş geldiniz."] * 2
    [letter] = await line.channel.outbox.of_conversation(CONVERSATION)
    assert (letter.state, letter.wamid, letter.status) == (State.SENT, line.graph.sent[1].wamid, "")


async def test_the_pair_rate_is_kept(line: Line) -> None:
    """60 replies to one customer: 45 at once, the others every 6 seconds; the fake would refuse more."""
    await line.say("merhaba")
    emit, began = line.channel.emit_to(CONVERSATION), line.clock.seconds
    for number in range(60):
        await emit(Reply(f"{number}"))
    await line.settle()
    assert line.said[1:] == [str(number) for number in range(60)]
    assert not line.graph.refused
    assert line.clock.seconds - began >= (61 - 45) * 6 - 1


async def test_files_of_the_project_are_uploaded_once(line: Line) -> None:
    folder = line.channel.settings.files
    folder.mkdir()
    (folder / "iade.pdf").write_bytes(b"%PDF-1.7 ...")
    await line.say("merhaba")
    emit = line.channel.emit_to(CONVERSATION)
    reply = Reply(
        None, {"attachment": {"type": "file", "payload": {"src": "iade.pdf", "filename": "iade.pdf"}}}
    )
    await emit(reply)
    await emit(reply)
    await line.settle()
    first, second = (one.body["document"] for one in line.graph.sent[1:])
    assert first == second and line.graph.files[first["id"]].data == b"%PDF-1.7 ..."
    assert len(line.graph.files) == 1


@pytest.mark.parametrize("name", ["../credentials.yml", "/etc/passwd", ".gizli.pdf", "yok.pdf", "resim.png"])
async def test_other_files_are_not_sent(line: Line, name: str) -> None:
    folder = line.channel.settings.files
    folder.mkdir()
    (folder.parent / "credentials.yml").write_text("secret")
    (folder / ".gizli.pdf").write_bytes(b"%PDF-")
    (folder / "resim.png").write_bytes(b"MZ")
    await line.say("merhaba")
    kind = "image" if name.endswith("png") else "file"
    await line.channel.emit_to(CONVERSATION)(
        Reply(None, {"attachment": {"type": kind, "payload": {"src": name}}})
    )
    await line.settle()
    assert len(line.graph.sent) == 1 and not line.graph.files
    assert (await states(line))[1] == ("dead", 0)


async def test_what_was_given_up_is_tried_again_when_asked(line: Line) -> None:
    line.graph.faults.add(190)
    await line.say("merhaba")
    assert await line.channel.outbox.revive(None, line.clock.now()) == 1
    await line.channel.sender.look()
    await line.settle()
    assert line.said == ["Merhaba, hoş geldiniz."]
