"""The real stage: custom actions are run, their answers worded, responses chosen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.actions import ActionResult, CustomActions
from bot.domain import Domain
from bot.errors import ActionError
from bot.event_json import EventError, from_dict
from bot.events import BotUttered, Event
from bot.nlg import DomainResponses, Wording, utterance
from bot.tracker import Tracker


class LiveStage:
    """Performs for one message.

    Args:
        channel: chooses among the variations of responses.
        wording: words responses; ``None``: the domain does.
        before: awaited before each custom action.
    """

    def __init__(
        self,
        domain: Domain,
        actions: CustomActions,
        channel: str,
        wording: Wording | None = None,
        before: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.domain = domain
        self.actions = actions
        self.channel = channel
        self.wording = wording or DomainResponses()
        self.before = before

    async def perform(self, action: str, tracker: Tracker) -> list[Event]:
        if self.before is not None:
            await self.before()
        result = await self.actions.run(action, tracker)
        said = await self._messages(result, tracker)
        try:
            return [*said, *(from_dict(one) for one in result.events)]
        except EventError as error:
            raise ActionError(f"'{action}' answered with an event that is none: {error}") from error

    async def word(self, response: str, tracker: Tracker) -> BotUttered | None:
        return await self._word(self.wording, response, tracker)

    async def word_by_domain(self, response: str, tracker: Tracker) -> BotUttered | None:
        """As :meth:`word` does it when nobody but the domain words responses."""
        return await self._word(DomainResponses(), response, tracker)

    async def _word(self, wording: Wording, response: str, tracker: Tracker) -> BotUttered | None:
        draft = await wording.draft(response, tracker, self.channel, {})
        return None if draft is None else utterance({**draft, "utter_action": response})

    async def _messages(self, result: ActionResult, tracker: Tracker) -> list[Event]:
        said: list[Event] = []
        for answer in result.responses:
            rest = dict(answer)
            response = rest.pop("response", None) or None
            rest.pop("template", None)
            draft: dict[str, Any] = {}
            if response:
                found = await self.wording.draft(response, tracker, self.channel, rest)
                if found is None:
                    continue
                draft = {**found, "utter_action": response}
            buttons = [*(draft.get("buttons") or []), *(rest.pop("buttons", None) or [])]
            draft.update({key: value for key, value in rest.items() if value})
            if buttons:
                draft["buttons"] = buttons
            said.append(utterance(draft))
        return said
