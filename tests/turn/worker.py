"""A process that takes turns on a SQLite file until it is killed.

Arguments: the file, ``whole|each``, then pairs of message id and text. It tells its parent, a line each,
``said TEXT`` for every reply and ``slow`` when the slow action begins; that action ends when the input has a line.
"""

from __future__ import annotations

import asyncio
import sys

from sqlalchemy import URL

from bot.actions import ActionResult
from bot.clock import SystemClock
from bot.message import Message, Reply
from bot.stores.sql import SqlStore
from bot.tracker import Tracker
from bot.turn import take_turn

from .parts import bot_with


def tell(line: str) -> None:
    print(line, flush=True)


class Slow:
    """The slow action ends when the parent says so."""

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        tell("slow")
        await asyncio.to_thread(sys.stdin.readline)
        return ActionResult(responses=[{"text": "Bitti."}])

    async def close(self) -> None:
        """Nothing to give back."""


class Telling:
    def __init__(self, whole: bool) -> None:
        self.whole = whole

    async def __call__(self, reply: Reply) -> None:
        tell(f"said {reply.text}")


async def main() -> None:
    file, how, *messages = sys.argv[1:]
    bot = bot_with(SqlStore(URL.create("sqlite", database=file)), Slow())
    bot.clock = SystemClock()
    for message_id, text in zip(messages[::2], messages[1::2], strict=True):
        await take_turn(bot, Message(text, "c", message_id=message_id), Telling(how == "whole"))
        tell(f"answered {message_id}")
    await bot.store.close()


if __name__ == "__main__":
    asyncio.run(main())
