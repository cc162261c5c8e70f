"""``Authorization: Bearer``: JSON Web Tokens that somebody else signed, as Rasa's ``--jwt-secret`` wants them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jwt

from bot.errors import Complaint, ProjectError

LEEWAY = 180.0
"""Seconds by which the clocks of whoever signs may differ from ours; Rasa's."""
_UNCHECKED: jwt.types.Options = {"verify_sub": False, "verify_jti": False}
"""Claims that Rasa does not look at either."""


@dataclass(frozen=True, slots=True)
class User:
    """Who a token says is asking."""

    name: str | None = None
    role: str | None = None

    def may_see(self, conversation_id: str | None) -> bool:
        """An ``admin`` everything; a ``user`` the conversation that has its name."""
        if self.role == "admin":
            return True
        return self.role == "user" and conversation_id is not None and self.name == conversation_id


class BearerTokens:
    """Checks tokens.

    Args:
        key: the secret, or for asymmetric methods the public key (PEM).
        method: the only algorithm that is taken, whatever a token's header says.

    Raises:
        ProjectError: there is no such method, or the key is none for it.
    """

    def __init__(self, key: str, method: str = "HS256") -> None:
        known = set(jwt.algorithms.get_default_algorithms()) - {"none"}
        if method not in known:
            message = f"There is no JWT method '{method}'."
            mend = f"Use one of {', '.join(sorted(known))}."
            if method in jwt.algorithms.requires_cryptography:
                mend = "It needs another package: pip install 'santral[jwt]'."
            raise ProjectError([Complaint("jwt-method", message, mend)])
        try:
            if not key.strip():
                raise ValueError("an empty key")
            jwt.get_algorithm_by_name(method).prepare_key(key)
        except (jwt.PyJWTError, ValueError, TypeError):
            message = f"The JWT secret is no key for {method}."
            mend = "HS methods want a shared secret, the others a public key in PEM."
            raise ProjectError([Complaint("jwt-key", message, mend)]) from None
        self._key = key
        self._method = method

    def user_of(self, header: str | None) -> User | None:
        """Who the ``Authorization`` header names; ``None`` for a stranger."""
        scheme, _, token = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return None
        try:
            payload = jwt.decode(
                token.strip(), self._key, algorithms=[self._method], leeway=LEEWAY, options=_UNCHECKED
            )
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            return None
        return _user(payload.get("user"))


def _user(told: Any) -> User:
    if not isinstance(told, dict):
        return User()
    name, role = told.get("username"), told.get("role")
    return User(name if isinstance(name, str) else None, role if isinstance(role, str) else None)
