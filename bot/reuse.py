"""What need not be trained again: a part of an earlier model whose ingredients are still the same.

A model has two parts that are trained: understanding and dialogue. Each has a fingerprint of all that it is made
of (examples or stories, its section of the config, the seed, the program and its libraries). A new training takes
a part out of the newest model of the folder that has the same fingerprint, so that one changed story costs no
training of understanding, and going back to yesterday's examples costs none either.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bot.archive import Archive, Part, read_manifest
from bot.errors import ModelError
from bot.model import DIALOGUE, UNDERSTANDING, digest_of, fingerprint_of
from bot.nlu.data import Example
from bot.nlu.interpreter import class_paths
from bot.sources import Sources

logger = logging.getLogger(__name__)

_LIBRARIES = ("numpy", "scipy", "python-crfsuite", "spacy")
_MOST = 50
"""So many models are looked at, the newest first."""


def part_fingerprints(sources: Sources, seed: int) -> dict[str, str]:
    """Name of a trained part → equal for equal ingredients."""
    return {
        UNDERSTANDING: _understanding(sources, seed),
        DIALOGUE: _dialogue(sources, seed),
    }


def _understanding(sources: Sources, seed: int) -> str:
    config, data = sources.project.config, sources.examples
    pipeline = [dict(one) for one in config.pipeline]
    return fingerprint_of(
        _program(),
        seed,
        config.language,
        pipeline,
        [_content(path) for path in class_paths(pipeline)],
        [_spacy_model(one.get("model")) for one in pipeline if one.get("name") == "SpacyNLP"],
        [_told(one) for one in data.examples],
        # in their order: the first of two equal ones counts
        list(data.synonyms.items()),
        list(data.regexes),
        list(data.lookups.items()),
        # what a response says is not learnt from, and renewed without training
        sorted(data.responses),
    )


def _told(one: Example) -> list[Any]:
    spans = [(span.entity, span.start, span.end, span.value, span.role, span.group) for span in one.entities]
    return [one.text, one.intent, spans, one.metadata]


def _dialogue(sources: Sources, seed: int) -> str:
    domain = sources.domain
    taught = [
        {key: document.content[key] for key in ("stories", "rules") if key in document.content}
        for document in sources.project.documents
    ]
    return fingerprint_of(
        _program(),
        seed,
        [dict(one) for one in sources.project.config.policies],
        [one for one in taught if one],
        {key: value for key, value in domain.raw.items() if key != "responses"},
        # their names are actions; what they say is not learnt from
        sorted(domain.responses),
        list(domain.retrieval_intents),
        list(domain.action_texts),
    )


def find_part(folder: Path | None, name: str, fingerprint: str) -> Part | None:
    """The part of that fingerprint in the newest model that has it whole; ``None`` when no model has."""
    for path in _newest_first(folder):
        try:
            manifest = read_manifest(path)
            if _noted(manifest, "parts").get(name) != fingerprint:
                continue
            part = Archive.load(path).part(name)
            if digest_of(part) == _noted(manifest, "digests").get(name):
                return part
            logger.warning("The model %s was changed after its training: nothing of it is used.", path.name)
        except ModelError:
            continue  # some other file, or a model of another version
    return None


def _newest_first(folder: Path | None) -> Iterator[Path]:
    if folder is not None and folder.is_dir():
        found = [
            (path.stat().st_mtime, path.name, path) for path in folder.glob("*.tar.gz") if path.is_file()
        ]
        yield from (path for _, _, path in sorted(found, reverse=True)[:_MOST])


def _noted(manifest: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    noted = manifest.get(key)
    return noted if isinstance(noted, Mapping) else {}


@cache
def _program() -> list[str]:
    """This program and the libraries that training uses: another version may learn something else."""
    digest = hashlib.sha256()
    package = Path(__file__).parent
    for path in sorted(package.rglob("*.py")):
        digest.update(str(path.relative_to(package)).encode() + b"\0" + path.read_bytes())
    return [digest.hexdigest(), *(_version(name) for name in ("santral", *_LIBRARIES))]


def _version(distribution: str) -> str:
    try:
        return f"{distribution} {version(distribution)}"
    except PackageNotFoundError:
        return f"no {distribution}"


def _content(class_path: str) -> str:
    """The source of a component of the project's own."""
    try:
        spec = importlib.util.find_spec(class_path.rpartition(".")[0])
        source = Path(spec.origin).read_bytes() if spec and spec.origin else b""
    except (ImportError, ValueError, OSError):
        return ""
    return hashlib.sha256(source).hexdigest()


def _spacy_model(name: Any) -> str:
    """The version of a trained pipeline: of its package, or the description of the one in a folder."""
    meta = Path(str(name)) / "meta.json"
    return meta.read_text(encoding="utf-8") if meta.is_file() else _version(str(name))
