"""The section ``whatsapp`` of ``credentials.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import URL
from yarl import URL as Address

from bot.channels.whatsapp.messages import INTENTS
from bot.database_address import sql_url
from bot.settings import Section, section_of

NAME = "whatsapp"
FILE = "credentials.yml"
QUEUE = "whatsapp.db"
"""The SQLite file of the queue, unless ``database`` names another one."""
KEYS = frozenset(
    (
        "phone_number_id",
        "business_account_id",
        "access_token",
        "app_secret",
        "verify_token",
        "api_version",
        "base_url",
        "database",
        "media",
        "files",
        "messages_per_second",
        "typing",
        "reopen_template",
        "intents",
        "timeout",
        "voice_answers",
        "media_days",
    )
)
MEDIA_DAYS = 90
BASE_URL = "https://graph.facebook.com"
VERSION = "v23.0"


@dataclass(frozen=True, slots=True)
class WhatsAppSettings:
    """Of one business number."""

    phone_number_id: str
    access_token: str
    app_secret: str
    verify_token: str
    database: URL
    media: Path
    """Where customers' files go."""
    files: Path
    """Whose files may be sent."""
    business_account_id: str = ""
    api_version: str = VERSION
    base_url: str = BASE_URL
    messages_per_second: int = 80
    typing: bool = True
    """Show that an answer is being written."""
    reopen_template: str = ""
    """Sent when more than 24 hours have passed; what was to be said follows the customer's answer."""
    intents: Mapping[str, str] = field(default_factory=lambda: dict(INTENTS))
    timeout: float = 30.0
    """Seconds for an answer of Meta's."""
    voice_answers: bool = False
    """Answer voice notes with a voice message, too."""
    media_days: int = MEDIA_DAYS
    """Customers' files are deleted after so many days; 0: never."""


def read_whatsapp(credentials: Mapping[str, Any] | None, root: Path) -> WhatsAppSettings | None:
    """The settings, if ``credentials.yml`` has the section.

    Raises:
        ProjectError: something is missing or wrong; the complaint has the line.
    """
    if credentials is None or NAME not in credentials:
        return None
    section = section_of(credentials, NAME, NAME, FILE)
    section.warn_of_others(KEYS)
    return WhatsAppSettings(
        _digits(section, "phone_number_id", "WhatsApp Manager shows it under 'API setup'."),
        _needed(section, "access_token", "Make one for a system user: docs/whatsapp.md."),
        _needed(section, "app_secret", "Meta's app dashboard shows it under 'App settings', 'Basic'."),
        _needed(section, "verify_token", "Think of a word, and write the same into the app's webhook page."),
        _database(section, root),
        root / (section.text("media") or "media/whatsapp"),
        root / (section.text("files") or "files"),
        section.text("business_account_id") or "",
        _version(section),
        _base_url(section),
        section.number("messages_per_second") or 80,
        section.flag("typing", True),
        section.text("reopen_template") or "",
        {**INTENTS, **section.mapping("intents")},
        section.seconds("timeout", 30.0),
        section.flag("voice_answers"),
        MEDIA_DAYS if (days := section.number("media_days")) is None else days,
    )


def _needed(section: Section, key: str, mend: str) -> str:
    found = section.text(key)
    if not found:
        raise section.error(key, key.replace("_", "-"), f"'{key}' is missing.", mend)
    return found


def _digits(section: Section, key: str, mend: str) -> str:
    found = _needed(section, key, mend)
    if not found.isdecimal():
        raise section.error(
            key, key.replace("_", "-"), f"'{key}' has digits only, and is no phone number.", mend
        )
    return found


def _version(section: Section) -> str:
    found = section.text("api_version") or VERSION
    if not (found.startswith("v") and found[1:].replace(".", "", 1).isdecimal()):
        raise section.error("api_version", "version", f"'{found}' is no version.", f"Write {VERSION}.")
    return found


def _base_url(section: Section) -> str:
    found = section.text("base_url") or BASE_URL
    try:
        address = Address(found)
    except ValueError:
        address = Address("")
    if address.scheme not in ("http", "https") or not address.host:
        raise section.error("base_url", "url", f"'{found}' is no address.", f"Leave it out for {BASE_URL}.")
    return found


def _database(section: Section, root: Path) -> URL:
    given = section.text("database")
    if given is None:
        return URL.create("sqlite", database=str(root / QUEUE))
    if "://" not in given:
        return URL.create("sqlite", database=str(root / given))
    inner = Section(section.name, {"url": given}, section.place, section.kind, section.file)
    return sql_url(inner, "The queue of WhatsApp")
