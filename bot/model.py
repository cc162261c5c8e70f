"""A trained bot as a file: domain, policies and pipeline in one plain archive."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.archive import Archive, Part
from bot.dialogue.ensemble import Ensemble
from bot.domain import Domain
from bot.domain_reader import domain_from_dict
from bot.errors import ModelError
from bot.nlu.interpreter import Interpreter, class_paths

MODELS = "models"
"""The folder of a project where models are kept."""
UNDERSTANDING, DIALOGUE = "nlu", "policies"
"""The parts of an archive that are trained."""


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
    parts: Mapping[str, str] = field(default_factory=dict)
    """Name of a trained part → equal for equal ingredients; see ``bot/reuse.py``."""

    def save(self, path: Path) -> None:
        """Write the archive."""
        archive = Archive({"fingerprint": self.fingerprint, "name": self.name, "parts": dict(self.parts)})
        root = archive.root
        root.write_json("config.json", self.config)
        root.write_json("domain.json", _domain_json(self.domain))
        self.ensemble.save(archive.part(DIALOGUE))
        self.interpreter.save(archive.part(UNDERSTANDING))
        archive.manifest["digests"] = {name: digest_of(archive.part(name)) for name in self.parts}
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
            ensemble = Ensemble.load(archive.part(DIALOGUE), config["policies"], domain)
            own = class_paths((trusted or {}).get("pipeline"))
            interpreter = Interpreter.load(archive.part(UNDERSTANDING), trusted=own)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise ModelError(f"The model {path.name} is damaged ({error!r}). Train it again.") from error
        interpreter = interpreter.with_domain(domain.all_intents, list(domain.entities))
        fingerprint = str(archive.manifest.get("fingerprint", ""))
        parts = archive.manifest.get("parts")
        kept = {str(name): str(one) for name, one in parts.items()} if isinstance(parts, dict) else {}
        return cls(domain, ensemble, interpreter, config, fingerprint, path.name, kept)


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


def digest_of(part: Part) -> str:
    """Equal for equal files; it tells whether a part is still as it was written."""
    digest = hashlib.sha256()
    for name in sorted(part):
        content = part.read(name)
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def newest_model(folder: Path) -> Path | None:
    """The model trained last, if there is one."""
    found = sorted(folder.glob("*.tar.gz"), key=lambda path: (path.stat().st_mtime, path.name))
    return found[-1] if found else None
