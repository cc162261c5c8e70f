"""Who may ask: the API's door. Webhooks have doors of their own, the page and ``/version`` are open."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING, Protocol

from aiohttp import web

from bot.server.errors import ApiError

if TYPE_CHECKING:
    from bot.server.bearer import BearerTokens


class Access(Protocol):
    """Decides about one request."""

    def check(self, request: web.Request, conversation_id: str | None) -> None:
        """Pass, or raise :class:`ApiError`: 401 for a stranger, 403 for somebody else's conversation."""


class Open:
    """Everybody may ask everything."""

    def check(self, request: web.Request, conversation_id: str | None) -> None:
        """Pass."""


class Near:
    """Only this machine may ask, and no proxy in its name: conversations are nobody else's business."""

    def check(self, request: web.Request, conversation_id: str | None) -> None:
        if not is_near(request.remote) or any(name in request.headers for name in _FORWARDED):
            raise ApiError(
                HTTPStatus.FORBIDDEN,
                "NotAuthorized",
                "The API answers on this machine only. Start with --enable-api, and with --auth-token.",
            )


_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


def is_near(remote: str | None) -> bool:
    """Whether the address is this machine's own."""
    try:
        return remote is not None and ip_address(remote).is_loopback
    except ValueError:
        return False


class Guarded:
    """Rasa's ``--auth-token`` and ``--jwt-secret``: either opens the API.

    Args:
        token: whoever adds ``?token=...`` may ask everything.
        bearer: tokens that name a user, who may ask as much as the role allows.
    """

    def __init__(self, token: str | None = None, bearer: BearerTokens | None = None) -> None:
        self._token = token.encode() if token else None
        self._bearer = bearer

    def check(self, request: web.Request, conversation_id: str | None) -> None:
        given = request.query.get("token", "").encode("utf-8", "replace")
        if self._token is not None and hmac.compare_digest(given, self._token):
            return
        user = self._bearer.user_of(request.headers.get("Authorization")) if self._bearer else None
        if user is None:
            raise ApiError(HTTPStatus.UNAUTHORIZED, "NotAuthenticated", "User is not authenticated.")
        if not user.may_see(conversation_id):
            raise ApiError(HTTPStatus.FORBIDDEN, "NotAuthorized", "User has insufficient permissions.")


def access_of(auth_token: str | None, enable_api: bool, bearer: BearerTokens | None = None) -> Access:
    """Whom the options let in."""
    if auth_token or bearer:
        return Guarded(auth_token, bearer)
    return Open() if enable_api else Near()
