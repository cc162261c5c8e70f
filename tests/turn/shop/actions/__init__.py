"""Actions of a shop that does everything wrong."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action
from rasa_sdk.interfaces import ActionExecutionRejection


class Broken(Action):  # type: ignore[misc]
    """Goes wrong in the way that the message says."""

    def name(self) -> str:
        return "action_broken"

    async def run(self, dispatcher: Any, tracker: Any, domain: Any) -> Any:
        match tracker.latest_message["entities"]:
            case [{"value": "raise"}]:
                raise ZeroDivisionError
            case [{"value": "hang"}]:
                await asyncio.Event().wait()
            case [{"value": "event"}]:
                return [{"event": "no such event"}]
        dispatcher.utter_message(text="Oldu.")
        return [{"event": "slot", "name": "ad", "value": "Ada"}]


class Rejecting(Action):  # type: ignore[misc]
    def name(self) -> str:
        return "action_reject"

    def run(self, dispatcher: Any, tracker: Any, domain: Any) -> Any:
        raise ActionExecutionRejection("action_reject", "not now")
