"""What every adapter does alike with a request: check it, and find what it repeats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from actions.shop.order import ISTANBUL, OrderState
from actions.shop.phone import e164
from actions.shop.request import Request, RequestKind

_ONCE = frozenset({RequestKind.RETURN, RequestKind.EXCHANGE, RequestKind.OPT_OUT, RequestKind.DELETION})
_LONGEST_TEXT = 4000
_LONGEST_NAME = 60
_LONGEST_REFERENCE = 1000
_LONGEST_CONVERSATION = 200
_FIRST_REFERENCE = 100_000

STATE_AFTER = {
    RequestKind.RETURN: OrderState.RETURN_REQUESTED,
    RequestKind.EXCHANGE: OrderState.EXCHANGE_REQUESTED,
}
"""Where a delivered order goes when this is recorded."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A request, checked and cut to what is kept."""

    key: str
    """The same for a repetition."""
    kind: RequestKind
    conversation: str
    order_number: str
    phone: str
    reason: str
    department: str
    callback_at: datetime | None
    score: int | None
    details: str
    photos: str
    """Divided by line feeds."""


def entry_of(request: Request, now: datetime) -> Entry:
    """Check a request.

    Raises:
        ValueError: as ``Requests.record`` says.
    """
    if not request.conversation.strip():
        raise ValueError("a request needs its conversation")
    number = request.order.number if request.order else ""
    if request.kind in STATE_AFTER and not number:
        raise ValueError(f"{request.kind} needs the order it is about")
    if request.kind is RequestKind.SURVEY and (request.score is None or not 0 <= request.score <= 10):
        raise ValueError("a survey needs a score of 0 to 10")
    if request.callback_at is not None and request.callback_at.tzinfo is None:
        raise ValueError("the time of a callback needs its zone")
    day = "" if request.kind in _ONCE else now.astimezone(ISTANBUL).date().isoformat()
    conversation = conversation_key(request.conversation)
    return Entry(
        key=f"{request.kind}|{number}|{day}|{conversation}",
        kind=request.kind,
        conversation=conversation,
        order_number=number,
        phone=e164(request.phone),
        reason=clean(request.reason, _LONGEST_TEXT),
        department=clean(request.department, _LONGEST_NAME),
        callback_at=request.callback_at,
        score=request.score,
        details=clean(request.details, _LONGEST_TEXT),
        photos="\n".join(clean(one, _LONGEST_REFERENCE).replace("\n", "") for one in request.photos),
    )


def conversation_key(conversation: str) -> str:
    """A conversation's id as it is kept: a very long one by its hash, so that no two are taken for one."""
    kept = clean(conversation, _LONGEST_TEXT)
    if len(conversation) <= _LONGEST_CONVERSATION:
        return kept
    return sha256(conversation.encode("utf-8", "replace")).hexdigest()


def clean(text: str, longest: int) -> str:
    """Text that every database takes: no NUL, no half characters, not longer than this."""
    whole = text[:longest].encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\x00", "").strip()


def reference_of(number: int) -> str:
    """What a customer is told of the request with this number."""
    return f"T-{_FIRST_REFERENCE + number}"
