"""What happened in a conversation, as values. Their JSON is Rasa's, because trackers are exchanged.

Every event has a ``timestamp`` (seconds since the epoch; 0 until it is logged) and ``metadata``.
``as_dict`` gives Rasa's JSON; :func:`from_dict` reads it back, old names included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

JsonDict = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened."""

    kind: ClassVar[str] = ""
    timestamp: float = field(default=0.0, compare=False)
    metadata: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def body(self) -> JsonDict:
        """The fields that only this kind of event has."""
        return {}

    def as_dict(self) -> JsonDict:
        found: JsonDict = {"event": self.kind, "timestamp": self.timestamp}
        if self.metadata:
            found["metadata"] = dict(self.metadata)
        found.update(self.body())
        return found


@dataclass(frozen=True, slots=True)
class UserUttered(Event):
    """The customer said something, or an external intent came in."""

    kind: ClassVar[str] = "user"
    text: str | None = None
    intent: Mapping[str, Any] = field(default_factory=dict)
    """``{"name": str | None, "confidence": float}``"""
    entities: Sequence[Mapping[str, Any]] = ()
    parse_data: Mapping[str, Any] = field(default_factory=dict)
    input_channel: str | None = None
    message_id: str | None = None
    use_text: bool | None = None
    """Set in training stories only: True for an end-to-end user text."""

    @property
    def meant(self) -> str | None:
        """What counts as said: what a chosen button sends, else the customer's own words."""
        if "menu_choice" in self.metadata:
            return str(self.parse_data.get("text") or self.text)
        return self.text

    @property
    def intent_name(self) -> str | None:
        return self.intent.get("name")

    @property
    def full_retrieval_intent(self) -> str | None:
        return self.intent.get("full_retrieval_intent_name")

    @property
    def confidence(self) -> float:
        return float(self.intent.get("confidence") or 0.0)

    def body(self) -> JsonDict:
        parse = {
            "intent": dict(self.intent),
            "entities": [dict(one) for one in self.entities],
            "text": self.text,
            "message_id": self.message_id,
            "metadata": dict(self.metadata),
        }
        parse.update(self.parse_data)
        return {
            "text": self.text,
            "parse_data": parse,
            "input_channel": self.input_channel,
            "message_id": self.message_id,
            "metadata": dict(self.metadata),
        }


@dataclass(frozen=True, slots=True)
class BotUttered(Event):
    """The bot said something. ``data`` has Rasa's keys (buttons, image, custom, ...)."""

    kind: ClassVar[str] = "bot"
    text: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    def body(self) -> JsonDict:
        return {"text": self.text, "data": {**_NO_DATA, **self.data}, "metadata": dict(self.metadata)}


_NO_DATA: JsonDict = dict.fromkeys(("elements", "quick_replies", "buttons", "attachment", "image", "custom"))


@dataclass(frozen=True, slots=True)
class SlotSet(Event):
    """A slot has a new value; a slot that the domain does not know is logged and has no effect."""

    kind: ClassVar[str] = "slot"
    name: str
    value: Any = None

    def body(self) -> JsonDict:
        return {"name": self.name, "value": self.value}


@dataclass(frozen=True, slots=True)
class ActionExecuted(Event):
    """An action ran. ``policy`` says who chose it; ``None`` for those nobody chose."""

    kind: ClassVar[str] = "action"
    name: str | None
    policy: str | None = None
    confidence: float | None = None
    action_text: str | None = None
    """An end-to-end bot text, in place of a name."""
    hide_rule_turn: bool = False

    @property
    def name_or_text(self) -> str | None:
        return self.name or self.action_text

    def body(self) -> JsonDict:
        return {
            "name": self.name,
            "policy": self.policy,
            "confidence": self.confidence,
            "action_text": self.action_text,
            "hide_rule_turn": self.hide_rule_turn,
        }


@dataclass(frozen=True, slots=True)
class ActionExecutionRejected(Event):
    """An action declined to run; the policies choose again without it."""

    kind: ClassVar[str] = "action_execution_rejected"
    name: str
    policy: str | None = None
    confidence: float | None = None

    def body(self) -> JsonDict:
        return {"name": self.name, "policy": self.policy, "confidence": self.confidence}


@dataclass(frozen=True, slots=True)
class ActiveLoop(Event):
    """A form (or the two-stage fallback) begins, or with ``None`` ends."""

    kind: ClassVar[str] = "active_loop"
    name: str | None = None

    def body(self) -> JsonDict:
        return {"name": self.name}


@dataclass(frozen=True, slots=True)
class LoopInterrupted(Event):
    """The loop was left for something else and is returned to: it only asks again."""

    kind: ClassVar[str] = "loop_interrupted"
    is_interrupted: bool = True

    def body(self) -> JsonDict:
        return {"is_interrupted": self.is_interrupted}


@dataclass(frozen=True, slots=True)
class FollowupAction(Event):
    """This action runs next, without a prediction."""

    kind: ClassVar[str] = "followup"
    name: str

    def body(self) -> JsonDict:
        return {"name": self.name}


@dataclass(frozen=True, slots=True)
class ReminderScheduled(Event):
    """An intent is to be triggered at a time, unless the customer speaks before."""

    kind: ClassVar[str] = "reminder"
    intent: str
    date_time: str
    """ISO 8601."""
    entities: Any = None
    name: str | None = None
    kill_on_user_msg: bool = True

    def body(self) -> JsonDict:
        return {
            "intent": self.intent,
            "date_time": self.date_time,
            "entities": self.entities,
            "name": self.name,
            "kill_on_user_msg": self.kill_on_user_msg,
        }


@dataclass(frozen=True, slots=True)
class ReminderCancelled(Event):
    """Reminders that fit every given field are cancelled."""

    kind: ClassVar[str] = "cancel_reminder"
    name: str | None = None
    intent: str | None = None
    entities: Any = None

    def body(self) -> JsonDict:
        return {"name": self.name, "intent": self.intent, "entities": self.entities}


@dataclass(frozen=True, slots=True)
class AgentUttered(Event):
    """A person of the shop said something in the conversation."""

    kind: ClassVar[str] = "agent"
    text: str | None = None
    data: Mapping[str, Any] | None = None

    def body(self) -> JsonDict:
        return {"text": self.text, "data": self.data}


@dataclass(frozen=True, slots=True)
class EntitiesAdded(Event):
    """Entities found after the message was logged (end-to-end policies)."""

    kind: ClassVar[str] = "entities"
    entities: Sequence[Mapping[str, Any]] = ()

    def body(self) -> JsonDict:
        return {"entities": [dict(one) for one in self.entities]}


@dataclass(frozen=True, slots=True)
class DefinePrevUserUtteredFeaturization(Event):
    """Whether the last message counts by its text or by its intent."""

    kind: ClassVar[str] = "user_featurization"
    use_text_for_featurization: bool = False

    def body(self) -> JsonDict:
        return {"use_text_for_featurization": self.use_text_for_featurization}


@dataclass(frozen=True, slots=True)
class StoryExported(Event):
    """The conversation was written out as a story."""

    kind: ClassVar[str] = "export"


@dataclass(frozen=True, slots=True)
class SessionStarted(Event):
    """A new session: slots, loop and history begin anew."""

    kind: ClassVar[str] = "session_started"


@dataclass(frozen=True, slots=True)
class Restarted(Event):
    """Everything begins anew, and the session start runs next."""

    kind: ClassVar[str] = "restart"


@dataclass(frozen=True, slots=True)
class UserUtteranceReverted(Event):
    """The last customer message, and all after it, is undone."""

    kind: ClassVar[str] = "rewind"


@dataclass(frozen=True, slots=True)
class ActionReverted(Event):
    """The last action, and all after it, is undone."""

    kind: ClassVar[str] = "undo"


@dataclass(frozen=True, slots=True)
class AllSlotsReset(Event):
    """All slots have their initial values again."""

    kind: ClassVar[str] = "reset_slots"


@dataclass(frozen=True, slots=True)
class ConversationPaused(Event):
    """The bot is silent: a person has taken over."""

    kind: ClassVar[str] = "pause"


@dataclass(frozen=True, slots=True)
class ConversationResumed(Event):
    """The bot answers again."""

    kind: ClassVar[str] = "resume"


def stamped(events: Iterable[Event], now: Callable[[], float]) -> list[Event]:
    """The same events, each with the time of logging."""
    return [replace(event, timestamp=now()) for event in events]
