"""What a message brings along besides words: a place, photos. Channels put both into its metadata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from rasa_sdk import Tracker

_ENDS = frozenset({"action_session_start", "action_record_return", "action_record_exchange"})
"""Photos from before one of these belong to something else."""
_SHOWING = ("image", "video")
_MOST = 20


def location_of(tracker: Tracker) -> tuple[float, float] | None:
    """Latitude and longitude in degrees of the latest message; None when it has none that can be."""
    given = (tracker.latest_message.get("metadata") or {}).get("location")
    if not isinstance(given, Mapping):
        return None
    north, east = _degrees(given.get("latitude"), 90), _degrees(given.get("longitude"), 180)
    return None if north is None or east is None else (north, east)


def _degrees(value: object, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if isfinite(value) and abs(value) <= most else None


def photos_now(tracker: Tracker) -> tuple[list[str], bool]:
    """References to the photos and films of the latest message, and whether one came that could not be kept."""
    return _references((tracker.latest_message.get("metadata") or {}).get("media"))


def photos_before(tracker: Tracker) -> list[str]:
    """Those of this session that no return or exchange has yet, oldest first.

    Customers often send the photo first and then say what it is about.
    """
    found: list[str] = []
    for event in reversed(tracker.events):
        if event.get("event") == "action" and event.get("name") in _ENDS:
            break
        if event.get("event") == "user":
            media = (event.get("metadata") or {}).get("media")
        elif event.get("event") == "slot" and event.get("name") == "whatsapp_event":
            value = event.get("value")
            media = value.get("media") if isinstance(value, Mapping) else None
        else:
            continue
        found[:0] = _references(media)[0]
    return found


def together(*lists: Iterable[str]) -> list[str]:
    """Every reference once, in order; not more than a request can use."""
    return list(dict.fromkeys(one for some in lists for one in some))[:_MOST]


def _references(media: Any) -> tuple[list[str], bool]:
    """WhatsApp tells ``kind`` and ``path``, the web chat ``type`` and ``url``."""
    found: list[str] = []
    lost = False
    for one in media if isinstance(media, list) else ():
        if not isinstance(one, Mapping):
            continue
        kind = str(one.get("kind") or one.get("type") or "").partition("/")[0]
        if kind not in _SHOWING:
            continue
        reference = str(one.get("path") or one.get("url") or "")
        if reference:
            found.append(reference)
        else:
            lost = True
    return found, lost
