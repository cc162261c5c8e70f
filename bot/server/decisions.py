"""What the bot does next, asked and told from outside: trigger_intent, execute, predict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot.channels.rest import NAME
from bot.dialogue.policy import Decision
from bot.domain import Domain
from bot.message import Message
from bot.server.bodies import MAX_EVENTS_BODY, read_json, read_object
from bot.server.conversations import conversation_of
from bot.server.errors import ApiError, bad_request
from bot.server.event_checks import is_parse_data, read_events
from bot.server.outputs import Outputs, unknown_conversation
from bot.server.states import Shown, stamped, state_response, try_out
from bot.server.turns import Turns
from bot.tracker import Tracker
from bot.turn import Bot, Turn


class DecisionRoutes:
    """Acts in conversations, and tells what the bot would do."""

    def __init__(self, turns: Turns, outputs: Outputs) -> None:
        self.turns = turns
        self.bot: Bot = turns.bot
        self.outputs = outputs

    async def trigger_intent(self, request: web.Request) -> web.Response:
        """``POST .../trigger_intent``: the bot acts as if the customer had meant this."""
        conversation_id, shown = conversation_of(request), Shown.of(request)
        body = await read_object(request)
        name = _name(body, "intent")
        entities = _entities(body.get("entities"))
        if name not in self.bot.domain.all_intents:
            raise _missing("intent")
        output = await self.outputs.of(request, conversation_id)
        message = Message(
            "", conversation_id, NAME, output.channel, trigger_intent=name, trigger_entities=entities
        )
        await self.turns.answer(message, output.emit)
        events = await self.bot.store.load(conversation_id)
        domain = self.bot.domain

        def answer() -> dict[str, Any]:
            state = shown.state(Tracker(conversation_id, domain, events))
            return {"tracker": state, **output.messages(conversation_id)}

        return await state_response(len(events), answer)

    async def execute(self, request: web.Request) -> web.Response:
        """``POST .../execute``: run one action, whatever the policies would say."""
        conversation_id, shown = conversation_of(request), Shown.of(request)
        body = await read_object(request)
        name = _name(body, "action")
        policy = body.get("policy")
        if policy is not None and not isinstance(policy, str):
            raise bad_request("'policy' must be a text.", "policy")
        decision = Decision(name, policy or "", _confidence(body.get("confidence")))
        output = await self.outputs.of(request, conversation_id)

        async def act(turn: Turn) -> web.Response:
            if not turn.tracker.events:
                raise unknown_conversation()
            if name not in turn.bot.domain.action_index:
                raise _missing("action")
            await turn.begin_session_if_due()
            await turn.act(decision)

            def answer() -> dict[str, Any]:
                return {"tracker": shown.state(turn.tracker), **output.messages(conversation_id)}

            return await state_response(len(turn.tracker.events), answer)

        return await self.turns.hold(Message("", conversation_id, NAME, output.channel), act, output.emit)

    async def predict(self, request: web.Request) -> web.Response:
        """``POST .../predict``: what the bot would do now, the likeliest first; nothing is stored."""
        conversation_id = conversation_of(request)
        shown = Shown.of(request)
        events = await self.bot.store.load(conversation_id)
        if not events:
            raise unknown_conversation()
        bot = self.bot.snapshot()

        def answer() -> dict[str, Any]:
            found = _prediction(bot, Tracker(conversation_id, bot.domain, events), shown)
            found["scores"].sort(key=lambda one: (-one["score"], one["action"]))
            return found

        return await state_response(len(events), answer)

    async def predict_from(self, request: web.Request) -> web.Response:
        """``POST /model/predict``: what the bot would do after these events, in a conversation of no one."""
        shown = Shown.of(request)
        body = await read_json(request, MAX_EVENTS_BODY)
        size = len(body) if isinstance(body, list) else 1
        bot = self.bot.snapshot()

        def answer() -> dict[str, Any]:
            events = stamped(read_events(body, stored=False), bot.clock.now)
            tracker = Tracker("default", bot.domain)
            try_out(tracker, events)
            tracker.update_all(events)
            return _prediction(bot, tracker, shown)

        return await state_response(size, answer)


def _prediction(bot: Bot, tracker: Tracker, shown: Shown) -> dict[str, Any]:
    """Rasa's JSON of a decision; the scores are in the order of the domain's actions."""
    state = shown.state(tracker)
    trial = tracker.copy()
    decision = bot.ensemble.decide(trial, trial.take_followup())
    return {
        "scores": _scores(decision, bot.domain),
        "policy": decision.policy or None,
        "confidence": float(decision.confidence),
        "tracker": state,
    }


def _scores(decision: Decision, domain: Domain) -> list[dict[str, Any]]:
    won = next((one for one in decision.predictions if one.policy == decision.policy), None)
    scores = dict(won.scores) if won else {}
    scores[decision.action] = decision.confidence
    return [{"action": name, "score": float(scores.get(name, 0.0))} for name in domain.action_names]


def _name(body: Mapping[str, Any], what: str) -> str:
    name = body.get("name")
    if not name or not isinstance(name, str):
        raise bad_request(f"Name of the {what} not provided in request body.", "name")
    return name


def _missing(what: str) -> ApiError:
    message = f"The {what} does not exist in the domain."
    return ApiError(HTTPStatus.NOT_FOUND, "NotFound", message, {"parameter": "name", "in": "body"})


def _confidence(value: Any) -> float:
    """A confidence that was given, 0 when none was, as in Rasa."""
    if value is None:
        return 0.0
    try:
        found = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    except OverflowError:
        found = math.nan
    if not math.isfinite(found):
        raise bad_request("'confidence' must be a number.", "confidence")
    return found


def _entities(value: Any) -> list[Mapping[str, Any]]:
    """Entities as a list, or in Rasa's short form ``{"name": value}``."""
    if not value:
        return []
    if isinstance(value, dict):
        return [{"entity": str(name), "value": one} for name, one in value.items()]
    parse = {"entities": value}
    if not isinstance(value, list) or not is_parse_data(parse):
        raise bad_request("'entities' must be a list of objects with 'entity' and 'value'.", "entities")
    return list(value)
