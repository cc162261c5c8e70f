"""The composition root: the only place that names concrete parts."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.actions import ActionServer, CustomActions, InProcessActions, NoActions
from bot.brokers.opening import open_broker
from bot.clock import Clock, SystemClock
from bot.endpoint import KEYS as ENDPOINT_KEYS
from bot.endpoint import read_address
from bot.menu_answers import Menus
from bot.model import Model
from bot.nlg_server import open_wording
from bot.settings import section_of
from bot.stores import Store
from bot.stores.opening import open_store
from bot.turn import Bot

logger = logging.getLogger(__name__)

CONVERSATIONS = "conversations.db"
"""The SQLite file of a project without a ``tracker_store``."""
ACTION_DEADLINE = 10.0
"""Seconds that an action may take, unless ``action_endpoint.timeout`` says otherwise."""
ACTION_KEYS = ENDPOINT_KEYS | {"enable_selective_domain"}
"""Keys of ``action_endpoint``."""
SECTIONS = frozenset({"action_endpoint", "event_broker", "lock_store", "models", "nlg", "tracker_store"})
"""Of ``endpoints.yml``."""
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
    _warn_of_others(settings)
    broker, wording = open_broker(settings, root), open_wording(settings)
    return Bot(
        model.domain,
        model.ensemble,
        model.interpreter,
        open_actions(root, settings),
        store or open_store(settings, root / CONVERSATIONS),
        clock or SystemClock(),
        apology_of(model),
        broker,
        wording,
        menus_of(model),
    )


def open_actions(root: Path, endpoints: Mapping[str, Any] | None = None) -> CustomActions:
    """The project's actions: on the server that ``action_endpoint`` names, else in this process.

    Raises:
        ProjectError: the section is wrong; the complaint has the line.
        ActionError: the project's actions cannot be imported.
    """
    section = section_of(endpoints, "action_endpoint", "action")
    section.warn_of_others(ACTION_KEYS)
    if section.text("url"):
        selective = section.flag("enable_selective_domain")
        return ActionServer(read_address(section, ACTION_DEADLINE), selective)
    if (root / "actions").is_dir() or (root / "actions.py").is_file():
        return InProcessActions.load(root, section.seconds("timeout", ACTION_DEADLINE))
    return NoActions()


def swap_model(bot: Bot, model: Model) -> None:
    """Let turns that begin from now on use another model; those in flight end with theirs."""
    bot.swap(model.domain, model.ensemble, model.interpreter, apology_of(model), menus_of(model))


def apology_of(model: Model) -> str:
    """What is said when an action fails, in the model's language."""
    return APOLOGIES.get(str(model.config.get("language")), APOLOGIES["en"])


def menus_of(model: Model) -> Menus | None:
    """What takes messages for answers to menus; ``None`` for a model whose config says ``menus: false``."""
    if model.config.get("menus") is False:
        return None
    return Menus(str(model.config.get("language") or "tr"))


def _warn_of_others(endpoints: Mapping[str, Any]) -> None:
    for name in endpoints:
        if name not in SECTIONS:
            logger.warning("endpoints.yml: there is no section '%s': passed over.", name)


async def close_bot(bot: Bot) -> None:
    """Give back what the bot holds."""
    await bot.actions.close()
    if bot.wording is not None:
        await bot.wording.close()
    await bot.store.close()
    if bot.broker is not None:
        await bot.broker.close()
