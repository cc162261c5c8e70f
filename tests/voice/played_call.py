"""A call in virtual time: what the caller says, what the mouth says, and what turn-taking makes of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from voice.expectation import ANYTHING, CHOICE, Expectation
from voice.turn_parts import (
    Decision,
    Event,
    Mouth,
    Onset,
    Rules,
    Sounds,
    Speaks,
    Spoke,
    State,
    TakeWords,
    Transcribe,
    Transcript,
)
from voice.turns import advance

FRAME = 0.02
YES_NO = Expectation("yes_no")
SIX = Expectation("order_no", (6,))
MENU = Expectation(CHOICE, choices=("Kargo takibi", "İade"))


@dataclass
class Call:
    """A call that plays itself: what the caller says, and how long everything takes."""

    speech: list[tuple[float, float, str]] = field(default_factory=list)
    """Begin, end and words."""
    events: list[Event] = field(default_factory=list)
    """What else happens, by time."""
    recognition: float | None = 0.05
    """Seconds; ``None``: it never answers."""
    expects: Expectation = ANYTHING
    rules: Rules = field(default_factory=Rules)
    mouth: list[tuple[float, float, str, bool]] = field(default_factory=list)
    """Begin, length, text and whether it can be interrupted."""
    loud: list[float] = field(default_factory=list)
    """When the line becomes loud."""
    log: list[tuple[float, Decision]] = field(default_factory=list)
    state: State = field(default_factory=State)

    def run(self, until: float) -> Call:
        self.state = replace(self.state, expects=self.expects)
        waiting, left = list(self.events), 0.0
        speaking = False
        for count in range(1, round(until / FRAME) + 1):
            now = count * FRAME
            due = [one for one in waiting if one.at <= now]
            waiting = [one for one in waiting if one.at > now]
            for begin, length, text, interruptible in self.mouth:
                if begin <= now < begin + FRAME:
                    due.append(Speaks(now, text, interruptible))
                    left, speaking = length, True
            if speaking and self.state.mouth is Mouth.SPEAKING:
                left -= FRAME
                if left <= 0:
                    due.append(Spoke(now))
            due += [Onset(now) for at in self.loud if at <= now < at + FRAME]
            spoken = any(begin < now - FRAME / 2 < end for begin, end, _ in self.speech)
            for event in (*due, Sounds(now, FRAME, spoken)):
                waiting += self._happens(event)
            speaking = speaking and left > 0 and self.state.mouth is not Mouth.SILENT
        return self

    def _happens(self, event: Event) -> list[Event]:
        self.state, decisions = advance(self.state, event, self.rules)
        later: list[Event] = []
        for one in decisions:
            self.log.append((round(self.state.now, 3), one))
            if isinstance(one, Transcribe) and self.recognition is not None:
                later.append(Transcript(self.state.now + self.recognition, one.number, self._words(one)))
        return later

    def _words(self, asked: Transcribe) -> str:
        inside = [text for begin, end, text in self.speech if begin < asked.end and end > asked.start + 0.1]
        return " ".join(inside)

    def times(self, kind: type) -> list[float]:
        return [at for at, one in self.log if isinstance(one, kind)]

    def taken(self) -> list[str]:
        return [one.text for _, one in self.log if isinstance(one, TakeWords)]

    def names(self) -> list[str]:
        return [type(one).__name__ for _, one in self.log]
