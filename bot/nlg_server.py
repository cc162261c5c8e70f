"""An NLG server words the responses: ``nlg`` of ``endpoints.yml``, Rasa's protocol.

It is asked with the response's name and the whole conversation, and answers with a message. When it fails, the
domain's own response of that name is said in its place; only a response that the domain lacks too makes the
action fail.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from bot.endpoint import KEYS as ENDPOINT_KEYS
from bot.endpoint import Endpoint, EndpointError, read_address
from bot.errors import ActionError
from bot.nlg import DomainResponses, Wording, suitable_variations
from bot.settings import section_of
from bot.tracker import Tracker

logger = logging.getLogger(__name__)

KEYS = ENDPOINT_KEYS | {"type"}
"""Keys of ``nlg``."""
DEADLINE = 10.0
"""Seconds that the server may take, unless ``timeout`` says otherwise: a customer waits."""
OPTIONAL = frozenset({"utter_restart", "utter_default", "utter_back", "utter_ask_rephrase"})
"""Responses that built-in actions say if there are any."""
_MAY_BE: Mapping[str, type | tuple[type, ...]] = {
    "text": (str, type(None)),
    "buttons": (list, type(None)),
    "quick_replies": (list, type(None)),
    "elements": (list, type(None)),
    "attachment": (dict, str, type(None)),
    "image": (str, type(None)),
    "custom": (dict, type(None)),
}


def open_wording(config: Mapping[str, Any] | None) -> Wording | None:
    """What ``nlg`` asks for; ``None`` when responses are worded by the domain alone.

    Raises:
        ProjectError: the section is wrong; the complaint has the line.
    """
    section = section_of(config, "nlg", "nlg")
    if not section.values:
        return None
    if section.one_of("type", {"callback": "server", "response": ""}, "callback") == "":
        return None
    section.warn_of_others(KEYS)
    return NlgServer(Endpoint(read_address(section, DEADLINE)))


class NlgServer:
    """Asks a server, and the domain when the server fails."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self._own = DomainResponses()

    async def draft(
        self, response: str, tracker: Tracker, channel: str, arguments: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """See :meth:`bot.nlg.Wording.draft`."""
        body = {
            "response": response,
            "id": response_id(response, tracker, channel),
            "arguments": dict(arguments),
            "tracker": tracker.as_dict(tracker.events),
            "channel": {"name": channel},
        }
        try:
            return checked_message(await self.endpoint.post_json(body))
        except EndpointError as error:
            logger.error("The NLG server could not word '%s': %s.", response, error)
        found = await self._own.draft(response, tracker, channel, arguments)
        if found is None and response not in OPTIONAL:
            raise ActionError(f"Neither the NLG server nor the domain words '{response}'.")
        return found

    async def close(self) -> None:
        """See :meth:`bot.nlg.Wording.close`."""
        await self.endpoint.close()


def checked_message(answer: Any) -> dict[str, Any]:
    """The answer, if it has the shape of a message.

    Raises:
        EndpointError: it has not.
    """
    if not isinstance(answer, dict):
        raise EndpointError("the answer is no JSON object", retry=False)
    for key, kinds in _MAY_BE.items():
        value = answer.get(key)
        if not isinstance(value, kinds):
            raise EndpointError(f"the answer has a wrong '{key}'", retry=False)
        if isinstance(value, list) and not all(isinstance(one, dict) for one in value):
            raise EndpointError(f"'{key}' of the answer is no list of objects", retry=False)
    return answer


def response_id(response: str, tracker: Tracker, channel: str) -> str | None:
    """The ``id`` of the first variation that the domain would choose from; ``None`` if ids are ambiguous."""
    suitable = suitable_variations(
        tracker.domain.responses.get(response) or (), channel, tracker.current.slots
    )
    ids = [one["id"] for one in suitable if one.get("id")]
    if not suitable or len(ids) != len(set(ids)):
        return None
    found = suitable[0].get("id")
    return None if found is None else str(found)
