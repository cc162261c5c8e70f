"""spaCy's door: what a pipeline of spaCy's says of a text, as plain values.

Its documents never leave this module: they live in memory that is taken back after each text.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.errors import Complaint, ProjectError

Vectors = NDArray[np.float32]

_EXTRA = "pip install 'santral[spacy]'"


@dataclass(frozen=True, slots=True)
class Word:
    """A token of spaCy's: ``text[start:end]``, its lemma and its tag (empty when the pipeline gives none)."""

    start: int
    end: int
    lemma: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a pipeline says of a text."""

    words: tuple[Word, ...]
    """Without white space."""
    vectors: Vectors | None = None
    """One row for each of ``words``; ``None`` when the pipeline has no word vectors."""


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """An entity of a trained pipeline: ``text[start:end]``."""

    label: str
    start: int
    end: int


class SpacyPipeline:
    """One loaded pipeline; several threads take turns."""

    def __init__(self, nlp: Any) -> None:
        self.nlp = nlp
        self.turn = Lock()

    @property
    def has_vectors(self) -> bool:
        return int(self.nlp.vocab.vectors_length) > 0

    @property
    def finds_entities(self) -> bool:
        metas = (self.nlp.get_pipe_meta(name) for name in self.nlp.pipe_names)
        return any("doc.ents" in meta.assigns for meta in metas)

    def read(self, text: str) -> Reading:
        """Words with lemmas, tags and vectors."""
        with self._document(text, without=("ner", "entity_ruler")) as document:
            tokens = [token for token in document if not token.is_space]
            words = tuple(Word(one.idx, one.idx + len(one), one.lemma_, one.tag_) for one in tokens)
            if not self.has_vectors:
                return Reading(words)
            rows = [np.array(token.vector, dtype=np.float32) for token in tokens]
            empty = np.zeros((0, self.nlp.vocab.vectors_length), dtype=np.float32)
            return Reading(words, np.stack(rows) if rows else empty)

    def entities(self, text: str) -> list[FoundEntity]:
        with self._document(text) as document:
            return [FoundEntity(one.label_, one.start_char, one.end_char) for one in document.ents]

    @contextmanager
    def _document(self, text: str, without: tuple[str, ...] = ()) -> Iterator[Any]:
        text = text.encode("utf-8", "replace").decode()  # half a character would be refused
        disabled = [name for name in without if name in self.nlp.pipe_names]
        # Words that come once must not be kept for ever; the zone that forgets them is one thread's.
        with self.turn, self.nlp.vocab.memory_zone():
            yield self.nlp(text, disable=disabled)


@lru_cache(maxsize=8)
def load_pipeline(model: str | None, language: str) -> SpacyPipeline:
    """A trained pipeline, by the name of its package or its folder; without a name, one that only divides words.

    Raises:
        ProjectError: spaCy or the pipeline is not installed, or the pipeline does not fit this spaCy.
    """
    try:
        import spacy
    except ImportError:
        mend = f"Install it: {_EXTRA}; or take the WhitespaceTokenizer."
        raise _failure("spacy-missing", "The pipeline names components that need spaCy.", mend) from None

    if model:
        try:
            # Rasa leaves out the parser, too: nothing looks at it, and it takes most of the time.
            return SpacyPipeline(spacy.load(model, exclude=["parser"]))
        except OSError:
            if Path(model).exists() or "/" in model:
                mend = "Name a folder that nlp.to_disk() has written, or the name of an installed pipeline."
            else:
                mend = f"Install it: python -m spacy download {model}"
            raise _failure("spacy-model-missing", f"spaCy has no pipeline '{model}' here.", mend) from None
        except Exception as error:  # whatever the pipeline's own code raises
            message = f"spaCy cannot load the pipeline '{model}' ({type(error).__name__}: {error})."
            mend = f"Install the one for spaCy {version('spacy')}: python -m spacy download {model}"
            raise _failure("spacy-model-broken", message, mend) from error
    try:
        return SpacyPipeline(spacy.blank(language))
    except ImportError:  # spaCy's word for a language that it does not know
        return SpacyPipeline(spacy.blank("xx"))


def _failure(code: str, message: str, mend: str) -> ProjectError:
    return ProjectError([Complaint(code, message, mend)])
