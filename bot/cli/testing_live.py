"""``santral test --live``: the real turn, with actions that really run."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation_tests import Outcome
    from bot.dialogue.stories import StoryData
    from bot.turn import Bot

REPORT = "conversation_report.json"


def test_live(model: Path, files: Sequence[Path], endpoints: str, out: Path) -> None:
    """Play the files' stories to the real turn; exit code 1 when one fails.

    Raises:
        SantralError: the bot or the files cannot be used.
    """
    import asyncio

    from bot.cli.complaints import tell_complaints
    from bot.cli.models import open_project_bot
    from bot.conversation_tests import read_tests
    from bot.errors import Complaints

    bot = open_project_bot(Path.cwd(), model, endpoints, conversations_kept=False)
    complaints = Complaints()
    tests = read_tests(files, bot.domain, complaints)
    complaints.raise_errors()
    tell_complaints(complaints)
    outcomes = asyncio.run(_play(bot, tests))
    path = _write_report(out, outcomes)
    failed = [one for one in outcomes if one.mistakes]
    right, actions = sum(one.right_actions for one in outcomes), sum(one.actions for one in outcomes)
    typer.echo(
        f"{len(outcomes) - len(failed)} of {len(outcomes)} conversations passed, "
        f"{right} of {actions} actions were as expected. Report: {path}"
    )
    if failed:
        raise typer.Exit(1)


async def _play(bot: Bot, tests: StoryData) -> list[Outcome]:
    from bot.app import close_bot
    from bot.conversation_tests import play_tests

    try:
        return await play_tests(bot, tests, _tell)
    finally:
        await close_bot(bot)


def _tell(outcome: Outcome) -> None:
    """Failures as they come; what passed needs no line."""
    if not outcome.mistakes:
        return
    typer.secho(f"FAILED {outcome.place or ''} {outcome.story}", fg="red")
    for one in outcome.mistakes:
        typer.echo(f"  {one.place or outcome.place}: after '{one.message}'")
        typer.echo(f"    expected {one.what}: {one.expected}")
        typer.echo(f"    predicted:{' ' * len(one.what)} {one.predicted}")


def _write_report(folder: Path, outcomes: Sequence[Outcome]) -> Path:
    failed = [one for one in outcomes if one.mistakes]
    actions = sum(one.actions for one in outcomes)
    report: dict[str, Any] = {
        "conversations": len(outcomes),
        "failed": len(failed),
        "conversation_accuracy": (len(outcomes) - len(failed)) / len(outcomes) if outcomes else None,
        "action_accuracy": sum(one.right_actions for one in outcomes) / actions if actions else None,
        "failures": [asdict(one) for one in failed],
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / REPORT
    path.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path
