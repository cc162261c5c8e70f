"""JSON of strangers read without a fuss: what has another type than expected counts as absent."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")
DEEPEST = 40
"""Levels of lists and objects that are kept."""
_NOTHING: Mapping[str, Any] = {}


def mapping(value: Any) -> Mapping[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, Mapping) else _NOTHING


def items(value: Any) -> Sequence[Any]:
    """The list, or an empty one."""
    return value if isinstance(value, list | tuple) else ()


def text_of(value: Any) -> str:
    """The text, or a number as text; else empty. NUL and half characters, which no database takes, are replaced."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    try:
        return _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", str(value))
    except ValueError:  # an integer of thousands of digits
        return ""


def optional_text(value: Any) -> str | None:
    """As :func:`text_of`; ``None`` for an empty one."""
    return text_of(value) or None


def number(value: Any) -> float:
    """A number, also one that is written as text; 0 for what is none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return 0.0
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return 0.0
    return found if math.isfinite(found) else 0.0


def whole(value: Any) -> int:
    """A whole number, also one that is written as text; 0 for what is none."""
    return int(number(value))


def clean(value: Any, depth: int = DEEPEST) -> Any:
    """The same structure with every text as :func:`text_of` gives it, and not too deep: fit to be stored."""
    if isinstance(value, str):
        return text_of(value)
    if isinstance(value, Mapping | list | tuple) and not depth:
        return None
    if isinstance(value, Mapping):
        return {text_of(key): clean(one, depth - 1) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [clean(one, depth - 1) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def fingerprint(value: Any) -> str:
    """Equal for equal JSON: the name of what came without one."""
    written = json.dumps(clean(value), sort_keys=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:32]
