"""Rasa 1's stories in Markdown → the ``stories:`` of YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from bot.errors import Complaints
from bot.migration.domain import new_action_name
from bot.migration.markdown import SECTION, Line, braces, lines_of, read_braces
from bot.migration.report import Report
from bot.migration.source import SourceFile
from bot.yaml_shape import shortened

_OR = re.compile(r"\s+OR\s+(?![^{]*\})")
_SPOKEN = re.compile(r"^([^\s:{]+(?:\{[^}]*\})?)\s*:\s*(.+)$")
_EVENTS = frozenset(
    [
        "agent",
        "bot",
        "cancel_reminder",
        "export",
        "followup",
        "pause",
        "reminder",
        "reset_slots",
        "restart",
        "resume",
        "rewind",
        "session_started",
        "undo",
        "user",
    ]
)
"""Events that a story of Rasa 1 may hold, and one of Rasa 3 may not."""


@dataclass(slots=True)
class OldStories:
    """A file's stories."""

    stories: list[dict[str, Any]] = field(default_factory=list)
    is_test: bool = False
    """Customers' own words stand there: a conversation test."""


def stories_from_markdown(source: SourceFile, complaints: Complaints, report: Report) -> OldStories:
    """Stories in file order.

    Args:
        source: the file.
        complaints: gets lines that cannot be read; nothing may be written then.
        report: gets what is left out, for today's stories lack it.
    """
    return _Reader(source, complaints, report).read()


class _Reader:
    def __init__(self, source: SourceFile, complaints: Complaints, report: Report) -> None:
        self.source = source
        self.complaints = complaints
        self.report = report
        self.found = OldStories()
        self.steps: list[dict[str, Any]] | None = None

    def read(self) -> OldStories:
        for line in lines_of(self.source, self.complaints):
            text = line.text.strip()
            if SECTION.match(text):
                mend = "Move it into a file of examples."
                self._error("markdown-mixed", f"'{shortened(text)}' stands among stories.", mend, line)
                self.steps = []
            elif text.startswith("#"):
                self.steps = []
                self.found.stories.append({"story": text.strip("# ") or "story", "steps": self.steps})
            elif text[0] in "*->":
                self._step(text[0], text[1:].strip(), line)
            else:
                mend = "Begin it with '## ' (a story), '* ' (an intent), '- ' (an action) or '> ' (a checkpoint)."
                self._error("markdown-line", f"This is no line of a story: {shortened(text)}.", mend, line)
        self.found.stories = [one for one in self.found.stories if one["steps"]]
        return self.found

    def _error(self, code: str, message: str, mend: str, line: Line) -> None:
        self.complaints.error(code, message, mend, self.source.place(line.number))

    def _step(self, mark: str, text: str, line: Line) -> None:
        if self.steps is None:
            self.steps = []
            message = f"This line stands before the first story: {shortened(text)}."
            self._error("markdown-line", message, "Write '## ' and a story's name above it.", line)
        if not text:
            self._error("markdown-line", f"Nothing stands behind '{mark}'.", "Remove the line.", line)
        elif mark == ">":
            self._checkpoint(text, line)
        elif text.startswith("form: "):
            what = f"'{text}' is left out: what happens within a form needs no step"
            self.report.by_hand(self.source.place(line.number), f"{what}, unless the customer digresses.")
        elif mark == "*":
            self._user(text, line)
        else:
            self._event(text, line)

    def _add(self, step: dict[str, Any]) -> None:
        assert self.steps is not None
        self.steps.append(step)

    def _checkpoint(self, text: str, line: Line) -> None:
        name, given = braces(text)
        step: dict[str, Any] = {"checkpoint": name}
        if given is not None:
            slots = read_braces(self.source, line, given, self.complaints) or {}
            step["slot_was_set"] = [{slot: value} for slot, value in slots.items()]
        self._add(step)

    def _user(self, text: str, line: Line) -> None:
        spoken = _SPOKEN.match(text)
        if spoken:
            self.found.is_test = True
            self._add({"user": spoken[2].strip() + "\n", **self._intent(spoken[1], line)})
            return
        choices = [self._intent(one, line) for one in _OR.split(text)]
        self._add(choices[0] if len(choices) == 1 else {"or": choices})

    def _intent(self, text: str, line: Line) -> dict[str, Any]:
        name, given = braces(text)
        if not name or " " in name:
            mend = "Write '* intent' or '* intent{\"entity\": \"value\"}'."
            self._error("markdown-intent", f"'{shortened(text)}' is no intent.", mend, line)
        if given is None:
            return {"intent": name}
        entities = read_braces(self.source, line, given, self.complaints) or {}
        listed: list[Any] = []
        for entity, value in entities.items():
            values = value if isinstance(value, list) else [value]
            listed += [entity if one is None else {entity: one} for one in values]
        return {"intent": name, "entities": listed} if listed else {"intent": name}

    def _event(self, text: str, line: Line) -> None:
        name, given = braces(text)
        if given is None and name not in _EVENTS:
            if " " in name:
                mend = "Write an action's name, such as utter_greet."
                self._error("markdown-action", f"'{shortened(text)}' is no action.", mend, line)
            self._add({"action": new_action_name(name)})
            return
        if name not in ("slot", "form"):
            what = "A story cannot hold this event any more; it is left out"
            self.report.by_hand(self.source.place(line.number), f"{what}: {shortened(text)}.")
            return
        content = read_braces(self.source, line, given or "{}", self.complaints)
        if content is None:
            return
        if name == "form":
            self._add({"active_loop": content.get("name")})
            return
        slots = [{slot: value} for slot, value in content.items()]
        assert self.steps is not None
        if self.steps and list(self.steps[-1]) == ["slot_was_set"]:
            self.steps[-1]["slot_was_set"] += slots
        else:
            self._add({"slot_was_set": slots})
