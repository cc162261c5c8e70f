"""A project's mistakes, for the people who write it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from bot.errors import Complaint

MOST_WARNINGS = 25
"""So many warnings are told in full; errors always are."""


def tell_complaints(complaints: Iterable[Complaint], most_warnings: int | None = MOST_WARNINGS) -> None:
    """Write complaints to standard error: warnings, then errors, then how many there were of each."""
    console = Console(stderr=True, highlight=False)
    found = list(dict.fromkeys(complaints))
    warnings = sorted((one for one in found if one.warning), key=_order)
    errors = sorted((one for one in found if not one.warning), key=_order)
    for one in [*warnings[:most_warnings], *errors]:
        console.print(_paragraph(one), soft_wrap=True)
    if not found:
        return
    summary = Text(f"{_counted(len(errors), 'error')}, {_counted(len(warnings), 'warning')}.", style="bold")
    if most_warnings is not None and len(warnings) > most_warnings:
        summary.append(f" {len(warnings) - most_warnings} warnings are not shown: santral data validate")
    console.print(summary, soft_wrap=True)


def _order(complaint: Complaint) -> tuple[str, int]:
    place = complaint.place
    return (place.file, place.line or 0) if place else ("", 0)


def _paragraph(complaint: Complaint) -> Text:
    """``file:line`` alone, so that terminals and editors can jump there; then what is wrong, and the mend."""
    kind, style = ("warning", "yellow") if complaint.warning else ("error", "red")
    text = Text()
    if complaint.place:
        text.append(f"{complaint.place}", style="cyan").append(": ")
    text.append(kind, style=f"bold {style}").append(f" [{complaint.code}]\n", style="dim")
    text.append(f"  {complaint.message}\n")
    if complaint.mend:
        text.append(f"  → {complaint.mend}\n", style="green")
    return text


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
