"""Pictures: there, of a size that can be read, with Turkish letters."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from bot.evaluation.metrics import confusion_of
from bot.evaluation.pictures import MOST_LABELS, draw_confusion, draw_curves, draw_histogram


def colours(path: Path) -> set[tuple[int, ...]]:
    with Image.open(path) as picture:
        found = picture.convert("RGB").getcolors(1 << 24) or []
    return {colour for _, colour in found if isinstance(colour, tuple)}


def has_red(path: Path) -> bool:
    return any(red > 200 and green < 170 and blue < 170 for red, green, blue in colours(path))


@pytest.mark.parametrize("count", [1, 2, 15, 38, 60])
def test_a_matrix_has_a_readable_cell_for_every_pair(count: int, tmp_path: Path) -> None:
    labels = [f"niyet_{number}" for number in range(count)]
    draw_confusion(confusion_of(labels, labels), "Intents", tmp_path / "matrix.png")
    with Image.open(tmp_path / "matrix.png") as picture:
        assert picture.format == "PNG"
        assert picture.width >= 20 * count
        assert picture.width < 2000


def test_mistakes_are_red(tmp_path: Path) -> None:
    draw_confusion(confusion_of(["a", "b"], ["a", "b"]), "", tmp_path / "right.png")
    draw_confusion(confusion_of(["a", "b"], ["b", "a"]), "", tmp_path / "wrong.png")
    assert not has_red(tmp_path / "right.png")
    assert has_red(tmp_path / "wrong.png")


def test_of_very_many_labels_only_those_with_mistakes_are_drawn(tmp_path: Path) -> None:
    labels = [f"niyet_{number}" for number in range(4 * MOST_LABELS)]
    predicted = [labels[1], *labels[1:]]
    draw_confusion(confusion_of(labels, predicted), "Intents", tmp_path / "matrix.png")
    with Image.open(tmp_path / "matrix.png") as picture:
        assert picture.width < 400


def test_turkish_letters_are_drawn_as_themselves(tmp_path: Path) -> None:
    pictures = set()
    for letter in "ğşıİçöüâ?":
        path = tmp_path / "one.png"
        draw_confusion(confusion_of([letter], [letter]), "", path)
        pictures.add(path.read_bytes())
    assert len(pictures) == 9


def test_nothing_can_be_drawn_too(tmp_path: Path) -> None:
    draw_confusion(confusion_of([], []), "Nothing", tmp_path / "matrix.png")
    draw_histogram([], [], "Nothing", tmp_path / "histogram.png")
    draw_curves({}, [], "Nothing", "", tmp_path / "curves.png")
    assert len(list(tmp_path.glob("*.png"))) == 3


def test_a_histogram_takes_every_confidence(tmp_path: Path) -> None:
    draw_histogram([0.0, 0.5, 1.0], [1.0, 1.2, -0.1], "Confidence", tmp_path / "histogram.png")
    assert has_red(tmp_path / "histogram.png")


def test_curves_have_a_colour_for_every_config(tmp_path: Path) -> None:
    curves = {"one": [(0.9, 0.1), (0.8, 0.0)], "iki": [(0.5, 0.0), (0.2, 0.1)]}
    draw_curves(curves, [100, 25], "F1", "examples", tmp_path / "curves.png")
    assert len(colours(tmp_path / "curves.png")) > 4
