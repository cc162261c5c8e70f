"""What actions need of the world, as one small seam: the shop's code, and wording.

The turn brings the real one; tests bring tables.
"""

from __future__ import annotations

from typing import Protocol

from bot.events import BotUttered, Event
from bot.tracker import Tracker


class Stage(Protocol):
    """Where actions are performed."""

    async def perform(self, action: str, tracker: Tracker) -> list[Event]:
        """Run a custom action; its messages come before its other events.

        Raises:
            ActionRejected: it declined.
            ActionError: it failed.
        """

    async def word(self, response: str, tracker: Tracker) -> BotUttered | None:
        """Word a response for this conversation; ``None`` when the domain has none that suits."""
