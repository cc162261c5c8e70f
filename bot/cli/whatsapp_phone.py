"""The simulator put together: the bot's server, the fake of Meta's API, and a phone's page between them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from sqlalchemy import URL

from bot.app import close_bot
from bot.channels.whatsapp.fake.graph import FakeGraph
from bot.channels.whatsapp.fake.phone import PhonePage
from bot.channels.whatsapp.fake.statuses import UNRULY, Manner
from bot.channels.whatsapp.opening import make_whatsapp
from bot.channels.whatsapp.settings import WhatsAppSettings
from bot.channels.whatsapp.templates_file import read_templates
from bot.errors import Complaints
from bot.server import make_app, serve
from bot.turn import Bot


async def run_phone(bot: Bot, root: Path, port: int, unruly: bool, tell: Callable[[str], None]) -> None:
    """Serve the phone until Ctrl-C."""
    complaints = Complaints()
    templates = read_templates(root, complaints)
    complaints.raise_errors()
    graph = FakeGraph(manner=UNRULY if unruly else Manner(delay=0.4))
    graph.templates = [
        {
            "name": one.name,
            "language": one.language,
            "status": "APPROVED",
            "components": [{"type": "BODY", "text": one.body}],
        }
        for one in templates.by_key.values()
    ]
    meta = graph.app()
    page = PhonePage(graph)
    meta.add_routes(page.routes())
    runner = web.AppRunner(meta, access_log=None)
    await runner.setup()
    with tempfile.TemporaryDirectory(prefix="santral-whatsapp-") as folder:
        try:
            # The token of the fake is no secret, but its page lets anybody write: this machine only.
            await web.TCPSite(runner, "127.0.0.1", port).start()
            bound = runner.addresses[0][1]
            settings = WhatsAppSettings(
                graph.business.phone_number_id,
                graph.token,
                graph.app_secret,
                "simulator",
                URL.create("sqlite", database=str(Path(folder) / "whatsapp.db")),
                Path(folder) / "media",
                root / "files",
                base_url=f"http://127.0.0.1:{bound}",
            )
            channel = make_whatsapp(settings, templates=templates)
            app = make_app(bot, model_name="simulated", whatsapp=channel, root=root)

            def ready(host: str, server_port: int) -> None:
                graph.webhook = f"http://127.0.0.1:{server_port}/webhooks/whatsapp/webhook"
                tell(f"The phone: http://localhost:{bound}/phone  (Ctrl-C stops)")

            try:
                await serve(app, "127.0.0.1", 0, ready=ready, grace=2.0)
            finally:
                page.close()
                await channel.close(1.0)
        finally:
            await close_bot(bot)
            await asyncio.wait_for(runner.cleanup(), 5)
