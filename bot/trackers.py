"""Trackers by conversation: those used lately are kept, so that a turn reads nothing.

A kept tracker may be behind the store, when another process went on with the conversation. Nothing goes wrong: a
turn stores before it acts or speaks, the store notices the wrong length, and the turn begins again with a fresh one.
"""

from __future__ import annotations

from collections import OrderedDict

from bot.domain import Domain
from bot.stores import Store
from bot.tracker import Tracker


class Trackers:
    """Reads conversations from a store. Ask for one only while its lock is held.

    Args:
        most_events: how many events are kept in memory altogether; the conversation used last always is.
    """

    def __init__(self, store: Store, domain: Domain, most_events: int = 50_000) -> None:
        self.store = store
        self.domain = domain
        self.most_events = most_events
        self._kept: OrderedDict[str, Tracker] = OrderedDict()
        self._events = 0

    async def get(self, conversation_id: str) -> Tracker:
        """The conversation as it was when it was kept, else as it is in the store.

        Raises:
            StoreError: it cannot be read.
        """
        tracker = self._kept.get(conversation_id)
        if tracker is not None:
            # Whoever uses it changes it: kept again only when all is stored.
            self.forget(conversation_id)
            return tracker
        return Tracker(conversation_id, self.domain, await self.store.load(conversation_id))

    def keep(self, tracker: Tracker) -> None:
        """Remember a tracker that is as long as the stored conversation."""
        self._kept[tracker.conversation_id] = tracker
        self._events += len(tracker.events)
        while self._events > self.most_events and len(self._kept) > 1:
            self.forget(next(iter(self._kept)))

    def forget(self, conversation_id: str) -> None:
        tracker = self._kept.pop(conversation_id, None)
        if tracker is not None:
            self._events -= len(tracker.events)
