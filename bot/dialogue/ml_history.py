"""The history as memory and learned policies see it: without the turns that only rules took.

Rasa hides a turn whose rule stands in no story, so that stories can go on around it. Whether a turn is hidden
depends on the turn before; so each moment of the history keeps what was found out up to it, and a new turn
costs the same however long the conversation is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.dialogue.states import State, state_of, told_by_intent
from bot.domain import ACTION_UNLIKELY_INTENT, Domain
from bot.events import ActionExecuted
from bot.tracker import Moment, Situation, Tracker


@dataclass(frozen=True, slots=True)
class RuleOnly:
    """What only rules speak of."""

    slots: frozenset[str] = frozenset()
    loops: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Chain:
    """The visible states up to a moment, linked to those before."""

    state: State
    before: _Chain | None


@dataclass(frozen=True, slots=True)
class _View:
    """What is known up to a moment."""

    chain: _Chain | None = None
    count: int = 0
    """How many states the chain has."""
    hidden: bool = False
    action: tuple[str, bool] | None = None
    """Latest visible action, and whether it is a text."""


class MlHistory:
    """Reads trackers that way."""

    def __init__(self, domain: Domain, rule_only: RuleOnly) -> None:
        self.domain = domain
        self.rule_only = rule_only

    def states(self, tracker: Tracker, limit: int | None = None) -> list[State]:
        """The visible states, the earliest first, the present one last; at most ``limit``."""
        view = self._seen(self._view(tracker), tracker.seen, hide=False)
        found: list[State] = []
        chain = view.chain
        while chain is not None and (limit is None or len(found) < limit):
            if chain.state.get("prev_action", {}).get("action_name") != ACTION_UNLIKELY_INTENT:
                found.append(chain.state)
            chain = chain.before
        if found:
            found[0] = told_by_intent(found[0])
        return found[::-1]

    def recent(self, tracker: Tracker) -> Iterator[tuple[Moment, int]]:
        """Each moment of the history, the latest first, with the number of visible states from it on."""
        total = self._seen(self._view(tracker), tracker.seen, hide=False).count
        for moment in tracker.history():
            before: _View = moment.previous.derived[self] if moment.previous else _View()
            yield moment, total - before.count

    def _view(self, tracker: Tracker) -> _View:
        """The view up to the last moment, from the last one that has been looked at."""
        todo: list[Moment] = []
        moment = tracker.latest
        while moment is not None and self not in moment.derived:
            todo.append(moment)
            moment = moment.previous
        view: _View = moment.derived[self] if moment is not None else _View()
        for one in reversed(todo):
            if isinstance(one.event, ActionExecuted):
                before = one.previous.situation if one.previous else tracker.beginning
                view = self._seen(view, before, one.event.hide_rule_turn)
            one.derived[self] = view
        return view

    def _seen(self, view: _View, situation: Situation, hide: bool) -> _View:
        action = view.action
        if not view.hidden:
            action = (situation.action, situation.action_is_text) if situation.action else None
        # A follow-up and a form that goes on do not decide whether a turn is hidden.
        decided = not situation.followup and situation.action != situation.loop_name
        hidden = hide if decided else view.hidden
        if hidden:
            return _View(view.chain, view.count, hidden, action)
        state = self._visible(state_of(situation, self.domain), view.chain, action)
        return _View(_Chain(state, view.chain), view.count + 1, hidden, action)

    def _visible(self, full: State, before: _Chain | None, action: tuple[str, bool] | None) -> State:
        state = {key: value for key, value in full.items() if key != "prev_action"}
        if self.rule_only.slots and "slots" in state:
            kept = {name: v for name, v in state["slots"].items() if name not in self.rule_only.slots}
            state["slots"] = kept
            if not kept:
                del state["slots"]
        if state.get("active_loop", {}).get("name") in self.rule_only.loops:
            del state["active_loop"]
        if before is not None and full.get("prev_action", {}).get("action_name") != "action_listen":
            user = before.state.get("user")
            if user:
                state["user"] = user
            else:
                state.pop("user", None)
        if action is not None:
            state["prev_action"] = {"action_text" if action[1] else "action_name": action[0]}
        elif "prev_action" in full:
            state["prev_action"] = full["prev_action"]
        return state
