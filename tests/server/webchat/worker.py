"""A process that serves the small bot's web chat on a SQLite file until it is killed.

Arguments: the file, the port, the bot's model, and ``hang`` or ``go``: whether the slow action ever ends.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from sqlalchemy import URL

from bot.actions import ActionResult
from bot.channels.webchat_settings import WebChatSettings
from bot.model import Model
from bot.server import make_app, serve
from bot.server.webchat import Setup
from bot.stores.sql import SqlStore
from bot.tracker import Tracker
from bot.turn import Bot


class Slow:
    """The slow action."""

    def __init__(self, hangs: bool) -> None:
        self.hangs = hangs

    async def run(self, name: str, tracker: Tracker) -> ActionResult:
        if self.hangs:
            await asyncio.Event().wait()
        return ActionResult(responses=[{"text": "Beklediğiniz için teşekkürler."}])

    async def close(self) -> None:
        """Nothing to give back."""


async def main() -> None:
    file, port, archive, how = sys.argv[1:]
    model = Model.load(Path(archive))
    store = SqlStore(URL.create("sqlite", database=file))
    bot = Bot(model.domain, model.ensemble, model.interpreter, Slow(how == "hang"), store)
    setup = Setup(WebChatSettings(messages=1_000), b"the secret that both processes have", Path(file).parent)
    app = make_app(bot, model_name="small", webchat=setup)
    await serve(app, "127.0.0.1", int(port), ready=lambda *_: print("ready", flush=True))


if __name__ == "__main__":
    asyncio.run(main())
