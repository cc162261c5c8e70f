"""The command line: see ``python -m bench --help``."""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench import frameworks, procfs, report
from bench.errors import BenchError
from bench.figures import Results
from bench.measuring import Measurement, effort_for
from bench.profiling import profile
from bench.projects import BOTS, STORES, BotProject

DESCRIPTION = """Measures training, start, memory, messages and long conversations of Santral.
With RASA_PYTHON=/path/to/python (Python 3.10 with rasa==3.6.21) Rasa is measured beside it, on the bots
that it can train as they are."""


STORE_NAMES = {"default": "what each framework takes by default", "memory": "memory", "sqlite": "SQLite"}


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=DESCRIPTION)
    parser.add_argument("--only", choices=("santral", "rasa"), help="measure one framework")
    parser.add_argument("--bots", default=",".join(BOTS), help="which bots, by comma (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="few values: to see whether it runs")
    parser.add_argument("--store", choices=STORES, default="default", help="where conversations are kept")
    parser.add_argument("--out", type=Path, metavar="FILE.md", help="write tables there, and JSON beside it")
    parser.add_argument("--check", action="store_true", help="fail when Santral misses a target")
    parser.add_argument(
        "--profile",
        type=int,
        nargs="?",
        const=500,
        metavar="N",
        help="instead: where Santral's server spends its time during N messages (default: %(const)s)",
    )
    parser.add_argument(
        "--events", type=int, default=0, metavar="N", help="with --profile: in a conversation of N events"
    )
    return parser


def chosen_bots(names: str) -> list[BotProject]:
    """
    Raises:
        BenchError: no such bot.
    """
    wanted = [one.strip() for one in names.split(",") if one.strip()]
    for one in wanted:
        if one not in BOTS:
            raise BenchError(f"There is no bot '{one}'. Choose of: {', '.join(BOTS)}.")
    if not wanted:
        raise BenchError(f"Name a bot: {', '.join(BOTS)}.")
    return [BOTS[one] for one in dict.fromkeys(wanted)]


def chosen_frameworks(only: str | None) -> list[frameworks.Framework]:
    """
    Raises:
        BenchError: Rasa is wanted and not there.
    """
    python = os.environ.get("RASA_PYTHON")
    if only == "rasa" and not python:
        raise BenchError("Say where Rasa is: RASA_PYTHON=/path/to/python, a Python 3.10 with rasa==3.6.21.")
    found = [] if only == "rasa" else [frameworks.santral()]
    if python and only != "santral":
        found.append(frameworks.rasa(python))
    return found


def measure(options: argparse.Namespace, folder: Path) -> tuple[dict[str, Any], list[Results]]:
    """Measure all that is asked for.

    Raises:
        BenchError: something could not be measured.
    """
    compared = chosen_frameworks(options.only)
    facts: dict[str, Any] = {
        "date": datetime.date.today().isoformat(),
        "machine": procfs.this_machine().as_dict(),
        "store": STORE_NAMES[options.store],
        "quick": options.quick,
        "busy_before": [],
    }
    results = []
    for bot in chosen_bots(options.bots):
        for framework in compared:
            if framework.name == "rasa" and not bot.on_rasa:
                continue
            facts["busy_before"].append(round(procfs.busy_share(), 3))
            place = folder / f"{bot.name}-{framework.name}"
            place.mkdir()
            effort = effort_for(framework, options.quick)
            tell = _Teller(f"{bot.name} on {framework.title}")
            results.append(Measurement(bot, framework, effort, place, options.store, tell).run())
    if not results:
        raise BenchError("Nothing to measure: Rasa cannot train these bots as they are. Add --bots moodbot.")
    return facts, results


class _Teller:
    """Says on the terminal what is being done, while it takes its time."""

    def __init__(self, subject: str) -> None:
        self.subject = subject

    def __call__(self, what: str) -> None:
        print(f"{self.subject}: {what}", file=sys.stderr, flush=True)


def run(options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        if options.profile is not None:
            for bot in chosen_bots(options.bots):
                print(profile(bot, options.profile, options.events, folder, options.store, _Teller(bot.name)))
            return 0
        facts, results = measure(options, folder)
    text = report.tables(facts, results)
    print(text)
    if options.out:
        report.write(options.out, text)
        options.out.with_suffix(".json").write_text(report.as_json(facts, results), encoding="utf-8")
    misses = report.missed(results)
    for one in misses:
        print(f"missed: {one}", file=sys.stderr)
    return 1 if misses and options.check else 0


def main(given: Sequence[str] | None = None) -> int:
    """
    Returns:
        the exit status: 0; or 1, something could not be measured or, with ``--check``, a target was missed.
    """
    options = arguments().parse_args(given)
    try:
        return run(options)
    except BenchError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
