"""Keys that a caller presses, collected into one answer. Pure: keys and times in, an answer out."""

from __future__ import annotations

from dataclasses import dataclass

KEYS = "0123456789*#ABCD"
"""All that a telephone can send."""


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """How many keys make an answer, and when no more are waited for. Times in seconds."""

    longest: int | None = None
    """So many keys are an answer at once; ``None``: the terminator or a pause ends it."""
    lengths: tuple[int, ...] = ()
    """Other lengths that are complete after a short pause."""
    terminator: str = "#"
    """Ends the answer; ``""``: no key does."""
    eraser: str = "*"
    """Takes everything back; ``""``: no key does."""
    commands: bool = False
    """Terminator and eraser are answers themselves when nothing was pressed before."""
    settle: float = 1.0
    """Pause after which a complete length is the answer."""
    between: float = 2.5
    """Pause after which whatever was pressed is the answer."""


ONE_KEY = KeyPlan(longest=1, terminator="", eraser="")
"""A menu's choice: heard at once."""
TWO_KEYS = KeyPlan(longest=2, lengths=(1,), settle=1.2, terminator="", eraser="")
"""A menu of ten and more, or a score."""
COMMANDS = KeyPlan(commands=True)
"""Any number; or one of the keys that menus understand everywhere."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was pressed so far."""

    keys: str = ""
    last: float = 0.0
    """When the last of them came."""
    ended: bool = False
    """The terminator came, or the longest length is reached."""


NOTHING_PRESSED = Pressed()


def press(plan: KeyPlan, so_far: Pressed, key: str, at: float) -> Pressed:
    """Add a key; one that is no key, or that comes after the end, changes nothing."""
    if so_far.ended or len(key) != 1 or key not in KEYS:
        return so_far
    if plan.commands and not so_far.keys and key in (plan.eraser, plan.terminator):
        return Pressed(key, at, ended=True)
    if plan.eraser and key == plan.eraser:
        return Pressed(last=at)
    if plan.terminator and key == plan.terminator:
        # A terminator with nothing before it is somebody who presses what the last prompt asked for.
        return Pressed(so_far.keys, at, ended=bool(so_far.keys))
    keys = so_far.keys + key
    return Pressed(keys, at, ended=plan.longest is not None and len(keys) >= plan.longest)


def answer(plan: KeyPlan, pressed: Pressed, now: float) -> str | None:
    """The keys, once no more are waited for."""
    if not pressed.keys:
        return None
    if pressed.ended:
        return pressed.keys
    pause = now - pressed.last
    wait = plan.settle if len(pressed.keys) in plan.lengths else plan.between
    return pressed.keys if pause >= wait else None


def press_all(plan: KeyPlan, keys: str, at: float) -> tuple[Pressed, str]:
    """Press keys that were typed ahead, up to the end of one answer.

    Returns:
        What was pressed, and the keys that are left for the next question.
    """
    so_far = Pressed()
    for count, key in enumerate(keys):
        so_far = press(plan, so_far, key, at)
        if so_far.ended:
            return so_far, keys[count + 1 :]
    return so_far, ""
