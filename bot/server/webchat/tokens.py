"""Sessions of the web chat: a token that only this server can make, and the conversation that it opens.

A token is 24 random bytes and the time it was made, signed with a secret of the server's: nothing is stored, so it
outlives restarts and opens the same conversation in every worker that has the secret. The conversation's id is
derived from the random bytes with the secret: whoever learns an id (an agent, a log of the shop's) has no token.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import logging
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.errors import SantralError

logger = logging.getLogger(__name__)

ENVIRONMENT = "SANTRAL_SECRET"
FILE = ".santral-secret"
"""In the project's folder, when the environment has no secret."""
SHORTEST = 32
"""Characters of a secret."""

_RANDOM, _TIME, _MAC = 24, 6, 32
_DAY = 86_400.0


class SecretError(SantralError):
    """The secret that signs sessions cannot be used."""

    code = "webchat-secret"


def read_secret(root: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """The server's secret: of the environment, else of a file in the project that is made at the first start.

    Raises:
        SecretError: it is too short, or the file cannot be read or written.
    """
    given = environment.get(ENVIRONMENT)
    if given is not None:
        if len(given) < SHORTEST:
            raise SecretError(f"{ENVIRONMENT} has fewer than {SHORTEST} characters. Make a longer one.")
        return given.encode()
    path = root / FILE
    try:
        _make(path)
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            logger.warning("%s could be read by other users of this machine: it is closed to them now.", FILE)
            path.chmod(0o600)
        found = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(
            f"The secret in {FILE} cannot be read or written ({type(error).__name__}). "
            f"Let the project's folder be written to, or set {ENVIRONMENT}."
        ) from None
    if len(found) < SHORTEST:
        raise SecretError(f"{FILE} has fewer than {SHORTEST} characters. Delete it, and a new one is made.")
    return found.encode()


def _make(path: Path) -> None:
    """Make the file with a new secret, unless it is there; of two processes one is first."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
        # A link appears with its whole content, and never takes the place of another one.
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Session:
    """One visitor of one browser."""

    token: str
    conversation_id: str
    made: float
    """Seconds since the epoch."""
    random: bytes


class Tokens:
    """Makes and reads tokens.

    Args:
        now: seconds since the epoch.
        days: so long a token counts.
    """

    def __init__(self, secret: bytes, now: Callable[[], float], days: int = 30) -> None:
        self._sign = hmac.new(secret, b"santral webchat token", hashlib.sha256).digest()
        self._derive = hmac.new(secret, b"santral webchat conversation", hashlib.sha256).digest()
        self._now = now
        self.seconds = days * _DAY

    def new(self) -> Session:
        """A session of somebody who comes for the first time."""
        return self._session(secrets.token_bytes(_RANDOM))

    def renewed(self, session: Session) -> Session:
        """The same conversation; the token itself is a new one once half of its time has passed."""
        return session if self._now() - session.made < self.seconds / 2 else self._session(session.random)

    def read(self, token: str | None) -> Session | None:
        """The session of a token; ``None``: it was not made here, or is too old."""
        raw = _decode(token or "")
        if len(raw) != _RANDOM + _TIME + _MAC:
            return None
        body, mac = raw[:-_MAC], raw[-_MAC:]
        if not hmac.compare_digest(mac, hmac.new(self._sign, body, hashlib.sha256).digest()):
            return None
        made = int.from_bytes(body[_RANDOM:], "big")
        if not 0 <= self._now() - made + 1 < self.seconds:
            return None
        return Session(token or "", self._conversation(body[:_RANDOM]), made, body[:_RANDOM])

    def _session(self, random: bytes) -> Session:
        made = int(self._now())
        body = random + made.to_bytes(_TIME, "big")
        mac = hmac.new(self._sign, body, hashlib.sha256).digest()
        token = base64.urlsafe_b64encode(body + mac).decode().rstrip("=")
        return Session(token, self._conversation(random), made, random)

    def _conversation(self, random: bytes) -> str:
        return "webchat-" + hmac.new(self._derive, random, hashlib.sha256).hexdigest()[:32]


def _decode(token: str) -> bytes:
    try:
        raw = base64.b64decode(
            token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True
        )
    except (binascii.Error, ValueError):
        return b""
    # Several texts may stand for the same bytes; only the one that was given out counts.
    return raw if base64.urlsafe_b64encode(raw).decode().rstrip("=") == token else b""
