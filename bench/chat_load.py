"""The web chat under load: many open sockets, and none of their messages lost or doubled.

``python -m bench.chat_load`` opens 2,000 sockets to one process and sends 200 messages a second for 20 s, first over
Santral's own web chat, then over its socket.io channel. With RASA_PYTHON=/path/to/python (Python 3.10 with
rasa==3.6.21) Rasa's own socket.io channel gets the same, and the ratio is told. Every message must be answered
exactly once, and the conversations, read again at the end, must hold exactly what was sent.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import aiohttp

from bench import procfs
from bench.chat_lines import ChatLine, Line, SocketIoLine
from bench.children import Command, Server, free_port, run_to_end
from bench.client import Customers
from bench.errors import BenchError
from bench.frameworks import Framework, rasa, santral
from bench.projects import BOTS, STORES, BotProject

CREDENTIALS = """rest:
socketio:
  user_message_evt: user_uttered
  bot_message_evt: bot_uttered
  session_persistence: true
"""
OWN_CREDENTIALS = """  connections: 100000
webchat:
  connections: 100000
  sessions: 100000
"""
"""All visitors of the measurement come from one address."""
OPENED_AT_ONCE = 50
PATIENCE = 60.0
"""Seconds that the last answers get after the last message."""
BETWEEN_LOOKS = 0.1
"""Seconds."""
TARGET_MS = 50.0
"""Milliseconds of the median."""


@dataclass(frozen=True, slots=True)
class Load:
    """What is done to a server."""

    sockets: int
    rate: float
    """Messages a second, of all sockets together."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; times in milliseconds from the message to its reply."""

    channel: str
    sockets: int
    opened_seconds: float
    sent: int
    rate: float
    lost: int
    """Messages without an acknowledgement, a reply, or a place in the stored conversation."""
    doubled: int
    p50: float
    p99: float
    worst: float
    server_cpu_ms: float
    """The server's processor time for one message: what it needs, whatever else the machine does."""
    server_mb: float

    @property
    def is_clean(self) -> bool:
        return not self.lost and not self.doubled


async def measure(title: str, server: Server, make: Callable[[], Line], load: Load, text: str) -> Outcome:
    """Put a load on a server.

    Raises:
        BenchError: a socket cannot be opened, or the server ended.
    """
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=60)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        began = time.perf_counter()
        lines = [make() for _ in range(load.sockets)]
        await _each(lines, lambda line: line.open(session, server.url))
        opened = time.perf_counter() - began
        cpu_before, began = procfs.cpu_seconds(server.pid), time.perf_counter()
        await _talk(lines, load, text)
        sending = time.perf_counter() - began
        await _wait_for_answers(lines)
        cpu = procfs.cpu_seconds(server.pid) - cpu_before
        server.check_alive()
        memory = procfs.resident_bytes(server.pid) / 1_000_000
        for line in lines:
            await line.close()
        lost, doubled = await _compare(lines, session, server.url)
    waits = sorted(1_000 * one for line in lines for one in line.tally.waits)
    if not waits:
        raise BenchError("No message was answered.")
    sent = sum(line.tally.sent for line in lines)
    return Outcome(
        title,
        load.sockets,
        round(opened, 2),
        sent,
        round(sent / sending, 1),
        lost,
        doubled,
        round(statistics.median(waits), 2),
        round(waits[int(len(waits) * 0.99)], 2),
        round(waits[-1], 2),
        round(1_000 * cpu / sent, 2),
        round(memory, 1),
    )


async def _each(lines: Sequence[Line], work: Callable[[Line], object]) -> None:
    """Do something with every line, some at a time."""
    gate = asyncio.Semaphore(OPENED_AT_ONCE)

    async def one(line: Line) -> None:
        async with gate:
            await work(line)  # type: ignore[misc]

    await asyncio.gather(*(one(line) for line in lines))


async def _talk(lines: Sequence[Line], load: Load, text: str) -> None:
    """Send at the wished rate, line after line; what falls behind is caught up with."""
    began = time.perf_counter()
    for number in range(int(load.rate * load.seconds)):
        ahead = began + number / load.rate - time.perf_counter()
        if ahead > 0:
            await asyncio.sleep(ahead)
        await lines[number % len(lines)].say(text)


async def _wait_for_answers(lines: Sequence[Line]) -> None:
    for _ in range(int(PATIENCE / BETWEEN_LOOKS)):
        if all(line.tally.replied >= line.tally.sent for line in lines):
            break
        await asyncio.sleep(BETWEEN_LOOKS)
    await asyncio.sleep(5 * BETWEEN_LOOKS)  # what is doubled comes late


async def _compare(lines: Sequence[Line], session: aiohttp.ClientSession, url: str) -> tuple[int, int]:
    """How many messages were lost, and how many doubled, by what visitors saw and by what is stored."""
    lost = doubled = 0

    async def one(line: Line) -> None:
        nonlocal lost, doubled
        tally = line.tally
        doubled += tally.wrong
        counts = [tally.acked, tally.replied]
        if tally.sent:
            counts += await line.history(session, url)
        lost += max(0, tally.sent - min(counts))
        doubled += max(0, max(counts) - tally.sent)

    await _each(lines, one)
    return lost, doubled


def run_framework(
    framework: Framework,
    bot: BotProject,
    store: str,
    load: Load,
    lines: dict[str, Callable[[], Line]],
    folder: Path,
) -> list[Outcome]:
    """Train a bot, serve it anew for each kind of line, and put the load on it."""
    project = folder / framework.name
    bot.copy_to(project, store)
    own = OWN_CREDENTIALS if framework.name == "santral" else ""
    (project / "credentials.yml").write_text(CREDENTIALS + own, "utf-8")
    log = folder / f"{framework.name}.log"
    run_to_end(Command(framework.train(), project, framework.environment, log), 1_800.0)
    outcomes = []
    for title, make in lines.items():
        port = free_port()
        with Server(Command(framework.run(port), project, framework.environment, log), port) as server:
            asyncio.run(_until_ready(server, bot.light))
            outcomes.append(asyncio.run(measure(title, server, make, load, bot.light)))
    return outcomes


async def _until_ready(server: Server, text: str) -> None:
    async with aiohttp.ClientSession() as session:
        customers = Customers(session, server.url)
        for _ in range(6_000):
            server.check_alive()
            if await customers.knock(text):
                return
            await asyncio.sleep(0.05)
    raise BenchError("The server was not ready in time.")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when nothing was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m bench.chat_load", description=__doc__)
    parser.add_argument("--sockets", type=int, default=2_000)
    parser.add_argument("--rate", type=float, default=200.0, help="messages a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--bot", choices=sorted(BOTS), default="moodbot")
    parser.add_argument("--store", choices=sorted(STORES), default="default")
    parser.add_argument(
        "--channels", nargs="+", choices=("webchat", "socketio"), default=["webchat", "socketio"]
    )
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    options = parser.parse_args(arguments)
    load = Load(options.sockets, options.rate, options.seconds)
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (min(limits[1], max(limits[0], 4 * load.sockets + 256)), limits[1])
    )
    kinds: dict[str, Callable[[], Line]] = {"webchat": ChatLine, "socketio": SocketIoLine}
    python = os.environ.get("RASA_PYTHON")
    try:
        with tempfile.TemporaryDirectory(prefix="santral-chat-") as name:
            folder, bot = Path(name), BOTS[options.bot]
            own = {f"Santral {one}": kinds[one] for one in options.channels}
            outcomes = run_framework(santral(), bot, options.store, load, own, folder)
            if python and bot.on_rasa:
                found = rasa(python)
                outcomes += run_framework(
                    found, bot, options.store, load, {f"{found.title} socketio": SocketIoLine}, folder
                )
    except BenchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for one in outcomes:
        print(_told(one))
    if python and len(outcomes) > len(own):
        print(
            f"Rasa's median is {outcomes[-1].p50 / outcomes[0].p50:.1f} times that of {outcomes[0].channel}."
        )
    else:
        print("Rasa was not measured: RASA_PYTHON is not set, or Rasa cannot train this bot.")
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in outcomes], indent=1) + "\n", "utf-8")
    return 0 if all(one.is_clean for one in outcomes) else 1


def _told(one: Outcome) -> str:
    mark = "ok" if one.is_clean and one.p50 <= TARGET_MS else "MISSED"
    return (
        f"{one.channel}: {one.sockets:,} sockets (opened in {one.opened_seconds} s), {one.sent:,} messages at "
        f"{one.rate}/s, lost {one.lost}, doubled {one.doubled}; message to reply p50 {one.p50} ms, p99 {one.p99} ms, "
        f"worst {one.worst} ms; server's processor {one.server_cpu_ms} ms a message, {one.server_mb} MB: {mark}"
    )


if __name__ == "__main__":
    sys.exit(main())
