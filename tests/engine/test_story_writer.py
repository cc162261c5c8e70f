"""Stories that are written can be read again, and say the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import events as ev
from bot.dialogue.expansion import step_event
from bot.dialogue.story_reader import read_stories
from bot.dialogue.story_writer import marked_text, story_step, write_stories
from bot.domain import Domain
from bot.entity_markup import read_markup
from bot.errors import Complaints
from bot.events import Event
from bot.project import Document
from bot.slots import Slot
from bot.yaml_file import read_yaml

DOMAIN = Domain(user_slots={"city": Slot("city"), "list": Slot("list", "list")})


def read_again(text: str, is_test: bool = True) -> list[Event]:
    complaints = Complaints()
    content = read_yaml(text, "story.yml", complaints)
    found = read_stories([Document("story.yml", content)], DOMAIN, complaints, is_test=is_test)
    assert not complaints.errors, complaints.found
    return [step_event(step) for story in found.stories for step in story.steps]


def said(text: str, intent: str | None = "inform", *entities: dict[str, Any]) -> ev.UserUttered:
    return ev.UserUttered(text, {"name": intent, "confidence": 1.0}, entities)


def entity(text: str, name: str, marked: str, **more: Any) -> dict[str, Any]:
    start = text.index(marked)
    return {"entity": name, "start": start, "end": start + len(marked), "value": marked, **more}


def test_a_conversation_as_a_test() -> None:
    text = "Ankara'dan İzmir'e"
    events = [
        ev.ActionExecuted("action_session_start"),
        ev.SessionStarted(),
        ev.ActionExecuted("action_listen"),
        said(text, "inform", entity(text, "city", "Ankara", role="from"), entity(text, "city", "İzmir")),
        ev.DefinePrevUserUtteredFeaturization(False),
        ev.SlotSet("city", "İzmir"),
        ev.ActionExecuted("form"),
        ev.ActiveLoop("form"),
        ev.BotUttered("Kaç kişi?"),
        ev.ActiveLoop(None),
        ev.ActionExecuted(None, action_text="Güle güle: iyi günler"),
    ]

    assert write_stories([("ayşe", events)]) == (
        'version: "3.1"\n'
        "stories:\n"
        "- story: ayşe\n"
        "  steps:\n"
        "  - intent: inform\n"
        "    user: |-\n"
        '      [Ankara]{"entity": "city", "role": "from"}\'dan [İzmir](city)\'e\n'
        "  - slot_was_set:\n"
        "    - city: İzmir\n"
        "  - action: form\n"
        "  - active_loop: form\n"
        "  - active_loop: null\n"
        "  - bot: 'Güle güle: iyi günler'\n"
    )


def test_a_conversation_to_learn_from() -> None:
    events = [said("Ankara", "inform", entity("Ankara", "city", "Ankara")), said("selam", "greet")]

    assert story_step(events[0], is_test=False) == {"intent": "inform", "entities": [{"city": "Ankara"}]}
    assert story_step(events[1], is_test=False) == {"intent": "greet"}


def test_a_retrieval_intent_and_no_intent() -> None:
    chitchat = ev.UserUttered("adın ne", {"name": "chitchat", "full_retrieval_intent_name": "chitchat/name"})

    assert story_step(chitchat) == {"intent": "chitchat/name", "user": "adın ne"}
    assert story_step(said("hımm", None)) == {"user": "hımm"}
    assert story_step(said("", "greet")) == {"intent": "greet"}


def test_no_stories() -> None:
    assert write_stories([]) == 'version: "3.1"\n'


@pytest.mark.parametrize(
    ("text", "entities", "marked"),
    [
        ("İzmir", [("city", 0, 5, "izmir")], '[İzmir]{"entity": "city", "value": "izmir"}'),
        ("3 kişi", [("number", 0, 1, 3)], '[3]{"entity": "number", "value": 3} kişi'),
        ("a b", [("x", 0, 3, "a b"), ("y", 2, 3, "b")], "[a b](x)"),
        ("a", [("x", 0, 1, "a"), ("y", 0, 1, "a")], '[a][{"entity": "x"}, {"entity": "y"}]'),
        ("a", [("x", 0, 1, "a"), ("x", 0, 1, "a")], "[a](x)"),
        ("a", [("x", 0, 9, "a"), ("x", -1, 1, "a"), ("x", 1, 1, "a"), ("x", None, 1, "a")], "a"),
        ('/inform{"x": "a"}', [("x", 0, 1, "a")], '/inform{"x": "a"}'),
    ],
)
def test_marks(text: str, entities: list[tuple[Any, ...]], marked: str) -> None:
    keys = ("entity", "start", "end", "value")
    assert marked_text(text, [dict(zip(keys, one, strict=True)) for one in entities]) == marked


@given(
    st.lists(
        st.tuples(
            st.text("açğıİşö ₺'.,:-!?\n\"#&*😀", min_size=1, max_size=30).map(str.strip).filter(bool),
            st.integers(0, 30),
            st.integers(1, 30),
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read_again(messages: list[tuple[str, int, int]]) -> None:
    events = []
    for text, start, length in messages:
        start %= len(text)
        end = min(len(text), start + length)
        found = {"entity": "city", "start": start, "end": end, "value": text[start:end]}
        events += [said(text, "inform", found), ev.ActionExecuted("utter_x")]
    again = read_again(write_stories([("x", events)]))

    for event, other in zip(events, again, strict=True):
        if isinstance(event, ev.UserUttered):
            assert isinstance(other, ev.UserUttered)
            assert (other.text, other.intent_name) == (event.text, "inform")
            assert read_markup(marked_text(str(event.text), event.entities))[0] == event.text
            assert [one["value"] for one in other.entities] == [one["value"] for one in event.entities]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3),
    )
)
@example("0E0")
@example("a\x85b\u2028")
@settings(max_examples=100, deadline=None)
def test_slot_values_are_read_again(value: Any) -> None:
    event = ev.SlotSet("list", value)
    (again,) = read_again(write_stories([("x", [event])]))

    assert again == event
