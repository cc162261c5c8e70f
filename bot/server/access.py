"""Who may ask: the API's door. Webhooks have doors of their own, the page and ``/version`` are open."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import Protocol

from aiohttp import web

from bot.server.errors import ApiError


class Access(Protocol):
    """Decides about one request."""

    def check(self, request: web.Request, conversation_id: str | None) -> None:
        """Pass, or raise :class:`ApiError`: 401 for a stranger, 403 for somebody else's conversation."""


class Open:
    """Everybody may ask everything."""

    def check(self, request: web.Request, conversation_id: str | None) -> None:
        """Pass."""


class Token:
    """Rasa's ``--auth-token``: whoever adds ``?token=...`` may ask everything."""

    def __init__(self, token: str) -> None:
        self._token = token.encode()

    def check(self, request: web.Request, conversation_id: str | None) -> None:
        given = request.query.get("token", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._token):
            raise ApiError(HTTPStatus.UNAUTHORIZED, "NotAuthenticated", "User is not authenticated.")


def access_of(auth_token: str | None) -> Access:
    return Token(auth_token) if auth_token else Open()
