"""``santral replay``: play scripts of messages and write what the dialogue engine did."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.verb import verb
from bot.errors import MessageError, SantralError


class ReplayError(SantralError):
    """A script, or the folder of scripts, cannot be used."""

    code = "replay"


def register(app: typer.Typer) -> None:
    app.command("replay")(replay)


@verb(level=logging.CRITICAL)
def replay(
    bot: Annotated[Path, typer.Argument(metavar="BOT", help="A project's folder; with --all: of projects.")],
    script: Annotated[
        Path, typer.Argument(metavar="SCRIPT", help="Conversations as JSON; with --all: NAME.json each.")
    ],
    trace: Annotated[
        Path, typer.Argument(metavar="TRACE", help="The file that is written; with --all: a folder.")
    ],
    every: Annotated[bool, typer.Option("--all", help="Every bot of a folder that has a script.")] = False,
) -> None:
    """Play scripts to a bot and write its events as traces.

    The bot is trained afresh, time is the script's, and custom actions answer from the project's
    stub_actions.yml. Traces of the same script can be compared, also with those of Rasa.

    \b
    Examples:
        santral replay bots/moodbot scripts/moodbot.json trace.json
        santral replay --all bots scripts traces
    """
    began = time.monotonic()
    count = 0
    for project, source, target in _plays(bot, script, trace) if every else [(bot, script, trace)]:
        found = replay_bot(project, source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        steps = sum(len(one["steps"]) for one in found["conversations"])
        typer.echo(f"{project.name}: {len(found['conversations'])} conversations, {steps} steps: {target}")
        count += 1
    if not count:
        raise ReplayError(f"No folder of {bot} has a script in {script}.")
    if every:
        typer.echo(f"{count} bots in {time.monotonic() - began:.1f} s.")


def _plays(bots: Path, scripts: Path, traces: Path) -> Iterator[tuple[Path, Path, Path]]:
    for source in sorted(scripts.glob("*.json")):
        if (bots / source.stem).is_dir():
            yield bots / source.stem, source, traces / source.name


def replay_bot(project: Path, script: Path) -> dict[str, Any]:
    """Train the bot in ``project`` and play ``script`` to it.

    Returns:
        the trace.

    Raises:
        ProjectError: something is wrong with the project.
        ReplayError: the script cannot be read.
    """
    import asyncio
    from importlib.metadata import version

    from bot.errors import Complaints
    from bot.replay import as_rasa, play
    from bot.sources import read_sources
    from bot.stores.memory import MemoryStore
    from bot.stub_actions import StubActions
    from bot.training import train
    from bot.turn import Bot

    conversations = _read_script(script)
    complaints = Complaints()
    sources = read_sources(project, complaints)
    complaints.raise_errors()
    model = train(as_rasa(sources), complaints)
    actions = StubActions.of(project)
    try:
        played = asyncio.run(
            play(
                lambda clock: Bot(
                    model.domain, model.ensemble, model.interpreter, actions, MemoryStore(), clock
                ),
                conversations,
            )
        )
    except (KeyError, TypeError, AttributeError, MessageError) as error:
        raise ReplayError(f"{script}: a step or a conversation is malformed: {error!r}") from error
    return {"bot": project.resolve().name, "santral": version("santral"), "conversations": played}


def _read_script(path: Path) -> list[dict[str, Any]]:
    try:
        script = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ReplayError(f"{path} is no JSON: {error}") from error
    conversations = script.get("conversations") if isinstance(script, dict) else None
    if not isinstance(conversations, list) or not all(isinstance(one, dict) for one in conversations):
        raise ReplayError(f"{path} has no list 'conversations'.")
    return conversations
