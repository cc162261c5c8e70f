"""What stories and rules become: conversations to learn from, rules, memories, and complaints."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.dialogue.expansion import expand
from bot.dialogue.memoization import MemoizationPolicy
from bot.dialogue.rules import RulePolicy
from bot.dialogue.states import recent_states
from bot.events import ActionExecuted, ActiveLoop, SlotSet

from .project import LISTEN, conversation, domain_of, said, stories_of, trained

DOMAIN = """
    version: "3.1"
    intents: [hi, more, enough, book, inform, {quiet: {ignore_entities: [city]}}]
    entities: [city, {size: {roles: [small]}}, {noise: {influence_conversation: false}}]
    slots:
      city: {type: text, mappings: [{type: from_entity, entity: city}]}
      mood: {type: categorical, values: [good, bad], mappings: [{type: custom}]}
    forms: {book_form: {required_slots: [city]}}
    responses: {utter_hi: [{text: hi}], utter_more: [{text: m}], utter_done: [{text: d}]}
    actions: [action_a]
"""
MEMORY = [{"name": "MemoizationPolicy"}]


def paths(stories: str) -> list[list[str]]:
    """What each training conversation says and does, without listens."""
    domain = domain_of(DOMAIN)
    found = []
    for one in expand(stories_of(stories, domain).stories, domain):
        told = []
        for event in one.tracker.events:
            name = getattr(event, "intent_name", None) or getattr(event, "name", None)
            if name and name != "action_listen" and not isinstance(event, SlotSet):
                told.append(name)
        found.append(told)
    return sorted(found)


def test_or_makes_a_conversation_of_each_choice() -> None:
    assert paths("""
        version: "3.1"
        stories:
        - story: s
          steps: [{or: [{intent: hi}, {intent: more}]}, {action: utter_hi}]
    """) == [["hi", "utter_hi"], ["more", "utter_hi"]]


def test_what_leads_to_an_or_with_nothing_after_it_is_not_learned() -> None:
    assert (
        paths("""
        version: "3.1"
        stories:
        - story: s
          steps: [{intent: hi}, {action: utter_hi}, {or: [{intent: hi}, {intent: more}]}]
    """)
        == []
    )


def test_stories_go_on_at_checkpoints_and_conditions_hold_some_back() -> None:
    assert paths("""
        version: "3.1"
        stories:
        - story: in
          steps: [{intent: inform, entities: [{city: Rize}]}, {checkpoint: c}]
        - story: in without
          steps: [{intent: hi}, {checkpoint: c}]
        - story: out
          steps: [{checkpoint: c, slot_was_set: [{city: Rize}]}, {action: utter_done}]
        - story: from nowhere
          steps: [{checkpoint: unknown}, {action: utter_done}]
    """) == [["inform", "utter_done"]]


def test_a_circle_of_checkpoints_ends() -> None:
    found = paths("""
        version: "3.1"
        stories:
        - story: in
          steps: [{intent: hi}, {checkpoint: c}]
        - story: round
          steps: [{checkpoint: c}, {intent: more}, {action: utter_more}, {checkpoint: c}]
        - story: out
          steps: [{checkpoint: c}, {intent: enough}, {action: utter_done}]
    """)
    assert ["hi", "enough", "utter_done"] in found
    assert ["hi", "more", "utter_more", "enough", "utter_done"] in found
    assert max(map(len, found)) < 20


def test_a_state_tells_intent_entities_slots_action_and_loop() -> None:
    domain = domain_of(DOMAIN)
    tracker = conversation(domain, said("inform", city="Rize", noise="x"), SlotSet("city", "Rize"))
    tracker.update_all([SlotSet("mood", "GOOD"), ActionExecuted("book_form"), ActiveLoop("book_form")])
    first, second, now = recent_states(tracker, domain)
    assert first == {}
    assert second["user"] == {"intent": "inform", "entities": ["city"]}
    assert now == {
        "user": {"intent": "inform", "entities": ["city"]},
        "slots": {"city": [1.0], "mood": [1.0, 0.0, 0.0]},
        "prev_action": {"action_name": "book_form"},
        "active_loop": {"name": "book_form"},
    }


def test_an_intent_that_ignores_an_entity_does_not_tell_it() -> None:
    domain = domain_of(DOMAIN)
    state = recent_states(conversation(domain, said("quiet", city="Rize")), domain)[-1]
    assert state["user"] == {"intent": "quiet"}


RULES = """
    version: "3.1"
    rules:
    - {rule: plain, steps: [{intent: hi}, {action: utter_hi}]}
    - rule: in a good mood
      condition: [{slot_was_set: [{mood: good}]}]
      steps: [{intent: hi}, {action: utter_done}]
    - rule: at the beginning
      conversation_start: true
      steps: [{intent: more}, {action: utter_more}]
    - rule: without a city
      condition: [{slot_was_set: [{city: null}]}]
      steps: [{intent: enough}, {action: action_a}]
    - {rule: goes on, wait_for_user_input: false, steps: [{intent: book}, {action: action_a}]}
"""


@pytest.mark.parametrize(
    ("events", "action"),
    [
        ([said("hi")], "utter_hi"),
        ([SlotSet("mood", "good"), said("hi")], "utter_done"),
        ([SlotSet("mood", "bad"), said("hi")], "utter_hi"),
        ([said("hi", city="Rize")], "utter_hi"),
        ([said("hi", noise="x")], "utter_hi"),
        ([said("hi"), "utter_hi"], "action_listen"),
        ([said("more")], "utter_more"),
        ([said("hi"), "utter_hi", LISTEN, said("more")], "action_default_fallback"),
        ([said("enough")], "action_a"),
        ([SlotSet("city", "Rize"), said("enough")], "action_default_fallback"),
        ([said("book")], "action_a"),
        ([said("book"), "action_a"], "action_default_fallback"),
        ([said("restart")], "action_restart"),
        ([said("back")], "action_back"),
        ([said("session_start")], "action_session_start"),
    ],
)
def test_the_rule_that_fits_best_is_followed(events: list[Any], action: str) -> None:
    ensemble, complaints = trained(DOMAIN, RULES)
    assert not complaints.errors
    tracker = conversation(ensemble.domain, *events)
    assert ensemble.decide(tracker).action == action


def test_trained_rules_come_back_from_their_json() -> None:
    ensemble, _ = trained(DOMAIN, RULES)
    [policy] = ensemble.policies
    assert isinstance(policy, RulePolicy)
    again = type(policy.model).from_dict(json.loads(json.dumps(policy.model.as_dict())))
    assert again.as_dict() == policy.model.as_dict()


@pytest.mark.parametrize(
    ("rules", "code", "words", "line"),
    [
        (
            """
            version: "3.1"
            rules:
            - rule: one
              steps: [{intent: hi}, {action: utter_hi}]
            - rule: two
              steps: [{intent: hi}, {action: utter_done}]
            """,
            "rule-contradiction",
            "'utter_done' in rule 'two' contradicts the rule(s) 'one'",
            6,
        ),
        (
            """
            version: "3.1"
            rules:
            - rule: hello
              steps: [{intent: hi}, {action: utter_hi}]
            stories:
            - story: other
              steps: [{intent: hi}, {action: utter_done}]
            """,
            "rule-contradiction",
            "in story 'other' contradicts the rule(s) 'hello' which predict 'utter_hi'",
            7,
        ),
        (
            """
            version: "3.1"
            rules:
            - rule: sets
              steps: [{intent: hi}, {action: action_a}, {slot_was_set: [{city: Rize}]}]
            - rule: forgets
              steps: [{intent: more}, {action: action_a}]
            """,
            "rule-incomplete",
            "'action_a' in rule 'forgets' does not set some of the slots that it sets in other rules: city",
            6,
        ),
        (
            """
            version: "3.1"
            rules:
            - rule: starts
              steps: [{intent: book}, {action: book_form}, {active_loop: book_form}]
            - rule: does not say
              steps: [{intent: more}, {action: book_form}]
            """,
            "rule-incomplete",
            "The form 'book_form' in rule 'does not say' does not set the active_loop",
            6,
        ),
        (
            """
            version: "3.1"
            rules:
            - rule: long
              steps: [{intent: hi}, {action: utter_hi}, {intent: more}, {action: utter_more}]
            """,
            "rule-too-long",
            "The rule 'long' has more than one message",
            4,
        ),
    ],
)
def test_what_is_wrong_with_rules_is_told_with_its_place(
    rules: str, code: str, words: str, line: int
) -> None:
    _, complaints = trained(DOMAIN, rules)
    found = [one for one in complaints.errors if one.code == code and words in one.message]
    assert found, [str(one) for one in complaints]
    assert found[0].place is not None
    assert (found[0].place.file, found[0].place.line) == ("stories.yml", line)
    assert found[0].mend


def test_checks_can_be_turned_off_and_an_unknown_fallback_action_is_told() -> None:
    contradicting = """
        version: "3.1"
        rules:
        - {rule: one, steps: [{intent: hi}, {action: utter_hi}]}
        - {rule: two, steps: [{intent: hi}, {action: utter_done}]}
    """
    loose = {"name": "RulePolicy", "check_for_contradictions": False}
    assert not trained(DOMAIN, contradicting, [loose])[1].errors
    lost = {"name": "RulePolicy", "core_fallback_action_name": "action_lost"}
    assert [one.code for one in trained(DOMAIN, RULES, [lost])[1].errors] == ["fallback-action-unknown"]
    assert [one.code for one in trained(DOMAIN, RULES, [{"name": "Nobody"}])[1].errors] == ["policy-unknown"]


STORIES = """
    version: "3.1"
    stories:
    - story: s
      steps: [{intent: hi}, {action: utter_hi}, {intent: more}, {action: utter_more}]
    - story: filled
      steps: [{intent: inform, entities: [{city: Rize}]}, {action: utter_done}]
    - story: ignored entity
      steps: [{intent: quiet, entities: [{city: Rize}]}, {action: action_a}]
"""


@pytest.mark.parametrize("name", ["MemoizationPolicy", "AugmentedMemoizationPolicy"])
def test_a_story_is_recalled_word_for_word(name: str) -> None:
    ensemble, _ = trained(DOMAIN, STORIES, [{"name": name}])
    tracker = conversation(ensemble.domain, said("hi"))
    for wanted in ("utter_hi", "action_listen"):
        assert ensemble.decide(tracker).action == wanted
        tracker.update(ActionExecuted(wanted))
    tracker.update(said("more"))
    assert ensemble.decide(tracker).action == "utter_more"


def test_only_augmented_memory_forgets_what_was_before() -> None:
    before: list[Any] = [said("enough"), "action_a", LISTEN]
    for name, wanted in (("MemoizationPolicy", 0.0), ("AugmentedMemoizationPolicy", 1.0)):
        ensemble, _ = trained(DOMAIN, STORIES, [{"name": name}])
        decision = ensemble.decide(conversation(ensemble.domain, *before, said("hi")))
        assert decision.confidence == wanted


def test_max_history_limits_what_is_compared() -> None:
    ensemble, _ = trained(DOMAIN, STORIES, [{"name": "MemoizationPolicy", "max_history": 1}])
    tracker = conversation(ensemble.domain, said("enough"), "action_a", LISTEN, said("more"))
    assert ensemble.decide(tracker).action == "utter_more"


def test_entities_of_stories_fill_slots_and_those_that_an_intent_ignores_are_told_nevertheless() -> None:
    ensemble, _ = trained(DOMAIN, STORIES, MEMORY)
    filled = conversation(ensemble.domain, said("inform", city="Rize"), SlotSet("city", "Rize"))
    assert ensemble.decide(filled).action == "utter_done"
    ignored = conversation(ensemble.domain, said("quiet", city="Rize"), SlotSet("city", "Rize"))
    assert ensemble.decide(ignored).confidence == 0.0, (
        "Rasa learns it with the entity and looks it up without"
    )


def test_what_two_stories_disagree_on_is_forgotten() -> None:
    ensemble, _ = trained(
        DOMAIN,
        """
        version: "3.1"
        stories:
        - {story: one, steps: [{intent: hi}, {action: utter_hi}]}
        - {story: two, steps: [{intent: hi}, {action: utter_done}]}
        """,
        MEMORY,
    )
    [policy] = ensemble.policies
    assert isinstance(policy, MemoizationPolicy)
    assert ensemble.decide(conversation(ensemble.domain, said("hi"))).confidence == 0.0


BOTH: list[dict[str, Any]] = [{"name": "MemoizationPolicy"}, {"name": "RulePolicy"}]


def test_a_tie_goes_to_the_policy_with_the_higher_priority_whatever_their_order() -> None:
    agreeing = STORIES + "    rules:\n    - {rule: r, steps: [{intent: hi}, {action: utter_hi}]}\n"
    for policies in (BOTH, BOTH[::-1]):
        ensemble, _ = trained(DOMAIN, agreeing, policies)
        assert ensemble.decide(conversation(ensemble.domain, said("hi"))).policy == "RulePolicy"
    first: list[dict[str, Any]] = [{"name": "MemoizationPolicy", "priority": 6}, {"name": "RulePolicy"}]
    ensemble, _ = trained(DOMAIN, agreeing, first)
    assert ensemble.decide(conversation(ensemble.domain, said("hi"))).policy == "MemoizationPolicy"


def test_a_confidence_at_the_threshold_loses_to_the_fallback() -> None:
    policy = {"name": "RulePolicy", "use_nlu_confidence_as_score": True, "core_fallback_threshold": 0.5}
    ensemble, _ = trained(DOMAIN, RULES, [policy])
    for confidence, wanted in ((0.5, "action_default_fallback"), (0.51, "utter_hi")):
        tracker = conversation(ensemble.domain, said("hi", confidence=confidence))
        assert ensemble.decide(tracker).action == wanted


def test_a_rejected_action_is_not_chosen_again_and_a_form_goes_on_by_itself() -> None:
    from bot.events import ActionExecutionRejected

    ensemble, _ = trained(DOMAIN, RULES)
    in_form: list[Any] = [said("book"), "book_form", ActiveLoop("book_form"), LISTEN, said("hi")]
    assert ensemble.decide(conversation(ensemble.domain, *in_form)).action == "book_form"
    rejected = [*in_form, ActionExecutionRejected("book_form")]
    assert ensemble.decide(conversation(ensemble.domain, *rejected)).action == "utter_hi"


def test_a_followup_is_obeyed_unless_it_is_unknown() -> None:
    ensemble, _ = trained(DOMAIN, RULES)
    tracker = conversation(ensemble.domain, said("hi"))
    assert ensemble.decide(tracker, "action_a").action == "action_a"
    assert ensemble.decide(tracker, "action_nowhere").action == "utter_hi"


def test_the_same_conversation_is_decided_the_same_way() -> None:
    ensemble, _ = trained(DOMAIN, STORIES + "    rules: []\n", BOTH)
    tracker = conversation(ensemble.domain, said("hi"))
    assert ensemble.decide(tracker) == ensemble.decide(tracker)
