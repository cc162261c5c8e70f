"""What the small bot is made of, without what only training needs: a process with it starts quickly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL

from bot.actions import ActionResult
from bot.channels.whatsapp.fake.webhooks import Business
from bot.channels.whatsapp.settings import WhatsAppSettings
from bot.tracker import Tracker

SECRET = "çok gizli"
TOKEN = "EAAtest"


class Actions:
    """The small bot's custom actions; ``seen`` is what they read of the message."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        latest = tracker.last_user_event()
        self.seen.append(dict(latest.metadata) if latest else {})
        return ActionResult()

    async def close(self) -> None:
        """Nothing to give back."""


def settings_for(folder: Path, base_url: str = "http://127.0.0.1:1") -> WhatsAppSettings:
    return WhatsAppSettings(
        Business().phone_number_id,
        TOKEN,
        SECRET,
        "parola",
        URL.create("sqlite", database=str(folder / "whatsapp.db")),
        folder / "media",
        folder / "files",
        Business().account_id,
        base_url=base_url,
        timeout=2.0,
    )
