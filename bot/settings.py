"""Sections of ``endpoints.yml`` and ``credentials.yml``, read with a complaint for every mistake."""

from __future__ import annotations

import logging
import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.errors import Complaint, Place, ProjectError
from bot.yaml_file import Map

logger = logging.getLogger(__name__)


def section_of(
    config: Mapping[str, Any] | None, name: str, kind: str = "store", file: str = "endpoints.yml"
) -> Section:
    """The section of this name; one that is not there has no values.

    Args:
        kind: begins the codes of complaints, such as ``store-url``.
        file: for log lines about the section.

    Raises:
        ProjectError: it is no mapping.
    """
    values = (config or {}).get(name)
    if values is None:
        return Section(name, {}, None, kind, file)
    place = config.place_of(name) if isinstance(config, Map) else None
    if not isinstance(values, Mapping):
        message = f"'{name}' is no mapping."
        raise ProjectError([Complaint(f"{kind}-section", message, "Write 'key: value' under it.", place)])
    return Section(name, values, place, kind, file)


class Section:
    """One section; environment variables may have turned its numbers into texts."""

    def __init__(
        self,
        name: str,
        values: Mapping[str, Any],
        place: Place | None,
        kind: str = "store",
        file: str = "endpoints.yml",
    ) -> None:
        self.name = name
        self.values = values
        self.place = place
        self.kind = kind
        self.file = file

    def error(self, key: str, code: str, message: str, mend: str) -> ProjectError:
        """A complaint about the value of ``key``, to be raised; ``code`` comes after the kind."""
        place = self.values.place_of(key) if isinstance(self.values, Map) else self.place
        return ProjectError([Complaint(f"{self.kind}-{code}", f"{self.name}: {message}", mend, place)])

    def one_of(self, key: str, meanings: Mapping[str, str], default: str) -> str:
        """What the key's value means; upper and lower case are the same, as in Rasa."""
        value = self.values.get(key)
        name = default if value is None else str(value)
        found = meanings.get(name.lower())
        if found is None:
            known = ", ".join(dict.fromkeys(meanings))
            raise self.error(key, key, f"Unknown {key} '{name}'.", f"Choose one of: {known}.")
        return found

    def text(self, key: str) -> str | None:
        """A text; ``None`` when it is missing or empty."""
        value = self.values.get(key)
        if isinstance(value, Mapping | list):
            raise self.error(key, "value", f"'{key}' must be a text.", "Write it in one line.")
        return None if value is None or value == "" else str(value)

    def texts(self, key: str) -> list[str]:
        """A list of texts; one text alone is a list of one."""
        value = self.values.get(key)
        found = value if isinstance(value, list) else [value]
        if any(isinstance(one, Mapping | list) for one in found):
            raise self.error(key, "value", f"'{key}' must be a list of texts.", "Write '- text' under it.")
        return [str(one) for one in found if one is not None and one != ""]

    def mapping(self, key: str) -> dict[str, str]:
        """Texts by name."""
        value = self.values.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping) or any(isinstance(one, Mapping | list) for one in value.values()):
            raise self.error(
                key, "value", f"'{key}' is no mapping of texts.", "Write 'name: value' under it."
            )
        return {str(name): str(one) for name, one in value.items() if one is not None}

    def number(self, key: str) -> int | None:
        """A whole number of 0 or more."""
        text = self.text(key)
        if text is None:
            return None
        try:
            found = float(text)
            if found < 0 or found != int(found):
                raise ValueError
        except (ValueError, OverflowError):
            message = f"'{key}' must be a whole number, not '{text}'."
            raise self.error(key, "value", message, "Write digits only.") from None
        return int(found)

    def seconds(self, key: str, default: float) -> float:
        """A time above 0."""
        text = self.text(key)
        if text is None:
            return default
        try:
            found = float(text)
        except ValueError:
            found = 0.0
        if not math.isfinite(found) or found <= 0 or isinstance(self.values.get(key), bool):
            message = f"'{key}' is '{text}'."
            raise self.error(key, "value", message, "Write a number of seconds above 0.")
        return found

    def flag(self, key: str, default: bool = False) -> bool:
        text = (self.text(key) or str(default)).lower()
        if text not in ("true", "false"):
            message = f"'{key}' must be true or false, not '{text}'."
            raise self.error(key, "value", message, "Write true or false.")
        return text == "true"

    def warn_of_others(self, known: Collection[str]) -> None:
        """Log the keys that are not known."""
        for key in self.values:
            if key not in known:
                logger.warning("%s: %s has no key '%s': passed over.", self.file, self.name, key)

    def warn_of_ineffective(self, keys: Iterable[str]) -> None:
        """Log the keys that Rasa has and that change nothing here."""
        found = [key for key in keys if key in self.values]
        if found:
            logger.info("%s: %s: no effect here: %s.", self.file, self.name, ", ".join(found))

    def address(self) -> tuple[str | None, int | None]:
        """Host and port of ``url`` or ``host``; Rasa also takes ``host:port``, and that port then counts."""
        key = "url" if self.text("url") else "host"
        host, port = self.text(key), self.number("port")
        if not host:
            return None, port
        try:
            parts = urlsplit(f"//{host}")
            return parts.hostname or host, parts.port or port
        except ValueError:
            message = f"'{host}' is no address."
            raise self.error(key, "url", message, "Write a host, or host:port.") from None
