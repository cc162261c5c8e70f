"""Figures, targets and tables."""

from __future__ import annotations

import cProfile
from pathlib import Path

import pytest

from bench.errors import BenchError
from bench.figures import BY_KEY, Figure, Results, percentile, ratio
from bench.profiling import by_function, by_part, spent
from bench.projects import REPOSITORY
from bench.report import BEGIN, END, digits, missed, tables, write

FACTS = {
    "date": "2026-03-16",
    "machine": {
        "cores": 2,
        "memory_gib": 8,
        "architecture": "x86_64",
        "system": "Linux 6.1",
        "python": "3.12",
    },
    "store": "SQLite",
    "quick": False,
    "busy_before": [0.02, 0.5],
}


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([5.0], 0.95, 5.0),
        ([3, 1, 2, 4], 0.5, 2),
        ([3, 1, 2, 4], 0.51, 3),
        (range(1, 101), 0.95, 95),
        ([1, 2], 1, 2),
    ],
)
def test_percentiles(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_no_percentile_of_nothing() -> None:
    with pytest.raises(ValueError, match="needs values"):
        percentile([], 0.5)


def test_how_many_times_better() -> None:
    assert ratio(BY_KEY["training_time"], 2.0, 60.0) == 30
    assert ratio(BY_KEY["rate_32"], 600.0, 30.0) == 20
    assert ratio(BY_KEY["turn_growth"], 1.0, 4.0) is None
    assert ratio(BY_KEY["message_cpu"], 0.0, 4.0) is None


def results() -> list[Results]:
    ours, theirs = Results("moodbot", "santral", "Santral"), Results("moodbot", "rasa", "Rasa 3.6.21")
    ours.add_values("first_answer", [1.5, 1.2, 4.0])
    theirs.add_values("first_answer", [30.0])
    ours.add(Figure("rate_32", 432.1, 3_200))
    theirs.add(Figure("rate_32", 21.6, 800))
    ours.add(Figure("turn_growth", 1.04, 50))
    return [ours, theirs]


def test_frameworks_stand_beside_each_other() -> None:
    text = tables(FACTS, results())
    assert "2 cores (x86_64) with 8 GiB" in text
    assert "not quiet" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert rows[0] == "|  | target | Santral | Rasa 3.6.21 | times better |"
    assert rows[2].endswith("| ≤ 3 s | 1.50 s (n=3, 1.20–4.00) | 30.0 s (n=1) | 20.0 × |")
    assert rows[3].endswith("| ≥ 500 /s | **432 /s** (n=3,200) | 21.6 /s (n=800) | 20.0 × |")
    assert rows[4].endswith("| ≤ 1.2 times | 1.04 times (n=50) | – |  |")


def test_targets_bind_santral_only() -> None:
    assert len(missed(results())) == 1
    assert "432 /s, promised ≥ 500 /s" in missed(results())[0]


def test_training_has_a_target_for_the_shop_only() -> None:
    assert BY_KEY["training_time"].is_met(11, "shop") is False
    assert BY_KEY["training_time"].is_met(11, "moodbot") is None


@pytest.mark.parametrize(
    ("value", "text"), [(1234.5, "1,234"), (100, "100"), (12.34, "12.3"), (1.234, "1.23"), (0.004, "0.00")]
)
def test_digits(value: float, text: str) -> None:
    assert digits(value) == text


def test_only_the_figures_of_a_page_change(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Before\n\n{BEGIN}\nold\n{END}\n\nafter\n", encoding="utf-8")
    write(page, "new")
    assert page.read_text(encoding="utf-8") == f"# Before\n\n{BEGIN}\n\nnew\n\n{END}\n\nafter\n"


def test_a_page_without_a_place_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"{END} {BEGIN}", encoding="utf-8")
    with pytest.raises(BenchError, match="nothing was overwritten"):
        write(page, "new")
    assert page.read_text(encoding="utf-8") == f"{END} {BEGIN}"


def test_the_committed_page_has_a_place_for_figures() -> None:
    text = (REPOSITORY / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert 0 < text.find(BEGIN) < text.find(END)


def test_a_new_page(tmp_path: Path) -> None:
    write(tmp_path / "page.md", "new")
    write(tmp_path / "page.md", "newer")
    assert (tmp_path / "page.md").read_text(encoding="utf-8").count("newer") == 1


def test_a_profile_tells_parts_and_functions(tmp_path: Path) -> None:
    profile = cProfile.Profile()
    profile.runcall(results)
    profile.dump_stats(tmp_path / "one.prof")
    rows = spent(tmp_path / "one.prof", 2)
    adding = next(row for row in rows if "(add_values)" in row.place)
    assert adding.place.startswith("bench/figures.py:")
    assert adding.calls == 1  # twice in all, for two messages
    assert "bench" in by_part(rows)
    assert "(add_values)" in by_function(rows)
