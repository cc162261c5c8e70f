"""``pipeline`` of Rasa 1 and 2 → names and settings that Rasa 3 has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errors import Place
from bot.migration.report import Report

_CHARACTERS = {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}
_DIET = {"name": "DIETClassifier", "epochs": 100, "entity_recognition": False}
_TEMPLATES: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "supervised_embeddings": (
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "CRFEntityExtractor"},
        {"name": "EntitySynonymMapper"},
        {"name": "CountVectorsFeaturizer"},
        _CHARACTERS,
        _DIET,
    ),
    "pretrained_embeddings_spacy": (
        {"name": "SpacyNLP"},
        {"name": "SpacyTokenizer"},
        {"name": "SpacyFeaturizer"},
        {"name": "RegexFeaturizer"},
        {"name": "CRFEntityExtractor"},
        {"name": "EntitySynonymMapper"},
        {"name": "SklearnIntentClassifier"},
    ),
    "pretrained_embeddings_convert": (
        {"name": "WhitespaceTokenizer"},
        {"name": "ConveRTFeaturizer"},
        _DIET,
    ),
}
"""Rasa 1's ready pipelines, with today's classifier in place of EmbeddingIntentClassifier."""
_TEMPLATES_OF_0 = {
    "tensorflow_embedding": "supervised_embeddings",
    "spacy_sklearn": "pretrained_embeddings_spacy",
}
_RENAMED = {
    "nlp_spacy": "SpacyNLP",
    "nlp_mitie": "MitieNLP",
    "tokenizer_whitespace": "WhitespaceTokenizer",
    "tokenizer_spacy": "SpacyTokenizer",
    "tokenizer_mitie": "MitieTokenizer",
    "tokenizer_jieba": "JiebaTokenizer",
    "intent_entity_featurizer_regex": "RegexFeaturizer",
    "intent_featurizer_spacy": "SpacyFeaturizer",
    "intent_featurizer_mitie": "MitieFeaturizer",
    "intent_featurizer_count_vectors": "CountVectorsFeaturizer",
    "intent_classifier_sklearn": "SklearnIntentClassifier",
    "intent_classifier_mitie": "MitieIntentClassifier",
    "intent_classifier_keyword": "KeywordIntentClassifier",
    "intent_classifier_tensorflow_embedding": "EmbeddingIntentClassifier",
    "ner_crf": "CRFEntityExtractor",
    "ner_spacy": "SpacyEntityExtractor",
    "ner_mitie": "MitieEntityExtractor",
    "ner_synonyms": "EntitySynonymMapper",
    "ner_duckling_http": "DucklingEntityExtractor",
    "DucklingHTTPExtractor": "DucklingEntityExtractor",
    "ConveRTTokenizer": "WhitespaceTokenizer",
    "LanguageModelTokenizer": "WhitespaceTokenizer",
    "EmbeddingIntentClassifier": "DIETClassifier",
    "HFTransformersNLP": "LanguageModelFeaturizer",
}
_GONE = ("NGramFeaturizer", "intent_featurizer_ngrams")
_SPACY_MODELS = {"en": "en_core_web_md", "tr": "tr_core_news_md", "zh": "zh_core_web_md"}


def is_old_pipeline(pipeline: Any) -> bool:
    """Whether a ready pipeline's name or an old component stands there."""
    if isinstance(pipeline, str):
        return True
    names = [one.get("name") for one in pipeline or () if isinstance(one, Mapping)]
    return any(one in _RENAMED or one in _GONE or _is_path(one) for one in names)


def migrate_pipeline(
    pipeline: Any, places: list[Place], place: Place, language: str, report: Report
) -> list[dict[str, Any]] | None:
    """Today's pipeline; ``None`` stays what it is: Rasa's default.

    Args:
        pipeline: a ready pipeline's name, a list of components, or nothing.
        places: of the components.
        place: of the whole.
        language: chooses spaCy's model, which Rasa 1 took from it.
        report: gets what was changed.
    """
    if pipeline is None:
        return None
    if isinstance(pipeline, str):
        name = _TEMPLATES_OF_0.get(pipeline, pipeline)
        if name not in _TEMPLATES:
            report.by_hand(place, f"The ready pipeline '{pipeline}' is unknown: Rasa's default stands there.")
            return None
        report.changed(place, f"The ready pipeline '{pipeline}' is written out.")
        pipeline, places = [dict(one) for one in _TEMPLATES[name]], []
    found: list[dict[str, Any]] = []
    for index, entry in enumerate(pipeline):
        where = places[index] if index < len(places) else place
        new = _component(dict(entry) if isinstance(entry, Mapping) else {"name": str(entry)}, where, report)
        if new is None:
            continue
        if new["name"] == "SpacyNLP" and "model" not in new:
            new["model"] = _SPACY_MODELS.get(language, f"{language}_core_news_md")
            report.by_hand(where, f"SpacyNLP must name its model: is '{new['model']}' the one you have?")
        found.append(new)
    found = _without_twins(found)
    _put_tokenizer_first(found)
    return found


def _is_path(name: Any) -> bool:
    return isinstance(name, str) and name.startswith(("rasa.nlu.", "rasa_nlu."))


def _component(entry: dict[str, Any], place: Place, report: Report) -> dict[str, Any] | None:
    old = str(entry.get("name"))
    short = old.rsplit(".", 1)[-1] if _is_path(old) else old
    name = _RENAMED.get(short, short)
    name = _RENAMED.get(name, name)
    if name in _GONE:
        report.changed(place, f"'{old}' is left out: CountVectorsFeaturizer's char_wb does its work.")
        return None
    if name == old:
        return entry
    report.changed(place, f"'{old}' is called '{name}'.")
    if name == "DIETClassifier":
        # Its layers and rates are named and measured otherwise; Rasa's defaults are better than a guess.
        kept: dict[str, Any] = {key: entry[key] for key in ("epochs", "random_seed") if key in entry}
        lost = [key for key in entry if key != "name" and key not in kept]
        if lost:
            report.changed(place, f"Settings of '{old}' that DIETClassifier lacks: {', '.join(lost)}.")
        return {**_DIET, **kept}
    return {**entry, "name": name}


def _without_twins(pipeline: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Components that became the same one, such as Rasa 2's model and its featurizer, stand once."""
    single = ("Tokenizer", "LanguageModelFeaturizer", "ConveRTFeaturizer")
    found: dict[int, dict[str, Any]] = {}
    names: dict[str, int] = {}
    for index, one in enumerate(pipeline):
        first = names.setdefault(one["name"], index) if one["name"].endswith(single) else index
        found[first] = {**found.get(first, {}), **one}
    return list(found.values())


def _put_tokenizer_first(pipeline: list[dict[str, Any]]) -> None:
    """Rasa 2's language models came before their tokenizers; a featurizer needs the tokens first."""
    for index, one in enumerate(pipeline):
        if one["name"].endswith("Tokenizer"):
            first = next(
                (at for at, each in enumerate(pipeline) if each["name"].endswith("Featurizer")), index
            )
            if first < index:
                pipeline.insert(first, pipeline.pop(index))
            return
