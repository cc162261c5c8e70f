"""What a test tells in the terminal: failures with their lines, then figures, then where the reports are."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

if TYPE_CHECKING:
    from bot.evaluation.crossval import Told
    from bot.evaluation.stories import Check, StoryResult

MOST_WARNINGS = 5


def console() -> Console:
    """Standard output, without colours that nobody asked for."""
    return Console(highlight=False)


def say(out: Console, text: Text | str, indent: int = 0, hanging: int = 0) -> None:
    """One paragraph: on a terminal wrapped at words, below its own beginning; elsewhere one line."""
    told = Text(text) if isinstance(text, str) else text
    if out.is_terminal:
        lines = told.wrap(out, max(20, out.width - indent - hanging))
        for number, line in enumerate(lines):
            out.print(Padding(line, (0, 0, 0, indent + (hanging if number else 0))))
    else:
        out.print(Text(" " * indent).append_text(told), soft_wrap=True)


def tell_failure(result: StoryResult) -> None:
    """One conversation that failed: each mistake with its line, what was expected and what was predicted."""
    out = console()
    say(out, Text("FAILED ", style="bold red").append(result.name, style="bold"), hanging=2)
    for check in result.mistakes:
        _tell_check(out, check, result)
    out.print()


def _tell_check(out: Console, check: Check, result: StoryResult) -> None:
    out.print(Text(f"  {check.place or result.place}", style="cyan"), soft_wrap=True)
    say(out, Text("customer   ").append(f"“{check.message}”", style="italic"), 4, 11)
    say(out, Text(f"expected   {check.what} ").append(check.expected, style="green"), 4, 11)
    by = f", {check.by}" if check.by else ""
    predicted = Text(f"predicted  {check.what} ").append(check.predicted or "none", style="red")
    say(out, predicted.append(f" ({check.confidence:.2f}{by})", style="dim"), 4, 11)


def tell_stories(results: Sequence[StoryResult], written: Sequence[Path], wanted: int) -> None:
    """The figures of all conversations.

    Args:
        wanted: how many stories there are; fewer may have been played.
    """
    out = console()
    _tell_warnings(out, results)
    right = sum(one.is_right for one in results)
    _figure(out, "Conversations", right, len(results), "passed")
    for what, name, told in (
        ("intent", "Messages", "understood"),
        ("entities", "Entities", "messages with all of them right"),
        ("action", "Actions", "as expected"),
    ):
        checks = [check for one in results for check in one.checks if check.what == what]
        if checks:
            _figure(out, name, sum(one.is_right for one in checks), len(checks), told)
    if len(results) < wanted:
        out.print(f"Stopped at the first failure: {wanted - len(results)} conversations were not played.")
    tell_files(written)


def _tell_warnings(out: Console, results: Sequence[StoryResult]) -> None:
    """Each kind of warning once: the same message often stands in many stories."""
    places: dict[tuple[str, str], list[str]] = {}
    for result in results:
        for check in result.warnings if result.is_right else ():
            places.setdefault((check.message, _warning(check)), []).append(f"{check.place or result.place}")
    if not places:
        return
    out.print(Text("Passed, but worth a look:", style="bold yellow"))
    for (message, warning), where in list(places.items())[:MOST_WARNINGS]:
        rest = f" and {len(where) - 1} more places" if len(where) > 1 else ""
        out.print(Text("  ").append(where[0], style="cyan").append(rest), soft_wrap=True)
        say(out, Text("customer   ").append(f"“{message}”", style="italic"), 4, 11)
        say(out, warning, 4, 11)
    if len(places) > MOST_WARNINGS:
        out.print(f"  … and {len(places) - MOST_WARNINGS} more: stories_with_warnings.yml", style="dim")
    out.print()


def _warning(check: Check) -> str:
    if check.what == "intent":
        return f"unsure     intent {check.predicted} was understood, but only with {check.confidence:.2f}"
    return f"found      {check.predicted}: no story marks that"


def _figure(out: Console, name: str, right: int, total: int, told: str) -> None:
    style = "green" if right == total else "red"
    line = Text(f"{name:<14}").append(f"{right} of {total}", style=f"bold {style}")
    out.print(line.append(f" {told}"))


def tell_files(written: Sequence[Path]) -> None:
    """Where the reports are."""
    if not written:
        return
    folder = os.path.commonpath([one.parent for one in written])
    names = ", ".join(str(one.relative_to(folder)) for one in written)
    say(console(), Text("Reports       ").append(f"{folder}/", style="cyan").append(f" {names}"), hanging=14)


@contextmanager
def shown_progress(what: str) -> Iterator[Told]:
    """A bar on a terminal; elsewhere nothing."""
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    screen = Console(stderr=True)
    if not screen.is_terminal:
        yield lambda step, share: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda step, share: bar.update(task, description=f"{what}: {step}", completed=share)
