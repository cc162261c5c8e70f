"""docs/endpoints.md lists every key that the code understands, and no other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot import app, model_server, nlg_server
from bot.brokers import opening as brokers
from bot.channels import callback, socketio, webchat_settings
from bot.channels.whatsapp import settings as whatsapp
from bot.stores import opening as stores

PAGE = (Path(__file__).parent.parent / "docs" / "endpoints.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| `([^`]+)` \| (?:`([^`]+)`)? ?\|", re.MULTILINE)


def _by_type(section: str, keys: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    return {f"{section} ({kind})": found for kind, found in keys.items()}


ENDPOINTS: Mapping[str, frozenset[str]] = {
    "action_endpoint": app.ACTION_KEYS,
    "nlg": nlg_server.KEYS,
    "models": model_server.KEYS,
    **_by_type("event_broker", brokers.KEYS),
    **_by_type("lock_store", stores.LOCK_KEYS),
    **{name.replace("sql", "SQL"): keys for name, keys in _by_type("tracker_store", stores.KEYS).items()},
}
CREDENTIALS: Mapping[str, frozenset[str]] = {
    "rest": frozenset(),
    "callback": callback.KEYS,
    "socketio": socketio.KEYS,
    "webchat": webchat_settings.KEYS,
    "whatsapp": whatsapp.KEYS,
}


@pytest.mark.parametrize(
    ("heading", "known"), [("endpoints.yml", ENDPOINTS), ("credentials.yml", CREDENTIALS)]
)
def test_the_tables_and_the_code_agree(heading: str, known: Mapping[str, frozenset[str]]) -> None:
    (part,) = [one for one in PAGE.split("\n## ") if one.startswith(f"{heading}\n")]
    told: dict[str, list[str]] = {}
    for section, key in _ROW.findall(part):
        told.setdefault(section, []).extend([key] if key else [])

    assert {section: sorted(keys) for section, keys in told.items()} == {
        section: sorted(keys) for section, keys in known.items()
    }


def test_every_section_is_told() -> None:
    assert {name.partition(" ")[0] for name in ENDPOINTS} == app.SECTIONS
