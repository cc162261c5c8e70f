"""What a value is decides how it is read aloud, and what was asked for decides how an answer is heard."""

from __future__ import annotations

SAID = (
    "sentence",
    "integer",
    "decimal",
    "negative",
    "price",
    "percent",
    "ordinal",
    "date",
    "time",
    "range",
    "phone",
    "order_no",
    "tracking_no",
    "letters",
    "iban",
    "version",
    "measure",
    "size",
    "abbreviation",
    "email",
    "url",
    "suffix",
)
"""Kinds of :func:`voice.speech.say.say`."""

HEARD = (
    "order_no",
    "tracking_no",
    "phone",
    "yes_no",
    "quantity",
    "date",
    "score_0_10",
    "choice_1_9",
    "amount",
)
"""Expectations of :func:`voice.speech.hear.hear`."""


class UnknownKind(ValueError):
    """A kind or an expectation that nobody knows; the message lists those that are known."""

    def __init__(self, kind: str, known: tuple[str, ...]) -> None:
        super().__init__(f"unknown kind {kind!r}; known are {', '.join(known)}")
