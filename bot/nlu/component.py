"""The seam of understanding: a list of components, each of which adds to one draft, in order.

A component is trained on drafts that the components before it have already filled, so the list in
``config.yml`` reads like what happens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from bot.archive import Part
from bot.nlu.data import Example, TrainingData
from bot.nlu.spacy_pipeline import Reading
from bot.turkish import fold, lower

Options = Mapping[str, Any]
"""A component's entry in ``config.yml`` over its defaults, without ``name``."""


@dataclass(slots=True)
class Token:
    """A word: ``text[start:end]`` of the message, and the form that features are made of."""

    text: str
    start: int
    end: int
    form: str
    lemma: str = ""
    """The word as a dictionary has it, and its part of speech: where a trained pipeline of spaCy's tells them."""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A stretch of the message that a regex or lookup table of the project found."""

    name: str
    start: int
    end: int


@dataclass(slots=True)
class Draft:
    """What is understood of one message so far. Offsets count code points of ``text``."""

    text: str
    language: str = "tr"
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """What the channel tells of the message."""
    reading: Reading | None = None
    """What a pipeline of spaCy's says of the text."""
    tokens: list[Token] = field(default_factory=list)
    features: dict[str, dict[str, float]] = field(default_factory=dict)
    """Block → feature → count; a classifier weighs each block for itself."""
    marks: list[set[str]] = field(default_factory=list)
    """Features of single tokens, parallel to ``tokens`` where a featurizer wrote any."""
    matches: list[Match] = field(default_factory=list)
    intent: dict[str, Any] = field(default_factory=lambda: {"name": None, "confidence": 0.0})
    ranking: list[dict[str, Any]] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)
    response_selector: dict[str, Any] = field(default_factory=dict)
    parts: list[Draft] = field(default_factory=list)
    """The sentences, when there are several and a component has divided them: tokenized and featurized too."""
    offset: int = 0
    """Of a sentence: where it begins in its message."""

    def lowered(self, word: str) -> str:
        """``word`` in lower case, with as many code points.

        Turkish is told apart by its dots; in other languages I and i are one letter.
        """
        return lower(word) if self.language.startswith("tr") else fold(word)

    def as_dict(self) -> dict[str, Any]:
        """Rasa's JSON for a parsed message."""
        parsed: dict[str, Any] = {
            "text": self.text,
            "intent": self.intent,
            "entities": self.entities,
            "intent_ranking": self.ranking,
        }
        if self.response_selector:
            parsed["response_selector"] = self.response_selector
        return parsed


@dataclass(slots=True)
class Corpus:
    """What a component is trained on."""

    data: TrainingData
    drafts: Sequence[Draft]
    """One for each of ``data.examples``, as the components before have left it."""
    language: str = "tr"
    seed: int = 42
    origins: Sequence[int] | None = None
    """For each draft the number of the example that it is, or of which it is a copy; ``None``: no copies."""
    entity_copies: list[tuple[Example, Draft]] = field(default_factory=list)
    """Copies of examples that only entity extractors are trained on."""
    intent_split_symbol: str | None = None
    """What divides a label into the intents that it is made of (``+``); ``None``: labels are whole."""
    names: dict[str, Draft] = field(default_factory=dict)
    """Intent → a draft of the words of its name, prepared like the examples."""


class Component:
    """One entry of the pipeline. A component need not inherit: it only has to look like this."""

    defaults: ClassVar[Options] = {}
    """Options with their default values; others draw a warning."""
    prepares: ClassVar[bool] = False
    """Whether training drafts pass through it too: true for tokenizers, normalisers and featurizers."""
    waits: ClassVar[bool] = False
    """Whether it asks somebody else for what it adds: then a turn awaits :meth:`ask` instead of ``process``."""

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> Self:
        """Learn from the corpus; must give the same component for the same corpus."""
        raise NotImplementedError

    @classmethod
    def load(cls, options: Options, part: Part) -> Self:
        """Read what :meth:`save` has written."""
        raise NotImplementedError

    def save(self, part: Part) -> None:
        """Write what was learnt; options are kept by the interpreter."""

    def process(self, draft: Draft) -> None:
        """Add what this component understands."""
        raise NotImplementedError

    async def ask(self, draft: Draft) -> None:
        """As :meth:`process`, while other conversations go on; for a component that ``waits``."""
        raise NotImplementedError


class Untrained(Component):
    """A component that only its options determine."""

    def __init__(self, options: Options) -> None:
        self.options = options

    @classmethod
    def train(cls, options: Options, corpus: Corpus) -> Self:
        return cls(options)

    @classmethod
    def load(cls, options: Options, part: Part) -> Self:
        return cls(options)
