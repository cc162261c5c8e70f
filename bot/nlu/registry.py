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
from bot.nlu.featurizers import CountVectorsFeaturizer, LexicalSyntacticFeaturizer, RegexFeaturizer
from bot.nlu.keyword import KeywordIntentClassifier
from bot.nlu.linear import LinearIntentClassifier
from bot.nlu.normalizer import TurkishNormalizer
from bot.nlu.regex_extractor import RegexEntityExtractor
from bot.nlu.selector import ResponseSelector
from bot.nlu.sentences import SentenceSplitter
from bot.nlu.speller import SpellingCorrector
from bot.nlu.synonyms import EntitySynonymMapper
from bot.nlu.tokenizers import SpacyTokenizer, WhitespaceTokenizer
from bot.nlu.turkish_featurizer import TurkishFeaturizer

log = logging.getLogger(__name__)

COMPONENTS: Mapping[str, type[Component]] = {
    "SentenceSplitter": SentenceSplitter,
    "WhitespaceTokenizer": WhitespaceTokenizer,
    "SpacyTokenizer": SpacyTokenizer,
    "TypoAugmenter": TypoAugmenter,
    "EntityAugmenter": EntityAugmenter,
    "TurkishNormalizer": TurkishNormalizer,
    "SpellingCorrector": SpellingCorrector,
    "TurkishFeaturizer": TurkishFeaturizer,
    "RegexFeaturizer": RegexFeaturizer,
    "LexicalSyntacticFeaturizer": LexicalSyntacticFeaturizer,
    "CountVectorsFeaturizer": CountVectorsFeaturizer,
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
    "SpacyNLP": "",
    "RegexMessageHandler": "",
    "MitieNLP": "nothing here needs its vectors",
    "SpacyFeaturizer": "word vectors are not used here",
    "MitieFeaturizer": "word vectors are not used here",
    "ConveRTFeaturizer": "sentence vectors are not used here",
    "LanguageModelFeaturizer": "sentence vectors are not used here",
    "SpacyEntityExtractor": "entities of a trained spaCy pipeline are not extracted here",
}
"""Names that do nothing here, and why; those without a reason need none."""

_RASA_ONLY = frozenset(
    """
    BILOU_flag C L1_c L2_c OOV_token OOV_words alias batch_size batch_strategy cache_dir case_sensitive
    checkpoint_model concat_dimension connection_density constrain_similarities dense_dimension
    dictionary_path drop_rate drop_rate_attention drop_small_last_batch embedding_dimension epochs
    eval_num_epochs eval_num_examples evaluate_every_number_of_epochs evaluate_on_number_of_examples
    features featurizers gamma hidden_layers_sizes intent_split_symbol intent_tokenization_flag kernels
    key_relative_attention learning_rate loss_type lowercase max_cross_validation_folds max_iter
    max_iterations max_relative_position maximum_negative_similarity maximum_positive_similarity
    model_confidence model_name model_weights negative_margin_scale num_threads num_transformer_layers
    number_of_attention_heads number_of_negative_examples number_of_transformer_layers
    number_additional_patterns pooling random_seed random_state ranking_length regularization_constant
    renormalize_confidences retrieval_intent run_eagerly scale_loss scoring_function
    share_hidden_layers similarity_type solver split_entities_by_comma strip_accents
    tensorboard_log_directory tensorboard_log_level tol transformer_size unidirectional_encoder
    use_dense_input_dropout use_key_relative_attention use_lemma use_masked_language_model
    use_maximum_negative_similarity use_gpu use_shared_vocab use_sparse_input_dropout
    use_text_as_label use_value_relative_attention
    """.split()  # noqa: SIM905 - a wall of quoted names reads worse
)
"""Options of Rasa's components that have no meaning for what stands in for them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One component of a pipeline, checked and with its defaults filled in."""

    name: str
    kind: type[Component]
    options: Options

    @property
    def is_custom(self) -> bool:
        return self.name not in COMPONENTS


def read_pipeline(
    pipeline: Sequence[Mapping[str, Any] | str] | None,
    *,
    complaints: Complaints | None = None,
    trusted: Collection[str] | None = None,
) -> list[Entry]:
    """The components of a pipeline, in order.

    Unknown names raise :class:`ProjectError`; unknown options are added to ``complaints`` as warnings.
    ``trusted`` limits which class paths may be imported; ``None`` allows all, since a designer wrote them.
    """
    heard = Complaints()
    entries = list(_entries(pipeline or (), heard, trusted))
    if complaints is not None:
        complaints.found.extend(heard.found)
    else:
        for one in heard.warnings:
            log.warning("%s", one)
    heard.raise_errors()
    return entries


def _entries(
    pipeline: Sequence[Mapping[str, Any] | str], heard: Complaints, trusted: Collection[str] | None
) -> Iterator[Entry]:
    spacy_model: Any = None
    for item in pipeline:
        written: Mapping[str, Any] = {"name": item} if isinstance(item, str) else item
        place = getattr(item, "place", None)
        if not isinstance(written, Mapping) or not isinstance(written.get("name"), str):
            heard.error("component-nameless", "An entry of `pipeline` has no `name`.", "Give it one.", place)
            continue
        path = written["name"]
        name = path.rsplit(".", 1)[-1] if path.startswith("rasa.") else path
        if name in PASSED_OVER:
            spacy_model = written.get("model") if name == "SpacyNLP" else spacy_model
            if reason := PASSED_OVER[name]:
                heard.warn("component-unused", f"{name} has no effect: {reason}.", "Remove it.", place)
            continue
        kind = COMPONENTS.get(name) or _custom(name, heard, place, trusted)
        if kind is None:
            continue
        options = _options(name, kind, written, heard, place)
        if kind is SpacyTokenizer and spacy_model:
            options["model"] = spacy_model
        yield Entry(name, kind, options)


def _options(
    name: str, kind: type[Component], written: Mapping[str, Any], heard: Complaints, place: Place | None
) -> dict[str, Any]:
    given = {key: value for key, value in written.items() if key != "name" and value is not None}
    if name in COMPONENTS:
        for key in given:
            if key not in kind.defaults and key not in _RASA_ONLY:
                known = ", ".join(sorted(kind.defaults)) or "none"
                heard.warn("option-unknown", f"{name} has no option `{key}`.", f"It has: {known}.", place)
    return {**kind.defaults, **given}


def _custom(
    path: str, heard: Complaints, place: Place | None, trusted: Collection[str] | None
) -> type[Component] | None:
    """The class at a path like ``package.module.Class``; ``None`` after a complaint."""
    module_name, _, class_name = path.rpartition(".")
    if not module_name:
        heard.error(
            "component-unknown",
            f"There is no component {path!r}.",
            f"There are: {', '.join(sorted(COMPONENTS))}; or write module.Class of your own.",
            place,
        )
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
    except (ImportError, AttributeError, ValueError) as error:
        heard.error("component-unknown", f"{path!r} cannot be imported: {error}.", "Check its path.", place)
        return None
    if not all(callable(getattr(kind, method, None)) for method in ("train", "load", "save", "process")):
        heard.error(
            "component-foreign",
            f"{path!r} is not a component.",
            "Inherit from bot.nlu.component.Component and give it train, load, save and process.",
            place,
        )
        return None
    checked: type[Component] = kind
    return checked
