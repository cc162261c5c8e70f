"""Where entities begin and end: two side by side are two, and words that only join are part of none."""

from __future__ import annotations

import pytest

from bot.nlu.component import Draft, Match
from bot.nlu.crf_features import number_runs, pieces_of
from bot.nlu.crf_spans import dividers, final_spans
from bot.nlu.data import EntitySpan
from bot.nlu.turkish_featurizer import TurkishFeaturizer


def spans(text: str, labels: str, names: list[str], words: tuple[str, ...] = ()) -> list[str]:
    """The entities of a text whose pieces are all labelled ``I-0`` (i), ``B-0`` (b) or outside (o)."""
    draft = Draft(text)
    draft.matches = [Match("city", text.index(word), text.index(word) + len(word)) for word in words]
    pieces = pieces_of(draft)
    written = [{"i": "I-0", "b": "B-0", "o": "O"}[label] for label in labels]
    found = final_spans(written, pieces, draft, names, {"city": ["city"]})
    return [text[pieces[first].start : pieces[last].end] for _, first, last in found]


@pytest.mark.parametrize(
    ("text", "labels", "words", "expected"),
    [
        ("Rizeden Vana gider mi", "iioo", ("Rizeden", "Vana"), ["Rizeden", "Vana"]),
        ("Rize ve Van için", "iiio", ("Rize", "Van"), ["Rize", "Van"]),
        ("Rize, Van", "iii", ("Rize", "Van"), ["Rize", "Van"]),
        ("yani şey Rize ya", "iiii", ("Rize",), ["Rize"]),
        ("yani şey", "ii", (), []),
        ("New York", "ii", (), ["New York"]),
        ("Rize Van", "ib", (), ["Rize", "Van"]),
        ("Rize Van", "oo", ("Rize",), []),
    ],
)
def test_spans(text: str, labels: str, words: tuple[str, ...], expected: list[str]) -> None:
    assert spans(text, labels, ["city"], words) == expected


def test_a_word_of_a_match_is_no_filler() -> None:
    assert spans("bu ay", "ii", ["city"], ("bu ay",)) == ["bu ay"]


def test_only_what_comes_once_in_each_example_divides() -> None:
    text = "Rize Van"
    both = Draft(text, matches=[Match("city", 0, 4), Match("city", 5, 8)])
    one = Draft(text, matches=[Match("city", 0, 4)])
    span = [EntitySpan("route", 0, 8, text)]
    assert dividers([(span, one)] * 10) == {"route": ["city"]}
    assert dividers([(span, one)] * 9) == {}  # too few to tell
    assert dividers([(span, one)] * 20 + [(span, both)]) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("siparişim 482 913 nerede", [("482 913", "482913")]),
        ("sıfır beş yüz kırk on bir numaram", [("sıfır beş yüz kırk on bir", "054011")]),
        ("sn 4829 ve beş altı", [("4829", "4829"), ("beş altı", "56")]),
        ("nerede", []),
        ("", []),
    ],
)
def test_numbers_side_by_side_are_one(text: str, expected: list[tuple[str, str]]) -> None:
    draft = Draft(text)
    TurkishFeaturizer(TurkishFeaturizer.defaults).process(draft)
    pieces = pieces_of(draft)
    runs = number_runs(pieces, draft)
    assert [(text[pieces[run[0]].start : pieces[run[-1]].end], digits) for run, digits in runs] == expected
