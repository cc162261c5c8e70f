"""Test stories, played to a trained bot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Place
from bot.evaluation.files import Wanted
from bot.evaluation.stories import Check, Played, StoryResult, play
from bot.evaluation.story_files import stories_text, story_report, write_story_files
from bot.events import ActionExecuted, UserUttered
from bot.model import Model
from tests.evaluation.conftest import StoriesOf

GOOD = """\
version: "3.1"
stories:
- story: where is it
  steps:
  - user: |
      siparişim nerede
    intent: order_status
  - action: order_form
  - active_loop: order_form
  - user: |
      numaram [1001](order_no)
    intent: inform
  - action: order_form
  - active_loop: null
  - slot_was_set:
    - order_no: '1001'
  - action: action_tell_status
"""
WRONG_ACTION = """\
- story: rude
  steps:
  - user: |
      merhaba
    intent: greet
  - action: utter_goodbye
  - user: |
      hoşça kal
    intent: goodbye
  - action: utter_goodbye
"""
WRONG_INTENT = """\
- story: misheard
  steps:
  - user: |
      hoşça kal
    intent: greet
  - action: utter_greet
"""


def test_a_story_that_goes_as_told_passes(model: Model, stories_of: StoriesOf) -> None:
    (result,) = play(stories_of(GOOD), model)
    assert result.is_right, result.mistakes
    assert {one.what for one in result.checks} == {"intent", "entities", "action"}


def test_a_wrong_action_is_told_with_its_line_and_policy(model: Model, stories_of: StoriesOf) -> None:
    (result,) = play(stories_of("stories:\n" + WRONG_ACTION), model)
    mistake = result.mistakes[0]
    assert (mistake.what, mistake.expected, mistake.predicted) == ("action", "utter_goodbye", "utter_greet")
    assert str(mistake.place) == "test_stories.yml:7"
    assert mistake.by == "MemoizationPolicy"
    assert mistake.message == "merhaba"


def test_after_a_wrong_intent_the_story_goes_on_as_told(model: Model, stories_of: StoriesOf) -> None:
    (result,) = play(stories_of("stories:\n" + WRONG_INTENT), model)
    (mistake,) = result.mistakes
    assert (mistake.what, mistake.expected, mistake.predicted) == ("intent", "greet", "goodbye")
    assert str(mistake.place) == "test_stories.yml:4"


def test_without_end_to_end_intents_are_taken_from_the_story(model: Model, stories_of: StoriesOf) -> None:
    (result,) = play(stories_of("stories:\n" + WRONG_INTENT), model, end_to_end=False)
    assert result.is_right


def test_a_message_without_text_has_the_intent_of_the_story(model: Model, stories_of: StoriesOf) -> None:
    text = "stories:\n- story: short\n  steps:\n  - intent: greet\n  - action: utter_greet\n"
    (result,) = play(stories_of(text), model)
    assert result.is_right
    assert story_report([result])["greet"]["support"] == 1


def test_stories_that_differ_in_their_texts_only_are_both_played(model: Model, stories_of: StoriesOf) -> None:
    one = "- story: {}\n  steps:\n  - user: {}\n    intent: greet\n  - action: utter_greet\n"
    text = "stories:\n" + one.format("formal", "merhaba") + one.format("wrong", "siparişim nerede")
    assert [one.is_right for one in play(stories_of(text), model)] == [True, False]


def test_a_missed_entity_is_a_mistake(model: Model, stories_of: StoriesOf) -> None:
    text = GOOD.replace("numaram [1001](order_no)", "numaram [bin bir](order_no)")
    (result,) = play(stories_of(text), model)
    mistakes = {one.what: (one.expected, one.predicted) for one in result.mistakes}
    assert mistakes["entities"] == ("order_no=bin bir", "none")


@pytest.mark.parametrize("strict", [False, True])
def test_an_entity_where_none_is_marked_is_a_warning_unless_strict(
    model: Model, stories_of: StoriesOf, strict: bool
) -> None:
    text = "stories:\n- story: year\n  steps:\n  - user: merhaba 2025\n    intent: greet\n  - action: utter_greet\n"
    (result,) = play(stories_of(text), model, strict_entities=strict)
    assert result.is_right is not strict
    if not strict:
        (warning,) = result.warnings
        assert warning.predicted == "order_no=2025"


def test_checkpoints_and_choices_are_played_every_way(model: Model, stories_of: StoriesOf) -> None:
    text = """\
stories:
- story: before
  steps:
  - or:
    - intent: greet
    - intent: goodbye
  - action: utter_greet
  - checkpoint: greeted
- story: behind
  steps:
  - checkpoint: greeted
  - user: hoşça kal
    intent: goodbye
  - action: utter_goodbye
"""
    results = play(stories_of(text), model)
    assert [one.name for one in results] == ["before > behind"] * 2
    mistake = next(one for result in results for one in result.mistakes)
    assert (mistake.expected, mistake.predicted) == ("utter_greet", "utter_goodbye")
    assert str(mistake.place) == "test_stories.yml:7"


def test_playing_ends_when_asked_to(model: Model, stories_of: StoriesOf) -> None:
    stories = stories_of("stories:\n" + WRONG_ACTION + WRONG_INTENT)
    assert len(play(stories, model, told=lambda result: not result.is_right)) == 1


def test_rules_among_the_tests_are_not_played(model: Model, stories_of: StoriesOf) -> None:
    rule = "rules:\n- rule: bye\n  steps:\n  - intent: goodbye\n  - action: utter_greet\n"
    assert play(stories_of(rule), model) == []


def test_the_report_tells_of_conversations_actions_and_intents(model: Model, stories_of: StoriesOf) -> None:
    report = story_report(play(stories_of(GOOD + WRONG_ACTION), model))
    assert report["conversation_accuracy"] == {
        "accuracy": 0.5,
        "correct": 1,
        "with_warnings": 0,
        "total": 2,
    }
    assert report["utter_goodbye"]["confused_with"] == {"utter_greet": 1}
    assert report["order_status"]["support"] == 1
    assert report["[1001](order_no)"]["f1-score"] == 1.0


def test_no_stories_make_a_report_too() -> None:
    assert story_report([])["conversation_accuracy"]["total"] == 0


def test_failed_stories_can_be_played_again(model: Model, stories_of: StoriesOf) -> None:
    results = play(stories_of(GOOD + WRONG_ACTION + WRONG_INTENT), model)
    text = stories_text([one for one in results if not one.is_right])
    assert "- action: utter_goodbye  # predicted: utter_greet" in text
    assert "# predicted: goodbye: hoşça kal" in text
    assert "\n  # predicted: action_default_fallback, where the bot should listen\n" in text
    again = play(stories_of(text), model)
    assert [one.name for one in again] == ["rude (test_stories.yml)", "misheard (test_stories.yml)"]
    assert [one.mistakes[0].predicted for one in again] == ["utter_greet", "goodbye"]


def test_a_text_of_several_lines_keeps_its_comment_apart(model: Model, stories_of: StoriesOf) -> None:
    text = (
        'stories:\n- story: lines\n  steps:\n  - user: merhaba\n    intent: greet\n  - bot: "a\\n- b # c"\n'
    )
    written = stories_text(play(stories_of(text), model))
    (again,) = stories_of(written)
    assert again.steps[-1].text == "a\n- b # c"  # type: ignore[union-attr]


def test_the_files_are_rasas(model: Model, stories_of: StoriesOf, tmp_path: Path) -> None:
    results = play(stories_of(GOOD + WRONG_ACTION), model)
    written = write_story_files(results, tmp_path / "results", Wanted(successes=True))
    assert {one.name for one in written} == {
        "story_report.json",
        "failed_test_stories.yml",
        "successful_test_stories.yml",
        "stories_with_warnings.yml",
        "story_confusion_matrix.png",
    }
    assert "None" not in (tmp_path / "results" / "stories_with_warnings.yml").read_text(encoding="utf-8")
    report = json.loads((tmp_path / "results" / "story_report.json").read_text(encoding="utf-8"))
    assert report["conversation_accuracy"]["correct"] == 1


def test_files_of_an_earlier_test_do_not_stay(model: Model, stories_of: StoriesOf, tmp_path: Path) -> None:
    results = play(stories_of("stories:\n" + WRONG_ACTION), model)
    write_story_files(results, tmp_path, Wanted(successes=True))
    write_story_files(results, tmp_path, Wanted(errors=False, warnings=False, plot=False))
    assert {one.name for one in tmp_path.iterdir()} == {"story_report.json", "test_stories.yml"}


def test_a_message_may_be_an_intent_with_entities(model: Model, stories_of: StoriesOf) -> None:
    text = GOOD.replace("numaram [1001](order_no)", '/inform{"order_no": "1001"}')
    (result,) = play(stories_of(text), model)
    assert result.is_right, result.mistakes


TEXTS = st.text(st.sampled_from("aşİ -#:\n\t\"'|>[]{}()&*!%@`,?\\"), min_size=1, max_size=30).filter(
    str.strip
)


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_is_said_a_failed_story_stays_a_story(name: str, said: str, answered: str) -> None:
    place = Place("test_x.yml", 3)
    wrong = Check("action", "utter_greet", answered, 0.3, said, "", place)
    misheard = Check("intent", "greet", "deny", 0.3, said, "", place)
    played = [
        Played(UserUttered(said, {"name": "greet"}), place, (misheard,), predicted=f"deny: {said}"),
        Played(ActionExecuted(None, action_text=answered), place, (wrong,), predicted=answered),
        Played(ActionExecuted("action_listen"), None, (wrong,), predicted=answered),
        Played(ActionExecuted("utter_greet"), place, (wrong,), predicted=answered),
    ]
    text = stories_text([StoryResult(name, place, played), StoryResult("second", place, played)])
    first, second = yaml.safe_load(text)["stories"]
    assert first["story"] == f"{name} (test_x.yml)"
    assert first["steps"][1] == {"bot": answered}
    assert first["steps"][2] == {"action": "utter_greet"}
    assert second["steps"] == first["steps"]
