"""Who speaks now? Turn-taking as a pure function: an event comes in, decisions come out.

Three things go on at once and are kept apart: what the caller does (silent, speaking, pausing), what the mouth does
(silent, speaking, paused), and whether the dialogue is at work. Time comes with the events; whoever runs this sends a
:class:`Tick` when nothing else happens.

- Recognition begins early in a pause. If the caller goes on, its result is forgotten; if not, it is there already.
- How long a pause ends an answer depends on the question and on the words (:mod:`voice.endpointing`).
- Speech over the bot's pauses the mouth at once. What it meant is judged afterwards (:mod:`voice.overlap`).
- When the line becomes loud, the mouth hesitates, before anybody knows what it is. If it was no speech, the mouth
  goes on and is not startled again so soon.
- Every state has a way out by time alone: recogniser, dialogue and caller may each be silent for ever.
"""

from __future__ import annotations

from dataclasses import replace

from voice.endpointing import wait_for
from voice.expectation import ANYTHING
from voice.keypad import NOTHING_PRESSED, answer, press, press_all
from voice.overlap import Meaning, meaning_of
from voice.turn_parts import (
    NOTHING_TRAILS,
    Caller,
    Decision,
    Drop,
    Event,
    Forget,
    Given,
    Goodbye,
    HungUp,
    Key,
    Mouth,
    Muted,
    Onset,
    Pause,
    Prompt,
    Replied,
    Resume,
    Rules,
    Sounds,
    Speaks,
    Spoke,
    State,
    Step,
    TakeKeys,
    TakeWords,
    Transcribe,
    Transcript,
    Utterance,
)

LADDER = (Step.AGAIN, Step.SIMPLER, Step.KEYPAD, Step.PERSON)
"""What is tried with a caller who says nothing, in this order; then comes goodbye."""
_NOBODY = Utterance(0.0, 0.0)
_SAYING = 200
"""Characters of what was said last that an echo is looked for in."""


def advance(state: State, event: Event, rules: Rules) -> tuple[State, list[Decision]]:
    """What follows from one event.

    Args:
        event: its time may not lie before the last one's; if it does, it counts as now.
    """
    if state.over:
        return state, []
    move = _Move(replace(state, now=max(state.now, event.at)), rules)
    move.take(event)
    if not move.state.over:
        move.due()
    return move.state, move.decisions


class _Move:
    """One step: the state as it becomes, and the decisions on the way."""

    def __init__(self, state: State, rules: Rules) -> None:
        self.state = state
        self.rules = rules
        self.decisions: list[Decision] = []

    def _set(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]

    def _utter(self, **changes: object) -> None:
        self._set(utterance=replace(self.state.utterance, **changes))  # type: ignore[arg-type]

    def take(self, event: Event) -> None:
        match event:
            case Sounds():
                self._set(heard=self.state.now)
                self._sounds(event)
            case Onset():
                self._onset()
            case Transcript():
                self._transcript(event)
            case Key():
                self._key(event.key)
            case Muted():
                self._set(muted=event.on, silent_since=self.state.now)
            case Given():
                self._busy()
            case Replied():
                self._replied(event)
            case Speaks():
                self._speaks(event)
            case Spoke():
                self._set(mouth=Mouth.SILENT, interruptible=True, silent_since=self.state.now)
            case HungUp():
                self._goodbye("gone")

    # The caller's sound

    def _sounds(self, event: Sounds) -> None:
        state = self.state
        if state.deaf:
            quiet = 0.0 if event.speech else state.quiet + event.seconds
            self._set(quiet=quiet, deaf=quiet < self.rules.quiet)
        elif event.speech and state.now > state.mute_until:
            self._speech(event.seconds)
        elif state.caller is Caller.SPEAKING:
            self._set(caller=Caller.PAUSING)

    def _speech(self, seconds: float) -> None:
        now = self.state.now
        if self.state.caller is Caller.SILENT:
            over = self.state.mouth is not Mouth.SILENT
            self._set(utterance=Utterance(now - seconds, now, over_bot=over))
        self._forget()
        total = self.state.utterance.seconds + seconds
        self._set(caller=Caller.SPEAKING)
        self._utter(last=now, seconds=total)
        self._pause()
        if now - self.state.utterance.began >= self.rules.longest:
            self._utter(cut=True)
            self._set(caller=Caller.PAUSING, deaf=True, quiet=0.0)

    def _onset(self) -> None:
        state = self.state
        listens = state.caller is Caller.SILENT and not state.deaf and state.now > state.mute_until
        speaks = state.mouth is Mouth.SPEAKING and state.interruptible
        if listens and speaks and state.now >= state.unmoved_until:
            self._set(mouth=Mouth.PAUSED, hesitates=True, onset=state.now)
            self.decisions.append(Pause())

    def _go_on(self) -> None:
        """The mouth hesitated for nothing."""
        wait = self.rules.unmoved * 2 ** min(self.state.startled, 8)
        self._set(hesitates=False, startled=self.state.startled + 1, unmoved_until=self.state.now + wait)
        self._resume()

    def _resume(self) -> None:
        if self.state.mouth is Mouth.PAUSED:
            self._set(mouth=Mouth.SPEAKING)
            self.decisions.append(Resume())

    def _pause(self) -> None:
        if self.state.hesitates:
            self._set(hesitates=False, startled=0)
        if self.state.mouth is Mouth.SPEAKING and self.state.interruptible:
            self._set(mouth=Mouth.PAUSED)
            self._utter(over_bot=True)
            self.decisions.append(Pause())

    def _forget(self) -> None:
        """The caller goes on, or does something else: what is being recognised is not all."""
        utterance = self.state.utterance
        if utterance.request is not None and not utterance.answered:
            self.decisions.append(Forget(utterance.request))
        self._utter(request=None, text=None, answered=False)

    def _transcript(self, event: Transcript) -> None:
        utterance = self.state.utterance
        if self.state.caller is not Caller.PAUSING or event.number != utterance.request or utterance.answered:
            return
        if event.text is None:
            self._unheard()
        else:
            self._utter(text=event.text, answered=True)

    # Keys

    def _key(self, key: str) -> None:
        """Keys always interrupt, and what was being said beside them does not count."""
        self._set(mute_until=self.state.now + self.rules.after_key)
        if key == self.state.trailing[0] and self.state.now < self.state.trailing[1]:
            return self._set(trailing=NOTHING_TRAILS)
        self._forget()
        self._set(caller=Caller.SILENT, utterance=_NOBODY)
        if self.state.mouth is not Mouth.SILENT:
            self._drop()
        if self.state.busy:
            self._set(ahead=self.state.ahead + key)
            return
        pressed = press(self.state.expects.keys, self.state.pressed, key, self.state.now)
        self._set(pressed=pressed, silent_since=self.state.now)

    def _drop(self) -> None:
        self._set(mouth=Mouth.SILENT, hesitates=False, interruptible=True)
        self.decisions.append(Drop())

    # Dialogue and mouth

    def _replied(self, event: Replied) -> None:
        busy = max(0, self.state.busy - 1)
        self._set(busy=busy, busy_since=self.state.now, expects=event.expects, silent_since=self.state.now)
        if busy or not self.state.ahead:
            return
        pressed, ahead = press_all(event.expects.keys, self.state.ahead, self.state.now)
        self._set(pressed=pressed, ahead=ahead)
        if pressed.keys:
            # Who types ahead knows what will be asked. There may be words that were not begun yet.
            self._drop()

    def _speaks(self, event: Speaks) -> None:
        continues = self.state.mouth is not Mouth.SILENT
        saying = f"{self.state.saying} {event.text}"[-_SAYING:]
        asked = (self.state.asked and continues) or "?" in event.text
        mouth = Mouth.PAUSED if self.state.mouth is Mouth.PAUSED else Mouth.SPEAKING
        self._set(mouth=mouth, interruptible=event.interruptible, saying=saying, asked=asked)
        if self.state.caller is Caller.SPEAKING:
            self._pause()

    # What is due by time

    def due(self) -> None:
        if self.state.now >= self.rules.call:
            return self._goodbye("long")
        stalled = self.state.now - self.state.heard >= self.rules.stalled
        if self.state.caller is Caller.SPEAKING and stalled:
            self._set(caller=Caller.PAUSING)
        if self.state.caller is Caller.PAUSING:
            self._pausing()
        if self.state.hesitates and self.state.now - self.state.onset >= self.rules.hesitate:
            self._go_on()
        self._keys_due()
        if self.state.busy and self.state.now - self.state.busy_since >= self.rules.thinking:
            self._set(busy=0, silent_since=self.state.now)
            self._prompt()
        self._silence()

    def _pausing(self) -> None:
        utterance, rules = self.state.utterance, self.rules
        pause = self.state.now - utterance.last
        if utterance.request is None:
            if utterance.seconds < rules.shortest:
                if pause >= rules.speculate:
                    self._nothing()
            elif pause >= rules.speculate or utterance.cut:
                self._transcribe()
        elif utterance.answered:
            self._judge(utterance.text or "", pause)
        elif self.state.now - utterance.requested >= rules.recognition:
            self.decisions.append(Forget(utterance.request))
            self._unheard()

    def _transcribe(self) -> None:
        utterance = self.state.utterance
        number = self.state.requests + 1
        start = max(0.0, utterance.began - self.rules.lead_in)
        end = min(self.state.now, utterance.last + self.rules.lead_out)
        self._set(requests=number)
        self._utter(request=number, requested=self.state.now)
        self.decisions.append(Transcribe(number, start, end, self.state.expects))

    def _judge(self, text: str, pause: float) -> None:
        utterance, expects = self.state.utterance, self.state.expects
        if not text.strip():
            return self._nothing()
        if utterance.over_bot and self.state.mouth is not Mouth.SILENT:
            meaning = meaning_of(text, expects, self.state.saying, self.state.asked)
            if meaning is not Meaning.INTERRUPTION:
                if pause >= self.rules.judge:
                    self._nothing()
                return
        if utterance.cut or pause >= wait_for(expects, text, self.rules.patience):
            self._take_words(text)

    def _nothing(self) -> None:
        """It was no word to the bot: everything goes on as before."""
        self._set(caller=Caller.SILENT, utterance=_NOBODY)
        self._set(noise=self.state.now)
        self._resume()

    def _unheard(self) -> None:
        """The recogniser failed: whoever speaks cannot be understood now, but keys can."""
        self._nothing()
        if self.state.mouth is Mouth.SILENT and not self.state.busy:
            self._set(step=max(self.state.step, LADDER.index(Step.KEYPAD)))
            self._prompt()

    def _take_words(self, text: str) -> None:
        ended = self.state.utterance.last
        self._set(caller=Caller.SILENT, utterance=_NOBODY)
        if self.state.mouth is Mouth.PAUSED:
            self._drop()
        self.decisions.append(TakeWords(text, ended, self.state.expects))
        self._taken()

    def _taken(self) -> None:
        self._busy()
        self._set(expects=ANYTHING, pressed=NOTHING_PRESSED, step=0, asked=False)

    def _busy(self) -> None:
        since = self.state.busy_since if self.state.busy else self.state.now
        self._set(busy=self.state.busy + 1, busy_since=since)

    def _keys_due(self) -> None:
        keys = answer(self.state.expects.keys, self.state.pressed, self.state.now)
        if keys is not None:
            plan = self.state.expects.keys
            if plan.terminator and len(keys) == plan.longest:
                self._set(trailing=(plan.terminator, self.state.now + plan.between))
            self.decisions.append(TakeKeys(keys, self.state.pressed.last, self.state.expects))
            self._taken()

    # The ladder

    def _silence(self) -> None:
        state = self.state
        idle = (
            state.mouth is Mouth.SILENT
            and not state.busy
            and state.caller is Caller.SILENT
            and not state.pressed.keys
        )
        waited, since_noise = state.now - state.silent_since, state.now - state.noise
        patience = max(self.rules.silence, self.rules.muted if state.muted else 0.0)
        due = waited >= patience and since_noise >= self.rules.after_noise
        if idle and (due or waited >= 2 * patience):
            self._prompt()

    def _prompt(self) -> None:
        if self.state.step >= len(LADDER):
            return self._goodbye("silence")
        self.decisions.append(Prompt(LADDER[self.state.step]))
        self._set(step=self.state.step + 1, silent_since=self.state.now)

    def _goodbye(self, reason: str) -> None:
        self.decisions.append(Goodbye(reason))
        self._set(over=True)
