"""Tables for people, and the same as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.errors import BenchError
from bench.figures import MEASURES, Figure, Measure, Results, ratio

BEGIN = "<!-- figures: written by `python -m bench --out` -->"
END = "<!-- end of figures -->"


def as_json(facts: Mapping[str, Any], results: Sequence[Results]) -> str:
    """Everything that was measured.

    Args:
        facts: what is said of the run as a whole.
    """
    return (
        json.dumps({**facts, "results": [one.as_dict() for one in results]}, ensure_ascii=False, indent=2)
        + "\n"
    )


def tables(facts: Mapping[str, Any], results: Sequence[Results]) -> str:
    """A paragraph on the run and a Markdown table for each bot; frameworks stand beside each other."""
    parts = [_conditions(facts)]
    for bot in dict.fromkeys(one.bot for one in results):
        columns = [one for one in results if one.bot == bot]
        parts.append(f"### {bot}\n\n{_table(columns)}")
    return "\n\n".join(parts)


def _conditions(facts: Mapping[str, Any]) -> str:
    machine = facts["machine"]
    shares = ", ".join(f"{share:.0%}" for share in facts["busy_before"])
    lines = [
        f"Measured on {machine['cores']} cores ({machine['architecture']}) with {machine['memory_gib']} GiB of "
        f"memory, {machine['system']}, Python {machine['python']}, on {facts['date']}. "
        f"Conversations are kept in: {facts['store']}.",
        f"Other work had taken {shares} of all cores just before each measurement.",
    ]
    if max(facts["busy_before"], default=0) > 0.1:
        lines.append("**The machine was not quiet: times are longer than they need be, on all sides.**")
    if facts["quick"]:
        lines.append("**Measured with `--quick`: too few values to rely on.**")
    return "\n".join(lines)


def _table(columns: Sequence[Results]) -> str:
    ours = next((one for one in columns if one.framework == "santral"), None)
    theirs = next((one for one in columns if one.framework != "santral"), None)
    compared = ours is not None and theirs is not None
    head = ["", "target", *(one.title for one in columns), *(["times better"] if compared else [])]
    rows = [head, ["---", "---:", *("---:" for _ in head[2:])]]
    for measure in MEASURES:
        if not any(measure.key in one.figures for one in columns):
            continue
        row = [measure.title, _target(measure, columns[0].bot)]
        row += [_cell(measure, one.figures.get(measure.key), one) for one in columns]
        if ours is not None and theirs is not None:
            row.append(_ratio(measure, ours.figures.get(measure.key), theirs.figures.get(measure.key)))
        rows.append(row)
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _target(measure: Measure, bot: str) -> str:
    target = measure.target_for(bot)
    if target is None:
        return ""
    return f"{'≥' if measure.kind == 'rate' else '≤'} {target:,g} {measure.unit}"


def _cell(measure: Measure, figure: Figure | None, results: Results) -> str:
    if figure is None:
        return "–"
    text = f"{digits(figure.value)} {measure.unit}"
    if results.framework == "santral" and measure.is_met(figure.value, results.bot) is False:
        text = f"**{text}**"
    about = [f"n={figure.n:,}"]
    if figure.low is not None and figure.high is not None:
        about.append(f"{digits(figure.low)}–{digits(figure.high)}")
    if figure.note:
        about.append(figure.note)
    return f"{text} ({', '.join(about)})"


def _ratio(measure: Measure, ours: Figure | None, theirs: Figure | None) -> str:
    if ours is None or theirs is None:
        return ""
    times = ratio(measure, ours.value, theirs.value)
    return "" if times is None else f"{digits(times)} ×"


def digits(value: float) -> str:
    """Three digits that count, or all before the point."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def missed(results: Sequence[Results]) -> list[str]:
    """Targets that Santral did not keep, each in a sentence."""
    return [
        f"{one.bot}: {measure.title}: {digits(one.figures[measure.key].value)} {measure.unit}, "
        f"promised {_target(measure, one.bot)}"
        for one in results
        if one.framework == "santral"
        for measure in MEASURES
        if measure.key in one.figures and measure.is_met(one.figures[measure.key].value, one.bot) is False
    ]


def write(path: Path, text: str) -> None:
    """Put the tables between the marks of a Markdown file; a new file has nothing else.

    Raises:
        BenchError: the file is there, but has no place for figures.
    """
    figures = f"{BEGIN}\n\n{text}\n\n{END}"
    if path.exists():
        present = path.read_text(encoding="utf-8")
        before, begin, rest = present.partition(BEGIN)
        _, end, after = rest.partition(END)
        if not (begin and end):
            raise BenchError(f"{path} has no lines '{BEGIN}' and '{END}'; nothing was overwritten.")
        figures = f"{before}{figures}{after}"
    else:
        figures = f"# Benchmarks\n\n{figures}\n"
    path.write_text(figures, encoding="utf-8")
