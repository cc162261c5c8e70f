"""``voice: browser`` in ``credentials.yml``: whether and how many browsers may call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.settings import Section, section_of

KEYS = frozenset({"calls", "each", "rate"})


@dataclass(frozen=True, slots=True)
class BrowserSettings:
    """How many calls there may be."""

    calls: int = 20
    """At once, of this process. A call by speech wants a share of a core; one by keys next to nothing."""
    each: int = 4
    """At once from one address."""
    rate: int = 12
    """New ones from one address in a minute."""


def read_browser(credentials: Mapping[str, Any] | None) -> BrowserSettings | None:
    """The settings; ``None`` when they say ``browser: false``.

    Raises:
        ProjectError: the section is wrong; the complaint has the line.
    """
    voice = section_of(credentials, "voice", "voice", "credentials.yml")
    if voice.values.get("browser") is False:
        return None
    values = {} if voice.values.get("browser") is True else voice.values
    section = section_of(values, "browser", "voice", "credentials.yml")
    section.warn_of_others(KEYS)
    plain = BrowserSettings()
    return BrowserSettings(
        _at_least_one(section, "calls", plain.calls),
        _at_least_one(section, "each", plain.each),
        _at_least_one(section, "rate", plain.rate),
    )


def _at_least_one(section: Section, key: str, default: int) -> int:
    found = section.number(key)
    if found == 0:
        raise section.error(key, "value", f"'{key}' is 0.", "Write 1 or more, or 'browser: false'.")
    return default if found is None else found
