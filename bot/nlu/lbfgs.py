"""L-BFGS for smooth convex functions without bounds, in single precision.

SciPy's is written for bounds: on a few hundred thousand weights its own bookkeeping took twice as long as
all evaluations of the function together.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Function = Callable[[Vector], tuple[float, Vector]]
"""A point → the value there and the gradient."""

_REMEMBERED = 6
_SUFFICIENT = 1e-4
"""Armijo's constant: the share of the promised decrease that a step must bring."""


def minimise(function: Function, start: Vector, *, precision: float, iterations: int = 100) -> Vector:
    """The point at which the relative decrease of a step falls below ``precision``."""
    point = start
    value, gradient = function(point)
    steps: list[tuple[Vector, Vector, float]] = []
    for _ in range(iterations):
        direction = _direction(gradient, steps)
        slope = float(gradient @ direction)
        if slope >= 0.0:  # rounding has spoilt the memory: begin anew, straight down
            steps, direction = [], -gradient
            slope = float(gradient @ direction)
        length = 1.0 if steps else 1.0 / max(1.0, float(np.linalg.norm(gradient)))
        found = _search(function, point, direction, value, slope, length)
        if found is None:
            break
        length, new_value, new_gradient = found
        moved, turned = length * direction, new_gradient - gradient
        curvature = float(moved @ turned)
        if curvature > 1e-12:
            steps = [*steps[-(_REMEMBERED - 1) :], (moved, turned, 1.0 / curvature)]
        gained = (value - new_value) / max(abs(value), abs(new_value), 1.0)
        point, value, gradient = point + moved, new_value, new_gradient
        if gained < precision:
            break
    return point


def _direction(gradient: Vector, steps: list[tuple[Vector, Vector, float]]) -> Vector:
    """Downhill, by the curvature that the last steps have shown (the two-loop recursion)."""
    direction = -gradient
    shares = []
    for moved, turned, inverse in reversed(steps):
        share = np.float32(inverse * float(moved @ direction))
        direction -= share * turned
        shares.append(share)
    if steps:
        moved, turned, inverse = steps[-1]
        direction *= np.float32(1.0 / (inverse * float(turned @ turned)))
    for (moved, turned, inverse), share in zip(steps, reversed(shares), strict=True):
        direction += (share - np.float32(inverse * float(turned @ direction))) * moved
    return direction


def _search(
    function: Function, point: Vector, direction: Vector, value: float, slope: float, length: float
) -> tuple[float, float, Vector] | None:
    """A step that brings enough: its length, and value and gradient there; ``None`` if there is none."""
    for _ in range(20):
        new_value, gradient = function(point + np.float32(length) * direction)
        if new_value <= value + _SUFFICIENT * length * slope:
            return length, new_value, gradient
        # the lowest point of the parabola through what is known, within reason
        lowest = -slope * length * length / (2.0 * (new_value - value - slope * length))
        length = float(np.clip(lowest, 0.1 * length, 0.5 * length))
    return None
