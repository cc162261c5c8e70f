"""The channel at work: webhooks into a queue, from there to the bot, and what it says through the outbox to Meta.

``receive`` returns when a body is on disk, so that Meta can be answered at once. ``run`` takes up what is there,
also what a killed process left: messages of one customer one after the other, customers side by side. Whatever
is done is written down by its id, and every reply has a key of its own; so a body that is read twice, for
whatever reason, is answered once.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Awaitable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from bot.channels.whatsapp import inbound as told
from bot.channels.whatsapp.bodies import addressed
from bot.channels.whatsapp.directory import PREFIX, Directory
from bot.channels.whatsapp.duty import LostDuty, duty_of
from bot.channels.whatsapp.graph import GraphError
from bot.channels.whatsapp.inbox import MESSAGES, STATUSES, Inbox
from bot.channels.whatsapp.lanes import Lane
from bot.channels.whatsapp.lenient import clean
from bot.channels.whatsapp.lines import Gate, Work, patiently
from bot.channels.whatsapp.media import MediaStore
from bot.channels.whatsapp.messages import LOGGED, Taken, take
from bot.channels.whatsapp.notes import aloud, take_files
from bot.channels.whatsapp.outbound import is_reference, long_payloads, write_reply
from bot.channels.whatsapp.outbox import Letter, Outbox, Outgoing
from bot.channels.whatsapp.rules import window_open
from bot.channels.whatsapp.sender import WINDOW_CLOSED, Failed, Hooks, Sender
from bot.channels.whatsapp.settings import WhatsAppSettings
from bot.channels.whatsapp.templates import TemplateError, Templates
from bot.clock import Clock
from bot.errors import SantralError
from bot.kept_files import DAY
from bot.message import Reply
from bot.voice_notes import Transcriber

logger = logging.getLogger(__name__)

LOOK = 5.0
"""Seconds between two looks for what others put into the outbox."""
HOUSEKEEPING = 3600.0
UNANSWERED = "unanswered"
"""Name of the notices about events that were put aside."""


class Answerer(Protocol):
    """The bot, as the channel sees it."""

    def intents(self) -> Collection[str]:
        """Of the bot's domain."""

    async def answer(self, taken: Taken, emit: Sent) -> None:
        """Take a message; raises :class:`SantralError`."""

    async def asked(self, conversation_id: str) -> Sequence[Reply]:
        """What the bot said last in a conversation; raises :class:`SantralError`."""

    async def log(self, conversation_id: str, event: Mapping[str, Any]) -> None:
        """Write into a conversation that something happened; raises :class:`SantralError`."""


@dataclass(slots=True)
class Sent:
    """An :class:`~bot.message.Emit` that puts replies into the outbox."""

    channel: WhatsAppChannel
    conversation_id: str
    name: str
    """Of what is answered: with a reply's place it makes the key of what is sent."""
    reply_to: str | None = None
    whole: bool = field(default=False, init=False)
    replies: list[Reply] = field(default_factory=list, init=False)
    refused: list[str] = field(default_factory=list, init=False)
    """Why replies do not reach the customer, as far as it is known at once."""

    async def __call__(self, reply: Reply) -> None:
        place = len(self.replies)
        self.replies.append(reply)
        try:
            await self.channel.put(self, reply, f"{self.name} {place}")
        except TemplateError as error:
            self.refused.append(str(error))
            logger.error("%s", error)
            raise


@dataclass(slots=True)
class Parts:
    """What the channel is made of; tests put in others."""

    inbox: Inbox
    outbox: Outbox
    directory: Directory
    media: MediaStore


class WhatsAppChannel:
    """One business number.

    Args:
        parts: where things are kept.
        sender: shares the parts' outbox and directory.
        transcriber: hears voice notes; without it they are acknowledged.
    """

    def __init__(
        self,
        settings: WhatsAppSettings,
        parts: Parts,
        sender: Sender,
        clock: Clock,
        templates: Templates | None = None,
        transcriber: Transcriber | None = None,
    ) -> None:
        self.settings = settings
        self.inbox, self.outbox, self.directory, self.media = (
            parts.inbox,
            parts.outbox,
            parts.directory,
            parts.media,
        )
        self.sender = sender
        self.clock = clock
        self.templates = templates or Templates()
        self.transcriber = transcriber
        self.sender.hooks = Hooks(self._reopening, self.templates.category_of, self._failed)
        self._answerer: Answerer | None = None
        self._gate = Gate()
        self._lanes = self._new_lanes()
        self.duty = duty_of(settings.database)
        self._on_duty = False
        self._background: set[asyncio.Future[None]] = set()

    def _new_lanes(self) -> dict[str, Lane]:
        return {
            name: Lane(name, self.inbox, self._gate, self._put_aside, self._route)
            for name in (MESSAGES, STATUSES)
        }

    async def receive(self, body: str, content: Any = None) -> None:
        """Keep a webhook's body; on disk when this returns.

        Args:
            content: the same as JSON, to tell statuses from what customers write.

        Raises:
            StoreError: it is not kept.
        """
        lane = self._lanes[STATUSES if told.has_only_statuses(content) else MESSAGES]
        with self._gate.waiting_for_us():
            await self.inbox.put(body, self.clock.now(), lane.name)
        lane.news.set()

    def emit_to(self, conversation_id: str, name: str | None = None) -> Sent:
        """Where replies go when nobody wrote.

        Args:
            name: equal for the same occasion, so that what is said twice about it is sent once.
        """
        return Sent(self, conversation_id, name or f"said {uuid.uuid4().hex}")

    async def put(self, sent: Sent, reply: Reply, name: str) -> None:
        """Put a reply into the outbox, unless it is there already.

        Raises:
            TemplateError: it names a template that cannot be sent.
            StoreError: it could not be written.
        """
        address = sent.conversation_id.removeprefix(PREFIX) or "0"
        bodies = write_reply(reply, address, reply_to=sent.reply_to, templates=self.templates)
        if not bodies:
            return
        if sent.reply_to is None and not self.settings.reopen_template:
            known = await self.directory.known(sent.conversation_id)
            free = any(one.get("type") != "template" for one in bodies)
            if free and not window_open(known.last_heard, self.clock.now()):
                sent.refused.append(WINDOW_CLOSED)
        messages = [
            Outgoing(f"{name}.{index}", sent.conversation_id, body) for index, body in enumerate(bodies)
        ]
        await self._post(messages, long_payloads(reply))

    async def _post(self, messages: Sequence[Outgoing], payloads: dict[str, str]) -> None:
        letters = await self.outbox.add(messages, payloads, self.clock.now())
        if self._on_duty:
            self.sender.put(letters)
        elif letters:
            await self.outbox.hand_over(letters)

    async def run(self, answerer: Answerer) -> None:
        """Work until cancelled, whenever no other process does."""
        self._answerer = answerer
        try:
            while True:
                await self.duty.take()
                try:
                    await self._work()
                except* LostDuty:
                    logger.error("Another process may work on the queue of WhatsApp now; this one stops.")
                self._on_duty = False
                await self.sender.halt()
                self._lanes = self._new_lanes()
        finally:
            for task in self._background:
                task.cancel()
            await asyncio.gather(*self._background, return_exceptions=True)

    async def _work(self) -> None:
        self._on_duty = True
        left = await patiently(self.sender.resume)
        if left:
            logger.info("%d messages for WhatsApp were left by an earlier process.", left)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.duty.watch())
                tasks.create_task(self._keep_house())
                for lane in self._lanes.values():
                    tasks.create_task(lane.drive(self.duty.shared))
        finally:
            for lane in self._lanes.values():
                await lane.lines.end()

    async def close(self, grace: float = 5.0) -> None:
        """End requests under way and give everything back; what waits is taken up by the next process."""
        await self.sender.close(grace)
        await self.sender.graph.close()
        await self.duty.leave()
        await self.inbox.journal.close()

    async def idle(self) -> None:
        """Wait until nothing is left to do, for tests and for the simulator."""
        while True:
            if not (await self.inbox.count() or self.sender.waiting):
                return
            await asyncio.sleep(0.01)

    async def _keep_house(self) -> None:
        cleaned = 0.0
        while True:
            try:
                await self.sender.look()
                if self.clock.now() - cleaned > HOUSEKEEPING:
                    cleaned = self.clock.now()
                    await self.keep_house_once()
            except (SantralError, OSError) as error:
                code = error.code if isinstance(error, SantralError) else type(error).__name__
                logger.error("The queue of WhatsApp cannot be looked at (%s).", code)
            await asyncio.sleep(LOOK)

    async def keep_house_once(self) -> None:
        """Forget what is old, and delete customers' files after the days that the settings say."""
        now = self.clock.now()
        await self.inbox.forget_old(now)
        await self.outbox.forget_old(now)
        if days := self.settings.media_days:
            await asyncio.to_thread(self.media.sweep, now - days * DAY)

    async def _route(self, lane: Lane, number: int, body: str) -> None:
        """Put everything that a body tells into lines."""
        try:
            found = told.read_webhook(json.loads(body))
        except (ValueError, RecursionError):  # it was JSON when it was taken
            logger.error("A webhook in the queue is no JSON; it is put aside.")
            await self.inbox.note(UNANSWERED, body, self.clock.now())
            found = []
        lines = [await self._line_of(one) for one in found]
        await lane.lines.put(number, lines)

    async def _put_aside(self, number: int, kind: str) -> None:
        await self.inbox.note(UNANSWERED, {"inbox": number, "error": kind}, self.clock.now())

    async def _line_of(self, one: told.Inbound) -> tuple[str, Work]:
        """Which line something waits in, and what is to be done."""
        match one:
            case told.InboundMessage():
                conversation = await self.directory.conversation_of(one.sender)
                return conversation, lambda: self._message(one, conversation)
            case told.CustomerMoved():
                # At once: what comes after it is already from the new address.
                moved = await self.directory.move(one.old, one.new, one.id)
                event = {"kind": "moved", "id": one.id, "timestamp": one.timestamp}
                return moved or "", lambda: self._log_once(f"m {one.id}", moved, event)
            case told.StatusUpdate():
                return f"status {one.id}", lambda: self._status(one)
            case told.MarketingPreference():
                conversation = await self.directory.conversation_of(one.sender)
                return conversation, lambda: self._preference(one, conversation)
            case told.AccountError():
                code = one.errors[0].code if one.errors else 0
                logger.error("Meta tells an error of the WhatsApp account (%d).", code)
                return "", lambda: self.inbox.note("errors", clean(one.raw), self.clock.now())
            case _:
                field_name, value = one.field, clean(one.value)
                return "", lambda: self.inbox.note(field_name, value, self.clock.now())

    async def _message(self, message: told.InboundMessage, conversation_id: str) -> None:
        key = f"m {message.id}"
        if await self.inbox.was_done(key):
            return
        assert self._answerer is not None
        await self.directory.heard(conversation_id, message.sender.key, self.clock.now())
        await self.sender.release(conversation_id)
        if message.kind not in LOGGED:
            self._in_background(self._mark_read(message.id))
        asked = partial(self._answerer.asked, conversation_id)
        media, heard = await take_files(self.media, message.media, conversation_id, self.transcriber, asked)
        payload = None
        if message.payload and is_reference(message.payload):
            payload = await self.inbox.payload(message.payload)
        taken = take(
            message,
            conversation_id,
            payload=payload or (message.text if message.payload and is_reference(message.payload) else None),
            media=media,
            transcript=heard.text,
            problem=heard.problem,
            intents=self.settings.intents,
            known_intents=self._answerer.intents(),
        )
        sent = Sent(self, conversation_id, message.id, message.id)
        await self._answerer.answer(taken, sent)
        if taken.by_voice and self.settings.voice_answers:
            await self._say_aloud(sent)
        await self.inbox.remember([key], self.clock.now())

    async def _say_aloud(self, sent: Sent) -> None:
        """Put the answer to a voice note into the outbox as a voice message, behind its texts."""
        if (speaker := self.media.speaker) is None:
            return
        body = aloud(speaker, sent.replies, sent.conversation_id.removeprefix(PREFIX) or "0")
        if body is not None:
            spoken = Outgoing(f"{sent.name} aloud", sent.conversation_id, body)
            await self._post([spoken], {})

    async def _mark_read(self, message_id: str) -> None:
        try:
            await self.sender.graph.mark_read(message_id, self.settings.typing)
        except GraphError as error:  # only the customer's ticks depend on it
            logger.debug("A message could not be marked as read (%d).", error.number)

    async def _status(self, status: told.StatusUpdate) -> None:
        key = f"s {status.key}"
        if await self.inbox.was_done(key):
            return
        letter, further = await self.outbox.told(status.id, status.status, self.clock.now())
        if letter is None:
            conversation = await self.directory.find(status.recipient)
            if not await self.inbox.was_done(f"w {status.id}"):
                await self.sender.adopt(conversation, status.id, status.status, status.errors)
        elif further and status.status == "failed":
            await self.inbox.remember([f"w {status.id}"], self.clock.now())
            await self.sender.failed_later(letter, status.errors)
        await self.inbox.remember([key], self.clock.now())

    async def _preference(self, preference: told.MarketingPreference, conversation_id: str) -> None:
        await self.directory.want_marketing(conversation_id, preference.wanted)
        event = {"kind": "marketing", "wanted": preference.wanted, "timestamp": preference.timestamp}
        await self._log_once(f"m {preference.id}", conversation_id, event)

    async def _log_once(self, key: str, conversation_id: str | None, event: Mapping[str, Any]) -> None:
        if conversation_id is None or await self.inbox.was_done(key):
            return
        assert self._answerer is not None
        await self._answerer.log(conversation_id, event)
        await self.inbox.remember([key], self.clock.now())

    def _reopening(self, letter: Letter) -> dict[str, Any] | None:
        if not self.settings.reopen_template:
            return None
        try:
            body = self.templates.find(self.settings.reopen_template).write({})
        except TemplateError as error:
            logger.error("%s", error)
            return None
        return addressed(body, letter.conversation_id.removeprefix(PREFIX))

    async def _failed(self, failed: Failed) -> None:
        """The conversation hears of a message that the customer does not get."""
        if self._answerer is None:
            return
        letter = failed.letter
        event = {"kind": "failed", "id": letter.wamid, "code": failed.code, "reason": failed.reason[:200]}
        try:
            await self._answerer.log(letter.conversation_id, event)
        except SantralError as error:
            logger.error("A conversation could not be told of a failed message (%s).", error.code)

    def _in_background(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
