"""One bot on one framework: trained, started, talked to. Everything is watched from outside the process."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bench import procfs
from bench.children import Command, Server, free_port, run_to_end
from bench.client import Customers, crowd, customers_of, first_answer, fresh_id, waits
from bench.figures import Figure, Results, percentile
from bench.frameworks import Framework
from bench.projects import BotProject, change_story

Tell = Callable[[str], None]
MB = 1e6


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured, and for how long at most."""

    trainings: int = 3
    starts: int = 5
    warm_up: int = 100
    messages: int = 1_000
    crowd_messages: int = 3_200
    clients: int = 32
    rounds: int = 200
    """Messages timed at each length of a conversation."""
    sizes: tuple[int, int, int] = (10, 1_000, 5_000)
    """Events of the conversations that are compared."""
    training_limit: float = 3_600.0
    start_limit: float = 300.0
    talk_limit: float = 60.0
    """Seconds for each series of messages."""
    growth_limit: float = 300.0
    """Seconds for growing the long conversations; then they stay as long as they are."""


QUICK = Effort(1, 1, 20, 100, 320, 32, 10, (10, 200, 1_000), 3_600.0, 300.0, 10.0, 60.0)


def effort_for(framework: Framework, quick: bool) -> Effort:
    """Rasa takes its time: it is trained once, started twice, and given fewer rounds."""
    effort = QUICK if quick else Effort()
    if framework.name == "rasa":
        effort = replace(effort, trainings=1, starts=min(effort.starts, 2), rounds=min(effort.rounds, 30))
    return effort


@dataclass(frozen=True, slots=True)
class Measurement:
    """Where one bot is measured on one framework.

    Args:
        folder: an empty folder, which gets the copies of the project.
    """

    bot: BotProject
    framework: Framework
    effort: Effort
    folder: Path
    store: str = "default"
    tell: Tell = print

    def run(self) -> Results:
        """Measure everything.

        Raises:
            BenchError: something failed; a child's log is in the text.
        """
        results = Results(self.bot.name, self.framework.name, self.framework.title)
        project = self.train(results)
        self._start_again_and_again(project, results)
        self.tell("talking")
        with self.server(project) as server:
            asyncio.run(self._talk(server, results))
        return results

    def command(self, arguments: list[str], project: Path) -> Command:
        log = self.folder / f"{self.framework.name}.log"
        return Command(arguments, project, self.framework.environment, log)

    def server(self, project: Path) -> Server:
        port = free_port()
        return Server(self.command(self.framework.run(port), project), port)

    def train(self, results: Results) -> Path:
        """Train copies of the project, each from nothing.

        Returns:
            the folder of the last one.
        """
        finished = []
        for number in range(self.effort.trainings):
            self.tell(f"training {number + 1} of {self.effort.trainings}")
            project = self.folder / f"{self.bot.name}-{number + 1}"
            self.bot.copy_to(project, self.store)
            command = self.command(self.framework.train(), project)
            finished.append(run_to_end(command, self.effort.training_limit))
        results.add_values("training_time", [one.seconds for one in finished])
        results.add_values("training_cpu", [one.cpu_seconds for one in finished])
        results.add_values("training_memory", [one.peak_bytes / MB for one in finished])
        self._retrain(project, results)
        return project

    def _retrain(self, project: Path, results: Results) -> None:
        """Train again and again, each time with one story changed."""
        seconds = []
        for number in range(self.effort.trainings):
            self.tell(f"training with a changed story {number + 1} of {self.effort.trainings}")
            change_story(project)
            command = self.command(self.framework.train(), project)
            seconds.append(run_to_end(command, self.effort.training_limit).seconds)
        results.add_values("retraining_time", seconds)

    def _start_again_and_again(self, project: Path, results: Results) -> None:
        seconds, memory = [], []
        for number in range(self.effort.starts):
            self.tell(f"start {number + 1} of {self.effort.starts}")
            with self.server(project) as server:
                seconds.append(self._first_answer(server))
                memory.append(procfs.resident_bytes(server.pid) / MB)
        results.add_values("first_answer", seconds)
        results.add_values("memory_first", memory)

    def _first_answer(self, server: Server) -> float:
        return asyncio.run(first_answer(server, self.bot.script[0], self.effort.start_limit))

    async def _talk(self, server: Server, results: Results) -> None:
        await first_answer(server, self.bot.script[0], self.effort.start_limit)
        async with customers_of(server) as customers:
            await waits(customers, self.bot.script, self.effort.warm_up, self.effort.talk_limit)
            await self._messages(server, customers, results)
            await self._crowds(server, customers, results)
            await self._long_conversations(customers, results)
        results.add_values("memory_last", [procfs.resident_bytes(server.pid) / MB])

    async def _messages(self, server: Server, customers: Customers, results: Results) -> None:
        """The wait for an answer, when one customer writes, with all cores at hand."""
        before = procfs.cpu_seconds(server.pid)
        found = await waits(customers, self.bot.script, self.effort.messages, self.effort.talk_limit)
        used = procfs.cpu_seconds(server.pid) - before
        count = len(found)
        results.add(Figure("message_median", statistics.median(found) * 1e3, count))
        results.add(Figure("message_p95", percentile(found, 0.95) * 1e3, count))
        results.add(Figure("message_cpu", used / count * 1e3, count))

    async def _crowds(self, server: Server, customers: Customers, results: Results) -> None:
        """Messages a second: the server on one core, the customers on the others."""
        cores = sorted(os.sched_getaffinity(0))
        procfs.confine(server.pid, {cores[0]})
        os.sched_setaffinity(0, set(cores[1:]) or set(cores))
        try:
            for key, clients in (("rate_1", 1), ("rate_32", self.effort.clients)):
                wanted = self.effort.messages if clients == 1 else self.effort.crowd_messages
                self.tell(f"{clients} at once")
                before = procfs.cpu_seconds(server.pid)
                count, seconds = await crowd(
                    customers, self.bot.script, clients, wanted, self.effort.talk_limit
                )
                used = procfs.cpu_seconds(server.pid) - before
                results.add(Figure(key, count / seconds, count))
                if clients > 1 and used:
                    results.add(Figure("capacity", count / used, count))
        finally:
            os.sched_setaffinity(0, set(cores))
            procfs.confine(server.pid, set(cores))

    async def _long_conversations(self, customers: Customers, results: Results) -> None:
        """What a message costs late in a conversation.

        Messages to a short, a longer and a long conversation alternate, so that whatever else the machine
        does slows all three alike.
        """
        short, *sizes = self.effort.sizes
        until = time.perf_counter() + self.effort.growth_limit
        grown = []
        for size in sizes:
            self.tell(f"growing a conversation to {size:,} events")
            grown.append(await grow(customers, self.bot.light, size, until))
        timed: list[list[float]] = [[], [], []]
        for _ in range(self.effort.rounds):
            beginning = await begin(customers, self.bot.light, short)
            for seconds, one in zip(timed, (beginning, *grown), strict=True):
                await customers.say(one.name, self.bot.light)  # whoever was just silent has the same start
                seconds.append(await customers.say(one.name, self.bot.light))
        medians = [statistics.median(one) * 1e3 for one in timed]
        for key, value, one in zip(TURNS, medians, (beginning, *grown), strict=True):
            results.add(Figure(key, value, self.effort.rounds, note=f"from {one.events:,} events on"))
        results.add(Figure("turn_growth", medians[-1] / medians[0], self.effort.rounds))


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation that was grown."""

    name: str
    events: int


TURNS = ("turn_short", "turn_middle", "turn_long")
EVENTS_A_MESSAGE = 5
"""About: the message, the answering action, its text, the listening that follows, and something beside."""


async def begin(customers: Customers, text: str, size: int) -> Conversation:
    """Make a new conversation of about ``size`` events, without asking the server how many there are."""
    name = fresh_id()
    for _ in range(max(1, size // EVENTS_A_MESSAGE)):
        await customers.say(name, text)
    return Conversation(name, size)


async def grow(customers: Customers, text: str, size: int, until: float) -> Conversation:
    """Make a new conversation of at least ``size`` events, message by message.

    Args:
        until: a ``time.perf_counter()`` after which it is left as it is.
    """
    name = fresh_id()
    events = 0
    while events < size:
        for _ in range(max(1, (size - events) // EVENTS_A_MESSAGE)):
            await customers.say(name, text)
            if time.perf_counter() > until:
                return Conversation(name, await customers.length_of(name))
        events = await customers.length_of(name)
    return Conversation(name, events)
