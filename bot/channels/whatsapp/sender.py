"""Sends what the outbox holds: one line for each conversation, under the rules of the house.

A message that may have been sent (the process was killed, or no answer came) is not sent again at once: Meta
tells a status of everything that it took, so a status of a message that nobody here knows, to the customer whose
message is in doubt, is that message's. Only when none comes is it sent again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.channels.whatsapp.bodies import Body, is_number
from bot.channels.whatsapp.directory import Directory
from bot.channels.whatsapp.graph import Graph, GraphError
from bot.channels.whatsapp.inbound import Failure
from bot.channels.whatsapp.notes import is_aloud
from bot.channels.whatsapp.outbox import Letter, Outbox, Outgoing, State
from bot.channels.whatsapp.rules import (
    REENGAGEMENT,
    Answer,
    Bucket,
    judge,
    number_bucket,
    pair_bucket,
    window_open,
)
from bot.clock import Clock
from bot.errors import SantralError

logger = logging.getLogger(__name__)

DOUBT = 60.0
"""Seconds to wait for a status of a message that may have been sent."""
AT_ONCE = 64
"""Requests to Meta at the same time."""
MOST_BUCKETS = 50_000
MOST_EARLY = 1_000
WINDOW_CLOSED = "More than 24 hours since the customer wrote: only a template may be sent."
STOPPED = "The customer does not want marketing messages."


class Uploader(Protocol):
    """Puts media ids in the place of the project's files."""

    async def uploaded(self, body: Body) -> Body:
        """The body as it can be sent; raises :class:`SantralError`, or GraphError."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A message that the customer does not get."""

    letter: Letter
    code: int
    reason: str


@dataclass(slots=True)
class Hooks:
    """What the sender asks and tells."""

    reopening: Callable[[Letter], Body | None] = lambda letter: None
    """The template that asks whether the customer wants to go on; ``None``: there is none."""
    category: Callable[[Body], str] = lambda body: ""
    """Of a body's template."""
    failed: Callable[[Failed], Awaitable[None]] | None = None


@dataclass(slots=True)
class _Line:
    letters: deque[Letter] = field(default_factory=deque)
    candidate: str = ""
    """Of a message to this customer, sent since the head was begun, that nobody here knows."""
    adopted: asyncio.Event = field(default_factory=asyncio.Event)
    """There is a candidate."""

    def begin(self) -> None:
        self.candidate = ""
        self.adopted.clear()

    def adopt(self, wamid: str) -> None:
        self.candidate = self.candidate or wamid
        self.adopted.set()


class Sender:
    """Sends letters; whatever happens to one is written down before the next of its line is looked at."""

    def __init__(
        self,
        graph: Graph,
        outbox: Outbox,
        directory: Directory,
        clock: Clock,
        *,
        uploader: Uploader | None = None,
        hooks: Hooks | None = None,
        per_second: float = 80.0,
        doubt: float = DOUBT,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.graph = graph
        self.outbox = outbox
        self.directory = directory
        self.clock = clock
        self.uploader = uploader
        self.hooks = hooks or Hooks()
        self.doubt = doubt
        self.sleep = sleep
        self._number = number_bucket(clock.now(), per_second)
        self._pairs: OrderedDict[str, Bucket] = OrderedDict()
        self._lines: dict[str, _Line] = {}
        self._held: dict[str, list[Letter]] = {}
        self._early: OrderedDict[str, tuple[str, Sequence[Failure]]] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending = asyncio.Semaphore(AT_ONCE)

    async def resume(self) -> int:
        """Take up what an earlier process left; how many letters that were."""
        self._held.clear()
        letters = await self.outbox.open()
        for one in letters:
            # Statuses could not come while nobody was there.
            one.changed = self.clock.now()
            if one.state is State.AGAIN:
                continue  # for look()
            if one.state is State.HELD:
                self._held.setdefault(one.conversation_id, []).append(one)
            else:
                self.put([one])
        return len(letters)

    async def look(self) -> None:
        """Take up letters that were given up and are to be tried again."""
        self.put(await self.outbox.take_up(self.clock.now()))

    def put(self, letters: Sequence[Letter]) -> None:
        """Let letters be sent after those of their conversations that wait already. Returns at once."""
        for one in letters:
            line = self._lines.get(one.conversation_id)
            if line is None:
                line = self._lines[one.conversation_id] = _Line()
                line.letters.append(one)
                if one.state is State.SENDING and one.wamid:
                    line.adopt(one.wamid)
                task = asyncio.get_running_loop().create_task(self._send_line(one.conversation_id, line))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            else:
                line.letters.append(one)

    async def release(self, conversation_id: str) -> None:
        """The customer wrote: what was held back may be sent."""
        held = self._held.pop(conversation_id, [])
        for one in held:
            one.state, one.due, one.attempts = State.WAITING, 0.0, 0
            await self.outbox.change(one, self.clock.now())
        self.put(held)

    async def adopt(
        self, conversation_id: str | None, wamid: str, status: str, failures: Sequence[Failure]
    ) -> bool:
        """A status came of a message that nobody knows; whether it may be one that is being sent."""
        line = self._lines.get(conversation_id or "")
        head = line.letters[0] if line and line.letters else None
        if line is None or head is None or head.state is not State.SENDING:
            return False
        # Its answer may only be slower than its status: what was told is remembered until it comes.
        self._early[wamid] = (status, failures)
        while len(self._early) > MOST_EARLY:
            self._early.popitem(last=False)
        line.adopt(wamid)
        # This process may end before the answer comes.
        await self.outbox.suspect(head, wamid, status)
        return True

    async def close(self, grace: float) -> None:
        """Wait for requests under way; what waits is taken up by the next process."""
        for task in list(self._tasks):
            if not any(
                line.letters and line.letters[0].state is State.SENDING for line in self._lines.values()
            ):
                break
            await asyncio.wait([task], timeout=grace / max(len(self._tasks), 1))
        await self.halt()

    async def halt(self) -> None:
        """Stop at once: another process may go on with what is in the outbox."""
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(list(self._tasks))

    @property
    def waiting(self) -> int:
        """How many letters wait in lines."""
        return sum(len(line.letters) for line in self._lines.values())

    async def _send_line(self, conversation_id: str, line: _Line) -> None:
        try:
            while line.letters:
                letter = line.letters[0]
                try:
                    again = await self._handle(letter, line)
                except Exception as error:  # one letter's failure must not stop the others
                    logger.error("A letter could not be handled (%s); trying again.", type(error).__name__)
                    await self.sleep(5.0)
                    again = True
                if not again:
                    line.letters.popleft()
        finally:
            del self._lines[conversation_id]

    async def _handle(self, letter: Letter, line: _Line) -> bool:
        """Bring a letter further; whether it has to be looked at again."""
        if letter.state in (State.SENT, State.DEAD, State.HELD):
            # All is done but for writing it down.
            await self.outbox.change(letter, self.clock.now())
            return False
        if letter.state is State.SENDING:
            return await self._resolve_doubt(letter, line)
        known = await self.directory.known(letter.conversation_id)
        now = self.clock.now()
        template = letter.body.get("type") == "template"
        if not template and not window_open(known.last_heard, now):
            await self._reopen(letter)
            return False
        if template and not known.marketing and self.hooks.category(letter.body) == "marketing":
            await self._give_up(letter, 131050, STOPPED)
            return False
        wait = max(letter.due - now, self._take(known.address, now))
        if wait > 0:
            await self.sleep(wait)
        try:
            body = await self.uploader.uploaded(letter.body) if self.uploader else letter.body
            body = to_address(body, known.address)
        except GraphError as error:
            return await self._answer(letter, error)
        except SantralError as error:
            await self._give_up(letter, 0, str(error))
            return False
        letter.state, letter.wamid = State.SENDING, ""
        letter.attempts += 1
        line.begin()
        await self.outbox.change(letter, self.clock.now())
        try:
            async with self._sending:
                wamid, _ = await self.graph.send(body)
        except GraphError as error:
            return await self._answer(letter, error)
        await self._sent(letter, wamid)
        return False

    def _take(self, address: str, now: float) -> float:
        """Seconds to wait for the customer's turn, and the number's."""
        pair, for_customer = self._pairs.pop(address, pair_bucket(now)).take(now)
        self._pairs[address] = pair
        if len(self._pairs) > MOST_BUCKETS:
            self._pairs.popitem(last=False)
        self._number, for_number = self._number.take(now)
        return max(for_customer, for_number)

    async def _resolve_doubt(self, letter: Letter, line: _Line) -> bool:
        left = max(letter.changed + self.doubt - self.clock.now(), 0.0)
        waiting = asyncio.ensure_future(line.adopted.wait())
        pause = asyncio.ensure_future(self.sleep(left))
        await asyncio.wait([waiting, pause], return_when=asyncio.FIRST_COMPLETED)
        for one in (waiting, pause):
            one.cancel()
        if line.candidate:
            await self._sent(letter, line.candidate)
            return False
        letter.state = State.WAITING
        await self.outbox.change(letter, self.clock.now())
        return True

    async def _sent(self, letter: Letter, wamid: str) -> None:
        letter.state, letter.wamid, letter.error, letter.reason = State.SENT, wamid, 0, ""
        letter.status, failures = self._early.pop(wamid, (letter.status, ()))
        await self.outbox.change(letter, self.clock.now())
        if letter.status == "failed":
            await self.failed_later(letter, failures)

    async def _answer(self, letter: Letter, error: GraphError) -> bool:
        """What to do about an error that came at once; whether the letter is looked at again."""
        if error.unsure:
            letter.error, letter.reason = error.number, str(error)
            verdict = judge(error.number, letter.attempts, broken=True)
            if verdict.answer is Answer.RETRY:
                letter.state = State.SENDING
                await self.outbox.change(letter, self.clock.now())
                return True
            await self._give_up(letter, error.number, str(error))
            return False
        return await self.judged(letter, error.number, str(error), error.broken, error.retry_after)

    async def judged(
        self, letter: Letter, code: int, reason: str, broken: bool = False, retry_after: float | None = None
    ) -> bool:
        """Do what an error asks for; whether the letter waits to be sent again."""
        verdict = judge(code, letter.attempts, broken=broken, retry_after=retry_after)
        letter.error, letter.reason = code, reason
        match verdict.answer:
            case Answer.RETRY:
                letter.state, letter.due = State.WAITING, self.clock.now() + verdict.pause
                letter.wamid = letter.status = ""
                await self.outbox.change(letter, self.clock.now())
                return True
            case Answer.REOPEN:
                await self._reopen(letter)
            case Answer.OPT_OUT:
                await self.directory.want_marketing(letter.conversation_id, False)
                await self._give_up(letter, code, reason or STOPPED)
            case Answer.GIVE_UP:
                await self._give_up(letter, code, reason)
        return False

    async def failed_later(self, letter: Letter, failures: Sequence[Failure]) -> None:
        """A status told that a message, which Meta had taken, does not reach the customer."""
        first = failures[0] if failures else Failure(0)
        # Having waited in Meta's hands, it waits its turn again here.
        if await self.judged(letter, first.code, first.details or first.title):
            self.put([letter])

    async def _reopen(self, letter: Letter) -> None:
        template = None if letter.body.get("type") == "template" else self.hooks.reopening(letter)
        if template is None:
            await self._give_up(letter, REENGAGEMENT, WINDOW_CLOSED)
            return
        waiting = self._held.setdefault(letter.conversation_id, [])
        letter.state, letter.wamid, letter.error = State.HELD, "", REENGAGEMENT
        letter.reason = WINDOW_CLOSED
        await self.outbox.change(letter, self.clock.now())
        waiting.append(letter)
        if len(waiting) == 1:  # one question is enough for all that waits
            asking = Outgoing(f"reopen {letter.key}", letter.conversation_id, template)
            self.put(await self.outbox.add([asking], {}, self.clock.now()))

    async def _give_up(self, letter: Letter, code: int, reason: str) -> None:
        letter.state, letter.error, letter.reason = State.DEAD, code, reason[:500]
        await self.outbox.change(letter, self.clock.now())
        logger.error("A message for WhatsApp was given up (error %d): santral whatsapp dead-letters", code)
        if self.hooks.failed is not None and not is_aloud(letter.body):  # its text was sent before
            await self.hooks.failed(Failed(letter, code, reason))


def to_address(body: Body, address: str) -> Body:
    """The body for the address that the customer has now: it may have changed since it was written."""
    found = {key: one for key, one in body.items() if key not in ("to", "recipient")}
    key = "to" if is_number(address) else "recipient"
    return {**found, key: address}
