"""Stories and rules: every kind of step, and what is complained of."""

from __future__ import annotations

import pytest

from bot.dialogue.stories import ActionStep, CheckpointStep, LoopStep, OrStep, SlotStep, Step, UserStep
from bot.errors import Complaints
from tests.reading.reading import assert_told, stories_of


def in_story(steps: str, title: str = "story") -> str:
    lines = "".join(f"  {line}\n" for line in steps.splitlines())
    plural = "rules" if title == "rule" else "stories"
    return f"{plural}:\n- {title}: it\n  steps:\n{lines}"


def steps_of(steps: str, *, is_test: bool = False) -> tuple[Step, ...]:
    complaints = Complaints()
    found = stories_of(in_story(steps), complaints, is_test=is_test)
    assert not complaints.found
    return found.stories[0].steps


STEPS: list[tuple[str, Step]] = [
    ("- intent: greet", UserStep("greet")),
    ("- intent: greet\n  entities:\n  - city: x", UserStep("greet", ({"entity": "city", "value": "x"},))),
    ("- intent: greet\n  entities:\n  - city", UserStep("greet", ({"entity": "city", "value": ""},))),
    (
        "- intent: greet\n  entities:\n  - city: x\n    role: from",
        UserStep("greet", ({"entity": "city", "value": "x", "role": "from"},)),
    ),
    ("- intent: greet\n  entities:\n  - city:", UserStep("greet", ({"entity": "city"},))),
    ("- user: selam", UserStep(text="selam")),
    (
        "- user: |\n    [Ankara](city) olsun\n  intent: greet",
        UserStep("greet", ({"entity": "city", "start": 0, "end": 6, "value": "Ankara"},), "Ankara olsun"),
    ),
    (
        '- user: |-\n    /greet{"city": "x"}\n  intent: greet',
        UserStep("greet", ({"entity": "city", "value": "x", "start": 6, "end": 19},), '/greet{"city": "x"}'),
    ),
    ("- action: utter_greet", ActionStep("utter_greet")),
    ("- bot: Merhaba", ActionStep(text="Merhaba")),
    ("- slot_was_set:\n  - name: x", SlotStep("name", "x")),
    ("- slot_was_set:\n  - name", SlotStep("name", "filled")),
    ("- slot_was_set:\n  - tags", SlotStep("tags", ["filled"])),
    ("- slot_was_set:\n  - name: null", SlotStep("name")),
    ("- active_loop: order_form", LoopStep("order_form")),
    ("- active_loop: null", LoopStep(None)),
    ("- checkpoint: c", CheckpointStep("c")),
    ("- checkpoint: c\n  slot_was_set:\n  - vip: true", CheckpointStep("c", {"vip": True})),
    ("- or:\n  - intent: greet\n  - intent: bye", OrStep(((UserStep("greet"),), (UserStep("bye"),)))),
    (
        "- or:\n  - slot_was_set:\n    - name: a\n  - slot_was_set:\n    - name: b",
        OrStep(((SlotStep("name", "a"),), (SlotStep("name", "b"),))),
    ),
    ("- or:\n  - intent: greet", UserStep("greet")),
]


@pytest.mark.parametrize(("text", "expected"), STEPS, ids=lambda one: str(one)[:40])
def test_reads_a_step(text: str, expected: Step) -> None:
    (found,) = steps_of(text)
    assert without_places(found) == without_places(expected)


def without_places(step: Step) -> object:
    if isinstance(step, OrStep):
        return [[without_places(one) for one in choice] for choice in step.choices]
    fields = step.__dataclass_fields__
    return type(step), {name: getattr(step, name) for name in fields if name != "place"}


def test_a_list_of_slots_is_several_steps() -> None:
    found = steps_of("- slot_was_set:\n  - name: a\n  - vip: true\n  - tags: [x, y]")
    values = [one.value for one in found if isinstance(one, SlotStep)]
    assert values == ["a", True, ["x", "y"]]


def test_a_step_knows_its_line() -> None:
    (first, second) = steps_of("- intent: greet\n- action: utter_greet")
    assert first.place and second.place
    assert (first.place.line, second.place.line) == (4, 5)


def test_reads_a_rule() -> None:
    complaints = Complaints()
    text = """
    rules:
    - rule: begins
      conversation_start: true
      wait_for_user_input: false
      condition:
      - active_loop: null
      - slot_was_set:
        - vip: true
      steps:
      - intent: greet
      - action: utter_greet
    """
    (rule,) = stories_of(text, complaints).rules
    assert not complaints.found
    assert rule.is_rule and rule.conversation_start and not rule.wait_for_user_input
    assert [without_places(one) for one in rule.condition] == [
        without_places(LoopStep(None)),
        without_places(SlotStep("vip", True)),
    ]


def test_tests_keep_full_retrieval_intents() -> None:
    (found,) = steps_of("- intent: faq/hours\n  user: kaçta açılıyor", is_test=True)
    assert isinstance(found, UserStep)
    assert (found.intent, found.text) == ("faq/hours", "kaçta açılıyor")


WRONG = [
    ("- intent: 5", "error step-type 4", 'Put it between quotes: "5"'),
    ("- intnt: greet", "error step-key 4", "Did you mean 'intent'?"),
    ("- intent: greet\n  entites: []", "error step-key 5", "Did you mean 'entities'?"),
    ("- intent: /greet", "warning intent-slash 4", "Write 'intent: greet'"),
    ("- intent: faq/hours", "warning intent-full 4", "Write 'intent: faq'"),
    ("- intent: a/b/c", "error intent-slashes 4", "intent/key"),
    ("- intent: greet\n  entities:", "error step-type 5", "Begin each"),
    ("- intent: greet\n  entities:\n  - city: x\n    role: 1", "error step-type 7", "quotes"),
    ('- user: "[Ankara]{\\"entity\\": }"', "error entity-markup 4", '{"entity": "name"'),
    ("- user: /greet{city}", "warning command-entities 4", '/intent{"entity": "value"}'),
    ("- utter_greet", "error step-type 4", "Did you mean '- action: utter_greet'?"),
    ("- ...", "error step-type 4", "Remove it"),
    ("- slot_was_set:\n    name: x", "error step-type 4", "Begin each"),
    ("- slot_was_set:\n  - nmae", "error slot-undeclared 5", "Did you mean 'name'?"),
    ("- slot_was_set:\n  - vip", "warning slot-no-value 5", "- vip: value"),
    ("- checkpoint: c\n  slot_was_set:\n  - name", "warning checkpoint-slot 6", "- name: value"),
    ("- or:\n  - action: utter_greet", "error or-choice 5", "- intent: ..."),
    ("- active_loop: 5", "error step-type 4", "quotes"),
]


@pytest.mark.parametrize(("steps", "expected", "mend"), WRONG, ids=lambda one: one[:40])
def test_complains(steps: str, expected: str, mend: str) -> None:
    complaints = Complaints()
    stories_of(
        in_story("- action: utter_greet\n" + steps).replace("  - action: utter_greet\n", "", 1), complaints
    )
    first = complaints.found[0]
    assert (
        f"{'warning' if first.warning else 'error'} {first.code} {first.place and first.place.line}"
        == expected
    )
    assert mend in first.mend


BLOCKS = [
    ("stories: x", "error story-type 1", "Begin each"),
    ("stories:\n- x", "error story-type 2", "- story: its name"),
    ("stories:\n- steps:\n  - intent: greet", "warning story-no-name 2", "- story: ..."),
    ("stories:\n- story: s", "warning story-no-steps 2", "- "),
    ("stories:\n- story: 5\n  steps:\n  - action: a", "error story-type 2", "quotes"),
    (
        "rules:\n- rule: s\n  condtion: []\n  steps:\n  - action: a",
        "error story-key 3",
        "Did you mean 'condition'?",
    ),
    ("rules:\n- rule: s\n  steps:\n  - action: a\n  - bot: hi", "error rule-step 5", "Write a story"),
    (
        "rules:\n- rule: s\n  condition:\n  - intent: a\n  steps:\n  - action: a",
        "error rule-condition 4",
        "'steps:'",
    ),
    (
        "rules:\n- rule: s\n  wait_for_user_input: no\n  steps:\n  - action: a",
        "error story-type 3",
        "true or false",
    ),
]


@pytest.mark.parametrize(("text", "expected", "mend"), BLOCKS, ids=lambda one: one[:40])
def test_complains_of_a_story(text: str, expected: str, mend: str) -> None:
    complaints = Complaints()
    stories_of(text, complaints)
    assert_told(complaints, expected, mend)


def test_a_bad_step_does_not_hide_the_others() -> None:
    complaints = Complaints()
    found = stories_of(in_story("- intent: greet\n- foo: 1\n- action: utter_greet\n- bar: 2"), complaints)
    assert [one.place.line for one in complaints if one.place] == [5, 7]
    assert len(found.stories[0].steps) == 2
