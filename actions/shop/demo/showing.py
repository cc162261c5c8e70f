"""The showcase as a table for the terminal."""

from __future__ import annotations

from rich.table import Table

from actions.shop.demo.world import SHOWCASE


def describe() -> Table:
    """Every showcase order: number, the digits that open it, its state, its carrier and what it shows."""
    table = Table(title="Demo siparişleri")
    for heading in ("Sipariş no", "Son dört hane", "Durum", "Kargo", "Neyi gösterir"):
        table.add_column(heading)
    for one in SHOWCASE:
        table.add_row(one.number, one.last_four, one.state.label, one.carrier.label, one.note)
    return table
