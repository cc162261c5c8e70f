"""A bot in one file with the command line of a framework: it repeats what it is told.

``run`` takes a moment's work for every message, and keeps four events for it.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from aiohttp import web

EVENTS: dict[str, list[str]] = defaultdict(list)


async def answer(request: web.Request) -> web.Response:
    body = await request.json()
    EVENTS[body["sender"]] += ["user", "action", "bot", "action"]
    if body["message"] == "say nothing":
        return web.json_response([])
    return web.json_response([{"recipient_id": body["sender"], "text": body["message"]}])


async def tracker(request: web.Request) -> web.Response:
    return web.json_response({"events": EVENTS[request.match_info["id"]]})


def main() -> None:
    if sys.argv[1] == "train":
        models = Path("models")
        models.mkdir(exist_ok=True)
        (models / "bench.tar.gz").write_bytes(b"")
        return
    app = web.Application()
    app.router.add_post("/webhooks/rest/webhook", answer)
    app.router.add_get("/conversations/{id}/tracker", tracker)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[sys.argv.index("-p") + 1]), print=None)


main()
