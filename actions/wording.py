"""How values are said in the bot's sentences: money, days, orders. The sentences stand in ``domain.yml``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from actions.shop.ports import ISTANBUL, Order, OrderLine
from bot.turkish import attach

_MONTHS = (
    "Ocak",
    "Şubat",
    "Mart",
    "Nisan",
    "Mayıs",
    "Haziran",
    "Temmuz",
    "Ağustos",
    "Eylül",
    "Ekim",
    "Kasım",
    "Aralık",
)
WEEKDAYS = ("Pazartesi", "Salı", "Çarşamba", "Perşembe", "Cuma", "Cumartesi", "Pazar")


def money(kurus: int) -> str:
    """``14990`` as ``149,90 TL``, ``500000`` as ``5.000 TL``: kuruş are left out when there are none."""
    lira, rest = divmod(kurus, 100)
    grouped = f"{lira:,}".replace(",", ".")
    return f"{grouped},{rest:02} TL" if rest else f"{grouped} TL"


def day(value: date) -> str:
    """``12 Mart Perşembe``."""
    local = value.astimezone(ISTANBUL) if isinstance(value, datetime) else value
    return f"{local.day} {_MONTHS[local.month - 1]} {WEEKDAYS[local.weekday()]}"


def moment(value: datetime) -> str:
    """``12 Mart Perşembe günü saat 14.30'da``, in Istanbul's time."""
    local = value.astimezone(ISTANBUL)
    return f"{day(local)} günü saat {attach(f'{local.hour}.{local.minute:02}', 'de')}"


def listed(words: Sequence[str], last: str = "ve") -> str:
    """``a, b ve c``; with ``last="veya"``, ``a, b veya c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def article(line: OrderLine) -> str:
    """``Keten Gömlek (mavi, M)``."""
    kind = ", ".join(part for part in (line.colour, line.size) if part)
    return f"{line.name} ({kind})" if kind else line.name


def articles(order: Order) -> str:
    """The first article by name, the others as a number: ``Keten Gömlek ve 2 ürün daha``."""
    if not order.lines:
        return "Siparişiniz"
    others = len(order.lines) - 1
    return f"{order.lines[0].name} ve {others} ürün daha" if others else order.lines[0].name


def expected(value: date | None) -> str:
    """A sentence with a blank before it, to follow another; empty when no day is known."""
    return f" Tahmini teslim günü {day(value)}." if value else ""
