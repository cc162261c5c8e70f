"""One phone call from ring to hang-up: three tasks around the same turn as every other channel.

listen: line → frames → speech or not, keys → turn-taking → words → the queue
converse: the queue → ``take_turn`` → replies → the mouth
speak: the mouth → line

Turn-taking (:mod:`voice.turns`) decides everything in between. Barge-in stops the mouth, never the turn.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.message import Message, Reply
from voice.call_record import CallRecord, Exchange, Unwatched, Watch
from voice.ear import Ear
from voice.expectation import expectation_of
from voice.line import Incoming, KeyPress, Line, Mute, stop_listening
from voice.mouth import Mouth
from voice.phone import Phone
from voice.recording.recorded import recorded
from voice.turn_parts import (
    Drop,
    Event,
    Forget,
    Given,
    Goodbye,
    HungUp,
    Key,
    Muted,
    Pause,
    Prompt,
    Replied,
    Resume,
    Speaks,
    Spoke,
    State,
    Step,
    TakeKeys,
    TakeWords,
    Tick,
    Transcribe,
    Transcript,
    doing_of,
)
from voice.turns import advance
from voice.wording import (
    ends_the_call,
    for_the_ear,
    from_keys,
    from_words,
    help_with,
    is_interruptible,
    message_of,
    spoken,
)
from voice.written import for_writing

logger = logging.getLogger(__name__)

_HELP = "help"
"""Mark of what a call says by itself."""
_TICK = 0.05
"""Seconds without anything from the line after which time is told to go on."""


async def take_call(
    line: Line,
    phone: Phone,
    call_id: str | None = None,
    *,
    conversation_id: str | None = None,
    going_on: Sequence[Reply] = (),
    watch: Watch | None = None,
) -> CallRecord:
    """Hold one call, from ring to hang-up.

    Args:
        call_id: of this call alone; a new one when absent.
        conversation_id: the conversation that it belongs to; one of its own when absent.
        going_on: what the bot said last in that conversation: the call goes on there, in place of the opening.
        watch: is told what happens, as it happens.

    Returns:
        What happened. Whatever goes wrong with engines, actions or the line, the call ends and this returns.
    """
    line, phone, recording = recorded(line, phone, going_on)
    call = _Call(line, phone, call_id or uuid.uuid4().hex, conversation_id, watch or Unwatched())
    call.record.recording = recording
    try:
        async with asyncio.TaskGroup() as tasks:
            call.tasks = tasks
            listening = tasks.create_task(call.lasting(call.listen()), name="listen")
            conversing = tasks.create_task(call.lasting(call.converse()), name="converse")
            speaking = tasks.create_task(call.lasting(call.speak()), name="speak")
            call.open(going_on)
            await call.over.wait()
            await call.say_goodbye()
            call.watch.over(call.record.reason)
            listening.cancel()
            speaking.cancel()
            await call.hang_up()
            await call.finish(conversing)
            for task in call.recognising.values():
                task.cancel()
    finally:
        await call.hang_up()
    return call.record


class _Call:
    """One call's state, and its three tasks."""

    def __init__(
        self, line: Line, phone: Phone, call_id: str, conversation_id: str | None, watch: Watch
    ) -> None:
        self.line, self.phone, self.watch = line, phone, watch
        self.conversation_id = conversation_id or call_id
        self.settings, texts = phone.settings, phone.settings.texts
        self._by_keys = None if phone.hears else texts.by_keys()
        self._texts = self._by_keys or texts
        self.record = CallRecord(call_id, line.caller)
        self.tasks: asyncio.TaskGroup
        self.recognising: dict[int, asyncio.Task[None]] = {}
        self.over = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._begin = self._loop.time()
        self._turns = State()
        self._gone = asyncio.Event()
        self._silent = asyncio.Event()
        self._ear = Ear(line.rate, phone.detector(), phone.asr, phone.tones)
        ear, voice = self._ear, phone.voice(line.rate)
        self._mouth = Mouth(line, voice, self._begins, self._falls_silent, plays=ear.plays, cuts=watch.cut)
        self.record.said = self._mouth.said
        self._queue: asyncio.Queue[Exchange | None] = asyncio.Queue()
        self._replies: list[Reply] = []
        """Of the last turn that said anything."""
        self._hang_up_after = False
        self._doing = ""

    @property
    def now(self) -> float:
        """Seconds since the call began."""
        return self._loop.time() - self._begin

    @property
    def _last(self) -> str:
        """What the bot said last."""
        return spoken(self._replies, self._by_keys)

    def open(self, going_on: Sequence[Reply]) -> None:
        """The notice, and what the dialogue says to somebody who calls, or said last."""
        if self._texts.notice:
            self._mouth.say(self._texts.notice, "notice", interruptible=False, fixed=True)
        if going_on:
            self._replies = list(going_on)
            self._mouth.say(self._texts.going_on.format(last=self._last).strip(), _HELP)
            self.happens(Replied(self.now, expectation_of(going_on)))
        elif self.settings.opening:
            self._give(self.settings.opening)

    async def lasting(self, work: Coroutine[Any, Any, None]) -> None:
        """Run one of the three tasks. When it breaks, this call ends; no other one does."""
        try:
            await work
        except Exception as error:  # a broken line, or a mistake of ours
            logger.error("A call broke off (%s).", type(error).__name__)
            logger.debug("Where it broke off:", exc_info=True)
            self.record.reason = "broken"
            self._gone.set()
            self.over.set()

    # Listen

    async def listen(self) -> None:
        """Take in the line's frames and keys until the caller hangs up; tell the time when nothing comes."""
        events = self.line.events()
        coming = asyncio.ensure_future(_next(events))
        try:
            while True:
                await asyncio.wait((coming,), timeout=_TICK)
                if not coming.done():
                    self.happens(Tick(self.now))
                    continue
                event = coming.result()
                if event is None:
                    break
                coming = asyncio.ensure_future(_next(events))
                self._comes(event)
            self._gone.set()
            self.happens(HungUp(self.now))
        finally:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
            await stop_listening(events)

    def _comes(self, event: Incoming) -> None:
        if isinstance(event, KeyPress):
            return self.happens(Key(self.now, event.key))
        if isinstance(event, Mute):
            return self.happens(Muted(self.now, event.on))
        sounds, keys = self._ear.push(event, self.now)
        for key in keys:
            self.happens(Key(self.now, key))
        for one in sounds:
            self.happens(one)

    def happens(self, event: Event) -> None:
        """Let turn-taking decide, and do what it decides."""
        self._turns, decisions = advance(self._turns, event, self.settings.rules)
        for one in decisions:
            match one:
                case Pause():
                    self._mouth.pause()
                case Resume():
                    self._mouth.resume()
                case Drop():
                    self._mouth.drop()
                case Transcribe():
                    self.recognising[one.number] = self.tasks.create_task(self.lasting(self._recognise(one)))
                case Forget():
                    if task := self.recognising.pop(one.number, None):
                        task.cancel()
                case TakeWords():
                    sent = from_words(one.text, one.expects)
                    self._put(Exchange("speech", one.text, sent, one.ended))
                case TakeKeys():
                    self._take_keys(one)
                case Prompt():
                    self._help(one.step)
                case Goodbye():
                    self.record.reason = self.record.reason or one.reason
                    self.over.set()
        if (doing := doing_of(self._turns)) != self._doing:
            self._doing = doing
            self.watch.doing(doing)

    async def _recognise(self, asked: Transcribe) -> None:
        found = await self._ear.words(self._ear.cut(asked.start, asked.end), asked.expects)
        self.recognising.pop(asked.number, None)
        self.happens(Transcript(self.now, asked.number, None if found is None else found.text))

    def _take_keys(self, taken: TakeKeys) -> None:
        sent = from_keys(taken.keys, taken.expects)
        if sent is not None:
            return self._put(Exchange("keys", taken.keys, sent, taken.ended))
        self._mouth.say(self._texts.wrong_key.format(last=self._last), _HELP)
        self.happens(Replied(self.now, taken.expects))

    def _help(self, step: Step) -> None:
        texts = self._texts.by_keys(muted=True) if self._turns.muted else self._texts
        self._mouth.say(help_with(step, texts, self._turns.expects, self._replies, self._last), _HELP)
        if step is Step.PERSON and self.settings.person:
            self._give(self.settings.person)

    # Converse

    def _give(self, text: str) -> None:
        """Begin a turn that the caller did not ask for."""
        self.happens(Given(self.now))
        self._put(Exchange("call", "", text, self.now))

    def _put(self, exchange: Exchange) -> None:
        exchange.mark = str(len(self.record.exchanges))
        self.record.exchanges.append(exchange)
        self.watch.heard(exchange)
        self._queue.put_nowait(exchange)

    async def converse(self) -> None:
        """Take one turn after the other with what the caller said."""
        while (exchange := await self._queue.get()) is not None:
            emit = _Aloud(self, exchange.mark)
            filler = self._loop.call_later(self.settings.filler_after, emit.fill)
            try:
                await self.phone.take_turn(self._message(exchange), emit)
            except Exception as error:  # the conversation is safe in its store; the caller hears something
                logger.error("A turn failed (%s).", type(error).__name__)
                self._mouth.say(self._texts.failed, exchange.mark, fixed=True)
            finally:
                filler.cancel()
            if emit.replies:
                self._replies = emit.replies
                self._hang_up_after = any(ends_the_call(one) for one in emit.replies)
            self.happens(Replied(self.now, expectation_of(emit.replies)))
            self._hang_up_if_done()

    def _message(self, exchange: Exchange) -> Message:
        """The exchange as a message; what of the last replies was not heard goes with it."""
        return message_of(exchange, self.record, self.conversation_id, self.line)

    # Speak

    async def speak(self) -> None:
        """Say what there is to say."""
        await self._mouth.run()

    def say(self, reply: Reply, mark: str) -> None:
        """Say one reply of the dialogue."""
        text = for_the_ear(reply, self._by_keys)
        if text and self.over.is_set():
            self._mouth.miss(text, mark)
        elif text:
            self._mouth.say(text, mark, interruptible=is_interruptible(reply))

    def fill(self, mark: str) -> None:
        """Say that it takes a little."""
        if self._texts.filler and self._mouth.idle and not self.over.is_set():
            self._mouth.say(self._texts.filler, mark, fixed=True)

    def _begins(self, text: str, interruptible: bool, mark: str) -> None:
        for one in reversed(self.record.exchanges):
            if one.mark == mark and one.latency is None:
                one.latency = self.now - one.ended
                self.watch.answered(one)
        self.watch.says(text)
        self._silent.clear()
        self.happens(Speaks(self.now, text, interruptible))

    def _falls_silent(self) -> None:
        self._silent.set()
        self.happens(Spoke(self.now))
        self._hang_up_if_done()

    def _hang_up_if_done(self) -> None:
        if self._hang_up_after and self._mouth.idle and self._queue.empty():
            self.record.reason = self.record.reason or "bot"
            self.over.set()

    # The end

    async def say_goodbye(self) -> None:
        """Tell a caller who is still there why the call ends."""
        self._mouth.drop()
        text = {"silence": self._texts.goodbye, "long": self._texts.too_long}.get(self.record.reason)
        if text and not self._gone.is_set():
            self._silent.clear()
            self._mouth.say(text, _HELP, interruptible=False, fixed=True)
            done = [asyncio.ensure_future(one.wait()) for one in (self._silent, self._gone)]
            await asyncio.wait(done, timeout=self.settings.farewell, return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                one.cancel()
            self._mouth.drop()
        self.record.seconds = self.now

    async def hang_up(self) -> None:
        """End the line's call; again: nothing happens."""
        try:
            await self.line.hang_up()
        except Exception as error:  # a line that breaks is one that is gone
            logger.error("A line could not be hung up (%s).", type(error).__name__)

    async def finish(self, conversing: asyncio.Task[None]) -> None:
        """Let the dialogue do what was asked for, though nobody hears it any more, and tell it that this is all."""
        self._queue.put_nowait(None)
        await asyncio.wait((conversing,), timeout=self.settings.finish)
        conversing.cancel()
        try:
            async with asyncio.timeout(self.settings.finish):
                await self._tell_the_end()
        except Exception as error:  # the call is over: nobody is left to be told
            logger.error("The dialogue could not be told that a call ended (%s).", type(error).__name__)

    async def _tell_the_end(self) -> None:
        if self.settings.ending is not None:
            ended = Exchange("call", "", "", self.now, mark="end")
            message = replace(self._message(ended), trigger_intent=self.settings.ending)
            await self.phone.take_turn(message, _Aloud(self, ended.mark))
        elif self.phone.log is not None and (heard := self.record.heard_since()):
            await self.phone.log(self.conversation_id, heard)


@dataclass(slots=True)
class _Aloud:
    """Speaks replies as they come."""

    call: _Call
    mark: str
    replies: list[Reply] = field(default_factory=list)
    whole: bool = False

    async def __call__(self, reply: Reply) -> None:
        line, phone = self.call.line, self.call.phone
        number = line.caller if line.vouched else None
        heard = await for_writing(reply, phone.messenger, number, phone.settings.texts.sent)
        self.replies.append(reply)
        self.call.say(heard, self.mark)

    def fill(self) -> None:
        if not self.replies:
            self.call.fill(self.mark)


async def _next(events: AsyncIterator[Incoming]) -> Incoming | None:
    return await anext(events, None)
