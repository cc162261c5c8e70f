"""Reports are those of scikit-learn, which Rasa's are made with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, classification_report

from bot.evaluation.metrics import confusion_of, report_of

LABELS = st.sampled_from(["greet", "order", "deny", "none", ""])


@given(st.lists(st.tuples(LABELS, LABELS), min_size=1, max_size=40), st.sampled_from([None, "none"]))
def test_reports_are_those_of_scikit_learn(pairs: list[tuple[str, str]], without: str | None) -> None:
    expected, predicted = [one for one, _ in pairs], [one for _, one in pairs]
    labels = sorted(set(expected) - {without})
    report = report_of(expected, predicted, without)
    if not labels:
        assert report == {}
        return
    theirs = classification_report(expected, predicted, labels=labels, output_dict=True, zero_division=0)
    assert report["accuracy"] == pytest.approx(accuracy_score(expected, predicted))
    for name in (*labels, "macro avg", "weighted avg"):
        ours = {key: value for key, value in report[name].items() if key != "confused_with"}
        assert ours == pytest.approx(theirs[name]), name
    if "micro avg" in theirs:
        assert report["micro avg"] == pytest.approx(theirs["micro avg"])
    else:
        assert report["micro avg"]["f1-score"] == pytest.approx(theirs["accuracy"])


def test_confusions_are_told_the_most_frequent_first() -> None:
    expected = ["greet"] * 6
    predicted = ["greet", "deny", "deny", "order", "order", "order"]
    assert report_of(expected, predicted)["greet"]["confused_with"] == {"order": 3, "deny": 2}


def test_nothing_makes_an_empty_report() -> None:
    assert report_of([], []) == {}
    assert confusion_of([], []).labels == ()
