"""One event of every kind, each field set to something that is easily lost."""

from __future__ import annotations

from bot import events as ev
from bot.events import Event

INTENT = {"name": "order_status", "confidence": 0.1 + 0.2}
ENTITIES = ({"entity": "order_no", "value": "İ-1905", "start": 0, "end": 6},)

EVENTS: list[Event] = [
    ev.ActionExecuted("action_session_start", "RulePolicy", 1.0, None, True, timestamp=1.5),
    ev.SessionStarted(timestamp=1_700_000_000.123456),
    ev.UserUttered(
        "Kargom nerede? 📦 \0 \ud800 ışığın\n",
        INTENT,
        ENTITIES,
        {"intent_ranking": [INTENT], "text": "Kargom"},
        "whatsapp",
        "wamid.1",
        timestamp=3.0,
        metadata={"numara": {"ülke": "TR"}},
    ),
    ev.UserUttered(None),
    ev.BotUttered("Hemen bakıyorum.", {"buttons": [{"title": "Evet", "payload": "/affirm"}]}, timestamp=4.0),
    ev.SlotSet("order", {"no": 1905, "items": [1, 2.5, None, True, "ş"]}, timestamp=5.0),
    ev.SlotSet("order", None),
    ev.ActionExecuted(None, None, None, "Serbest metin"),
    ev.ActionExecutionRejected("order_form", "RulePolicy", 0.5),
    ev.ActiveLoop("order_form"),
    ev.ActiveLoop(None),
    ev.LoopInterrupted(False),
    ev.FollowupAction("action_listen"),
    ev.ReminderScheduled("EXTERNAL_ask", "2026-01-01T10:00:00+03:00", [{"a": 1}], "rem", False),
    ev.ReminderCancelled("rem", "EXTERNAL_ask", [{"a": 1}]),
    ev.AgentUttered("Merhaba, ben Ayşe", {"image": "https://example.org/a.png"}),
    ev.EntitiesAdded(ENTITIES),
    ev.DefinePrevUserUtteredFeaturization(True),
    ev.StoryExported(),
    ev.Restarted(),
    ev.UserUtteranceReverted(),
    ev.ActionReverted(),
    ev.AllSlotsReset(),
    ev.ConversationPaused(),
    ev.ConversationResumed(metadata={"by": "desk"}),
]


def slot(number: int) -> Event:
    """An event that says which one it is."""
    return ev.SlotSet("n", number, timestamp=float(number))
