"""The report in plain words names what a designer can change."""

from __future__ import annotations

from bot.errors import Place
from bot.evaluation.advice import advice_text, advise
from bot.evaluation.nlu import EntityResult, LabelResult, NluResults


def result(text: str, expected: str, predicted: str, confidence: float = 0.6, line: int = 1) -> LabelResult:
    return LabelResult(text, expected, predicted, confidence, Place("data/nlu.yml", line))


MIXED = [
    result("kargom nerede", "order_status", "cargo_tracking", line=4),
    result("paketim nerede", "order_status", "cargo_tracking", line=5),
    result("sipariş kargoda mı", "cargo_tracking", "order_status", line=9),
    result("beğenmedim", "thank", "complaint", 0.97, line=20),
    *[result(f"merhaba {number}", "greet", "greet", 0.9) for number in range(6)],
]
COUNTS = {"order_status": 40, "cargo_tracking": 40, "thank": 40, "complaint": 40, "greet": 3}


def test_pairs_are_told_with_both_directions_and_examples() -> None:
    (pair,) = advise(NluResults(MIXED), COUNTS).confused
    assert (pair.first, pair.second, pair.there, pair.back) == ("order_status", "cargo_tracking", 2, 1)
    assert [one.text for one in pair.examples] == ["kargom nerede", "paketim nerede", "sipariş kargoda mı"]


def test_an_example_that_clearly_reads_like_another_intent_looks_mislabelled() -> None:
    (one,) = advise(NluResults(MIXED), COUNTS).mislabelled
    assert (one.text, one.predicted) == ("beğenmedim", "complaint")


def test_intents_with_few_examples_are_thin() -> None:
    (one,) = advise(NluResults(MIXED), COUNTS).thin
    assert (one.intent, one.examples, one.understood) == ("greet", 3, 1.0)


def test_an_entity_that_any_extractor_finds_is_not_called_missed() -> None:
    expected = ({"entity": "city", "start": 0, "end": 6},)
    found = ({"entity": "city", "start": 0, "end": 6, "extractor": "CRF"},)
    other = ({"entity": "no", "start": 0, "end": 6, "extractor": "Regex"},)
    good = [EntityResult("Ankara", expected, found, ((0, 6),))] * 5
    bad = [EntityResult("Ankara", expected, (), ((0, 6),))] * 5
    strange = [EntityResult("Ankara", (), other, ((0, 6),))]
    assert advise(NluResults(entities=[*good, *strange]), {}).entities == []
    (missed,) = advise(NluResults(entities=[*good[:1], *bad]), {}).entities
    assert missed[0] == "city"
    assert missed[2] == 6


def test_turkish_bots_are_advised_in_turkish() -> None:
    text = advice_text(advise(NluResults(MIXED), COUNTS), "tr")
    assert "10 örnekten 6 tanesi doğru anlaşıldı (%60)." in text
    assert "`order_status` yerine 2 kez `cargo_tracking` anlaşıldı; tersi de 1 kez oldu" in text
    assert "“kargom nerede” (data/nlu.yml:4)" in text
    assert "`greet`: 3 örnek" in text


def test_others_in_english() -> None:
    text = advice_text(advise(NluResults(MIXED), COUNTS, was_trained_on=1.0), "en")
    assert "6 of 10 examples were understood (60 %)." in text
    assert "`order_status` was taken for `cargo_tracking` 2×, and the other way round 1×" in text
    assert "--cross-validation" in text


def test_not_everything_is_called_everything() -> None:
    many = [result(str(number), "greet", "greet") for number in range(999)] + [result("x", "greet", "deny")]
    assert "(99 %)" in advice_text(advise(NluResults(many), {}), "en")


def test_long_lists_are_cut_and_counted() -> None:
    mistakes = [result(str(number), "a", f"b{number}", 0.99) for number in range(12)]
    text = advice_text(advise(NluResults(mistakes), {}), "en", most=3)
    assert text.count("reads like") == 3
    assert "… and 9 more" in text


def test_when_nothing_stands_out_it_says_so() -> None:
    fine = NluResults([result("merhaba", "greet", "greet")])
    assert "Nothing stands out" in advice_text(advise(fine, {"greet": 30}), "en")
    assert advice_text(advise(NluResults(), {}), "tr")
