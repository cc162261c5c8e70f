"""What callers get in writing: on WhatsApp where they wrote to the shop within a day, else by SMS."""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.channels.sms import SmsGateway
from bot.channels.whatsapp.channel import WhatsAppChannel
from bot.channels.whatsapp.inbound import Sender
from bot.channels.whatsapp.rules import window_open
from bot.errors import SantralError
from bot.message import Reply

logger = logging.getLogger(__name__)


class Messages:
    """A :class:`voice.written.Messenger` over the bot's own channels.

    Args:
        whatsapp: the channel, once the server has one.
        sms: the provider of short messages.
    """

    def __init__(self, whatsapp: Callable[[], WhatsAppChannel | None], sms: SmsGateway | None) -> None:
        self._whatsapp = whatsapp
        self._sms = sms

    async def send(self, number: str, text: str) -> bool:
        """See the seam."""
        if await self._by_whatsapp(number, text):
            return True
        return self._sms is not None and await self._sms.send(number, text)

    async def _by_whatsapp(self, number: str, text: str) -> bool:
        channel = self._whatsapp()
        if channel is None:
            return False
        try:
            conversation = await channel.directory.find(Sender(number.lstrip("+")))
            if conversation is None:
                return False
            known = await channel.directory.known(conversation)
            if not window_open(known.last_heard, channel.clock.now()):
                return False
            emit = channel.emit_to(conversation)
            await emit(Reply(text))
        except SantralError as error:
            logger.error("A caller could not be written to on WhatsApp (%s).", error.code)
            return False
        return not emit.refused

    async def close(self) -> None:
        """Give back connections."""
        if self._sms is not None:
            await self._sms.close()
