"""What all sockets and requests of the web chat share."""

from __future__ import annotations

import time
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channels.webchat_settings import WebChatSettings
from bot.server.turns import Turns
from bot.server.webchat.files import Files
from bot.server.webchat.limits import Buckets, Clock, Counts
from bot.server.webchat.origins import Origins
from bot.server.webchat.rooms import Room, Rooms
from bot.server.webchat.tokens import Tokens
from bot.voice_notes import Transcriber

FRAMES, FRAME_SECONDS = 300, 60.0
"""Frames of any kind that one visitor may send within so many seconds."""
MOST_IN_WORK = 20
"""Messages of one visitor that are in work at once."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What the web chat is opened with."""

    settings: WebChatSettings
    secret: bytes
    """Signs sessions; see :mod:`bot.server.webchat.tokens`."""
    folder: Path
    """For uploads."""
    transcriber: Transcriber | None = None
    """Hears voice messages."""


class Chat:
    """See the module.

    Args:
        now: seconds since the epoch.
        monotonic: seconds of a clock that only goes forward.
    """

    def __init__(
        self, turns: Turns, setup: Setup, now: Clock = time.time, monotonic: Clock = time.monotonic
    ) -> None:
        settings = setup.settings
        self.turns = turns
        self.settings = settings
        self.tokens = Tokens(setup.secret, now, settings.session_days)
        self.origins = Origins(settings.origins)
        self.rooms = Rooms(turns.bot.store)
        self.files = Files(setup.folder, settings.uploads)
        self.transcriber = setup.transcriber
        self.connections = Counts(settings.connections, settings.most_connections)
        self.messages = Buckets(settings.messages, settings.seconds, monotonic)
        self.frames = Buckets(FRAMES, FRAME_SECONDS, monotonic)
        self.new_sessions = Buckets(settings.sessions, 60.0, monotonic)
        self.uploads = Buckets(settings.uploads.most, settings.uploads.seconds, monotonic)
        self.calls: str | None = None
        """Where visitors may also speak: an address below the server's; ``None``: nowhere."""
        turns.bot.watch = self.rooms.told

    def begin(self, room: Room, message_id: str, work: Coroutine[Any, Any, None]) -> None:
        """Let a message's turn run to its end, whoever goes meanwhile.

        Raises:
            ApiError: 503, too many are in flight, or no model is there.
        """
        task = self.turns.start(work)
        room.begin(message_id)

        def ended(_: object) -> None:
            room.end(message_id, task.cancelled() or task.exception() is not None)
            self.rooms.tidy(room)

        task.add_done_callback(ended)

    def page_settings(self) -> dict[str, Any]:
        """What the page has to know."""
        settings, uploads = self.settings, self.settings.uploads
        return {
            "language": settings.language,
            "max_text": settings.max_text,
            "uploads": {"max_bytes": uploads.max_bytes, "types": sorted(uploads.types)}
            if uploads.types
            else None,
            "voice": any(one.startswith("audio/") for one in uploads.types),
            "calls": self.calls,
            "title": settings.title,
            "greeting": dict(settings.greeting) or None,
            "rating": settings.rating,
            "privacy": dict(settings.privacy) or None,
            "proactive": [dict(one) for one in settings.proactive],
            "texts": dict(settings.texts),
        }
