"""What Meta posts, as Meta writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Business:
    """Whose webhooks these are."""

    phone_number_id: str = "106540352242922"
    display_phone_number: str = "902120000000"
    account_id: str = "102290129340398"


@dataclass(frozen=True, slots=True)
class Customer:
    """Who writes."""

    wa_id: str = "905321112233"
    name: str = "Ayşe Yılmaz"
    user_id: str = ""
    """With one and without a number, the customer hides the number."""
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return self.wa_id or self.user_id

    def as_contact(self) -> dict[str, Any]:
        """An entry of ``contacts``."""
        found: dict[str, Any] = {"profile": {"name": self.name}}
        if self.wa_id:
            found["wa_id"] = self.wa_id
        if self.user_id:
            found["user_id"] = self.user_id
        return {**found, **self.more}


def posted(business: Business, value: Mapping[str, Any], field_name: str = "messages") -> dict[str, Any]:
    """A body with one change."""
    metadata = {
        "display_phone_number": business.display_phone_number,
        "phone_number_id": business.phone_number_id,
    }
    whole = {"messaging_product": "whatsapp", "metadata": metadata, **value}
    entry = {"id": business.account_id, "changes": [{"value": whole, "field": field_name}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def message_posted(
    business: Business, customer: Customer, name: str, timestamp: float, content: Mapping[str, Any]
) -> dict[str, Any]:
    """A body with one message.

    Args:
        name: the message's ``wamid``.
        content: ``type``, the object of that name, perhaps ``context``.
    """
    sender = {"from": customer.wa_id} if customer.wa_id else {"from_user_id": customer.user_id}
    message = {**sender, "id": name, "timestamp": str(int(timestamp)), **content}
    return posted(business, {"contacts": [customer.as_contact()], "messages": [message]})


def status_posted(
    business: Business,
    name: str,
    status: str,
    recipient: str,
    timestamp: float,
    error: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A body with one status."""
    who = {"recipient_id": recipient} if recipient.isdecimal() else {"recipient_user_id": recipient}
    one: dict[str, Any] = {"id": name, "status": status, "timestamp": str(int(timestamp)), **who}
    if error is not None:
        one["errors"] = [dict(error)]
    else:
        one["pricing"] = {"billable": True, "pricing_model": "PMP", "category": "service"}
    return posted(business, {"statuses": [one]})
