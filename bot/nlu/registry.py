"""Names that a pipeline may hold: Rasa's, ours, and class paths of the project's own components."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import Complaints, Place
from bot.nlu.augmentation import TypoAugmenter
from bot.nlu.component import Component, Options
from bot.nlu.crf import CRFEntityExtractor
from bot.nlu.diet import DIETClassifier
from bot.nlu.duckling import DucklingEntityExtractor
from bot.nlu.entity_augmentation import EntityAugmenter
from bot.nlu.entity_normalizer import TurkishEntityNormalizer
from bot.nlu.fallback import FallbackClassifier
from bot.nlu.featurizers import (
    ConsonantFeaturizer,
    CountVectorsFeaturizer,
    LexicalSyntacticFeaturizer,
    RegexFeaturizer,
)
from bot.nlu.keyword import KeywordIntentClassifier
from bot.nlu.linear import LinearIntentClassifier
from bot.nlu.masker import EntityMasker
from bot.nlu.normalizer import TurkishNormalizer
from bot.nlu.rasa_options import UNHEEDED
from bot.nlu.regex_extractor import RegexEntityExtractor
from bot.nlu.selector import ResponseSelector
from bot.nlu.sentences import SentenceSplitter
from bot.nlu.spacy_components import SpacyEntityExtractor, SpacyFeaturizer, SpacyNLP
from bot.nlu.speller import SpellingCorrector
from bot.nlu.synonyms import EntitySynonymMapper
from bot.nlu.tokenizers import SpacyTokenizer, WhitespaceTokenizer
from bot.nlu.turkish_featurizer import TurkishFeaturizer
from bot.yaml_shape import did_you_mean

log = logging.getLogger(__name__)

COMPONENTS: Mapping[str, type[Component]] = {
    "SentenceSplitter": SentenceSplitter,
    "WhitespaceTokenizer": WhitespaceTokenizer,
    "SpacyNLP": SpacyNLP,
    "SpacyTokenizer": SpacyTokenizer,
    "SpacyFeaturizer": SpacyFeaturizer,
    "SpacyEntityExtractor": SpacyEntityExtractor,
    "TypoAugmenter": TypoAugmenter,
    "EntityAugmenter": EntityAugmenter,
    "EntityMasker": EntityMasker,
    "TurkishNormalizer": TurkishNormalizer,
    "SpellingCorrector": SpellingCorrector,
    "TurkishFeaturizer": TurkishFeaturizer,
    "RegexFeaturizer": RegexFeaturizer,
    "LexicalSyntacticFeaturizer": LexicalSyntacticFeaturizer,
    "CountVectorsFeaturizer": CountVectorsFeaturizer,
    "ConsonantFeaturizer": ConsonantFeaturizer,
    "LinearIntentClassifier": LinearIntentClassifier,
    "LogisticRegressionClassifier": LinearIntentClassifier,
    "SklearnIntentClassifier": LinearIntentClassifier,
    "MitieIntentClassifier": LinearIntentClassifier,
    "DIETClassifier": DIETClassifier,
    "KeywordIntentClassifier": KeywordIntentClassifier,
    "CRFEntityExtractor": CRFEntityExtractor,
    "MitieEntityExtractor": CRFEntityExtractor,
    "RegexEntityExtractor": RegexEntityExtractor,
    "DucklingEntityExtractor": DucklingEntityExtractor,
    "TurkishEntityNormalizer": TurkishEntityNormalizer,
    "EntitySynonymMapper": EntitySynonymMapper,
    "FallbackClassifier": FallbackClassifier,
    "ResponseSelector": ResponseSelector,
    "MitieTokenizer": WhitespaceTokenizer,
}

PASSED_OVER: Mapping[str, str] = {
    "RegexMessageHandler": "",
    "MitieNLP": "nothing here needs its vectors",
    "MitieFeaturizer": "word vectors are not used here",
    "ConveRTFeaturizer": "sentence vectors are not used here",
    "LanguageModelFeaturizer": "sentence vectors are not used here",
}
"""Names that do nothing here, and why; those without a reason need none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One component of a pipeline, checked and with its defaults filled in."""

    name: str
    kind: type[Component]
    options: Options
    given: Options
    """What the config says of it."""
    place: Place | None = None

    @property
    def is_custom(self) -> bool:
        return self.name not in COMPONENTS


METHODS = ("train", "load", "save", "process")
"""What a component must be able to do."""


def read_pipeline(
    pipeline: Sequence[Mapping[str, Any] | str] | None,
    *,
    complaints: Complaints | None = None,
    trusted: Collection[str] | None = None,
    places: Sequence[Place] = (),
) -> list[Entry]:
    """The components of a pipeline, in order.

    Unknown names raise :class:`ProjectError`; unknown options are added to ``complaints`` as warnings.
    ``trusted`` limits which class paths may be imported; ``None`` allows all, since a designer wrote them.
    ``places`` tells where each entry stands.
    """
    heard = Complaints()
    entries = list(_entries(pipeline or (), heard, trusted, places))
    if complaints is not None:
        complaints.found.extend(one for one in heard.found if one not in complaints.found)
    else:
        for one in heard.warnings:
            log.warning("%s", one)
    heard.raise_errors()
    return entries


def _entries(
    pipeline: Sequence[Mapping[str, Any] | str],
    heard: Complaints,
    trusted: Collection[str] | None,
    places: Sequence[Place],
) -> Iterator[Entry]:
    spacy: Mapping[str, Any] | None = None
    for at, item in enumerate(pipeline):
        written: Mapping[str, Any] = {"name": item} if isinstance(item, str) else item
        place = places[at] if at < len(places) else getattr(item, "place", None)
        if not isinstance(written, Mapping) or not isinstance(written.get("name"), str):
            heard.error("component-nameless", "An entry of `pipeline` has no `name`.", "Give it one.", place)
            continue
        path = written["name"]
        name = path.rsplit(".", 1)[-1] if path.startswith("rasa.") else path
        if name in PASSED_OVER:
            if reason := PASSED_OVER[name]:
                heard.warn("component-unused", f"{name} has no effect: {reason}.", "Remove it.", place)
            continue
        kind = COMPONENTS.get(name) or _custom(name, heard, place, trusted)
        if kind is None:
            continue
        options = _options(name, kind, written, heard, place)
        if kind is SpacyNLP:
            spacy = options
        elif kind in (SpacyFeaturizer, SpacyEntityExtractor):
            options["model"] = options.get("model") or (spacy or {}).get("model")
            if not _has_spacy(name, kind, options, spacy, heard, place):
                continue
        given = {key: value for key, value in written.items() if key != "name"}
        yield Entry(name, kind, options, given, place)


def _has_spacy(
    name: str,
    kind: type[Component],
    options: Options,
    spacy: Mapping[str, Any] | None,
    heard: Complaints,
    place: Place | None,
) -> bool:
    if spacy is None and kind is SpacyFeaturizer:
        mend = "Write '- name: SpacyNLP' with 'model: ' and the name of a pipeline, above it."
        heard.error("component-order", f"{name} needs SpacyNLP before it.", mend, place)
        return False
    if not options["model"]:
        mend = "Write 'model: ' and its name under SpacyNLP, which stands above, such as 'model: en_core_web_md'."
        heard.error("spacy-model-unnamed", f"{name} needs a trained pipeline of spaCy's.", mend, place)
        return False
    return True


def _options(
    name: str, kind: type[Component], written: Mapping[str, Any], heard: Complaints, place: Place | None
) -> dict[str, Any]:
    given = {key: value for key, value in written.items() if key != "name" and value is not None}
    defaults: Options = getattr(kind, "defaults", {})
    if name in COMPONENTS:
        unheeded = UNHEEDED.get(name, {})
        for key in given:
            if key not in defaults and key not in unheeded:
                known = ", ".join(sorted(defaults)) or "none"
                mend = did_you_mean(key, defaults, f"It has: {known}.")
                heard.warn("option-unknown", f"{name} has no option `{key}`.", mend, place)
    return {**defaults, **given}


def _custom(
    path: str, heard: Complaints, place: Place | None, trusted: Collection[str] | None
) -> type[Component] | None:
    """The class at a path like ``package.module.Class``; ``None`` after a complaint."""
    module_name, _, class_name = path.rpartition(".")
    if not module_name:
        known = f"There are: {', '.join(sorted(COMPONENTS))}; or write module.Class of your own."
        mend = did_you_mean(path, COMPONENTS, known)
        heard.error("component-unknown", f"There is no component {path!r}.", mend, place)
        return None
    if trusted is not None and path not in trusted:
        heard.error(
            "component-untrusted",
            f"The model names the component {path!r}, which the project's config.yml does not.",
            "Train the model again.",
            place,
        )
        return None
    try:
        kind = getattr(importlib.import_module(module_name), class_name)
    except Exception as error:  # whatever a module of the project's does when it is imported
        mend = "Check its path: it counts from the project's folder, as in my_module.MyComponent."
        if not isinstance(error, ImportError | AttributeError | ValueError):
            mend = f"Correct {module_name.replace('.', '/')}.py."
        told = f"{type(error).__name__}: {error}"
        heard.error("component-unknown", f"{path!r} cannot be imported ({told}).", mend, place)
        return None
    lacking = [name for name in METHODS if not callable(getattr(kind, name, None))]
    if lacking:
        heard.error(
            "component-foreign",
            f"{path!r} is not a component: it has no {', '.join(lacking)}.",
            "Inherit from bot.nlu.component.Component, or Untrained, and give it what it lacks.",
            place,
        )
        return None
    checked: type[Component] = kind
    return checked
