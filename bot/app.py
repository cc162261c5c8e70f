"""The composition root: the only place that names concrete parts."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.actions import ActionServer, CustomActions, InProcessActions, NoActions
from bot.clock import Clock, SystemClock
from bot.domain import Domain
from bot.errors import Complaint, Place, ProjectError
from bot.model import Model
from bot.stores import Store
from bot.stores.opening import open_store
from bot.turn import Bot

logger = logging.getLogger(__name__)

CONVERSATIONS = "conversations.db"
"""The SQLite file of a project without a ``tracker_store``."""
ACTION_DEADLINE = 10.0
"""Seconds that an action may take, unless ``action_endpoint.timeout`` says otherwise."""
APOLOGIES = {
    "tr": "Şu anda işleminizi tamamlayamadım, özür dilerim. Birazdan yeniden deneyebilir misiniz?",
    "en": "I am sorry, something went wrong on our side. Could you please try again in a moment?",
}
"""Said when an action fails and the domain has no ``utter_action_failed``."""


def open_bot(
    root: Path,
    model: Model,
    endpoints: Mapping[str, Any] | None = None,
    *,
    store: Store | None = None,
    clock: Clock | None = None,
) -> Bot:
    """Put a bot together.

    Args:
        root: the project's folder: its ``actions`` package and its conversations.
        model: a trained model.
        endpoints: content of ``endpoints.yml``.
        store: in place of the one that the endpoints name.

    Raises:
        ProjectError: the endpoints ask for something that does not exist.
        ActionError: the project's actions cannot be imported.
        StoreError: the conversations' database cannot be reached.
    """
    settings = endpoints or {}
    return Bot(
        model.domain,
        model.ensemble,
        model.interpreter,
        open_actions(root, model.domain, settings.get("action_endpoint")),
        store or open_store(settings, root / CONVERSATIONS),
        clock or SystemClock(),
        APOLOGIES.get(str(model.config.get("language")), APOLOGIES["en"]),
    )


def open_actions(root: Path, domain: Domain, endpoint: Mapping[str, Any] | None) -> CustomActions:
    """The project's actions: on the server that ``action_endpoint`` names, else in this process."""
    if endpoint and endpoint.get("url"):
        return ActionServer(
            str(endpoint["url"]),
            domain,
            _deadline(endpoint),
            headers=_headers(endpoint),
            params={"token": str(endpoint["token"])} if endpoint.get("token") else None,
            selective_domain=bool(endpoint.get("enable_selective_domain", False)),
        )
    if (root / "actions").is_dir() or (root / "actions.py").is_file():
        return InProcessActions.load(root, domain, _deadline(endpoint or {}))
    return NoActions()


def _deadline(endpoint: Mapping[str, Any]) -> float:
    value = endpoint.get("timeout", ACTION_DEADLINE)
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        place_of = getattr(endpoint, "place_of", None)
        place = place_of("timeout") if place_of else Place("endpoints.yml")
        mend = "Write a number of seconds above 0."
        complaint = Complaint("endpoint-timeout", f"'timeout' is {value!r}.", mend, place)
        raise ProjectError([complaint])
    return float(value)


def _headers(endpoint: Mapping[str, Any]) -> dict[str, str]:
    return {str(key): str(value) for key, value in (endpoint.get("headers") or {}).items()}


async def close_bot(bot: Bot) -> None:
    """Give back what the bot holds."""
    await bot.actions.close()
    await bot.store.close()
