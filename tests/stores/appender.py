"""A worker of its own: appends to one conversation and prints what it did, a line each.

Arguments: URL, redis' key prefix, ``endless|contend``. It prints ``ready``, waits for a line on its input,
and then prints ``appended POSITION`` or ``conflict``.
"""

from __future__ import annotations

import asyncio
import os
import sys

from sqlalchemy import make_url

from bot.errors import ConflictError
from bot.events import Event, SlotSet
from bot.stores import Store

CONTENDED_APPENDS = 150


def tell(line: str) -> None:
    print(line, flush=True)


def opened(url: str, prefix: str) -> Store:
    if url.startswith("redis"):
        from bot.stores.redis import RedisStore

        return RedisStore(url, prefix=prefix)
    from bot.stores.sql import SqlStore

    return SqlStore(make_url(url))


def batch(position: int) -> list[Event]:
    return [SlotSet(str(os.getpid()), number) for number in (position, position + 1, position + 2)]


async def endless(store: Store) -> None:
    length = 0
    while True:
        await store.append("a", batch(length), length)
        tell(f"appended {length}")
        length += 3


async def contend(store: Store) -> None:
    done = length = 0
    while done < CONTENDED_APPENDS:
        length += len(await store.load("a", length))
        try:
            await store.append("a", batch(length), length)
        except ConflictError:
            tell("conflict")
        else:
            tell(f"appended {length}")
            done += 1
            length += 3
    await store.close()


async def main() -> None:
    url, prefix, what = sys.argv[1:]
    store = opened(url, prefix)
    tell("ready")
    sys.stdin.readline()
    await (endless(store) if what == "endless" else contend(store))


if __name__ == "__main__":
    asyncio.run(main())
