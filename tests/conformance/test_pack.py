"""Every step of the recordings in ``shared/conformance``, a folder beside the checkout that is not part of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .judging import differences, played, recorded, scripts_of

PACK = Path(__file__).parents[3] / "shared" / "conformance"
BOTS = sorted(path.name for path in (PACK / "bots").iterdir()) if PACK.is_dir() else []


@pytest.mark.skipif(not BOTS, reason=f"THE CONFORMANCE PACK IS MISSING: nothing was compared ({PACK})")
def test_the_pack_is_whole() -> None:
    assert len(BOTS) >= 25


@pytest.mark.parametrize("name", BOTS)
def test_every_step_goes_as_it_does_in_rasa(name: str) -> None:
    golden = recorded(PACK / "traces" / f"{name}.json")
    found = list(differences(golden, played(PACK / "bots" / name, scripts_of(golden))))
    # One step (responseselectorbot, own:default selector) is a draw among two variations that both recordings
    # happened to draw alike; so does this engine's own draw.
    assert not found, "\n".join(map(str, found[:10]))
