"""What can go wrong, each kind told with a code, a place, and the mend.

::

    SantralError
    ├── ProjectError        a designer's files: every complaint at once, each with file and line
    ├── ModelError          an archive that cannot be loaded
    ├── MessageError        a request that no channel may pass on (empty, too long, not text)
    ├── StoreError          conversations cannot be read or written; a retry may help
    │   ├── ConflictError   somebody else appended to the conversation in the meantime
    │   └── LockTimeout     the conversation's lock was not free in time
    └── ActionError         a custom action failed
        ├── ActionRejected  it declined to run now (Rasa's ActionExecutionRejection)
        └── ActionTimeout   it did not answer before its deadline
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a designer's file; ``line`` counts from 1."""

    file: str
    line: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing wrong in a project."""

    code: str
    """Stable name of the kind of mistake, such as ``slot-undeclared``."""
    message: str
    """What is wrong, in a sentence."""
    mend: str
    """What to change, in a sentence."""
    place: Place | None = None
    warning: bool = False
    """True when training can go on nevertheless."""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        kind = "warning" if self.warning else "error"
        return f"{where}{kind} [{self.code}] {self.message} {self.mend}".rstrip()


@dataclass(slots=True)
class Complaints:
    """Collects complaints, so that a designer hears all of them at once."""

    found: list[Complaint] = field(default_factory=list)

    def error(self, code: str, message: str, mend: str, place: Place | None = None) -> None:
        self.found.append(Complaint(code, message, mend, place))

    def warn(self, code: str, message: str, mend: str, place: Place | None = None) -> None:
        self.found.append(Complaint(code, message, mend, place, warning=True))

    @property
    def errors(self) -> list[Complaint]:
        return [one for one in self.found if not one.warning]

    @property
    def warnings(self) -> list[Complaint]:
        return [one for one in self.found if one.warning]

    def raise_errors(self) -> None:
        """Raise :class:`ProjectError` with every complaint if one of them is an error."""
        if self.errors:
            raise ProjectError(self.found)

    def __iter__(self) -> Iterator[Complaint]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)


class SantralError(Exception):
    """Root of the tree above."""

    code = "error"
    retry = False
    """Whether the same call may succeed a little later."""


class ProjectError(SantralError):
    """A project that cannot be used as it is."""

    code = "project"

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = list(complaints)
        super().__init__("\n".join(str(one) for one in self.complaints))


class ModelError(SantralError):
    """A model archive that is broken, foreign, or of another version."""

    code = "model"


class MessageError(SantralError):
    """A message that cannot be taken."""

    code = "message"


class StoreError(SantralError):
    """Conversations cannot be read or written just now."""

    code = "store"
    retry = True


class ConflictError(StoreError):
    """The conversation has another length than expected: nothing was written."""

    code = "store-conflict"


class LockTimeout(StoreError):
    """The conversation's lock was not free in time."""

    code = "lock-timeout"


class ActionError(SantralError):
    """A custom action raised, or answered nonsense."""

    code = "action"


class ActionRejected(ActionError):
    """The action declined to run: the policies choose again without it."""

    code = "action-rejected"


class ActionTimeout(ActionError):
    """The action did not answer before its deadline."""

    code = "action-timeout"
    retry = True
