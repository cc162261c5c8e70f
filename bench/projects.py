"""Which bots are measured, and what their customers say."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from bench.errors import BenchError

REPOSITORY = Path(__file__).resolve().parents[1]
PARTS = ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "data", "actions")
"""What makes a project; some of it may be missing."""
STORES = {
    "default": "",
    "memory": "tracker_store:\n  type: InMemory\n",
    "sqlite": "tracker_store:\n  type: SQL\n  dialect: sqlite\n  db: bench-conversations.db\n",
}
"""Lines that ``endpoints.yml`` gets. By default Santral keeps conversations in SQLite, and Rasa in memory."""


@dataclass(frozen=True, slots=True)
class BotProject:
    """A bot to measure."""

    name: str
    folder: Path
    script: tuple[str, ...]
    """A conversation, message by message; every message gets an answer."""
    light: str
    """A message with few events, which a rule answers wherever the conversation is."""
    on_rasa: bool
    """Whether Rasa 3.6 can train it as it is."""

    def copy_to(self, folder: Path, store: str = "default") -> None:
        """Copy the project, untrained, into an empty folder.

        Args:
            store: a key of ``STORES``.

        Raises:
            BenchError: there is no project, or it names a tracker store itself although one is asked for.
        """
        if not (self.folder / "config.yml").is_file():
            raise BenchError(f"There is no bot '{self.name}': {self.folder / 'config.yml'} is missing.")
        folder.mkdir(parents=True)
        for part in PARTS:
            source = self.folder / part
            if source.is_dir():
                shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
            elif source.is_file():
                shutil.copyfile(source, folder / part)
        if STORES[store]:
            self._name_store(folder / "endpoints.yml", STORES[store])

    def _name_store(self, path: Path, lines: str) -> None:
        present = path.read_text(encoding="utf-8") if path.is_file() else ""
        if any(line.startswith("tracker_store:") for line in present.splitlines()):
            raise BenchError(f"The endpoints of '{self.name}' name a tracker store: use --store default.")
        path.write_text(f"{present}\n{lines}", encoding="utf-8")


_STORY = re.compile(r"^( *- (?:story|rule): )(.*)$", re.MULTILINE)


def change_story(project: Path) -> None:
    """Give one story of a project another name: frameworks look at the content, so that is a change.

    Raises:
        BenchError: there is no story.
    """
    for path in sorted((project / "data").rglob("*.yml")):
        text = path.read_text(encoding="utf-8")
        changed, times = _STORY.subn(r"\1again \2", text, count=1)
        if times:
            path.write_text(changed, encoding="utf-8")
            return
    raise BenchError(f"There is no story in {project / 'data'}.")


MOODBOT = BotProject(
    "moodbot",
    REPOSITORY / "bench" / "moodbot",
    ("merhaba", "moralim çok bozuk", "evet", "bot musun", "görüşürüz"),
    "bot musun",
    on_rasa=True,
)
SHOP = BotProject(
    "shop",
    REPOSITORY,
    (
        "merhaba",
        "siparişim nerede",
        "vazgeçtim",
        "keten gömleğin siyah L bedeni var mı?",
        "çalışma saatleriniz nedir",
        "teşekkür ederim",
    ),
    "merhaba",
    on_rasa=False,
)
BOTS = {one.name: one for one in (SHOP, MOODBOT)}
