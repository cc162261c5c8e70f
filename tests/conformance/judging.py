"""Plays a bot's scripts and holds what happened against a recording of Rasa 3.6.21."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import Complaints
from bot.replay import as_rasa, play
from bot.sources import read_sources
from bot.stores.memory import MemoryStore
from bot.stub_actions import StubActions
from bot.training import train
from bot.turn import Bot

Json = Mapping[str, Any]

COMPARED = {"action", "slot", "active_loop", "action_execution_rejected", "loop_interrupted", "bot"}
"""Kinds of events that make up what a bot does; the others are compared only when asked for."""
NAMED = ("name", "utter", "value", "is_interrupted", "intent")


@dataclass(frozen=True, slots=True)
class Difference:
    """One step that went another way."""

    conversation: str
    step: int
    user: Any
    wanted: Sequence[Any]
    found: Sequence[Any]

    def __str__(self) -> str:
        at = next((i for i, (a, b) in enumerate(zip(self.wanted, self.found, strict=False)) if a != b), None)
        at = min(len(self.wanted), len(self.found)) if at is None else at
        return (
            f"{self.conversation}, step {self.step}, {json.dumps(self.user, ensure_ascii=False)}: after {at} events "
            f"wanted {self.wanted[at : at + 3]}, found {self.found[at : at + 3]}"
        )


def trained_bot(root: Path) -> Bot:
    """The bot in this folder; its actions are those of its table."""
    complaints = Complaints()
    model = train(as_rasa(read_sources(root, complaints)), complaints)
    return Bot(model.domain, model.ensemble, model.interpreter, StubActions.of(root), MemoryStore())


def played(root: Path, conversations: Sequence[Json]) -> list[dict[str, Any]]:
    """The traces of these conversations."""
    trained = trained_bot(root)

    def with_clock(clock: Any) -> Bot:
        trained.clock = clock
        return trained

    return asyncio.run(play(with_clock, conversations))


def recorded(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["conversations"]
    return found


def scripts_of(golden: Sequence[Json]) -> list[dict[str, Any]]:
    """What was said in these recordings."""
    return [
        {"id": one["id"], "steps": [step["user"] for step in one["steps"]]}
        | ({"channel": one["channel"]} if "channel" in one else {})
        for one in golden
    ]


def differences(
    golden: Sequence[Json], candidate: Sequence[Json], *, everything: bool = False
) -> Iterator[Difference]:
    """Every step that differs.

    Args:
        everything: also compare events that do not change what the bot does, parses, and worded texts.
    """
    ours = {one["id"]: one["steps"] for one in candidate}
    for conversation in golden:
        for number, step in enumerate(conversation["steps"]):
            events = ours[conversation["id"]][number]["events"]
            varies = [one.get("varies", ()) for one in step["events"] if one["event"] == "bot"]
            wanted = list(_reduced(step["events"], varies, everything))
            found = list(_reduced(events, varies, everything))
            if wanted != found:
                yield Difference(conversation["id"], number, step["user"], wanted, found)


def _reduced(events: Sequence[Json], varies: Sequence[Sequence[str]], everything: bool) -> Iterator[Any]:
    replies = iter(varies)
    for event in events:
        kind = event["event"]
        if kind not in COMPARED and not everything:
            continue
        told: dict[str, Any] = {key: event[key] for key in NAMED if event.get(key) is not None}
        if kind == "bot":
            chance = next(replies, ())
            if "data" not in chance:
                told["data"] = event.get("data") or {}
            if "text" not in chance and (everything or "utter" not in event):
                told["text"] = event.get("text")
        elif kind == "user":
            told["entities"] = event["entities"]
        yield kind, _exact(told)


def _exact(value: Any) -> Any:
    """Values in which ``1`` and ``1.0`` are equal but ``1`` and ``True`` are not."""
    match value:
        case bool():
            return f"<{value}>"
        case dict():
            return {key: _exact(one) for key, one in value.items()}
        case list():
            return [_exact(one) for one in value]
    return value
