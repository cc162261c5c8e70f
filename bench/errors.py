"""What stops a measurement."""

from __future__ import annotations


class BenchError(Exception):
    """Something could not be measured; the text says what and why."""
