"""The real stage: custom actions are run, their answers worded, responses chosen."""

from __future__ import annotations

import random
from typing import Any

from bot.actions import ActionResult, CustomActions
from bot.domain import Domain
from bot.errors import ActionError
from bot.event_json import EventError, from_dict
from bot.events import BotUttered, Event
from bot.nlg import choose_variation, utterance
from bot.tracker import Tracker


class LiveStage:
    """Performs for one message; ``channel`` chooses among the variations of responses."""

    def __init__(self, domain: Domain, actions: CustomActions, channel: str) -> None:
        self.domain = domain
        self.actions = actions
        self.channel = channel

    async def perform(self, action: str, tracker: Tracker) -> list[Event]:
        result = await self.actions.run(action, tracker)
        said = self._messages(result, tracker)
        try:
            return [*said, *(from_dict(one) for one in result.events)]
        except EventError as error:
            raise ActionError(f"'{action}' answered with an event that is none: {error}") from error

    async def word(self, response: str, tracker: Tracker) -> BotUttered | None:
        draft = self._draft(response, tracker, {})
        return None if draft is None else utterance({**draft, "utter_action": response})

    def _draft(self, response: str, tracker: Tracker, arguments: dict[str, Any]) -> dict[str, Any] | None:
        variations = self.domain.responses.get(response)
        if not variations:
            return None
        # The same conversation at the same point words it the same way, also after a restart.
        chance = random.Random(f"{tracker.conversation_id}\0{len(tracker.events)}\0{response}")
        return choose_variation(variations, self.channel, tracker.current.slots, arguments, chance)

    def _messages(self, result: ActionResult, tracker: Tracker) -> list[Event]:
        said: list[Event] = []
        for answer in result.responses:
            rest = dict(answer)
            response = rest.pop("response", None) or None
            rest.pop("template", None)
            draft: dict[str, Any] = {}
            if response:
                found = self._draft(response, tracker, rest)
                if found is None:
                    continue
                draft = {**found, "utter_action": response}
            buttons = [*(draft.get("buttons") or []), *(rest.pop("buttons", None) or [])]
            draft.update({key: value for key, value in rest.items() if value})
            if buttons:
                draft["buttons"] = buttons
            said.append(utterance(draft))
        return said
