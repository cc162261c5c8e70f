"""What does not count is not told to an event broker."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.brokers.outbox import Outbox
from bot.cli.models import open_project_bot


@pytest.mark.parametrize("kept", [True, False])
def test_only_kept_conversations_are_published(
    kept: bool, small_model: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    (project / "endpoints.yml").write_text("event_broker: {type: file}\ntracker_store: {type: InMemory}\n")
    bot = open_project_bot(project, small_model, "endpoints.yml", conversations_kept=kept)
    assert isinstance(bot.broker, Outbox) is kept
