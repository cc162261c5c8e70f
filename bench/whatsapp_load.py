"""How many webhooks of WhatsApp a second are accepted, and how soon each is answered with 200.

``python -m bench.whatsapp_load`` posts signed webhooks at a fixed rate, whether or not earlier ones are answered,
to a server on one core that keeps each on disk and answers the customers meanwhile, through the fake of Meta's
API. The figures: the share of 200, and percentiles of the time from the planned moment to the answer.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import aiohttp
from aiohttp import web
from sqlalchemy import URL

from bench.errors import BenchError
from bot.channels.whatsapp.fake.graph import FakeGraph
from bot.channels.whatsapp.fake.webhooks import Customer, message_posted
from bot.channels.whatsapp.opening import make_whatsapp
from bot.channels.whatsapp.settings import WhatsAppSettings
from bot.channels.whatsapp.signature import HEADER, signature_of

SECRET, TOKEN = "bench", "EAAbench"
DOMAIN = """
version: "3.1"
intents: [greet]
responses:
  utter_greet:
    - text: "Merhaba, size nasıl yardımcı olabilirim?"
"""
CONFIG = """
recipe: default.v1
language: tr
pipeline: [{name: KeywordIntentClassifier}]
policies: [{name: RulePolicy}]
"""
DATA = """
version: "3.1"
nlu:
  - intent: greet
    examples: |
      - merhaba
rules:
  - rule: greeting
    steps: [{intent: greet}, {action: utter_greet}]
"""


def serve(folder: Path, base_url: str, port: int) -> None:
    """The server's process, on one core."""
    from bot.actions import NoActions
    from bot.errors import Complaints
    from bot.server import make_app
    from bot.server import serve as serve_app
    from bot.sources import read_sources
    from bot.stores.sql import SqlStore
    from bot.training import train
    from bot.turn import Bot

    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for name, content in (("domain.yml", DOMAIN), ("config.yml", CONFIG), ("data.yml", DATA)):
        (folder / name).write_text(content, encoding="utf-8")
    complaints = Complaints()
    model = train(read_sources(folder, complaints, data=("data.yml",)), complaints)
    complaints.raise_errors()
    graph = FakeGraph()
    settings = WhatsAppSettings(
        graph.business.phone_number_id,
        TOKEN,
        SECRET,
        "bench",
        URL.create("sqlite", database=str(folder / "whatsapp.db")),
        folder / "media",
        folder / "files",
        base_url=base_url,
        messages_per_second=10_000,
        typing=False,
    )

    async def run() -> None:
        store = SqlStore(URL.create("sqlite", database=str(folder / "conversations.db")))
        bot = Bot(model.domain, model.ensemble, model.interpreter, NoActions(), store)
        channel = make_whatsapp(settings)
        app = make_app(bot, model_name="bench", whatsapp=channel)
        await serve_app(app, "127.0.0.1", port, ready=lambda host, bound: print(bound, flush=True))
        await channel.close()
        await store.close()

    asyncio.run(run())


async def measure(rate: int, seconds: float) -> dict[str, float]:
    """Post ``rate`` webhooks a second for ``seconds``.

    Returns:
        ``accepted``: share of 200; ``p50``, ``p99``, ``max`` in milliseconds; ``answered``: customers who had
        their answer when the last webhook was accepted; ``cpu``: milliseconds of the core for each webhook,
        with the answers that were given meanwhile. On a machine that is busy with other things only this counts.
    """
    graph = FakeGraph(TOKEN, SECRET, keeps_rates=False, keeps_window=False)
    runner = web.AppRunner(graph.app())
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    with tempfile.TemporaryDirectory() as folder:
        command = ["-m", "bench.whatsapp_load", "--serve", folder, base]
        server = await asyncio.create_subprocess_exec(
            sys.executable, *command, stdout=asyncio.subprocess.PIPE
        )
        assert server.stdout is not None
        try:
            line = await asyncio.wait_for(server.stdout.readline(), 60)
            if not line:
                raise BenchError("The server did not start.")
            url = f"http://127.0.0.1:{int(line)}/webhooks/whatsapp/webhook"
            before = _cpu_seconds(server.pid)
            times, states = await _post_all(graph, url, rate, seconds)
            answered, spent = len(graph.sent), _cpu_seconds(server.pid) - before
        finally:
            if server.returncode is None:
                server.kill()
            await server.wait()
            await runner.cleanup()
    ordered = sorted(times)

    def percentile(share: float) -> float:
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] * 1000

    return {
        "accepted": states[200] / len(times),
        "p50": percentile(0.5),
        "p99": percentile(0.99),
        "max": ordered[-1] * 1000,
        "answered": answered,
        "cpu": spent * 1000 / len(times),
    }


def _cpu_seconds(pid: int) -> float:
    """What a process has used of its core; 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _post_all(
    graph: FakeGraph, url: str, rate: int, seconds: float
) -> tuple[list[float], Counter[int]]:
    bodies = [_body(graph, number) for number in range(int(rate * seconds))]
    times: list[float] = []
    states: Counter[int] = Counter()
    connector = aiohttp.TCPConnector(limit=256)
    async with aiohttp.ClientSession(connector=connector) as session:
        for data, signature in bodies[:20]:  # connections and caches
            async with session.post(url, data=io.BytesIO(data), headers={HEADER: signature}) as response:
                await response.read()

        async def post(data: bytes, signature: str, due: float) -> None:
            try:
                async with session.post(url, data=io.BytesIO(data), headers={HEADER: signature}) as response:
                    states[response.status] += 1
            except aiohttp.ClientError:
                states[0] += 1
            times.append(time.perf_counter() - due)

        began, tasks = time.perf_counter(), []
        for number, (data, signature) in enumerate(bodies):
            due = began + number / rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            tasks.append(asyncio.create_task(post(data, signature, due)))
        await asyncio.gather(*tasks)
    return times, states


def _body(graph: FakeGraph, number: int) -> tuple[bytes, str]:
    customer = Customer(f"9053{number % 2_000:08}", "Ayşe")
    content = {"type": "text", "text": {"body": "merhaba"}}
    data = json.dumps(message_posted(graph.business, customer, f"wamid.b{number}", 1e9, content)).encode()
    return data, signature_of(SECRET, data)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--serve", nargs=2, metavar=("FOLDER", "BASE_URL"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(Path(options.serve[0]), options.serve[1], 0)
        return
    found = asyncio.run(measure(options.rate, options.seconds))
    print(
        f"{options.rate} webhooks a second for {options.seconds:g} s: {found['accepted']:.2%} accepted; "
        f"200 within {found['p50']:.1f} ms (median), {found['p99']:.1f} ms (99th percentile), "
        f"{found['max']:.1f} ms (slowest); {found['answered']:.0f} customers were answered meanwhile; "
        f"{found['cpu']:.2f} ms of the core for each webhook."
    )


if __name__ == "__main__":
    main()
