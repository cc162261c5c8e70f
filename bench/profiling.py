"""Where a turn's time goes: Santral's server under a profiler while customers write."""

from __future__ import annotations

import asyncio
import os
import pstats
import signal
import statistics
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bench.children import Command, Server, free_port
from bench.client import customers_of, first_answer, waits
from bench.errors import BenchError
from bench.figures import Results
from bench.frameworks import santral
from bench.measuring import QUICK, Measurement, Tell, grow
from bench.projects import REPOSITORY, BotProject

WARM_UP = 100
SHOWN = 25
IDLE = ("'select.epoll'", "'select.poll'", "'_thread.lock'", "'_queue.SimpleQueue'", "'_thread.RLock'")
"""Built-in types whose methods wait."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one function took during one message."""

    place: str
    """``file:line(name)``, from the repository or the library on."""
    calls: float
    own_ms: float
    """Without the functions that it called."""
    whole_ms: float


def profile(bot: BotProject, messages: int, events: int, folder: Path, store: str, tell: Tell) -> str:
    """Train, serve and talk to a bot, and tell where the server's time went.

    Args:
        messages: how many, after a warm-up.
        events: above 0: they are light ones, all in one conversation that is that long already.
        folder: an empty folder.

    Raises:
        BenchError: something failed.
    """
    if messages < 1 or events < 0:
        raise BenchError("A profile needs a message at least, and no negative number of events.")
    framework = santral()
    place = folder / f"{bot.name}-profile"
    place.mkdir()
    measurement = Measurement(bot, framework, replace(QUICK, trainings=1), place, store, tell)
    project = measurement.train(Results(bot.name, framework.name, framework.title))
    out = place / "turns.prof"
    port = free_port()
    arguments = [sys.executable, "-m", "bench.profiled", str(out), *framework.run(port)[3:]]
    tell(f"{messages} messages under the profiler")
    with Server(Command(arguments, project, framework.environment, place / "profile.log"), port) as server:
        median = asyncio.run(_talk(server, bot, messages, events))
    if not out.is_file():
        raise server.command.failed("The server wrote no profile.")
    rows = spent(out, messages, project)
    head = f"{bot.name}: {messages} messages, median {median * 1e3:.2f} ms with the profiler's own cost"
    return "\n\n".join([head, by_part(rows), by_function(rows)])


async def _talk(server: Server, bot: BotProject, messages: int, events: int) -> float:
    """The median wait, in seconds."""
    await first_answer(server, bot.script[0], QUICK.start_limit)
    async with customers_of(server) as customers:
        await waits(customers, bot.script, WARM_UP, QUICK.growth_limit)
        long = await grow(customers, bot.light, events, float("inf")) if events else None
        os.kill(server.pid, signal.SIGUSR1)
        if long is None:
            return statistics.median(await waits(customers, bot.script, messages, float("inf")))
        return statistics.median([await customers.say(long.name, bot.light) for _ in range(messages)])


def spent(path: Path, messages: int, project: Path = REPOSITORY) -> list[Spent]:
    """Read a profile; waiting is left out.

    Args:
        project: where the bot's own code is.
    """
    stats: Mapping[tuple[str, int, str], tuple[int, int, float, float, object]]
    stats = pstats.Stats(str(path)).stats  # type: ignore[attr-defined]
    rows = []
    for (file, line, name), (_, calls, own, whole, _) in stats.items():
        if any(one in name for one in IDLE):
            continue
        where = f"{shortened(file, project)}:{line}({name})" if line else name
        rows.append(Spent(where, calls / messages, own / messages * 1e3, whole / messages * 1e3))
    return sorted(rows, key=lambda one: -one.own_ms)


def shortened(file: str, project: Path) -> str:
    """A file's path from the project, the repository, the libraries or Python's own library on."""
    for mark in (
        "site-packages/",  # first, since a virtual environment may be in the repository
        f"{project}/",
        f"{REPOSITORY}/",
        f"python{sys.version_info[0]}.{sys.version_info[1]}/",
    ):
        _, found, after = file.rpartition(mark)
        if found:
            return after
    return file


def by_part(rows: list[Spent]) -> str:
    """Own milliseconds of each package, and of each part of Santral."""
    sums: dict[str, float] = defaultdict(float)
    for row in rows:
        sums[_part(row.place)] += row.own_ms
    lines = [f"{ms:8.3f} ms  {part}" for part, ms in sorted(sums.items(), key=lambda one: -one[1])]
    total = f"{sum(sums.values()):8.3f} ms  a message, together"
    return "\n".join(["own time by part", total, *lines[:SHOWN]])


def _part(place: str) -> str:
    file = place.partition(":")[0]
    if "/" not in file:
        return "built in" if "(" not in place or place.startswith("<") else "python"
    first, *rest = file.strip("<>/").split("/")
    if first in ("bot", "actions"):
        return f"{first}/{rest[0]}"
    return first


def by_function(rows: list[Spent]) -> str:
    """The functions that took most."""
    head = f"{'calls':>8} {'own ms':>8} {'whole ms':>8}  a message"
    own = [_line(row) for row in rows[:SHOWN]]
    mine = [one for one in rows if one.place.startswith(("bot/", "actions/"))]
    whole = [_line(row) for row in sorted(mine, key=lambda one: -one.whole_ms)[:SHOWN]]
    return "\n".join(["by own time", head, *own, "", "Santral's and the bot's, by whole time", head, *whole])


def _line(row: Spent) -> str:
    return f"{row.calls:8.1f} {row.own_ms:8.3f} {row.whole_ms:8.3f}  {row.place}"
