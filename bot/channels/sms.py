"""SMS through a provider's HTTP address: section ``sms`` of ``credentials.yml``.

Providers differ in the names of a few fields, so the body of the request is the designer's: ``{to}`` and ``{text}``
in it are filled in.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import Any

from bot.endpoint import KEYS, MAX_ANSWER, Address, Endpoint, EndpointError, read_address, read_at_most
from bot.settings import Section, section_of

logger = logging.getLogger(__name__)

NAME = "sms"
_TIMEOUT = 5.0


class SmsGateway:
    """Sends short messages; a ``voice.written.Messenger``.

    Args:
        body: what is sent as JSON, with ``{to}`` (digits with the country's code) and ``{text}`` in its texts.
        accepted: what the answer has in it when the provider took the message; ``None``: status 2xx is enough.
    """

    def __init__(self, address: Address, body: Any, accepted: re.Pattern[str] | None = None) -> None:
        self._endpoint = Endpoint(address)
        self._body = body
        self._accepted = accepted

    async def send(self, number: str, text: str) -> bool:
        """Send a text to a number (E.164); whether the provider took it. Nothing is raised."""
        body = json.dumps(_filled(self._body, {"{to}": number.lstrip("+"), "{text}": text})).encode()
        try:
            async with self._endpoint.request("POST", body) as response:
                answer = (await read_at_most(response, MAX_ANSWER)).decode(errors="replace")
        except EndpointError as error:
            logger.error("An SMS could not be sent: %s.", error)
            return False
        if self._accepted is not None and not self._accepted.search(answer):
            logger.error("The provider did not take an SMS.")
            return False
        return True

    async def close(self) -> None:
        """Give back the connections."""
        await self._endpoint.close()


def read_sms(credentials: Mapping[str, Any] | None) -> SmsGateway | None:
    """The gateway of ``credentials.yml``; ``None`` without a section.

    Raises:
        ProjectError: the section is wrong; the complaint has the line.
    """
    if NAME not in (credentials or {}):
        return None
    section = section_of(credentials, NAME, NAME, "credentials.yml")
    section.warn_of_others(KEYS | {"body", "accepted"})
    body = section.values.get("body")
    written = json.dumps(body, ensure_ascii=False) if isinstance(body, Mapping | list) else ""
    if "{to}" not in written or "{text}" not in written:
        mend = "Write the provider's fields under 'body:', with {to} and {text} where number and text belong."
        raise section.error("body", "body", "'body' has no place for number and text.", mend)
    return SmsGateway(read_address(section, _TIMEOUT), body, _accepted(section))


def _accepted(section: Section) -> re.Pattern[str] | None:
    pattern = section.text("accepted")
    if pattern is None:
        return None
    try:
        return re.compile(pattern)
    except re.error:
        message = f"'{pattern}' is no regular expression."
        raise section.error("accepted", "accepted", message, "Write a word of the answer.") from None


def _filled(value: Any, texts: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        # In one go: what a text has in braces is not filled in again.
        return re.sub(r"\{(?:to|text)\}", lambda found: texts[found[0]], value)
    if isinstance(value, Mapping):
        return {key: _filled(one, texts) for key, one in value.items()}
    return [_filled(one, texts) for one in value] if isinstance(value, list) else value
