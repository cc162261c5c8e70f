"""How much one visitor, and one address, may ask for. Time comes in from outside, in seconds."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import web

Clock = Callable[[], float]

MOST_BUCKETS = 100_000
"""Visitors whose buckets are remembered; the one that asked longest ago is forgotten first."""


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Buckets:
    """A token bucket for each key: ``most`` at once, and as many again within ``seconds``."""

    def __init__(self, most: int, seconds: float, now: Clock) -> None:
        self.most = most
        self.rate = most / seconds
        self._now = now
        self._known: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def take(self, key: str) -> float:
        """Take one; 0 if there was one, else the seconds after which there will be."""
        now = self._now()
        bucket = self._known.get(key)
        if bucket is None:
            bucket = self._known[key] = _Bucket(self.most, now)
            self._forget_full(now)
        self._known.move_to_end(key)
        bucket.left = min(self.most, bucket.left + (now - bucket.at) * self.rate)
        bucket.at = now
        if bucket.left >= 1:
            bucket.left -= 1
            return 0.0
        return (1 - bucket.left) / self.rate

    def _forget_full(self, now: float) -> None:
        """Drop buckets that are full again: they say nothing."""
        while len(self._known) > 1:
            key, oldest = next(iter(self._known.items()))
            is_full = oldest.left + (now - oldest.at) * self.rate >= self.most
            if not is_full and len(self._known) <= MOST_BUCKETS:
                return
            del self._known[key]


class Counts:
    """How many of something each key has open.

    Args:
        each: for one key.
        most: altogether.
    """

    def __init__(self, each: int, most: int) -> None:
        self.each = each
        self.most = most
        self.total = 0
        self._open: dict[str, int] = {}

    def enter(self, key: str) -> bool:
        """One more; false if that would be too many."""
        if self.total >= self.most or self._open.get(key, 0) >= self.each:
            return False
        self._open[key] = self._open.get(key, 0) + 1
        self.total += 1
        return True

    def leave(self, key: str) -> None:
        left = self._open[key] - 1
        self.total -= 1
        if left:
            self._open[key] = left
        else:
            del self._open[key]


def address_of(request: web.Request, proxies: Sequence[IPv4Network | IPv6Network]) -> str:
    """Who asks: the address that a trusted proxy names, else the connection's.

    An IPv6 customer has a whole /64, so all of it counts as one.
    """
    found = _plain(request.remote)
    named = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
    for name in reversed([one.strip() for one in named if one.strip()]):
        if not any(_within(found, one) for one in proxies):
            break
        found = _plain(name)
    try:
        address = ip_address(found)
    except ValueError:
        return found
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, 64), strict=False))
    return found


def _plain(name: str | None) -> str:
    """An address without a zone or port, IPv4 in IPv6 as IPv4; what is none stays as it is, within bounds."""
    text = (name or "").split("%")[0].strip("[]")[:64]
    try:
        address = ip_address(text)
    except ValueError:
        return text
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _within(name: str, network: IPv4Network | IPv6Network) -> bool:
    try:
        return ip_address(name) in network
    except ValueError:
        return False
