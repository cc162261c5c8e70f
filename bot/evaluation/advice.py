"""What a designer can do next, in plain words: Turkish for Turkish bots, else English.

Looked for: pairs of intents that are mixed up, examples that seem to be labelled wrongly, intents with too few
examples, entities that are missed. The words are in ``advice_words.py``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from bot.evaluation.advice_words import Words, words_of
from bot.evaluation.nlu import LabelResult, NluResults
from bot.evaluation.nlu_files import nlu_reports

FEWEST_EXAMPLES = 10
"""An intent with fewer is too thin, whatever the figures say."""
WEAK_RECALL = 0.7
"""An intent of which less is understood is weak."""
SURE = 0.9
"""With this confidence another intent speaks against the label."""
FEWEST_CONFUSIONS = 2
"""A pair that is mixed up only once may be chance."""
WEAK_ENTITY = 0.8
MOST = 8
"""So many findings of each kind are told."""
MOST_QUOTES = 3


@dataclass(frozen=True, slots=True)
class Confused:
    """Two intents that are taken for each other."""

    first: str
    second: str
    there: int
    """How often ``second`` was predicted where ``first`` was expected."""
    back: int
    examples: tuple[LabelResult, ...]


@dataclass(frozen=True, slots=True)
class Thin:
    """An intent with too few examples."""

    intent: str
    examples: int
    understood: float
    """Share of its tested examples that was understood, from 0 to 1."""


@dataclass(slots=True)
class Advice:
    """What was found."""

    right: int
    total: int
    confused: list[Confused] = field(default_factory=list)
    mislabelled: list[LabelResult] = field(default_factory=list)
    thin: list[Thin] = field(default_factory=list)
    entities: list[tuple[str, float, int]] = field(default_factory=list)
    """Name, F1 and number of words of those that are often missed."""
    was_trained_on: float = 0.0
    """Share of the tested examples that the model may have learned by heart."""


def advise(results: NluResults, counts: Mapping[str, int], was_trained_on: float = 0.0) -> Advice:
    """Look through the results.

    Args:
        counts: intent → how many training examples it has.
        was_trained_on: share of the tested examples that are training examples too.
    """
    found = Advice(sum(one.is_right for one in results.intents), len(results.intents))
    found.was_trained_on = was_trained_on
    found.confused = _confused(results.intents)
    mistakes = [one for one in results.intents if not one.is_right and one.confidence >= SURE]
    found.mislabelled = sorted(mistakes, key=lambda one: -one.confidence)
    found.thin = _thin(results.intents, counts)
    best: dict[str, tuple[float, int]] = {}
    for report in nlu_reports(results).entities.values():
        for name, scores in report.items():
            if isinstance(scores, dict) and "confused_with" in scores:
                f1, support = scores["f1-score"], scores["support"]
                # An extractor that never looks for a name does not count against one that finds it.
                best[name] = max(best.get(name, (0.0, support)), (f1, support))
    found.entities = sorted(
        ((name, f1, support) for name, (f1, support) in best.items() if f1 < WEAK_ENTITY and support >= 3),
        key=lambda one: one[1],
    )
    return found


def _confused(results: Sequence[LabelResult]) -> list[Confused]:
    wrong = [one for one in results if not one.is_right and one.predicted]
    counts = Counter((one.expected, one.predicted) for one in wrong)
    found: list[Confused] = []
    for first, second in sorted({(min(pair), max(pair)) for pair in counts}):
        if counts[first, second] < counts[second, first]:
            first, second = second, first
        there, back = counts[first, second], counts[second, first]
        if there + back >= FEWEST_CONFUSIONS:
            pair = {first, second}
            examples = tuple(one for one in wrong if {one.expected, one.predicted} == pair)
            found.append(Confused(first, second, there, back, examples))
    return sorted(found, key=lambda one: -(one.there + one.back))


def _thin(results: Sequence[LabelResult], counts: Mapping[str, int]) -> list[Thin]:
    tested, right = (
        Counter(one.expected for one in results),
        Counter(one.expected for one in results if one.is_right),
    )
    usual = median(counts.values()) if counts else 0
    found: list[Thin] = []
    for intent, count in counts.items():
        understood = right[intent] / tested[intent] if tested[intent] else 0.0
        is_weak = bool(tested[intent]) and understood < WEAK_RECALL and count < usual
        if count < FEWEST_EXAMPLES or is_weak:
            found.append(Thin(intent, count, understood))
    return sorted(found, key=lambda one: (one.understood, one.examples, one.intent))


def advice_text(advice: Advice, language: str, most: int = MOST) -> str:
    """The advice as Markdown.

    Args:
        language: the project's, such as ``tr``.
        most: how many findings of each kind are told in full.
    """
    words = words_of(language)
    share = _percent(advice.right / advice.total) if advice.total else 0
    lines = [
        f"# {words.title}",
        "",
        words.headline.format(right=advice.right, total=advice.total, share=share),
    ]
    if advice.was_trained_on > 0.5:
        lines += ["", words.flattering]
    for title, entries in _sections(advice, words, most):
        if entries:
            lines += ["", f"## {title}", "", *entries]
    if not any((advice.confused, advice.mislabelled, advice.thin, advice.entities)):
        lines += ["", words.nothing]
    return "\n".join(lines) + "\n"


def _sections(advice: Advice, words: Words, most: int) -> list[tuple[str, list[str]]]:
    confused = [line for one in advice.confused[:most] for line in _pair(one, words)]
    mislabelled = [
        "- "
        + words.mislabelled.format(
            text=one.text,
            place=one.place or "",
            label=one.expected,
            other=one.predicted,
            sure=_percent(one.confidence),
        )
        for one in advice.mislabelled[:most]
    ]
    thin = [
        "- "
        + words.thin.format(
            intent=one.intent,
            count=one.examples,
            understood=_percent(one.understood),
            more=max(FEWEST_EXAMPLES - one.examples, 5),
        )
        for one in advice.thin[:most]
    ]
    entities = [
        "- " + words.entity.format(entity=name, share=_percent(f1), count=count)
        for name, f1, count in advice.entities[:most]
    ]
    told: list[tuple[str, list[str]]] = []
    for title, entries, todo, count in (
        (words.confused_title, confused, words.confused_todo, len(advice.confused)),
        (words.mislabelled_title, mislabelled, words.mislabelled_todo, len(advice.mislabelled)),
        (words.thin_title, thin, words.thin_todo, len(advice.thin)),
        (words.entities_title, entities, words.entities_todo, len(advice.entities)),
    ):
        rest = [words.more.format(count=count - most)] if count > most else []
        told.append((title, [todo, "", *entries, *rest] if entries else []))
    return told


def _pair(one: Confused, words: Words) -> list[str]:
    line = words.confused.format(first=one.first, second=one.second, there=one.there)
    if one.back:
        line += words.confused_back.format(back=one.back)
    quotes = [
        "  - " + words.quote.format(text=each.text, place=each.place or "", label=each.expected)
        for each in one.examples[:MOST_QUOTES]
    ]
    return [f"- {line}", *quotes]


def _percent(share: float) -> int:
    """Whole percents; 100 only for all of them."""
    return 100 if share >= 1 else min(99, round(100 * share))
