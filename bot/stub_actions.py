"""Custom actions answered from a table: a stand-in for the shop's code, for replays and tests.

``stub_actions.yml`` maps an action's name to a case, or to a list of cases of which the first whose ``when`` holds
is taken. A case says what is answered: ``events`` and ``responses`` in the action server's JSON, ``validate`` with
``defaults`` (check the slots set last), ``required`` (the slot that a dynamic form asks for next), ``reject``, or
``error``. ``${slots.NAME}``, ``${entities.NAME}``, ``${text}``, ``${intent}``, ``${sender}``, ``${requested_slot}``
and ``${active_loop}`` are filled in; an action that is not in the table answers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.actions import ActionResult
from bot.domain import REQUESTED_SLOT
from bot.errors import ActionError, ActionRejected, SantralError
from bot.events import ActionExecuted, Restarted, SlotSet
from bot.tracker import Tracker
from bot.turkish.untailored import untailored_lower
from bot.yaml_file import read_plain_yaml

Table = Mapping[str, Any]

_PLACE = re.compile(r"\$\{([a-z_]+)(?:\.([^}]+))?\}")
_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}


class TableError(SantralError):
    """The table says something that means nothing."""

    code = "stub-actions"


class StubActions:
    """Answers from a table."""

    def __init__(self, table: Table) -> None:
        self.table = table

    @classmethod
    def of(cls, root: Path) -> StubActions:
        """Those of a project's ``stub_actions.yml``; without the file every action answers nothing."""
        path = root / "stub_actions.yml"
        return cls(read_plain_yaml(path) or {} if path.is_file() else {})

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        cases = self.table.get(name) or []
        cases = [cases] if isinstance(cases, Mapping) else cases
        answer = _Answer(name, tracker)
        case: Mapping[str, Any] = next((one for one in cases if answer.holds(one.get("when") or {})), {})
        if case.get("reject"):
            raise ActionRejected(f"'{name}' declines, as the table says.")
        if case.get("error"):
            raise ActionError(f"'{name}' fails, as the table says.")
        return answer.to(case)

    async def close(self) -> None:
        """Nothing to give back."""


def _same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, list):
        return any(_same(found, one) for one in wanted)
    return found is not None if wanted == "*" else bool(found == wanted)


class _Answer:
    """What is known while one call is answered; slots change as the answer goes on."""

    def __init__(self, action: str, tracker: Tracker) -> None:
        now = tracker.current
        self.action = action
        self.tracker = tracker
        self.slots = dict(now.slots)
        entities = now.message.entities if now.message else ()
        self.entities = {one["entity"]: one.get("value") for one in entities}
        self.known: dict[str, Any] = {
            "text": now.message.text if now.message else None,
            "intent": now.intent,
            "sender": tracker.conversation_id,
            "active_loop": now.loop.name if now.loop else None,
        }

    def value(self, kind: str, name: str | None) -> Any:
        if kind in ("slots", "entities"):
            return (self.slots if kind == "slots" else self.entities).get(name or "")
        return self.slots.get(REQUESTED_SLOT) if kind == "requested_slot" else self.known.get(kind)

    def holds(self, when: Mapping[str, Any]) -> bool:
        return all(self._one_holds(key, wanted) for key, wanted in when.items())

    def _one_holds(self, key: str, wanted: Any) -> bool:
        if key in ("slots", "entities"):
            return all(_same(self.value(key, name), value) for name, value in wanted.items())
        if key == "call":
            return _same(self._calls(), wanted)
        if key == "requested_slot" or key in self.known:
            return _same(self.value(key, None), wanted)
        raise TableError(f"The case of '{self.action}' has an unknown condition '{key}'.")

    def _calls(self) -> int:
        """Which run of the action this is, from 1, since the session or the last restart began."""
        count = 1
        for event in self.tracker.told_events():
            if isinstance(event, Restarted):
                count = 1
            elif isinstance(event, ActionExecuted) and event.name == self.action:
                count += 1
        return count

    def fill(self, thing: Any) -> Any:
        if isinstance(thing, dict):
            return {key: self.fill(one) for key, one in thing.items()}
        if isinstance(thing, list):
            return [self.fill(one) for one in thing]
        if not isinstance(thing, str):
            return thing
        whole = _PLACE.fullmatch(thing)
        if whole:
            return self.value(whole[1], whole[2])
        return _PLACE.sub(lambda match: str(self.value(match[1], match[2])), thing)

    def to(self, case: Mapping[str, Any]) -> ActionResult:
        events: list[dict[str, Any]] = []
        responses = list(self.fill(case.get("responses") or []))
        if "validate" in case:
            self._validate(case, events, responses)
        events += self.fill(case.get("events") or [])
        if "required" in case:
            events.append(_slot(REQUESTED_SLOT, self._next_required(case["required"])))
        return ActionResult(events, responses)

    def _set(self, name: str, value: Any, events: list[dict[str, Any]]) -> None:
        events.append(_slot(name, value))
        self.slots[name] = value

    def _validate(
        self, case: Mapping[str, Any], events: list[dict[str, Any]], responses: list[dict[str, Any]]
    ) -> None:
        for name, value in (case.get("defaults") or {}).items():
            if self.slots.get(name) is None:
                self._set(name, value, events)
        for name, value in self._recent_slots().items():
            rule = (case["validate"] or {}).get(name) or {}
            new = _checked(value, rule)
            self._set(name, new, events)
            if new is None and value is not None and rule.get("invalid"):
                responses.append({"response": rule["invalid"]})
            if new is not None:
                also = rule.get("also") or []
                also = also.get(new, []) if isinstance(also, Mapping) else also
                for extra in self.fill(list(also)):
                    events.append(extra)
                    if extra["event"] == "slot":
                        self.slots[extra["name"]] = extra.get("value")

    def _recent_slots(self) -> dict[str, Any]:
        """The slots that the conversation's last events set."""
        recent: list[SlotSet] = []
        for event in reversed(self.tracker.events):
            if not isinstance(event, SlotSet):
                break
            recent.append(event)
        return {one.name: one.value for one in reversed(recent) if one.name != REQUESTED_SLOT}

    def _next_required(self, required: Sequence[Any]) -> str | None:
        for item in required:
            one: Mapping[str, Any] = {"slot": item} if isinstance(item, str) else item
            if self.holds(one.get("when") or {}) and self.slots.get(one["slot"]) is None:
                return str(one["slot"])
        return None


def _slot(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "timestamp": None, "name": name, "value": value}


def _checked(value: Any, rule: Mapping[str, Any]) -> Any:
    if value is None:
        return None
    if rule.get("lower") and isinstance(value, str):
        value = untailored_lower(value)
    value = next((new for old, new in (rule.get("map") or {}).items() if old == value), value)
    value = _converted(value, rule.get("to"))
    if "allowed" in rule and value not in rule["allowed"]:
        return None
    if "pattern" in rule and not re.fullmatch(rule["pattern"], str(value)):
        return None
    return value


def _converted(value: Any, kind: str | None) -> Any:
    if kind == "number":
        try:
            return float(value)
        except (TypeError, ValueError):
            return None
    if kind == "bool" and not isinstance(value, bool):
        return _TRUTHS.get(untailored_lower(str(value)))
    return str(value) if kind == "text" and value is not None else value
