"""One message from start to finish.

lock → load → answered already? → session → menu → understand → log → fill slots → {decide → run → append →
emit} until the bot listens. What the customer sees is stored before it is shown; what was stored is never rewritten.
"""

from __future__ import annotations

import copy
import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot import events as ev
from bot.actions import CustomActions
from bot.brokers import Broker
from bot.clock import Clock, SystemClock
from bot.dialogue.acting import Actor
from bot.dialogue.ensemble import Ensemble
from bot.dialogue.policy import Decision
from bot.dialogue.slot_filling import extract_slots
from bot.domain import (
    ACTION_LISTEN,
    ACTION_SESSION_START,
    REQUESTED_SLOT,
    SESSION_STARTED_METADATA,
    Domain,
)
from bot.errors import ActionError, ActionRejected, ConflictError, StoreError
from bot.events import Event
from bot.live_stage import LiveStage
from bot.menu_answers import Menus
from bot.message import Emit, Message, Reply
from bot.nlg import Wording
from bot.reminders import keep_timers
from bot.stores import Store
from bot.tracker import Tracker
from bot.trackers import Trackers

logger = logging.getLogger(__name__)

MAX_ACTIONS = 10
"""So many actions without a listen end the turn (Rasa's MAX_NUMBER_OF_PREDICTIONS)."""
MAX_DECISIONS = 100
"""No turn decides more often: undone and rejected actions do not count above."""
MAX_CONFLICTS = 8
"""So often a turn begins again because another process was quicker."""
APOLOGY = "utter_action_failed"
"""A domain's response of this name replaces the built-in apology."""


class Parser(Protocol):
    """Understands a text: Rasa's parse JSON."""

    async def understand(self, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]: ...


class Watch(Protocol):
    """Told of conversations as they grow, for channels whose customers look at them."""

    def __call__(self, conversation_id: str, first: int, events: Sequence[Event] | None) -> None:
        """Take events that are stored from position ``first`` on; ``None``: the conversation was replaced.

        Returns at once and never raises.
        """


@dataclass(slots=True)
class Bot:
    """Everything that a turn needs, put together by ``bot/app.py``."""

    domain: Domain
    ensemble: Ensemble
    parser: Parser
    actions: CustomActions
    store: Store
    clock: Clock = field(default_factory=SystemClock)
    apology: str | None = None
    """Said when an action fails; ``None``: nothing, as Rasa does."""
    broker: Broker | None = None
    """Told of every event once it is stored."""
    wording: Wording | None = None
    """Words responses; ``None``: the domain's own."""
    menus: Menus | None = None
    """Takes messages for answers to the buttons last offered; ``None``: all are understood as they stand."""
    watch: Watch | None = None
    trackers: Trackers = field(init=False)

    def __post_init__(self) -> None:
        self.trackers = Trackers(self.store, self.domain)

    def snapshot(self) -> Bot:
        """The bot as it is now; a turn works with one, so that :meth:`swap` never changes it midway."""
        return copy.copy(self)

    def swap(
        self,
        domain: Domain,
        ensemble: Ensemble,
        parser: Parser,
        apology: str | None,
        menus: Menus | None = None,
    ) -> None:
        """Exchange what was trained: turns that begin from now on use this."""
        self.domain, self.ensemble, self.parser, self.apology = domain, ensemble, parser, apology
        self.menus = menus
        self.trackers = Trackers(self.store, domain)


async def take_turn(bot: Bot, message: Message, emit: Emit) -> None:
    """Answer one message.

    Args:
        emit: gets every reply, in order.

    Raises:
        StoreError: the conversation cannot be read or written; what was emitted is stored.
    """
    message = replace(message, message_id=message.message_id or uuid.uuid4().hex)
    once = _Once(emit, emit.whole)
    async with bot.store.lock(message.conversation_id):
        for left in range(MAX_CONFLICTS, -1, -1):
            try:
                return await _take_turn(bot, message, once)
            except ConflictError:
                # Another process went on with the conversation. Nothing of the last batch was stored: read it
                # again and take up from what of this turn is in it, without saying it again.
                if not left:
                    raise
                bot.trackers.forget(message.conversation_id)
                once.begin_again()


@dataclass(slots=True)
class _Once:
    """Passes replies on, but not those that were passed on before :meth:`begin_again`."""

    emit: Emit
    whole: bool
    told: int = 0
    seen: int = 0

    async def __call__(self, reply: Reply) -> None:
        self.seen += 1
        if self.seen > self.told:
            self.told = self.seen
            await self.emit(reply)

    def begin_again(self) -> None:
        self.seen = 0


async def _take_turn(bot: Bot, message: Message, emit: Emit) -> None:
    bot = bot.snapshot()
    turn = Turn(bot, message, emit, await bot.trackers.get(message.conversation_id))
    known = turn.tracker.position_of_message(message.message_id) if message.message_id else None
    if known is not None:
        await turn.answer_again(known)
    else:
        await turn.finish_interrupted()
        await turn.begin_session_if_due()
        turn.leave_lost_loop()
        if not await turn.answer_by_menu():
            await turn.log_message()
            await turn.act_until_listening()
    bot.trackers.keep(turn.tracker)


class Turn:
    """The steps of a turn."""

    def __init__(self, bot: Bot, message: Message, emit: Emit, tracker: Tracker) -> None:
        self.bot = bot
        self.message = message
        self.emit = emit
        self.tracker = tracker
        channel = message.output_channel or message.channel
        # What the shop's code does cannot be undone: what led to it is stored before.
        self.stage = LiveStage(bot.domain, bot.actions, channel, bot.wording, before=self.commit)
        self.actor = Actor(bot.domain, self.stage)
        self.stored = len(tracker.events)
        tracker.begin_turn()

    def log(self, events: Iterable[Event]) -> None:
        """Add events to the conversation; :meth:`commit` stores them."""
        self.tracker.update_all(ev.stamped(events, self.bot.clock.now))

    @property
    def _fresh(self) -> list[Event]:
        """What was logged and is not stored yet."""
        return self.tracker.events[self.stored :]

    async def commit(self) -> None:
        """Store what was logged, then show what of it is said."""
        fresh = self._fresh
        if not fresh:
            return
        await keep_timers(self.bot.store, self.tracker, fresh)
        await self.bot.store.append(self.tracker.conversation_id, fresh, self.stored)
        self.stored += len(fresh)
        if self.bot.watch is not None:
            self.bot.watch(self.tracker.conversation_id, self.stored - len(fresh), fresh)
        if self.bot.broker is not None:
            self.bot.broker.publish(self.tracker.conversation_id, fresh)
        await self._show(fresh)

    async def _show(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, ev.BotUttered):
                try:
                    await self.emit(Reply(event.text, event.data, event.metadata))
                except Exception as error:  # a customer who hung up must not stop the conversation
                    logger.warning("A reply could not be delivered (%s).", type(error).__name__)

    async def answer_again(self, position: int) -> None:
        """A second delivery: say the same again, and finish the answer if it was cut short."""
        last_word = False
        for event in self.tracker.events[position + 1 :]:
            if isinstance(event, ev.UserUttered) and event.message_id != self.message.message_id:
                last_word = True
                break
            await self._show([event])
        if not last_word and self._was_interrupted():
            await self.act_until_listening()

    async def finish_interrupted(self) -> None:
        """Go on where a killed process stopped, before anything new is taken up."""
        if not self._was_interrupted():
            return
        logger.info("Finishing a turn that was cut short.")
        if self.emit.whole:
            await self._show(self.tracker.events[self._last_message_position() :])
        await self.act_until_listening()

    def _last_message_position(self) -> int:
        events = self.tracker.events
        return next(i for i in range(len(events) - 1, -1, -1) if isinstance(events[i], ev.UserUttered))

    def _was_interrupted(self) -> bool:
        """Whether the last message has no listen after it, though it should have."""
        if self.tracker.current.paused or self._is_stuck():
            return False
        for event in reversed(self.tracker.events):
            match event:
                case ev.ActionExecuted(name="action_listen") | ev.ConversationResumed():
                    return False
                case ev.UserUttered():
                    return not event.metadata.get("logged_only")
        return False

    async def begin_session_if_due(self) -> None:
        """Start a session: at the very beginning, and when the last message is too long ago."""
        if self.tracker.latest is not None and not self._session_expired():
            return
        if self.message.metadata and self.message.trigger_intent is None:
            self.log([ev.SlotSet(SESSION_STARTED_METADATA, dict(self.message.metadata))])
        await self._run(Decision(ACTION_SESSION_START, "", 1.0))

    def leave_lost_loop(self) -> None:
        """End a form that the project no longer has: the conversation is older than the model."""
        loop = self.tracker.current.loop_name
        if loop is not None and loop not in self.bot.domain.action_index:
            logger.warning("The active loop '%s' is no longer in the domain; it ends.", loop)
            self.log([ev.ActiveLoop(None), ev.SlotSet(REQUESTED_SLOT, None)])

    def _session_expired(self) -> bool:
        minutes = self.bot.domain.session_expiration_minutes
        last = self.tracker.last_user_event()
        if minutes <= 0 or last is None:
            return False
        return (self.bot.clock.now() - last.timestamp) / 60 > minutes

    async def answer_by_menu(self) -> bool:
        """Take the message for an answer to an open menu; return whether the menu itself replied to it."""
        if self.bot.menus is None:
            return False
        heard = await self.bot.menus.hear(self.message, self.tracker, self.bot.parser)
        self.message = heard.message
        self.log(heard.events)
        await self.commit()
        return bool(heard.events)

    async def log_message(self) -> None:
        """Understand the message, log it, and fill slots from it."""
        self.log([await self._user_event()])
        self.log(await extract_slots(self.tracker, self.bot.domain, self.stage))

    async def _user_event(self) -> ev.UserUttered:
        message = self.message
        if message.trigger_intent is not None:
            return ev.UserUttered(
                f"EXTERNAL: {message.trigger_intent}",
                {"name": message.trigger_intent},
                tuple(message.trigger_entities),
                input_channel=self.tracker.latest_input_channel(),
                message_id=message.message_id,
                metadata={**message.metadata, "is_external": True},
            )
        parse: Mapping[str, Any] = message.parse or await self.bot.parser.understand(
            message.text, message.metadata
        )
        return ev.UserUttered(
            message.text,
            parse.get("intent") or {"name": None, "confidence": 0.0},
            tuple(parse.get("entities") or ()),
            parse,
            message.channel,
            message.message_id,
            metadata=dict(message.metadata),
        )

    async def act_until_listening(self) -> None:
        """Decide and act until the bot waits for the customer, is silenced, or has done too much."""
        for _ in range(MAX_DECISIONS):
            now = self.tracker.current
            if now.paused and now.intent != "restart":
                break
            if self._is_stuck():
                logger.warning("%d actions without a listen: the turn ends.", MAX_ACTIONS)
                break
            decision = self.bot.ensemble.decide(self.tracker, self.tracker.take_followup())
            if decision.is_end_to_end:
                self.log(await extract_slots(self.tracker, self.bot.domain, self.stage))
            await self._run(decision)
            if not self.emit.whole and any(isinstance(e, ev.BotUttered) for e in self._fresh):
                await self.commit()
            if decision.action in (ACTION_LISTEN, ACTION_SESSION_START):
                break
        await self.commit()

    async def act(self, decision: Decision) -> None:
        """Run one action that somebody else chose, and store what comes of it."""
        await self._run(decision)
        await self.commit()

    def _is_stuck(self) -> bool:
        if self.tracker.current.action in (ACTION_LISTEN, ACTION_SESSION_START, None):
            return False
        count = 0
        for event in reversed(self.tracker.events):
            if isinstance(event, ev.ActionExecuted):
                if event.name in (ACTION_LISTEN, ACTION_SESSION_START):
                    break
                count += 1
                if count >= MAX_ACTIONS:
                    return True
        return False

    async def _run(self, decision: Decision) -> None:
        """Run an action and log it with its events."""
        policy, confidence = decision.policy or None, decision.confidence
        trial = self.tracker.copy()
        trial.update_all(decision.events)
        metadata: dict[str, Any] = {}
        try:
            events = await self.actor.run(decision.action, trial)
        except ActionRejected:
            self.log([ev.ActionExecutionRejected(decision.action, policy, confidence)])
            return
        except StoreError:
            raise
        except Exception as error:  # whatever an action does, the conversation goes on
            code = error.code if isinstance(error, ActionError) else "internal"
            # Errors of ours tell no customer's words; others may, so only where they were raised is told.
            cause = str(error) if isinstance(error, ActionError) else type(error).__name__
            logger.error("The action '%s' failed (%s): %s", decision.action, code, cause)
            logger.debug("Where it failed:", exc_info=True)
            events = await self._apologise(trial)
            metadata = {"failure": code}
        if not any(isinstance(event, ev.ActionExecutionRejected) for event in events):
            self.log([*decision.events, _executed(decision, self.bot.domain, metadata)])
        self.log(events)
        if any(isinstance(event, ev.UserUttered) for event in events):
            self.log(await extract_slots(self.tracker, self.bot.domain, self.stage))

    async def _apologise(self, tracker: Tracker) -> list[Event]:
        if self.bot.apology is None:
            return []
        worded = await self.stage.word_by_domain(APOLOGY, tracker)
        return [worded or ev.BotUttered(self.bot.apology, metadata={"utter_action": APOLOGY})]


def _executed(decision: Decision, domain: Domain, metadata: Mapping[str, Any]) -> ev.ActionExecuted:
    is_text = decision.action in domain.action_texts
    return ev.ActionExecuted(
        None if is_text else decision.action,
        decision.policy or None,
        decision.confidence,
        decision.action if is_text else None,
        decision.hide_rule_turn,
        metadata=metadata,
    )
