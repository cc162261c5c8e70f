"""A trained bot as a file: domain, policies and pipeline in one plain archive."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.archive import Archive
from bot.dialogue.ensemble import Ensemble
from bot.domain import Domain
from bot.domain_reader import domain_from_dict
from bot.errors import ModelError
from bot.nlu.interpreter import Interpreter, class_paths

MODELS = "models"
"""The folder of a project where models are kept."""


@dataclass(slots=True)
class Model:
    """What training makes."""

    domain: Domain
    ensemble: Ensemble
    interpreter: Interpreter
    config: Mapping[str, Any]
    """``language``, ``pipeline`` and ``policies``, as trained with."""
    fingerprint: str
    """Equal for equal training data, domain and config."""
    name: str = "untitled"

    def save(self, path: Path) -> None:
        """Write the archive."""
        archive = Archive({"fingerprint": self.fingerprint, "name": self.name})
        root = archive.root
        root.write_json("config.json", self.config)
        root.write_json("domain.json", _domain_json(self.domain))
        self.ensemble.save(archive.part("policies"))
        self.interpreter.save(archive.part("nlu"))
        path.parent.mkdir(parents=True, exist_ok=True)
        archive.save(path)

    @classmethod
    def load(cls, path: Path, trusted: Mapping[str, Any] | None = None) -> Model:
        """Read an archive. Nothing in it is executed.

        Args:
            trusted: the project's own config: custom components that it names may be imported.

        Raises:
            ModelError: it is broken, foreign, or of another version.
        """
        archive = Archive.load(path)
        root = archive.root
        try:
            config = root.read_json("config.json")
            domain = _domain_from_json(root.read_json("domain.json"))
            ensemble = Ensemble.load(archive.part("policies"), config["policies"], domain)
            own = class_paths((trusted or {}).get("pipeline"))
            interpreter = Interpreter.load(archive.part("nlu"), trusted=own)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise ModelError(f"The model {path.name} is damaged ({error!r}). Train it again.") from error
        interpreter = interpreter.with_domain(domain.all_intents, list(domain.entities))
        fingerprint = str(archive.manifest.get("fingerprint", ""))
        return cls(domain, ensemble, interpreter, config, fingerprint, path.name)


def _domain_json(domain: Domain) -> dict[str, Any]:
    return {
        "raw": domain.raw,
        "retrieval_intents": list(domain.retrieval_intents),
        "action_texts": list(domain.action_texts),
        "responses": {name: list(one) for name, one in domain.responses.items()},
    }


def _domain_from_json(data: Mapping[str, Any]) -> Domain:
    domain = domain_from_dict(data["raw"])
    return domain.with_training_data(data["retrieval_intents"], data["responses"], data["action_texts"])


def fingerprint_of(*parts: Any) -> str:
    """A short text that is equal for equal content."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def newest_model(folder: Path) -> Path | None:
    """The model trained last, if there is one."""
    found = sorted(folder.glob("*.tar.gz"), key=lambda path: (path.stat().st_mtime, path.name))
    return found[-1] if found else None
