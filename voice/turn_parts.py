"""What turn-taking is told, what it decides, and what it knows: plain values. Times are the call's, in seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from voice.endpointing import Patience
from voice.expectation import ANYTHING, Expectation
from voice.keypad import NOTHING_PRESSED, Pressed

# What happens


@dataclass(frozen=True, slots=True)
class Sounds:
    """One more piece of the caller's sound was judged."""

    at: float
    """When the piece ended."""
    seconds: float
    speech: bool


@dataclass(frozen=True, slots=True)
class Onset:
    """The line became loud: perhaps somebody begins to speak."""

    at: float


@dataclass(frozen=True, slots=True)
class Tick:
    """Time goes on; lines may stop to send while nobody speaks."""

    at: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """A recogniser answered; ``text`` is ``None`` when it failed."""

    at: float
    number: int
    """Of the :class:`Transcribe` that it answers."""
    text: str | None


@dataclass(frozen=True, slots=True)
class Key:
    """A key was pressed."""

    at: float
    key: str


@dataclass(frozen=True, slots=True)
class Muted:
    """The caller switched the microphone off, or on again."""

    at: float
    on: bool


@dataclass(frozen=True, slots=True)
class Given:
    """The dialogue was given something that the caller did not say: the call's opening, the wish for a person."""

    at: float


@dataclass(frozen=True, slots=True)
class Replied:
    """The dialogue has answered one thing that was taken or given; its words may still be spoken."""

    at: float
    expects: Expectation = ANYTHING


@dataclass(frozen=True, slots=True)
class Speaks:
    """The mouth begins a piece of what it has to say."""

    at: float
    text: str
    interruptible: bool = True


@dataclass(frozen=True, slots=True)
class Spoke:
    """The mouth has nothing more to say."""

    at: float


@dataclass(frozen=True, slots=True)
class HungUp:
    """The line is gone."""

    at: float


Event = Sounds | Onset | Tick | Transcript | Key | Muted | Given | Replied | Speaks | Spoke | HungUp

# What is decided


@dataclass(frozen=True, slots=True)
class Pause:
    """Stop the mouth where it is: somebody seems to speak, or to begin to."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Go on from the same sample: it was nothing."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Forget what is still to be said."""


@dataclass(frozen=True, slots=True)
class Transcribe:
    """Recognise the caller's sound from ``start`` to ``end``, and tell the result under ``number``."""

    number: int
    start: float
    end: float
    expects: Expectation


@dataclass(frozen=True, slots=True)
class Forget:
    """The result of this recognition is no longer wanted: the caller went on."""

    number: int


@dataclass(frozen=True, slots=True)
class TakeWords:
    """Hand words to the dialogue."""

    text: str
    ended: float
    """When the caller's speech ended."""
    expects: Expectation


@dataclass(frozen=True, slots=True)
class TakeKeys:
    """Hand keys to the dialogue."""

    keys: str
    ended: float
    """When the last key came."""
    expects: Expectation


class Step(Enum):
    """The ladder for a caller who says nothing, or nothing that is understood."""

    AGAIN = "again"
    SIMPLER = "simpler"
    KEYPAD = "keypad"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Prompt:
    """Nothing was heard: help with this step of the ladder."""

    step: Step


@dataclass(frozen=True, slots=True)
class Goodbye:
    """End the call: ``silence`` after the whole ladder, ``long`` after the longest call, ``gone``."""

    reason: str


Decision = Pause | Resume | Drop | Transcribe | Forget | TakeWords | TakeKeys | Prompt | Goodbye

# What is known


@dataclass(frozen=True, slots=True)
class Rules:
    """Times of turn-taking, in seconds."""

    patience: Patience = field(default_factory=Patience)
    speculate: float = 0.12
    """Pause after which recognition begins, before it is known whether the caller goes on."""
    judge: float = 0.20
    """Pause after which words over the bot's are judged to be listening or echo."""
    hesitate: float = 0.16
    """What became loud over the bot's words and is not known to be speech by then was a noise."""
    unmoved: float = 2.0
    """After such a noise the bot does not hesitate for so long; after each that follows, for twice as long."""
    shortest: float = 0.09
    """Speech that is shorter is a click."""
    lead_in: float = 0.25
    """Sound before the first speech that the recogniser gets."""
    lead_out: float = 0.10
    """Sound behind the last speech that the recogniser gets, if it is there."""
    longest: float = 20.0
    """Speech that is longer is taken as it is; after it the caller is not heard until there is silence."""
    stalled: float = 0.40
    """A line that sends nothing for so long is silent."""
    quiet: float = 0.30
    """Silence after which one who spoke too long is heard again."""
    after_key: float = 0.25
    """Sound so shortly after a key is the key's own."""
    recognition: float = 6.0
    """A recogniser that takes longer has failed."""
    thinking: float = 30.0
    """A dialogue that takes longer has failed."""
    silence: float = 6.0
    """Silence after the bot's words before the next step of the ladder."""
    muted: float = 30.0
    """The same while the microphone is off: whoever did that is busy, and knows why nothing is heard."""
    after_noise: float = 1.0
    """A step of the ladder does not come sooner after a noise, unless it is twice due."""
    call: float = 1800.0
    """The longest call."""


class Caller(Enum):
    """What the caller does."""

    SILENT = "silent"
    SPEAKING = "speaking"
    PAUSING = "pausing"
    """Has spoken, and it is not known whether that was all."""


class Mouth(Enum):
    """What the bot's mouth does."""

    SILENT = "silent"
    SPEAKING = "speaking"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Utterance:
    """What the caller is saying."""

    began: float
    last: float
    """When the last speech of it ended."""
    seconds: float = 0.0
    """How much of it was speech."""
    over_bot: bool = False
    """It began while the bot spoke."""
    request: int | None = None
    """The recognition that was asked for since the last speech."""
    requested: float = 0.0
    text: str | None = None
    """Its result."""
    answered: bool = False
    cut: bool = False
    """It is too long and ends here."""


NOTHING_TRAILS = ("", 0.0)


@dataclass(frozen=True, slots=True)
class State:
    """All that turn-taking knows."""

    now: float = 0.0
    expects: Expectation = ANYTHING
    caller: Caller = Caller.SILENT
    utterance: Utterance = Utterance(0.0, 0.0)
    requests: int = 0
    deaf: bool = False
    """The caller spoke too long: nothing is heard until there is silence."""
    quiet: float = 0.0
    """Silence that was heard while deaf."""
    heard: float = 0.0
    """When the line last sent sound."""
    mute_until: float = 0.0
    """A key's own sound lasts until then."""
    mouth: Mouth = Mouth.SILENT
    hesitates: bool = False
    """The mouth is paused because the line became loud, and nobody knows yet what it is."""
    unmoved_until: float = 0.0
    """Until then the mouth does not hesitate."""
    startled: int = 0
    """Times in a row that it hesitated for nothing."""
    onset: float = 0.0
    """When it last hesitated."""
    interruptible: bool = True
    saying: str = ""
    """The piece that is spoken, and the one before."""
    asked: bool = False
    """What is said has come to its question."""
    busy: int = 0
    """Things that the dialogue has taken and not yet answered."""
    busy_since: float = 0.0
    pressed: Pressed = NOTHING_PRESSED
    ahead: str = ""
    """Keys that came while the dialogue was busy."""
    trailing: tuple[str, float] = NOTHING_TRAILS
    """A key that, until then, only ends what was taken at its longest length already: people are told to press it."""
    silent_since: float = 0.0
    """Since when it is the caller's turn and nothing came; noise does not count."""
    noise: float = -1.0
    """When the last noise ended."""
    muted: bool = False
    """The caller's microphone is off."""
    step: int = 0
    """Steps of the ladder that were taken."""
    over: bool = False


def doing_of(state: State) -> str:
    """What goes on, for people: ``hearing`` (the caller speaks), ``speaking`` (the bot does), ``thinking`` or
    ``listening``."""
    if state.caller is not Caller.SILENT:
        return "hearing"
    if state.mouth is Mouth.SPEAKING or state.hesitates:
        return "speaking"
    return "thinking" if state.busy else "listening"
