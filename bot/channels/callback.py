"""The callback channel: a message is taken at once, and every reply is sent to an address of the designer's.

``credentials.yml``::

    callback:
      url: http://localhost:5034/bot

Requests are the REST channel's; so is each object that is sent, one ``POST`` each. The replies of a
conversation arrive in order. A turn never waits for the receiver: replies wait in a line of their own, each is
tried a few times, and one that cannot be delivered is given up with a line in the log. What was said stays in
the conversation.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.channels.rest import objects_of, read_message
from bot.endpoint import KEYS as ENDPOINT_KEYS
from bot.endpoint import Endpoint, EndpointError, read_address
from bot.message import Message, Reply
from bot.settings import section_of

logger = logging.getLogger(__name__)

NAME = "callback"
KEYS = ENDPOINT_KEYS
"""Keys of ``callback``."""
DEADLINE = 10.0
"""Seconds that the receiver may take, unless ``timeout`` says otherwise."""
AT_ONCE = 64
"""Requests to the receiver at the same time."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long replies are kept for a receiver that fails; times in seconds."""

    pauses: Sequence[float] = (0.5, 1.0, 2.0)
    """Before the second attempt, the third, ..."""
    waiting: int = 200
    """Objects of one conversation that wait at most; beyond that the oldest are given up."""
    grace: float = 10.0
    """For what waits when the channel is closed."""


def open_callback(credentials: Mapping[str, Any] | None) -> CallbackChannel | None:
    """The channel that ``credentials.yml`` asks for, if it does.

    Raises:
        ProjectError: the section is wrong; the complaint has the line.
    """
    if credentials is None or NAME not in credentials:
        return None
    section = section_of(credentials, NAME, "callback", "credentials.yml")
    section.warn_of_others(KEYS)
    return CallbackChannel(Endpoint(read_address(section, DEADLINE)))


def read_callback_message(body: Any, message_id: str | None = None) -> Message:
    """As :func:`bot.channels.rest.read_message`, but for this channel."""
    return replace(read_message(body, message_id), channel=NAME, output_channel=NAME)


@dataclass(slots=True)
class Sent:
    """An :class:`~bot.message.Emit` that puts replies into a conversation's line."""

    channel: CallbackChannel
    conversation_id: str
    whole: bool = field(default=False, init=False)

    async def __call__(self, reply: Reply) -> None:
        self.channel.put(self.conversation_id, objects_of(reply, self.conversation_id))


class CallbackChannel:
    """Sends replies to the receiver, one line for each conversation."""

    def __init__(self, endpoint: Endpoint, patience: Patience | None = None) -> None:
        self.endpoint = endpoint
        self.patience = patience or Patience()
        self._lines: dict[str, deque[dict[str, Any]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._sending = asyncio.Semaphore(AT_ONCE)

    def emit_to(self, conversation_id: str) -> Sent:
        """Where the replies of a turn go."""
        return Sent(self, conversation_id)

    def put(self, conversation_id: str, objects: Sequence[dict[str, Any]]) -> None:
        """Let objects be sent after those that wait already. Returns at once."""
        line = self._lines.get(conversation_id)
        if line is None:
            line = self._lines[conversation_id] = deque()
            task = asyncio.get_running_loop().create_task(self._send_line(conversation_id, line))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        line.extend(objects)
        given_up = 0
        while len(line) > self.patience.waiting:
            line.popleft()
            given_up += 1
        if given_up:
            logger.error("The callback's receiver is too slow: %d replies were given up.", given_up)

    async def _send_line(self, conversation_id: str, line: deque[dict[str, Any]]) -> None:
        try:
            while line:
                await self._send(line.popleft())
        finally:
            del self._lines[conversation_id]

    async def _send(self, one: dict[str, Any]) -> None:
        for pause in (*self.patience.pauses, None):
            try:
                async with self._sending, self.endpoint.request("POST", json.dumps(one).encode()):
                    return
            except EndpointError as error:
                if pause is None or not error.retry:
                    logger.error("A reply could not be delivered to the callback: %s.", error)
                    return
            await asyncio.sleep(pause)

    async def close(self) -> None:
        """Send what waits, for some seconds at most, and give back the connections."""
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=self.patience.grace)
            left = sum(map(len, self._lines.values())) + len(late)
            for task in late:
                task.cancel()
            if late:
                logger.error("%d replies were not delivered to the callback.", left)
                await asyncio.wait(late)
        await self.endpoint.close()
