"""``santral test``: play conversation tests to the bot."""

from __future__ import annotations

import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.options import Endpoints, ModelPath
from bot.cli.verb import verb

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.conversation_tests import Outcome
    from bot.dialogue.stories import StoryData
    from bot.turn import Bot

TESTS = ["tests"]
REPORT = "conversation_report.json"

StoryPaths = Annotated[
    list[str],
    typer.Option(
        "--stories", "-s", metavar="PATH", help="Test files, or folders with test_*.yml; repeatable."
    ),
]
Out = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="The folder for the report.")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(rich_markup_mode=None)
    group.callback(invoke_without_command=True)(test)
    app.add_typer(group, name="test")


@verb(level=logging.ERROR)
def test(
    context: typer.Context,
    model: ModelPath = Path("models"),
    stories: StoryPaths = TESTS,
    out: Out = Path("results"),
    endpoints: Endpoints = "endpoints.yml",
) -> None:
    """Play conversation tests, tests/**/test_*.yml.

    Messages are understood and actions run as in a real conversation; every difference from the story
    is told with file and line. Exit code 1 when a story fails.

    \b
    Examples:
        santral test
        santral test -s tests/conversations/test_orders.yml -m models/20250131-101500.tar.gz
    """
    if context.invoked_subcommand is not None:
        return
    import asyncio

    from bot.cli.complaints import tell_complaints
    from bot.cli.models import open_project_bot
    from bot.conversation_tests import find_test_files, read_tests
    from bot.errors import Complaints, Place

    bot = open_project_bot(Path.cwd(), model, endpoints, conversations_kept=False)
    complaints = Complaints()
    files = find_test_files(Path(one) for one in stories)
    if not files:
        mend = "Write tests/test_stories.yml, or name another folder with --stories."
        complaints.error("tests-missing", "There are no test_*.yml files.", mend, Place(", ".join(stories)))
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
