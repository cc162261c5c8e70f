"""Every option of Rasa's components is heeded, or told of once with the reason."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import pytest

from bot.errors import Complaints, ProjectError
from bot.nlu import rasa_options
from bot.nlu.component import Corpus, Draft
from bot.nlu.data import EntitySpan, Example, TrainingData
from bot.nlu.featurizers import CountVectorsFeaturizer, LexicalSyntacticFeaturizer, RegexFeaturizer
from bot.nlu.interpreter import Interpreter
from bot.nlu.rasa_options import UNHEEDED
from bot.nlu.registry import COMPONENTS, read_pipeline
from bot.nlu.tokenizers import WhitespaceTokenizer

NETWORK = """
    hidden_layers_sizes share_hidden_layers transformer_size number_of_transformer_layers
    number_of_attention_heads use_key_relative_attention use_value_relative_attention max_relative_position
    unidirectional_encoder batch_size batch_strategy epochs random_seed learning_rate embedding_dimension
    dense_dimension concat_dimension number_of_negative_examples similarity_type loss_type ranking_length
    maximum_positive_similarity maximum_negative_similarity use_maximum_negative_similarity scale_loss
    regularization_constant negative_margin_scale drop_rate drop_rate_attention connection_density
    use_sparse_input_dropout use_dense_input_dropout evaluate_every_number_of_epochs
    evaluate_on_number_of_examples intent_classification entity_recognition use_masked_language_model
    BILOU_flag tensorboard_log_directory tensorboard_log_level checkpoint_model featurizers
    split_entities_by_comma constrain_similarities model_confidence renormalize_confidences run_eagerly
    drop_small_last_batch
"""
TOKENIZER = "intent_tokenization_flag intent_split_symbol token_pattern prefix_separator_symbol"
OPTIONS: Mapping[str, str] = {
    "DIETClassifier": NETWORK,
    "ResponseSelector": NETWORK + " retrieval_intent use_text_as_label",
    "FallbackClassifier": "threshold ambiguity_threshold",
    "KeywordIntentClassifier": "case_sensitive",
    "MitieIntentClassifier": "num_threads",
    "SklearnIntentClassifier": "C gamma kernels max_cross_validation_folds scoring_function num_threads",
    "LogisticRegressionClassifier": "max_iter solver tol random_state ranking_length",
    "CRFEntityExtractor": "BILOU_flag split_entities_by_comma features max_iterations L1_c L2_c featurizers",
    "DucklingEntityExtractor": "dimensions url locale timezone timeout",
    "EntitySynonymMapper": "",
    "MitieEntityExtractor": "num_threads",
    "SpacyEntityExtractor": "dimensions",
    "RegexEntityExtractor": "case_sensitive use_lookup_tables use_regexes use_word_boundaries",
    "LexicalSyntacticFeaturizer": "alias features",
    "SpacyFeaturizer": "alias pooling",
    "CountVectorsFeaturizer": """
        alias use_shared_vocab analyzer strip_accents stop_words min_df max_df min_ngram max_ngram max_features
        lowercase OOV_token OOV_words use_lemma
    """,
    "RegexFeaturizer": "alias case_sensitive use_lookup_tables use_regexes use_word_boundaries",
    "MitieTokenizer": TOKENIZER,
    "SpacyTokenizer": TOKENIZER,
    "WhitespaceTokenizer": TOKENIZER,
    "SpacyNLP": "model case_sensitive",
}
"""Rasa 3.6.21's ``get_default_config()`` of each component."""


@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_is_heeded_or_has_a_reason(name: str) -> None:
    heeded, unheeded = set(COMPONENTS[name].defaults), set(UNHEEDED.get(name, {}))
    wanted = set(OPTIONS[name].split())
    assert wanted <= heeded | unheeded
    assert not heeded & unheeded, "either or"


@pytest.mark.parametrize("name", OPTIONS)
def test_no_option_of_rasa_is_called_unknown(name: str) -> None:
    complaints = Complaints()
    entry: dict[str, Any] = {"name": name, **dict.fromkeys(OPTIONS[name].split(), 1), "made_up": 1}
    above = {"name": "SpacyNLP", "model": "x"}
    entries = read_pipeline([above, entry] if name.startswith("Spacy") else [entry], complaints=complaints)
    assert [one.message for one in complaints] == [f"{name} has no option `made_up`."]
    assert entries[-1].given == {key: one for key, one in entry.items() if key != "name"}


def test_what_is_not_heeded_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    rasa_options._tell.cache_clear()
    entries: list[Any] = [
        "WhitespaceTokenizer",
        {"name": "SklearnIntentClassifier", "C": [1, 2], "kernels": ["rbf"], "num_threads": 2},
        {"name": "DIETClassifier", "epochs": 100, "run_eagerly": False, "tensorboard_log_directory": None},
    ]
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            Interpreter.train(entries, "tr", TrainingData())
    told = [(one.levelname, one.getMessage()) for one in caplog.records if one.name.endswith("rasa_options")]
    assert told == [
        (
            "WARNING",
            "SklearnIntentClassifier: C, kernels have no effect: "
            "logistic regression stands in for the support vector machine: nothing is searched for.",
        ),
        ("WARNING", "SklearnIntentClassifier: num_threads has no effect: training takes one core."),
        ("INFO", "DIETClassifier: epochs has no effect: no neural network is trained here."),
    ]


TEXTS = ("kargom nerede", "kargom ne zaman gelir", "Faturam NEREDE 2024", "oov gelir", "çok güzel kâğıt")


def counted(text: str, lemma: str = "", **options: Any) -> dict[str, float]:
    """What a featurizer that was trained on ``TEXTS`` counts in a text."""

    def draft_of(written: str) -> Draft:
        draft = Draft(written)
        WhitespaceTokenizer(WhitespaceTokenizer.defaults).process(draft)
        return draft

    merged = {**CountVectorsFeaturizer.defaults, **options}
    data = TrainingData([Example(one, "x") for one in TEXTS])
    featurizer = CountVectorsFeaturizer.train(merged, Corpus(data, [draft_of(one) for one in TEXTS]))
    draft = draft_of(text)
    if lemma:
        draft.tokens[0].lemma = lemma
    featurizer.process(draft)
    [block] = draft.features.values()
    return block


@pytest.mark.parametrize(
    ("options", "text", "expected"),
    [
        ({}, "Kargom nerede 2025", "kargom nerede __NUMBER__"),
        ({"min_ngram": 2, "max_ngram": 2}, "kargom nerede kaldı", "kargom nerede|nerede kaldı"),
        ({"min_df": 2}, "kargom gelir faturam", "kargom gelir"),
        ({"min_df": 0.4}, "kargom gelir faturam", "kargom gelir"),
        ({"max_df": 1}, "kargom gelir faturam", "faturam"),
        ({"max_df": 0.3}, "kargom gelir faturam", "faturam"),
        ({"max_features": 3}, "kargom gelir nerede faturam", "kargom gelir nerede"),
        ({"stop_words": ["nerede", "ne"]}, "kargom nerede", "kargom"),
        ({"lowercase": False}, "Kargom NEREDE", "Kargom NEREDE"),
        ({"strip_accents": "unicode"}, "çok güzel kâğıt", "cok guzel kagıt"),
        ({"strip_accents": "ascii"}, "çok güzel kâğıt", "cok guzel kagit"),
        ({"OOV_token": "oov"}, "kargom kayboldu", "kargom oov"),
        ({"OOV_token": "diğer", "OOV_words": ["zaman"]}, "kargom kayboldu", "kargom diğer"),
        ({"OOV_token": "diğer", "OOV_words": ["zaman"]}, "zaman", "diğer"),
        ({"OOV_token": "oov", "min_df": 2}, "kargom faturam", "kargom"),
        ({"analyzer": "char", "min_ngram": 3, "max_ngram": 3}, "ne ki", "ne |e k| ki"),
        ({"analyzer": "char_wb", "min_ngram": 3, "max_ngram": 3}, "ne ki", " ne|ne | ki|ki "),
    ],
)
def test_count_vectors(options: dict[str, Any], text: str, expected: str) -> None:
    grams = expected.split("|" if "|" in expected or options.get("min_ngram", 1) > 1 else " ")
    assert sorted(counted(text, **options)) == sorted(grams)


def test_a_token_for_unknown_words_that_no_example_has_is_told(caplog: pytest.LogCaptureFixture) -> None:
    assert set(counted("kargom kayboldu", OOV_token="diğer")) == {"kargom", "kayboldu"}
    assert "OOV_token" in caplog.text


def test_lemmas_and_names() -> None:
    assert set(counted("kargom nerede", lemma="Kargo")) == {"kargo", "nerede"}
    assert set(counted("kargom nerede", lemma="Kargo", lowercase=False)) == {"Kargo", "nerede"}
    assert set(counted("kargom nerede", lemma="Kargo", use_lemma=False)) == {"kargom", "nerede"}


@pytest.mark.parametrize(
    "options",
    [
        {"analyzer": "words"},
        {"strip_accents": "yes"},
        {"stop_words": "english"},
        {"min_ngram": 3, "max_ngram": 2},
        {"min_ngram": 0},
    ],
)
def test_values_that_cannot_be(options: dict[str, Any]) -> None:
    entry = {"name": "CountVectorsFeaturizer", **options}
    with pytest.raises(ProjectError, match="option-value"):
        Interpreter.train(["WhitespaceTokenizer", entry], "tr", TrainingData([Example("merhaba", "greet")]))


@pytest.mark.parametrize(
    ("options", "text", "expected"),
    [
        ({}, "SN-12 Rize", {"order", "city"}),
        ({"use_regexes": False}, "SN-12 Rize", {"city"}),
        ({"use_lookup_tables": False}, "SN-12 Rize", {"order"}),
        ({}, "sn-12 rize", set()),
        ({"case_sensitive": False}, "sn-12 RİZE", {"order", "city"}),
        ({}, "Rizeli", set()),
        ({"use_word_boundaries": False}, "Rizeli", {"city"}),
    ],
)
def test_regexes(options: dict[str, Any], text: str, expected: set[str]) -> None:
    data = TrainingData([], regexes=[("order", r"SN-\d+")], lookups={"city": ["Rize"]})
    draft = Draft(text)
    RegexFeaturizer.train({**RegexFeaturizer.defaults, **options}, Corpus(data, [])).process(draft)
    assert {one.name for one in draft.matches} == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["low", "title", "upper", "digit"], [{"title"}, {"upper"}, {"digit"}, {"low"}]),
        (["BOS", "EOS"], [{"BOS"}, set(), set(), {"EOS"}]),
        (["prefix2", "suffix3"], [{"prefix2=Ka", "suffix3=rgo"}, {"prefix2=SN", "suffix3=SN"}, None, None]),
        (["prefix5", "suffix5"], [{"prefix5=Kargo", "suffix5=Kargo"}, None, None, None]),
    ],
)
def test_lexical_features(names: list[str], expected: list[set[str] | None]) -> None:
    draft = Draft("Kargo SN 12 nerede")
    WhitespaceTokenizer(WhitespaceTokenizer.defaults).process(draft)
    LexicalSyntacticFeaturizer({"features": [[], names, []]}).process(draft)
    for marks, wanted in zip(draft.marks, expected, strict=True):
        assert wanted is None or marks == {f"0:{one}" for one in wanted}


def test_lexical_features_are_learnt_from() -> None:
    """What follows a word in "-li" is a name: only the neighbour's suffix tells."""
    names = ("Kaan", "Duru", "Ekin", "Sarp", "Nehir", "Orka")
    examples = []
    for at, name in enumerate(names):
        for word, is_person in (("acıbabalı", True), ("gorduncu", False)):
            text = f"{word[: 3 + at % 4]}x{at}{word[-3:]} {name}"
            start = len(text) - len(name)
            spans = (EntitySpan("person", start, len(text), name),) if is_person else ()
            examples.append(Example(text, "x", spans))
    shapes = {"name": "LexicalSyntacticFeaturizer", "features": [["suffix2"], [], []]}
    crf = {"name": "CRFEntityExtractor", "L1_c": 0.0, "L2_c": 0.001}
    trained = Interpreter.train(["WhitespaceTokenizer", shapes, crf], "tr", TrainingData(examples))
    draft = Draft("bambalı Toros")
    for _, component in trained.steps:
        component.process(draft)
    assert "-1:suffix2=lı" in draft.marks[1]
    assert [one["value"] for one in draft.entities] == ["Toros"]


@pytest.mark.parametrize(
    ("options", "count", "total"),
    [
        ({}, 4, 1.0),
        ({"ranking_length": 2}, 2, None),
        ({"ranking_length": 0}, 4, 1.0),
        ({"ranking_length": 2, "renormalize_confidences": True}, 2, 1.0),
    ],
)
@pytest.mark.parametrize("name", ["DIETClassifier", "ResponseSelector"])
def test_rankings(name: str, options: dict[str, Any], count: int, total: float | None) -> None:
    texts = {"faq/a": "kargo", "faq/b": "fatura", "faq/c": "iade", "faq/d": "adres"}
    prefix = "" if name == "ResponseSelector" else "x"
    examples = [Example(text, prefix + (label if not prefix else label[-1])) for label, text in texts.items()]
    trained = Interpreter.train(
        ["WhitespaceTokenizer", {"name": name, **options}], "tr", TrainingData(examples)
    )
    parsed = trained.parse("kargo")
    ranking = parsed["response_selector"]["default"]["ranking"] if not prefix else parsed["intent_ranking"]
    assert len(ranking) == count
    if total is None:
        assert sum(one["confidence"] for one in ranking) < 0.999
    else:
        assert sum(one["confidence"] for one in ranking) == pytest.approx(total)


def test_entities_with_commas() -> None:
    """``split_entities_by_comma: false``: what only a comma divides is one entity, as an address is."""
    texts = ("adresim {} olsun", "{} adresine gönderin", "yeni adres {} lütfen")
    places = ("Moda Caddesi, Kadıköy", "Bağdat Caddesi, Maltepe", "Gül Sokak, Bornova", "Lale Sokak, Konak")
    examples = []
    for text in texts:
        for place in places:
            written = text.format(place)
            start = written.index(place)
            middle = start + place.index(",")
            spans = (
                EntitySpan("address", start, middle, place.split(",")[0]),
                EntitySpan("address", middle + 2, start + len(place), place.split(", ")[1]),
            )
            examples.append(Example(written, "address", spans))
    found = {}
    for setting in (True, False, {"address": False}, {"city": False}):
        crf = {"name": "CRFEntityExtractor", "split_entities_by_comma": setting}
        trained = Interpreter.train(["WhitespaceTokenizer", crf], "tr", TrainingData(examples))
        found[str(setting)] = [
            one["value"] for one in trained.parse("adresim Gül Sokak, Konak olsun")["entities"]
        ]
    divided, whole = ["Gül Sokak", "Konak"], ["Gül Sokak, Konak"]
    assert list(found.values()) == [divided, whole, whole, divided]
