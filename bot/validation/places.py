"""Where the domain declares a name."""

from __future__ import annotations

from collections.abc import Iterable

from bot.errors import Place
from bot.project import Document
from bot.yaml_file import Map, Seq


class DomainPlaces:
    """``of(section, name)``: the place of a declaration in the domain's files."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._found: dict[tuple[str, str], Place] = {}
        self.first: Place | None = None
        for document in documents:
            self.first = self.first or document.place
            for section, content in document.content.items():
                self._add(section, content)

    def _add(self, section: str, content: object) -> None:
        if isinstance(content, Map):
            for name in content:
                self._found.setdefault((section, name), content.place_of(name))
        elif isinstance(content, Seq):
            for index, entry in enumerate(content):
                for name in entry if isinstance(entry, Map) else [entry]:
                    self._found.setdefault((section, str(name)), content.place_of(index))

    def of(self, section: str, name: str) -> Place | None:
        return self._found.get((section, name), self.first)
