"""A server of the small bot, to be killed: ``python -m tests.whatsapp.worker FOLDER MODEL BASE_URL PORT DATABASE``.

The queue is in the database, and in PostgreSQL the conversations are, too, so that several servers may share both.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from dataclasses import replace
from pathlib import Path

from sqlalchemy import URL, make_url

from bot.channels.whatsapp.opening import make_whatsapp
from bot.model import Model
from bot.server import make_app, serve
from bot.stores.sql import SqlStore
from bot.turn import Bot
from tests.whatsapp.small import Actions, settings_for


async def main(folder: Path, model: Path, base_url: str, port: int, database: URL) -> None:
    loaded = Model.load(model)
    own = URL.create("sqlite", database=str(folder / "conversations.db"))
    store = SqlStore(own if database.get_backend_name() == "sqlite" else database)
    bot = Bot(loaded.domain, loaded.ensemble, loaded.interpreter, Actions(), store, apology="Özür dilerim.")
    settings = replace(settings_for(folder, base_url), messages_per_second=2_000, typing=False, timeout=30.0)
    settings = replace(settings, database=database)
    channel = make_whatsapp(settings, doubt=45.0)
    app = make_app(bot, model_name="small", whatsapp=channel)
    await serve(app, "127.0.0.1", port, ready=lambda host, bound: print(bound, flush=True))
    await channel.close()
    await store.close()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    asyncio.run(
        main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), make_url(sys.argv[5]))
    )
