"""Runs the command line of Santral under a profiler: ``python -m bench.profiled OUT ARGUMENT...``

SIGUSR1 forgets what was counted so far, so that imports and the loading of the model do not count. When the
process ends, the profiles of all its threads are written to OUT, as ``pstats`` reads them.

Like any profiler that watches every call, it makes small functions look dearer than they are.
"""

from __future__ import annotations

import cProfile
import pstats
import signal
import sys
import threading
from types import FrameType


class Profiles:
    """One profile for each thread."""

    def __init__(self) -> None:
        self.all: list[cProfile.Profile] = []
        self._adding = threading.Lock()

    def begin(self, *_: object) -> None:
        """Profile the thread that this runs in, from now on."""
        profile = cProfile.Profile()
        with self._adding:
            self.all.append(profile)
        profile.enable()

    def forget(self, signum: int = 0, frame: FrameType | None = None) -> None:
        """Count from nothing."""
        for profile in self.all:
            profile.clear()

    def write(self, path: str) -> None:
        """Write what was counted, of all threads together."""
        for profile in self.all:
            profile.create_stats()
        filled = [one for one in self.all if getattr(one, "stats", None)]
        if filled:
            pstats.Stats(*filled).dump_stats(path)


def main() -> None:
    out, *sys.argv[1:] = sys.argv[1:]
    sys.argv[0] = "santral"
    from bot.cli import main as santral

    profiles = Profiles()
    if sys.version_info < (3, 12):  # from then on, one profiler sees all threads by itself
        threading.setprofile(profiles.begin)
    signal.signal(signal.SIGUSR1, profiles.forget)
    profiles.begin()
    try:
        santral()
    finally:
        threading.setprofile(None)
        profiles.write(out)


if __name__ == "__main__":
    main()
