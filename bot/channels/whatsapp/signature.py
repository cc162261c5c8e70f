"""Who may call the webhook: Meta alone, which signs every body with the app's secret.

Source: Meta's webhook reference ("Validating Payloads"). The signature is made of the bytes that were sent; JSON
that was parsed and written again has other bytes as soon as there is a Turkish letter in it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

HEADER = "X-Hub-Signature-256"
_PREFIX = "sha256="


def signature_of(secret: str, body: bytes) -> str:
    """What :data:`HEADER` says of a body."""
    return _PREFIX + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def is_signed(secret: str, body: bytes, header: str | None) -> bool:
    """Whether the body was signed with the secret; takes equally long for every wrong signature."""
    given = (header or "").encode("utf-8", "replace")
    return hmac.compare_digest(signature_of(secret, body).encode(), given)


def answer_challenge(verify_token: str, query: Mapping[str, str]) -> str | None:
    """The answer to Meta's handshake, ``None`` for anybody else.

    Args:
        query: ``hub.mode``, ``hub.verify_token`` and ``hub.challenge`` of the ``GET``.
    """
    given = query.get("hub.verify_token", "").encode("utf-8", "replace")
    if not verify_token or not hmac.compare_digest(verify_token.encode(), given):
        return None
    return query.get("hub.challenge", "") if query.get("hub.mode") == "subscribe" else None
