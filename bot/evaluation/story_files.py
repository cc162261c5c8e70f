"""The files of a story test: ``story_report.json``, ``failed_test_stories.yml`` and its like, the picture."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.dialogue.story_writer import story_step, write_stories
from bot.evaluation.files import Wanted, write_json, write_text
from bot.evaluation.metrics import confusion_of, report_of
from bot.evaluation.stories import Check, Played, StoryResult

REPORT = "story_report.json"
FAILED = "failed_test_stories.yml"
SUCCESSFUL = "successful_test_stories.yml"
WARNINGS = "stories_with_warnings.yml"
PICTURE = "story_confusion_matrix.png"

_STEP = re.compile(r"^  - ", re.MULTILINE)


def story_report(results: Sequence[StoryResult]) -> dict[str, Any]:
    """Rasa's report: of every action, intent and entity, and of whole conversations."""
    pairs = [(one.expected, one.predicted) for kind in ("action", "intent") for one in _checks(results, kind)]
    pairs += [(intent, intent) for one in results for intent in one.taken]
    pairs += [pair for one in results for pair in one.entities]
    report = report_of([one for one, _ in pairs], [one for _, one in pairs])
    right = sum(one.is_right for one in results)
    report["conversation_accuracy"] = {
        "accuracy": right / len(results) if results else 0.0,
        "correct": right,
        "with_warnings": sum(one.is_right and bool(one.warnings) for one in results),
        "total": len(results),
    }
    return report


def _checks(results: Sequence[StoryResult], what: str) -> list[Check]:
    return [check for one in results for check in one.checks if check.what == what]


def write_story_files(results: Sequence[StoryResult], folder: Path, wanted: Wanted) -> list[Path]:
    """Write the files into ``folder``; return their paths.

    What an earlier test left there under these names is replaced, or taken away when it is not wanted.

    Raises:
        OSError: they cannot be written.
    """
    failed = [one for one in results if not one.is_right]
    passed = [one for one in results if one.is_right]
    warned = [one for one in passed if one.warnings]
    written = [write_json(folder / REPORT, story_report(results))]
    for name, chosen, is_wanted, nothing in (
        (FAILED, failed, wanted.errors, "No test story failed."),
        (SUCCESSFUL, passed, wanted.successes, "No test story passed."),
        (WARNINGS, warned, wanted.warnings, "No test story passed with a warning."),
    ):
        if is_wanted:
            written.append(write_text(folder / name, stories_text(chosen) or f"# {nothing}\n"))
        else:
            (folder / name).unlink(missing_ok=True)
    actions = _checks(results, "action")
    if wanted.plot and actions:
        from bot.evaluation.pictures import draw_confusion

        confusion = confusion_of([one.expected for one in actions], [one.predicted for one in actions])
        draw_confusion(confusion, "Actions", folder / PICTURE)
        written.append(folder / PICTURE)
    else:
        (folder / PICTURE).unlink(missing_ok=True)
    return written


def stories_text(results: Sequence[StoryResult]) -> str:
    """The conversations as a test file again, with a comment wherever something else was predicted."""
    text = ""
    for result in results:
        written = _written(result)
        name = f"{result.name} ({result.place.file})" if result.place else result.name
        story = write_stories([(name, [one.event for one, _ in written])])
        story = _commented(story, written)
        text += story if not text else "\n" + story.split("stories:\n", 1)[1]
    return text


def _written(result: StoryResult) -> list[tuple[Played, list[str]]]:
    """What stands in the file, without what the reader put in; and what the bot did where it should have listened."""
    written: list[tuple[Played, list[str]]] = []
    for one in result.played:
        if one.place and story_step(one.event) is not None:
            written.append((one, []))
        elif written and any(not check.is_right for check in one.checks):
            written[-1][1].append(" ".join(one.predicted.split()))
    return written


def _commented(story: str, written: Sequence[tuple[Played, list[str]]]) -> str:
    """Put each comment behind the first line of its step; before it, where that line is not the whole text."""
    pieces = _STEP.split(story)
    text = pieces[0]
    for (one, instead), step in zip(written, pieces[1:], strict=True):
        comment = _comment(one)
        first, _, rest = step.partition("\n")
        if not comment:
            text += f"  - {step}"
        elif first.startswith("bot:") and rest.strip():
            text += f"  # {comment}\n  - {step}"
        else:
            text += f"  - {first}  # {comment}\n{rest}"
        text += "".join(f"  # predicted: {action}, where the bot should listen\n" for action in instead)
    return text


def _comment(played: Played) -> str:
    if any(not one.is_right for one in played.checks):
        return " ".join(f"predicted: {played.predicted}".split())
    notes = [f"confidence: {one.confidence:.2f}" for one in played.checks if one.is_barely]
    notes += [f"found: {one.predicted}" for one in played.unmarked]
    return " ".join("; ".join(notes).split())
