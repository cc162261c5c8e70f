"""Options of Rasa's components that are accepted and have no effect here, each with the reason.

Those of Rasa 3.6's ``get_default_config()`` that a component here heeds are in its ``defaults``; every other one
is in this table, and a designer who sets it is told so, once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why options are not heeded."""

    text: str
    loud: bool = True
    """Whether it is a warning. What every config of Rasa's has, because its networks need it, is only told."""


NETWORK = Reason("no neural network is trained here", loud=False)
_ALL_FEATURES = Reason("every classifier here uses all featurizers before it")
_LABELS = Reason("labels are IOB, which learn more from few examples")
_PIECES = Reason("what a piece of the message is described by is fixed; see bot/nlu/crf_features.py")
_NO_LABEL_TEXT = Reason("intents are not featurized: only their examples and the words of their names count")
_FIT = Reason("the best weights are found to the end, the same every time")
_NO_SEARCH = Reason("logistic regression stands in for the support vector machine: nothing is searched for")
_BY_EXAMPLES = Reason("a response is chosen by the examples of its key")
_SEED = Reason("the seed is that of `santral train --seed`")
_THREADS = Reason("training takes one core")
_WORDS_OF_INTENTS = Reason("intents are not divided into words; write multi-intents as `a+b`")
_REGEX_SPACE = Reason("a model does not reserve room for patterns that come later")

_TRAINED_NETWORK = """
    batch_size batch_strategy checkpoint_model concat_dimension connection_density constrain_similarities
    dense_dimension drop_rate drop_rate_attention drop_small_last_batch embedding_dimension epochs
    eval_num_epochs eval_num_examples evaluate_every_number_of_epochs evaluate_on_number_of_examples
    hidden_layers_sizes key_relative_attention learning_rate loss_type max_relative_position
    maximum_negative_similarity maximum_positive_similarity model_confidence negative_margin_scale
    number_of_attention_heads number_of_negative_examples number_of_transformer_layers
    regularization_constant run_eagerly scale_loss share_hidden_layers similarity_type
    tensorboard_log_directory tensorboard_log_level transformer_size unidirectional_encoder
    use_dense_input_dropout use_gpu use_key_relative_attention use_masked_language_model
    use_maximum_negative_similarity use_sparse_input_dropout use_value_relative_attention
    num_transformer_layers
""".split()  # noqa: SIM905 - a wall of quoted names reads worse

_TOKENIZER = dict.fromkeys(
    ("intent_tokenization_flag", "intent_split_symbol", "prefix_separator_symbol"), _WORDS_OF_INTENTS
)
_NETWORK_OPTIONS = {
    **dict.fromkeys(_TRAINED_NETWORK, NETWORK),
    "random_seed": _SEED,
    "featurizers": _ALL_FEATURES,
}

UNHEEDED: Mapping[str, Mapping[str, Reason]] = {
    "WhitespaceTokenizer": _TOKENIZER,
    "SpacyTokenizer": _TOKENIZER,
    "MitieTokenizer": _TOKENIZER,
    "CountVectorsFeaturizer": {
        "use_shared_vocab": _NO_LABEL_TEXT,
        "additional_vocabulary_size": _REGEX_SPACE,
    },
    "RegexFeaturizer": {"alias": _ALL_FEATURES, "number_additional_patterns": _REGEX_SPACE},
    "LexicalSyntacticFeaturizer": {"alias": _ALL_FEATURES},
    "LogisticRegressionClassifier": {
        **dict.fromkeys(("max_iter", "solver", "tol"), _FIT),
        "random_state": _SEED,
    },
    "SklearnIntentClassifier": {
        **dict.fromkeys(
            ("C", "gamma", "kernels", "max_cross_validation_folds", "scoring_function"), _NO_SEARCH
        ),
        "num_threads": _THREADS,
    },
    "MitieIntentClassifier": {"num_threads": _THREADS},
    "MitieEntityExtractor": {"num_threads": _THREADS},
    "CRFEntityExtractor": {"BILOU_flag": _LABELS, "features": _PIECES, "featurizers": _ALL_FEATURES},
    "DIETClassifier": {**_NETWORK_OPTIONS, "BILOU_flag": _LABELS},
    "ResponseSelector": {
        **_NETWORK_OPTIONS,
        "use_text_as_label": _BY_EXAMPLES,
        **dict.fromkeys(
            ("BILOU_flag", "split_entities_by_comma", "intent_classification", "entity_recognition"),
            Reason("a selector finds no intents or entities, in Rasa neither"),
        ),
    },
}
"""Component → option → why it is not heeded."""


def tell_unheeded(name: str, given: Mapping[str, Any]) -> None:
    """Say which of the options given have no effect; an option that is switched off need not be told of."""
    for reason, options in sorted(_by_reason(name, given), key=lambda one: one[0].text):
        _tell(name, ", ".join(options), reason)


def _by_reason(name: str, given: Mapping[str, Any]) -> Iterator[tuple[Reason, list[str]]]:
    reasons = UNHEEDED.get(name, {})
    found: dict[Reason, list[str]] = {}
    for option, value in given.items():
        if option in reasons and value not in (None, False, [], ""):
            found.setdefault(reasons[option], []).append(option)
    yield from found.items()


@cache
def _tell(name: str, options: str, reason: Reason) -> None:
    """Once a process: a cross-validation trains many times."""
    has = "have" if "," in options else "has"
    log.log(
        logging.WARNING if reason.loud else logging.INFO,
        "%s: %s %s no effect: %s.",
        name,
        options,
        has,
        reason.text,
    )
