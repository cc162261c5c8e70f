"""What tests of the voice are given."""

from __future__ import annotations

import pytest

from voice.engines.missing import EngineMissing
from voice.engines.silero import SileroVad
from voice.vad import EnergyVad, Vad


@pytest.fixture(params=[EnergyVad, SileroVad])
def real_vad(request: pytest.FixtureRequest) -> type[Vad]:
    """Each real detector; the test is skipped when what it needs is not installed."""
    try:
        request.param()
    except EngineMissing as error:
        pytest.skip(str(error))
    return request.param  # type: ignore[no-any-return]
