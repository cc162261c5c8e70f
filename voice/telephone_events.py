"""Keys as telephones send them beside the sound: RTP telephone events (RFC 4733). Pure.

A key is sent as many packets with one timestamp: several while it is held, and its last one three times over, since
any may be lost. A press is told once, by the first packet that arrives of it, whichever that is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

_EVENTS = "0123456789*#ABCD"
_SIZE = 4
_REMEMBERED = 8


@dataclass(frozen=True, slots=True)
class TelephoneEvent:
    """One packet's payload."""

    key: str
    end: bool
    """The key was let go."""
    volume: int
    """dBm0 below zero, 0 to 63."""
    duration: int
    """Timestamp units since the press began."""


def parse(payload: bytes) -> TelephoneEvent | None:
    """Read a payload; ``None`` when it is no key: too short, or another event (hook flash, fax tones)."""
    if len(payload) < _SIZE or payload[0] >= len(_EVENTS):
        return None
    flags = payload[1]
    duration = int.from_bytes(payload[2:4], "big")
    return TelephoneEvent(_EVENTS[payload[0]], bool(flags & 0x80), flags & 0x3F, duration)


def payload(event: TelephoneEvent) -> bytes:
    """The payload of a packet.

    Raises:
        ValueError: there is no such key, or a number does not fit.
    """
    if len(event.key) != 1 or event.key not in _EVENTS or not 0 <= event.volume < 64:
        raise ValueError(f"{event.key!r} at volume {event.volume} is no telephone event.")
    flags = (0x80 if event.end else 0) | event.volume
    return bytes((_EVENTS.index(event.key), flags)) + event.duration.to_bytes(2, "big")


@dataclass(slots=True)
class KeyPresses:
    """Makes one press of the packets of one key."""

    _told: list[int] = field(default_factory=list)

    def push(self, timestamp: int, payload: bytes) -> str | None:
        """The key, with the first packet that tells it.

        Args:
            timestamp: the RTP packet's; all packets of a press have that of its beginning.
        """
        event = parse(payload)
        if event is None or timestamp in self._told:
            return None
        self._told = [*self._told[1 - _REMEMBERED :], timestamp]
        return event.key
