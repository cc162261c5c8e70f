"""Runs the shop's actions as Rasa does: a form's validation, its question, and the action that follows it.

Only what the actions can see is played: slots, the requested slot, the active form, and the latest message. What
Rasa itself does (rules, stories) is tested by the test conversations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.parts import ShopForm
from actions.shop.ports import Shop

ROOT = Path(__file__).parents[2]
DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
CONVERSATION = "05bb1d9c"


class StoppedClock:
    """A clock that stands still."""

    def __init__(self, moment: datetime) -> None:
        self._seconds = moment.timestamp()

    def now(self) -> float:
        return self._seconds


@dataclass
class Said:
    """What one action said, and the events that it returned."""

    messages: list[dict[str, Any]]
    events: list[dict[str, Any]]

    @property
    def responses(self) -> list[str]:
        return [str(one["response"] or one["text"]) for one in self.messages]

    @property
    def texts(self) -> list[str]:
        """The sentences as the customer reads them, from the domain's responses."""
        return [text_of(one) for one in self.messages]

    @property
    def followup(self) -> str | None:
        return next((str(one["name"]) for one in self.events if one["event"] == "followup"), None)

    def slot(self, name: str) -> Any:
        """The last value that was set; raises when it was not."""
        return [one["value"] for one in self.events if one["event"] == "slot" and one["name"] == name][-1]


def text_of(message: Mapping[str, Any]) -> str:
    """The words of a response with its values put in; every brace must have one."""
    if not message["response"]:
        return str(message["text"])
    written: str = DOMAIN["responses"][message["response"]][0]["text"]
    return written.format(**message)


@dataclass
class Conversation:
    """Slots and events that live from one action to the next."""

    shop: Shop
    clock: StoppedClock
    slots: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    form: str | None = None
    latest: dict[str, Any] = field(default_factory=dict)
    sender: str = CONVERSATION
    channel: str = "rest"
    seen_by_form: list[dict[str, Any]] = field(default_factory=list)
    """What Rasa adds to the events for a form's validation only."""

    def __post_init__(self) -> None:
        self.slots = {**dict.fromkeys(DOMAIN["slots"]), **self.slots}

    def hear(self, text: str, intent: str = "nlu_fallback", confidence: float = 0.9, **entities: str) -> None:
        """The customer says something; entities fill the slots that are mapped from them."""
        found = [{"entity": name, "value": value} for name, value in entities.items()]
        metadata = self.latest.get("metadata", {})
        self.latest = {
            "text": text,
            "intent": {"name": intent, "confidence": confidence},
            "entities": found,
            "metadata": metadata,
        }
        parsed = {"intent": self.latest["intent"], "entities": found}
        self.events.append(
            {"event": "user", "text": text, "parse_data": parsed, "input_channel": self.channel}
        )
        for name in entities:
            if name in ("product", "color", "size", "city", "district"):
                self.set(name, entities[name])

    def set(self, name: str, value: Any) -> None:
        self.slots[name] = value
        self.events.append({"event": "slot", "name": name, "value": value})

    def tracker(self) -> Tracker:
        loop = {"name": self.form} if self.form else {}
        return Tracker(
            self.sender,
            dict(self.slots),
            self.latest,
            [*self.events, *self.seen_by_form],
            False,
            None,
            loop,
            "action_listen",
        )

    async def run(self, action: Action) -> Said:
        """Run one action and take over its events."""
        dispatcher = CollectingDispatcher()
        events = await action.run(dispatcher, self.tracker(), DOMAIN)
        for message in dispatcher.messages:
            self.events.append(
                {"event": "bot", "text": text_of(message), "data": {"buttons": message["buttons"]}}
            )
        for one in events:
            if one["event"] == "slot":
                self.slots[one["name"]] = one["value"]
            if one["event"] == "active_loop":
                self.form = one["name"]
            self.events.append(dict(one))
        return Said(dispatcher.messages, [dict(one) for one in events])

    async def start(self, form: ShopForm) -> Said:
        """Activate a form: its slots that are filled already are validated.

        As in Rasa, what another form asked for last is still requested then.
        """
        self.form = str(form.form)
        self.events.append({"event": "active_loop", "name": self.form})
        self.events.append({"event": "action", "name": self.form})
        for name in DOMAIN["forms"][self.form]["required_slots"]:
            if self.slots[name] is not None:
                self.events.append({"event": "slot", "name": name, "value": self.slots[name]})
        return await self._validate(form)

    async def answer(self, form: ShopForm, text: str, intent: str = "nlu_fallback", **entities: str) -> Said:
        """Say something to an active form."""
        self.hear(text, intent, **entities)
        fresh = [one for one in self.events[-len(entities) :] if one["event"] == "slot"] if entities else []
        asked = {"event": "slot", "name": "requested_slot", "value": self.slots["requested_slot"]}
        self.seen_by_form = [asked, {"event": "action", "name": self.form}, *fresh]
        said = await self._validate(form)
        self.events.append({"event": "action", "name": form.form})
        return said

    async def _validate(self, form: ShopForm) -> Said:
        said = await self.run(form)
        self.seen_by_form = []
        named = [one for one in said.events if one.get("name") == "requested_slot"]
        if not named:
            wanted = DOMAIN["forms"][self.form]["required_slots"]
            self.set("requested_slot", next((one for one in wanted if self.slots[one] is None), None))
        if self.slots["requested_slot"] is None:
            self.form = None
        return said

    @property
    def asked(self) -> str | None:
        return self.slots["requested_slot"]

    def rejected(self, said: Said) -> bool:
        """Whether Rasa would let the rules answer: the form took nothing from the message."""
        return not any(one["event"] == "slot" and one["name"] != "requested_slot" for one in said.events)
