"""Parcels of the demo shop: each carrier's own kind of number, and movements as its site would word them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from actions.shop.demo.people import Place
from actions.shop.order import ISTANBUL, Carrier, Movement, Shipment, ShipmentState

_WAREHOUSE = "İstanbul Hadımköy"
_TAKERS = ("kendisi", "kendisi", "kendisi", "eşi", "komşusu", "site görevlisi", "iş yeri danışması")

# prefix and digits after it; all different in length or prefix, so that a number tells its carrier
_FORMATS = {
    Carrier.YURTICI: ("1", 11),
    Carrier.ARAS: ("72", 11),
    Carrier.MNG: ("4", 9),
    Carrier.PTT: ("KP02", 9),
    Carrier.SURAT: ("9", 13),
    Carrier.KOLAY_GELSIN: ("KG", 8),
}


@dataclass(frozen=True, slots=True)
class Route:
    """What a parcel is, and how far it got."""

    carrier: Carrier
    state: ShipmentState
    place: Place
    skus: tuple[str, ...]
    left: date
    """When it left the warehouse."""
    arrived: date
    """When it was, or is meant to be, delivered."""
    stuck: str = ""
    """In Turkish, what holds it up; empty when nothing does."""


def tracking_no(carrier: Carrier, random: Random) -> str:
    """A number as this carrier writes them."""
    prefix, count = _FORMATS[carrier]
    return prefix + "".join(str(random.randrange(10)) for _ in range(count))


def carrier_of(number: str) -> Carrier | None:
    """Whose number this is, by its form; None for none."""
    for carrier, (prefix, count) in _FORMATS.items():
        rest = number[len(prefix) :]
        if number.startswith(prefix) and len(rest) == count and rest.isdigit():
            return carrier
    return None


def parcel(route: Route, random: Random) -> Shipment:
    """The parcel with all its movements up to now."""
    branch = f"{route.place.city} {route.place.district}"
    steps = [
        _step(route.left, 17, random, _WAREHOUSE, "Gönderi kargoya teslim edildi"),
        _step(route.left, 21, random, _WAREHOUSE, f"{_WAREHOUSE} aktarma merkezinde"),
    ]
    delivered_at: datetime | None = None
    taker = ""
    at_hub = route.left + timedelta(days=1)
    if route.state is ShipmentState.IN_TRANSIT:
        if route.stuck or random.random() < 0.7:
            hub = route.place.hub
            steps.append(_step(at_hub, 5, random, hub, f"{hub} aktarma merkezinde"))
            if route.stuck:
                steps.append(_step(at_hub + timedelta(days=1), 9, random, hub, f"Gecikme: {route.stuck}"))
    else:
        steps += _last_mile(route, branch, random)
    if route.state in (ShipmentState.DELIVERED, ShipmentState.RETURNED):
        taker = random.choice(_TAKERS) if route.state is ShipmentState.DELIVERED else "mağaza deposu"
        delivered_at = steps[-1].at
    if taker and route.state is ShipmentState.DELIVERED:
        steps[-1] = Movement(steps[-1].at, branch, f"Teslim edildi, teslim alan: {taker}")
    return Shipment(
        tracking_no=tracking_no(route.carrier, random),
        carrier=route.carrier,
        state=route.state,
        skus=route.skus,
        movements=tuple(steps),
        branch=steps[-1].place,
        estimated=None if delivered_at else route.arrived,
        delivered_at=delivered_at,
        delivered_to=taker,
    )


def return_parcel(
    carrier: Carrier, place: Place, skus: Sequence[str], sent: date, random: Random
) -> Shipment:
    """The way back of returned goods, from the customer to the warehouse in three days."""
    branch = f"{place.city} {place.district}"
    back = sent + timedelta(days=3)
    steps = (
        _step(sent, 14, random, branch, "İade gönderisi şubeye teslim edildi"),
        _step(sent + timedelta(days=1), 6, random, place.hub, f"{place.hub} aktarma merkezinde"),
        _step(back, 11, random, _WAREHOUSE, "İade gönderisi mağaza deposuna ulaştı"),
    )
    number = tracking_no(carrier, random)
    done = ShipmentState.RETURNED
    return Shipment(
        number, carrier, done, tuple(skus), steps, _WAREHOUSE, None, steps[-1].at, "mağaza deposu"
    )


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A time of a day in Turkey."""
    return datetime.combine(day, time(hour, minute), ISTANBUL)


def _last_mile(route: Route, branch: str, random: Random) -> list[Movement]:
    hub_day = max(route.left + timedelta(days=1), route.arrived - timedelta(days=1))
    evening = min(hub_day, route.arrived - timedelta(days=1))
    steps = [
        _step(evening, 22, random, route.place.hub, f"{route.place.hub} aktarma merkezinde"),
        _step(route.arrived, 5, random, branch, f"{branch} şubesinde"),
        _step(route.arrived, 7, random, branch, "Dağıtıma çıkarıldı"),
    ]
    if route.state is ShipmentState.AT_BRANCH:
        text = "Adreste bulunamadı, gönderi şubede bekliyor"
        steps.append(_step(route.arrived, 16, random, branch, text))
    elif route.state is ShipmentState.DELIVERED:
        steps.append(_step(route.arrived, random.randrange(10, 19), random, branch, "Teslim edildi"))
    return steps


def _step(day: date, hour: int, random: Random, place: str, text: str) -> Movement:
    return Movement(at(day, hour, random.randrange(60)), place, text)
