"""Reports as pictures (PNG): confusion matrix, histogram of confidences, curves. Pillow's only door.

Pillow has no font with Turkish letters, so one is shipped (DejaVu Sans, Latin only).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bot.evaluation.metrics import Confusion

_FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
_INK = (33, 37, 41)
_PALE = (134, 142, 150)
_LINE = (233, 236, 239)
_PAPER = (255, 255, 255)
_RIGHT = (25, 113, 194)
_WRONG = (224, 49, 49)
_CURVES = (_RIGHT, (232, 89, 12), (47, 158, 68), (156, 54, 181), _WRONG, (12, 133, 153))
LONGEST_LABEL = 32
"""Longer labels are cut, in letters."""
MOST_LABELS = 120
"""A matrix of more is no longer readable: only the labels with mistakes are drawn then."""

Colour = tuple[int, int, int]


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(_FONT), size)


def _width(text: str, size: int) -> int:
    return round(_font(size).getlength(text))


def _short(label: str) -> str:
    label = label or "(none)"
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"


def _shade(share: float, colour: Colour) -> Colour:
    """From paper to the colour; small shares are to be seen too."""
    weight = 0.12 + 0.88 * share**0.6
    red, green, blue = (round(p + (c - p) * weight) for p, c in zip(_PAPER, colour, strict=True))
    return red, green, blue


def _upright(picture: Image.Image, text: str, size: int, left: int, bottom: int, ink: Colour) -> None:
    """Write upwards: ``left`` and ``bottom`` are where the text begins."""
    strip = Image.new("RGBA", (_width(text, size) + 2, size + 6), (*_PAPER, 0))
    ImageDraw.Draw(strip).text((0, 2), text, font=_font(size), fill=ink)
    turned = strip.rotate(90, expand=True)
    picture.paste(turned, (left, bottom - turned.height), turned)


def draw_confusion(confusion: Confusion, title: str, path: Path) -> None:
    """A row for each expected label, a column for each predicted one; right ones blue, wrong ones red."""
    labels = _drawn_labels(confusion)
    count = max(1, len(labels))
    cell, size = (44, 14) if count <= 15 else (30, 12) if count <= 50 else (20, 10)
    margin = max([_width(_short(one), size) for one in labels], default=0) + 16
    left, top = margin + 26, 52
    side = cell * count
    width = max(left + side + 24, _width(title, 18) + 48)
    picture = Image.new("RGB", (width, top + side + margin + 46), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.text((24, 16), title, font=_font(18), fill=_INK)
    for row, expected in enumerate(labels):
        y = top + row * cell
        total = sum(confusion.row(expected))
        for column, predicted in enumerate(labels):
            x = left + column * cell
            found = confusion.counts[expected, predicted]
            box = (x, y, x + cell, y + cell)
            fill = _PAPER
            if found:
                fill = _shade(found / total, _RIGHT if row == column else _WRONG)
            draw.rectangle(box, fill=fill, outline=_LINE)
            if found:
                ink = _PAPER if found / total > 0.5 else _INK
                draw.text((x + cell / 2, y + cell / 2), str(found), font=_font(size), fill=ink, anchor="mm")
        draw.text((left - 8, y + cell / 2), _short(expected), font=_font(size), fill=_INK, anchor="rm")
    for column, predicted in enumerate(labels):
        name = _short(predicted)
        below = top + side + 8 + _width(name, size) + 2
        _upright(picture, name, size, left + column * cell + (cell - size - 4) // 2, below, _INK)
    _upright(picture, "expected", 12, 8, top + side // 2 + 30, _PALE)
    draw.text((left + side // 2, picture.height - 16), "predicted", font=_font(12), fill=_PALE, anchor="mm")
    picture.save(path, optimize=True)


def _drawn_labels(confusion: Confusion) -> tuple[str, ...]:
    if len(confusion.labels) <= MOST_LABELS:
        return confusion.labels
    mixed: dict[str, int] = {}
    for (expected, predicted), count in confusion.counts.items():
        if expected != predicted:
            mixed[expected] = mixed.get(expected, 0) + count
            mixed[predicted] = mixed.get(predicted, 0) + count
    worst = sorted(mixed, key=lambda one: (-mixed[one], one))[:MOST_LABELS]
    return tuple(sorted(worst))


def draw_histogram(right: Sequence[float], wrong: Sequence[float], title: str, path: Path) -> None:
    """How sure the model was, from 0 to 1 in 25 steps, where it was right (to the left) and wrong (to the right).

    Each side has a scale of its own, for there are always fewer mistakes.
    """
    bins, bar, half, top = 25, 18, 300, 92
    picture = Image.new("RGB", (2 * half + 130, top + bins * bar + 56), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.text((24, 16), title, font=_font(18), fill=_INK)
    middle = picture.width // 2
    for values, side, colour, name in ((right, -1, _RIGHT, "right"), (wrong, 1, _WRONG, "wrong")):
        counts = [0] * bins
        for value in values:
            counts[min(bins - 1, max(0, int(value * bins)))] += 1
        most = max(max(counts), 1)
        caption = f"{name}: {len(values)}"
        x = middle + side * (half // 2 + 24)
        draw.text((x, top - 24), caption, font=_font(14), fill=colour, anchor="mm")
        for index, count in enumerate(counts):
            y = top + (bins - 1 - index) * bar
            near, far = middle + side * 24, middle + side * (24 + round((half - 40) * count / most))
            draw.rectangle(
                (min(near, far), y + 2, max(near, far), y + bar - 2), fill=colour if count else _LINE
            )
            if count:
                anchor = "rm" if side < 0 else "lm"
                draw.text(
                    (far + side * 5, y + bar / 2), str(count), font=_font(11), fill=_PALE, anchor=anchor
                )
    for tenth in range(0, 11, 2):
        level = top + bins * bar * (10 - tenth) / 10
        draw.text((middle, level), f"{tenth / 10:.1f}", font=_font(12), fill=_INK, anchor="mm")
    caption = "confidence, from 0 to 1; each side has a scale of its own"
    draw.text((middle, picture.height - 20), caption, font=_font(12), fill=_PALE, anchor="mm")
    picture.save(path, optimize=True)


def draw_curves(
    curves: Mapping[str, Sequence[tuple[float, float]]],
    examples: Sequence[int],
    title: str,
    x_title: str,
    path: Path,
) -> None:
    """A line for each name over the number of examples.

    Args:
        curves: name → mean and standard deviation for each of ``examples``, from 0 to 1.
        examples: how many there were, ascending or descending.
    """
    width, height, left, top, right, bottom = 860, 520, 76, 64, 40, 76
    picture = Image.new("RGB", (width, height + 24 * len(curves)), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.text((24, 16), title, font=_font(18), fill=_INK)
    low, high = min(examples, default=0), max(examples, default=1)
    span = max(1, high - low)

    def at(count: float, value: float) -> tuple[float, float]:
        x = left + (width - left - right) * (count - low) / span
        return x, top + (height - top - bottom) * (1 - value)

    for tenth in range(0, 11, 2):
        y = at(low, tenth / 10)[1]
        draw.line((left, y, width - right, y), fill=_LINE)
        draw.text((left - 10, y), f"{tenth / 10:.1f}", font=_font(12), fill=_PALE, anchor="rm")
    for count in dict.fromkeys(examples):
        x = at(count, 0)[0]
        draw.text((x, height - bottom + 16), str(count), font=_font(12), fill=_PALE, anchor="mm")
    draw.text(
        (left + (width - left - right) / 2, height - 30), x_title, font=_font(12), fill=_PALE, anchor="mm"
    )
    for index, (name, values) in enumerate(curves.items()):
        colour = _CURVES[index % len(_CURVES)]
        points = sorted(zip(examples, values, strict=True))
        for count, (mean, deviation) in points:
            x, y = at(count, mean)
            draw.line(
                (*at(count, max(0.0, mean - deviation)), *at(count, min(1.0, mean + deviation))), colour, 1
            )
            draw.ellipse((x - 4, y - 4, x + 4, y + 4), fill=colour)
        draw.line([at(count, mean) for count, (mean, _) in points], fill=colour, width=3, joint="curve")
        y = height + 24 * index
        draw.rectangle((left, y + 2, left + 16, y + 14), fill=colour)
        last = f"  {points[-1][1][0]:.3f}" if points else ""
        draw.text((left + 26, y + 8), f"{_short(name)}{last}", font=_font(13), fill=_INK, anchor="lm")
    picture.save(path, optimize=True)
