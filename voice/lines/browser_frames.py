"""What a browser says on its line beside the sound: short JSON texts. docs/voice-protocol.md tells them all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from voice.line import KeyPress, Mute

KEYS = frozenset("0123456789*#")
RATE = 16_000
"""Samples a second, both ways."""
LONGEST_MESSAGE = 16_384
"""Bytes of one message: half a second of sound."""
_LONGEST_TOKEN = 512
_MOST_DIGITS = 9


class FrameError(ValueError):
    """A message that means nothing. Its text is for the page's makers and quotes nothing."""


@dataclass(frozen=True, slots=True)
class Start:
    """Begins the call."""

    token: str | None = None
    """Of the web chat's session, whose conversation goes on; ``None``: a conversation of its own."""
    microphone: bool = True
    """Sound will come; else the call is held by keys."""


@dataclass(frozen=True, slots=True)
class HangUp:
    pass


@dataclass(frozen=True, slots=True)
class Flushed:
    """The answer to ``flush``."""

    id: int
    samples: int
    """That were not played."""


@dataclass(frozen=True, slots=True)
class Ping:
    at: float
    """Given back with the ``pong``."""


Control = Start | KeyPress | Mute | HangUp | Flushed | Ping


def read_control(text: str) -> Control:
    """The meaning of a text message.

    Raises:
        FrameError: it has none.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise FrameError("A text message must be JSON.") from None
    if not isinstance(found, dict):
        raise FrameError("A text message must be a JSON object.")
    match found.get("type"):
        case "start":
            return _start(found)
        case "key":
            key = found.get("key")
            if not isinstance(key, str) or key not in KEYS:
                raise FrameError("'key' must be one of 0-9, * and #.")
            return KeyPress(key)
        case "mute":
            return Mute(_flag(found, "on"))
        case "hang_up":
            return HangUp()
        case "flushed":
            return Flushed(_count(found, "id"), _count(found, "samples"))
        case "ping":
            at = found.get("at")
            if isinstance(at, bool) or not isinstance(at, int | float) or not abs(at) < 1e15:
                raise FrameError("'at' must be a number.")
            return Ping(at)
    raise FrameError("There is no message of this type.")


def _start(found: dict[str, Any]) -> Start:
    token = found.get("token")
    if token is not None and (not isinstance(token, str) or not 0 < len(token) <= _LONGEST_TOKEN):
        raise FrameError("'token' must be the token of a session.")
    if found.get("rate", RATE) != RATE:
        raise FrameError(f"'rate' must be {RATE}.")
    return Start(token, _flag(found, "microphone", True))


def _flag(found: dict[str, Any], name: str, default: bool | None = None) -> bool:
    value = found.get(name, default)
    if not isinstance(value, bool):
        raise FrameError(f"'{name}' must be true or false.")
    return value


def _count(found: dict[str, Any], name: str) -> int:
    value = found.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**_MOST_DIGITS:
        raise FrameError(f"'{name}' must be a whole number of 0 or more.")
    return value
