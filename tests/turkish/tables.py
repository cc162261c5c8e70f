"""Tables of examples as text: a line a row, the columns divided by `` | ``."""

from __future__ import annotations


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split(" | ")) for line in table.strip().splitlines()]
