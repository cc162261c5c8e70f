"""Bodies of webhooks, written as Meta writes them."""

from __future__ import annotations

import itertools
from typing import Any

BUSINESS = "106540352242922"
CUSTOMER = "905321112233"
_ids = itertools.count(1)


def webhook(value: dict[str, Any], field: str = "messages") -> dict[str, Any]:
    """One change in one entry."""
    metadata = {"display_phone_number": "902120000000", "phone_number_id": BUSINESS}
    whole = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    change = {"field": field, "value": whole}
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}


def message(kind: str, content: Any = None, **more: Any) -> dict[str, Any]:
    """A webhook with one message of a customer who has a number."""
    sender = more.pop("sender", CUSTOMER)
    one: dict[str, Any] = {
        "from": sender,
        "id": more.pop("id", None) or f"wamid.in{next(_ids)}",
        "timestamp": str(more.pop("timestamp", 1749416383)),
        "type": kind,
        **({} if content is None else {kind: content}),
        **more,
    }
    contact = {"profile": {"name": "Ayşe Yılmaz"}, "wa_id": sender}
    return webhook({"contacts": [contact], "messages": [one]})


def text(body: str, **more: Any) -> dict[str, Any]:
    return message("text", {"body": body}, **more)


def status(name: str, state: str, **more: Any) -> dict[str, Any]:
    """A webhook with one status."""
    one = {"id": name, "status": state, "timestamp": "1749416390", "recipient_id": CUSTOMER, **more}
    return webhook({"statuses": [one]})
