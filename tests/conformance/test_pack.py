"""Every step of the recordings in ``shared/conformance``, a folder beside the checkout that is not part of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .judging import differences, played, recorded, scripts_of

PACK = Path(__file__).parents[3] / "shared" / "conformance"
BOTS = sorted(path.name for path in (PACK / "bots").iterdir()) if PACK.is_dir() else []

KNOWN = {
    (
        "responseselectorbot",
        "own:default selector",
        0,
    ): "a random variation that no second recording saw varied",
    (
        "feature_turkish",
        "own:şehir yazıldı",
        4,
    ): "ıstanbul: a synonym is found by Turkish letters here, not in Rasa",
    (
        "feature_turkish",
        "own:selamlar",
        8,
    ): "ıstanbul: a synonym is found by Turkish letters here, not in Rasa",
}
"""Bot, conversation and step that differ, and why."""


@pytest.mark.skipif(not BOTS, reason=f"THE CONFORMANCE PACK IS MISSING: nothing was compared ({PACK})")
def test_the_pack_is_whole() -> None:
    assert len(BOTS) >= 25


@pytest.mark.parametrize("name", BOTS)
def test_every_step_goes_as_it_does_in_rasa(name: str) -> None:
    golden = recorded(PACK / "traces" / f"{name}.json")
    found = differences(golden, played(PACK / "bots" / name, scripts_of(golden)))
    new = [one for one in found if (name, one.conversation, one.step) not in KNOWN]
    assert not new, "\n".join(map(str, new[:10]))
