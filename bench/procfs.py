"""What Linux tells about processes and the machine, read from ``/proc``; no process is asked itself."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import asdict, dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


def _fields_after_name(stat: str) -> list[str]:
    """Fields of ``/proc/PID/stat`` from the third on; the second, a name in brackets, may hold anything."""
    return stat[stat.rindex(")") + 2 :].split()


def tree(pid: int) -> list[int]:
    """The process and all that descend from it, parents first; empty when it is gone."""
    children: dict[int, list[int]] = {}
    alive = set()
    for folder in PROC.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            parent = int(_fields_after_name((folder / "stat").read_text())[1])
        except (OSError, ValueError):  # it ended while we looked
            continue
        alive.add(int(folder.name))
        children.setdefault(parent, []).append(int(folder.name))
    found = [pid] if pid in alive else []
    for one in found:
        found.extend(children.get(one, ()))
    return found


def resident_bytes(pid: int) -> int:
    """Memory that the process and its descendants hold in RAM (``VmRSS``); shared pages count in each."""
    return sum(_resident(one) for one in tree(pid))


def _resident(pid: int) -> int:
    try:
        status = (PROC / str(pid) / "status").read_text()
    except OSError:
        return 0
    for line in status.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0


def cpu_seconds(pid: int) -> float:
    """Processor time that the process and its living descendants have used, to 1/100 s."""
    total = 0
    for one in tree(pid):
        try:
            fields = _fields_after_name((PROC / str(one) / "stat").read_text())
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def confine(pid: int, cores: set[int]) -> None:
    """Let all threads of the process and of its descendants run on these cores only."""
    for one in tree(pid):
        for thread in (PROC / str(one) / "task").iterdir():
            try:
                os.sched_setaffinity(int(thread.name), cores)
            except ProcessLookupError:  # a thread that just ended
                continue


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine in general terms."""

    cores: int
    memory_gib: int
    """Rounded."""
    architecture: str
    system: str
    """Such as ``Linux 6.1``."""
    python: str

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def this_machine() -> Machine:
    """The machine that this runs on; cores that this process may not use are not counted."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    release = ".".join(platform.release().split("-")[0].split(".")[:2])
    return Machine(
        len(os.sched_getaffinity(0)),
        round(memory / 2**30),
        platform.machine(),
        f"{platform.system()} {release}",
        platform.python_version(),
    )


def busy_share(seconds: float = 2.0) -> float:
    """How much of all cores was in use, from 0 to 1, while this waited: what others do to our figures."""
    idle, total = _idle_and_total()
    time.sleep(seconds)
    idle_later, total_later = _idle_and_total()
    passed = total_later - total
    return 1 - (idle_later - idle) / passed if passed else 0.0


def _idle_and_total() -> tuple[int, int]:
    """Ticks idle or waiting for disks, and all ticks, of all cores since the machine started."""
    times = [int(one) for one in (PROC / "stat").read_text().splitlines()[0].split()[1:9]]
    return times[3] + times[4], sum(times)
