"""What goes wrong, told as Rasa tells it: JSON with ``version, status, message, reason, details, help, code``.

Nothing here quotes what a customer wrote or who wrote it: neither answers nor logs.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.errors import MessageError, SantralError, StoreError

logger = logging.getLogger(__name__)

RETRY_AFTER = 1
"""Seconds after which a client that was turned away may try again."""

_readable = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_ascii = json.JSONEncoder(separators=(",", ":")).encode

try:
    VERSION = version("santral")
except PackageNotFoundError:  # run from a checkout
    VERSION = "0.1.0"


class ApiError(SantralError):
    """An answer other than 2xx.

    Args:
        reason: Rasa's short name of the kind of failure, such as ``BadRequest``.
        message: what is wrong, in a sentence.
        details: for programs, such as ``{"parameter": "name", "in": "body"}``.
        headers: of the answer.
    """

    code = "api"

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.details = dict(details or {})
        self.headers = dict(headers or {})

    def response(self) -> web.Response:
        body = {
            "version": VERSION,
            "status": "failure",
            "message": self.message,
            "reason": self.reason,
            "details": self.details,
            "help": None,
            "code": self.status,
        }
        return json_response(body, status=self.status, headers=self.headers)


def bad_request(message: str, parameter: str | None = None, where: str = "body") -> ApiError:
    details = {} if parameter is None else {"parameter": parameter, "in": where}
    return ApiError(HTTPStatus.BAD_REQUEST, "BadRequest", message, details)


def unavailable(message: str) -> ApiError:
    """The client may try again a little later."""
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return ApiError(status, "ServiceUnavailable", message, headers={"Retry-After": str(RETRY_AFTER)})


def json_text(data: Any) -> str:
    """JSON in one line, readable for people; half characters are escaped, as UTF-8 has no form for them."""
    text = _readable(data)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _ascii(data)
    return text


def json_response(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.json_response(text=json_text(data), status=status, headers=headers)


@web.middleware
async def tell_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every exception into an answer."""
    try:
        return await handler(request)
    except Exception as error:  # no customer ever sees a traceback
        found = api_error(error)
        if found is None:
            raise
        return found.response()


def api_error(error: Exception) -> ApiError | None:
    """How an exception is told; ``None`` for a finished answer such as a redirect."""
    match error:
        case ApiError():
            return error
        case web.HTTPException():
            return _of_http(error)
        case MessageError():
            return bad_request(str(error))
        case StoreError(retry=True):
            logger.error("A conversation cannot be read or written just now (%s).", error.code)
            return unavailable("Conversations cannot be read or written just now. Please try again.")
    logger.error(
        "A request failed with %s:\n%s",
        type(error).__name__,
        "".join(traceback.format_tb(error.__traceback__)),
    )
    return ApiError(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "InternalError",
        "An unexpected error occurred; it is in the server's log.",
    )


def _of_http(error: web.HTTPException) -> ApiError | None:
    if error.status < 400:
        return None
    messages = {
        HTTPStatus.NOT_FOUND: "There is nothing at this address.",
        HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take this method.",
    }
    status = HTTPStatus(error.status)
    kept = {name: value for name, value in error.headers.items() if name == "Allow"}
    message = messages.get(status, status.phrase)
    return ApiError(status, status.phrase.replace(" ", ""), message, headers=kept)
