"""How Santral and Rasa are started. Both understand the same command line."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError
from bench.projects import REPOSITORY

SANTRAL_MAIN = "from bot.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework that trains and runs a project in the working folder."""

    name: str
    """``santral`` or ``rasa``."""
    title: str
    """With the version, as in a table's head."""
    launch: Sequence[str]
    """What comes before the verb."""
    environment: Mapping[str, str]

    def train(self) -> list[str]:
        return [*self.launch, "train", "--fixed-model-name", "bench", "--out", "models"]

    def run(self, port: int) -> list[str]:
        """Serve the trained model on the loopback interface, with the addresses that tell a conversation."""
        return [*self.launch, "run", "-i", "127.0.0.1", "-p", str(port), "--enable-api"]


def santral() -> Framework:
    """Santral as it is in this checkout, on the Python that runs the measurement."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return Framework("santral", "Santral", (sys.executable, "-c", SANTRAL_MAIN), environment)


def rasa(python: str) -> Framework:
    """Rasa on a Python of its own.

    Args:
        python: a Python interpreter that has the package.

    Raises:
        BenchError: it cannot be run, or has no Rasa.
    """
    question = "from importlib.metadata import version; print(version('rasa'))"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    try:
        answer = subprocess.run(
            [python, "-c", question], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BenchError(f"RASA_PYTHON={python} cannot be run ({error}).") from None
    if answer.returncode:
        raise BenchError(f"RASA_PYTHON={python} has no Rasa. Install rasa==3.6.21 there (Python 3.10).")
    environment |= {"RASA_TELEMETRY_ENABLED": "false", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
    interpreter = str(Path(python).absolute())  # not resolved: a virtual environment is found by its link
    return Framework("rasa", f"Rasa {answer.stdout.strip()}", (interpreter, "-m", "rasa"), environment)
