"""What WhatsApp sends us, as our values: one ``POST`` of the webhook → a list of what happened.

The body is Meta's; whatever JSON it is, reading it never fails. What is not known is kept whole in ``raw``, so
that a kind that Meta invents tomorrow is answered politely today. Shapes: the webhook reference of the Cloud API
v23.0 with business-scoped user ids (BSUID), where a customer may have no phone number.

>>> [one] = read_webhook({"entry": [{"changes": [{"field": "messages", "value": {"messages": [
...     {"from": "905321112233", "id": "wamid.1", "timestamp": "1749416383", "type": "text",
...      "text": {"body": "Siparişim nerede?"}}]}}]}]})
>>> one.kind, one.sender.key, one.text
('text', '905321112233', 'Siparişim nerede?')
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.channels.whatsapp.kinds import Content, Media, read_content
from bot.channels.whatsapp.lenient import (
    fingerprint,
    items,
    mapping,
    number,
    optional_text,
    text_of,
    whole,
)

MESSAGES = "messages"
PREFERENCES = "user_preferences"
USER_ID_UPDATE = "user_id_update"
"""Values of ``changes[].field`` that are read; others become :class:`Notice`."""
STATUSES = ("failed", "sent", "delivered", "read", "played")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote. At least one of number and user id is there."""

    wa_id: str = ""
    """Phone number in digits, with country code; empty when the customer hides it."""
    user_id: str = ""
    """Business-scoped user id, such as ``TR.1349...``; empty in older payloads."""
    parent_user_id: str = ""
    username: str = ""
    name: str = ""
    """As in the customer's profile."""

    @property
    def key(self) -> str:
        """The number, else the user id: what the customer is known by."""
        return self.wa_id or self.user_id

    @property
    def phone(self) -> str:
        """E.164, vouched for by WhatsApp; empty without a number."""
        return f"+{self.wa_id}" if self.wa_id.isdecimal() else ""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as Meta tells it; act on ``code`` and ``details``, for titles are deprecated."""

    code: int
    title: str = ""
    details: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Happened:
    phone_number_id: str = ""
    """Of the business."""
    timestamp: float = 0.0
    """Seconds since the epoch; 0 when Meta told none."""
    raw: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """As it came."""


@dataclass(frozen=True, slots=True)
class InboundMessage(_Happened):
    """A customer wrote, tapped, sent, reacted, edited or took back."""

    id: str
    """``wamid...``: equal for a repeated delivery."""
    kind: str
    """See :mod:`bot.channels.whatsapp.kinds`; what is not known is ``unknown``."""
    sender: Sender
    text: str | None = None
    """What was written, or the title of what was tapped."""
    payload: str | None = None
    """Of the button or row that was tapped."""
    media: tuple[Media, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    """What the kind brings along: ``location``, ``contacts``, ``order``, ``reaction``, ``reply_to``, ..."""
    errors: tuple[Failure, ...] = ()
    group_id: str = ""


@dataclass(frozen=True, slots=True)
class StatusUpdate(_Happened):
    """How far a message of ours has come."""

    id: str
    status: str
    """``sent``, ``delivered``, ``read``, ``played``, ``failed``, or what Meta invents."""
    recipient: Sender
    errors: tuple[Failure, ...] = ()
    callback_data: str = ""
    """Our ``biz_opaque_callback_data``, echoed."""

    @property
    def key(self) -> str:
        """Equal for a repeated delivery."""
        return f"{self.id} {self.status}"


@dataclass(frozen=True, slots=True)
class CustomerMoved(_Happened):
    """The customer has another number, or another user id."""

    id: str
    old: Sender
    new: Sender


@dataclass(frozen=True, slots=True)
class MarketingPreference(_Happened):
    """The customer stopped, or wants again, marketing messages."""

    id: str
    sender: Sender
    wanted: bool


@dataclass(frozen=True, slots=True)
class AccountError(_Happened):
    """Meta tells an error that belongs to no single message."""

    errors: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class Notice(_Happened):
    """Anything else: calls, templates' and the account's changes, echoes, groups, what is not known."""

    field: str
    value: Any


Inbound = InboundMessage | StatusUpdate | CustomerMoved | MarketingPreference | AccountError | Notice


def read_webhook(body: Any) -> list[Inbound]:
    """Everything that one ``POST`` of the webhook tells, in its order; never fails.

    Args:
        body: parsed JSON, hopefully ``{"object": "whatsapp_business_account", "entry": [...]}``.
    """
    found: list[Inbound] = []
    for entry in items(mapping(body).get("entry")):
        for change in items(mapping(entry).get("changes")):
            found += _read_change(mapping(change))
    if not found and body:
        found.append(Notice("", body, raw=mapping(body)))
    return found


def has_only_statuses(body: Any) -> bool:
    """Whether a body tells nothing but how far messages of ours have come."""
    values = [
        mapping(mapping(change).get("value"))
        for entry in items(mapping(body).get("entry"))
        for change in items(mapping(entry).get("changes"))
    ]
    return bool(values) and all(one.get("statuses") and not one.get("messages") for one in values)


def _read_change(change: Mapping[str, Any]) -> Iterator[Inbound]:
    name, value = text_of(change.get("field")), mapping(change.get("value"))
    business = text_of(mapping(value.get("metadata")).get("phone_number_id"))
    before = 0
    readers = {MESSAGES: _read_messages, PREFERENCES: _read_preferences, USER_ID_UPDATE: _read_user_ids}
    # A payload without a field, as some relays send it, is told by what it holds.
    reader = readers.get(name) or (_read_messages if not name else None)
    for one in reader(value, business) if reader else ():
        before += 1
        yield one
    if not before:
        yield Notice(name, change.get("value"), phone_number_id=business, raw=change)


def _read_messages(value: Mapping[str, Any], business: str) -> Iterator[Inbound]:
    people = [_person(mapping(one)) for one in items(value.get("contacts"))]
    # Errors beside a message belong to it: an interactive message that Meta could not pass on.
    beside = _failures(value.get("errors"))
    messages = [one for one in items(value.get("messages")) if isinstance(one, Mapping)]
    for message in messages:
        yield _read_message(message, people, business, beside)
    for status in items(value.get("statuses")):
        if isinstance(status, Mapping):
            yield _read_status(status, people, business)
    if beside and not messages:
        yield AccountError(beside, phone_number_id=business, raw=value)


def _person(contact: Mapping[str, Any]) -> Sender:
    profile = mapping(contact.get("profile"))
    return Sender(
        _digits(contact.get("wa_id")),
        text_of(contact.get("user_id")),
        text_of(contact.get("parent_user_id")),
        text_of(profile.get("username") or contact.get("username")),
        text_of(profile.get("name")),
    )


def _digits(value: Any) -> str:
    return text_of(value).strip().removeprefix("+")


def _sender(wa_id: str, user_id: str, parent: str, people: list[Sender]) -> Sender:
    """Who wrote, completed from ``contacts``; these name several people when a POST holds several messages."""
    for one in people:
        if (wa_id and one.wa_id == wa_id) or (user_id and one.user_id == user_id):
            known = one
            break
    else:
        # Numbers may differ in form between the two places (Brazil's ninth digit): one person is the person.
        known = people[0] if len(people) == 1 else Sender()
    return Sender(
        wa_id or known.wa_id,
        user_id or known.user_id,
        parent or known.parent_user_id,
        known.username,
        known.name,
    )


def _read_message(
    message: Mapping[str, Any], people: list[Sender], business: str, beside: tuple[Failure, ...]
) -> Inbound:
    wa_id, user_id = _digits(message.get("from")), text_of(message.get("from_user_id"))
    sender = _sender(wa_id, user_id, text_of(message.get("from_parent_user_id")), people)
    when = number(message.get("timestamp"))
    name = text_of(message.get("id")) or f"unnamed {fingerprint(message)}"
    if not sender.key:  # nobody to answer
        return Notice(MESSAGES, message, phone_number_id=business, timestamp=when, raw=message)
    moved = _moved(message, sender)
    if moved is not None:
        return CustomerMoved(name, *moved, phone_number_id=business, timestamp=when, raw=message)
    content: Content = read_content(message)
    return InboundMessage(
        name,
        content.kind,
        sender,
        content.text,
        content.payload,
        content.media,
        content.data,
        _failures(message.get("errors")) or beside,
        text_of(message.get("group_id")),
        phone_number_id=business,
        timestamp=when,
        raw=message,
    )


def _moved(message: Mapping[str, Any], sender: Sender) -> tuple[Sender, Sender] | None:
    system = mapping(message.get("system"))
    if message.get("type") != "system" or not text_of(system.get("type")).startswith("user_changed"):
        return None
    new = Sender(
        _digits(system.get("wa_id") or system.get("new_wa_id")),
        text_of(system.get("user_id")),
        text_of(system.get("parent_user_id")),
        sender.username,
        sender.name,
    )
    return (sender, new) if new.key and new.key != sender.key else None


def _read_status(status: Mapping[str, Any], people: list[Sender], business: str) -> Inbound:
    when, name = number(status.get("timestamp")), text_of(status.get("id"))
    if not name or status.get("type") == "call":
        return Notice("statuses", status, phone_number_id=business, timestamp=when, raw=status)
    recipient = _sender(
        _digits(status.get("recipient_id")),
        text_of(status.get("recipient_user_id")),
        text_of(status.get("recipient_parent_user_id")),
        people,
    )
    return StatusUpdate(
        name,
        text_of(status.get("status")),
        recipient,
        _failures(status.get("errors")),
        text_of(status.get("biz_opaque_callback_data")),
        phone_number_id=business,
        timestamp=when,
        raw=status,
    )


def _read_preferences(value: Mapping[str, Any], business: str) -> Iterator[Inbound]:
    people = [_person(mapping(one)) for one in items(value.get("contacts"))]
    for one in items(value.get(PREFERENCES)):
        found = mapping(one)
        sender = _sender(
            _digits(found.get("wa_id")),
            text_of(found.get("user_id")),
            text_of(found.get("parent_user_id")),
            people,
        )
        said = text_of(found.get("value"))
        if sender.key and said in ("stop", "resume", "signup"):
            name = f"preference {fingerprint(found)}"
            when = number(found.get("timestamp"))
            yield MarketingPreference(
                name, sender, said != "stop", phone_number_id=business, timestamp=when, raw=found
            )


def _read_user_ids(value: Mapping[str, Any], business: str) -> Iterator[Inbound]:
    for one in items(value.get(USER_ID_UPDATE)):
        found = mapping(one)
        ids = mapping(found.get("user_id"))
        old, new = text_of(ids.get("previous")), text_of(ids.get("current"))
        if old and new and old != new:
            number_ = _digits(found.get("wa_id"))
            yield CustomerMoved(
                f"user id {fingerprint(found)}",
                Sender("", old),
                Sender(number_, new),
                phone_number_id=business,
                timestamp=number(found.get("timestamp")),
                raw=found,
            )


def _failures(value: Any) -> tuple[Failure, ...]:
    found = [mapping(one) for one in items(value)]
    return tuple(
        Failure(
            whole(one.get("code")),
            text_of(one.get("title") or one.get("message")),
            optional_text(mapping(one.get("error_data")).get("details"))
            or optional_text(one.get("message"))
            or "",
        )
        for one in found
        if one
    )
