"""What an engine says when it cannot be had."""

from __future__ import annotations

from bot.errors import SantralError


class EngineError(SantralError):
    """An engine of the voice failed at one thing that it was asked; the next may succeed."""

    code = "voice-engine"
    retry = True


class EngineMissing(EngineError):
    """An engine's library, program or model is not there.

    Args:
        engine: its name, as configurations have it.
        what: the library, program or file that is missing.
        extra: the extra of this package that brings it; else ``mend`` says what to do.
    """

    code = "voice-engine-missing"
    retry = False

    def __init__(self, engine: str, what: str, extra: str | None = None, mend: str = "") -> None:
        self.engine = engine
        mend = mend or f"Install it: pip install 'santral[{extra}]'"
        super().__init__(f"The engine '{engine}' needs {what}, which is not there. {mend}")
