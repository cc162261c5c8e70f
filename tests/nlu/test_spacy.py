"""Components over a pipeline of spaCy's, which is trained here in a few seconds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.archive import Archive
from bot.errors import ModelError, Place, ProjectError
from bot.nlu.component import Draft
from bot.nlu.data import Example, TrainingData
from bot.nlu.interpreter import Interpreter
from bot.nlu.linear import DENSE
from bot.nlu.spacy_components import SpacyFeaturizer, SpacyNLP
from bot.nlu.spacy_pipeline import load_pipeline

VECTORS = {
    # near: parcels; far from them: money
    **dict.fromkeys(("kargo", "kargom", "paket", "paketim", "koli", "gönderi"), (1.0, 0.1, 0.0, -0.2)),
    **dict.fromkeys(("fatura", "faturam", "ücret", "ödeme", "tutar", "para"), (-0.1, 1.0, 0.3, 0.0)),
    "nerede": (0.0, 0.0, 1.0, 0.5),
    "ne": (0.0, 0.0, 0.5, 1.0),
}
SENTENCES = [
    ("{0} şehrine kargo gelir mi", "CITY"),
    ("kargom {0} şubesinde", "CITY"),
    ("{0} mağazası nerede", "CITY"),
    ("faturayı {0} adına kesin", "PERSON"),
    ("paketi {0} alacak", "PERSON"),
    ("merhaba ben {0}", "PERSON"),
]
NAMES = {"CITY": ("Rize", "Van", "Bursa", "İzmir"), "PERSON": ("Ayşe", "Mehmet", "Işıl", "Deniz")}


def trained(folder: Path, vectors: bool = True) -> str:
    """A Turkish pipeline with a few word vectors, an entity recogniser and a lemmatizer by rule."""
    import spacy
    from spacy.training import Example as SpacyExample

    spacy.util.fix_random_seed(3)
    nlp = spacy.blank("tr")
    if vectors:
        nlp.vocab.reset_vectors(width=4)
        for word, vector in VECTORS.items():
            nlp.vocab.set_vector(word, np.array(vector, dtype=np.float32))
    ruler = nlp.add_pipe("attribute_ruler")
    nlp.add_pipe("ner")
    examples = []
    for sentence, label in SENTENCES:
        for name in NAMES[label]:
            text = sentence.format(name)
            start = text.index(name)
            found = {"entities": [(start, start + len(name), label)]}
            examples.append(SpacyExample.from_dict(nlp.make_doc(text), found))
    nlp.initialize(lambda: examples)
    ruler.add([[{"LOWER": "kargom"}]], {"LEMMA": "kargo", "TAG": "Noun"})  # type: ignore[attr-defined]
    for _ in range(20):
        nlp.update(examples)
    nlp.to_disk(folder)
    return str(folder)


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return trained(tmp_path_factory.mktemp("spacy") / "model")


EXAMPLES = [
    Example(text, intent)
    for intent, texts in {
        "parcel": ("kargom nerede", "paket nerede", "kargo ne oldu"),
        "bill": ("fatura nerede", "ücret ne", "faturam ne oldu"),
    }.items()
    for text in texts
]


def pipeline(model: str, *behind: Any, **options: Any) -> list[Any]:
    return [{"name": "SpacyNLP", "model": model, **options}, "SpacyTokenizer", *behind]


def test_word_vectors_are_one_more_block_of_the_classifier(model: str) -> None:
    """Words that no example has are understood by their neighbours in the space of vectors."""
    seen = pipeline(model, "SpacyFeaturizer", "CountVectorsFeaturizer", "LinearIntentClassifier")
    blind = pipeline(model, "CountVectorsFeaturizer", "LinearIntentClassifier")
    data = TrainingData(EXAMPLES)
    by_vectors, by_words = (Interpreter.train(one, "tr", data) for one in (seen, blind))
    for text, intent in (("koli", "parcel"), ("gönderi", "parcel"), ("tutar", "bill"), ("para", "bill")):
        parsed = by_vectors.parse(text)["intent"]
        assert parsed["name"] == intent and parsed["confidence"] > 0.7
        assert by_words.parse(text)["intent"]["confidence"] < 0.7
    archive = Archive()
    by_vectors.save(archive.root)
    assert Interpreter.load(archive.root).parse("koli") == by_vectors.parse("koli")


def test_vectors_alone(model: str) -> None:
    alone = pipeline(model, {"name": "SpacyFeaturizer", "pooling": "max"}, "SklearnIntentClassifier")
    parsed = Interpreter.train(alone, "tr", TrainingData(EXAMPLES)).parse("tutar ne")
    assert parsed["intent"]["name"] == "bill"


@pytest.mark.parametrize(
    ("pooling", "text", "expected"),
    [
        ("mean", "Kargo nerede", (0.5, 0.05, 0.5, 0.15)),
        ("max", "kargo nerede", (1.0, 0.1, 1.0, 0.5)),
        # words without a vector are left out
        ("mean", "kargo bilinmeyen", (1.0, 0.1, 0.0, -0.2)),
    ],
)
def test_pooling(model: str, pooling: str, text: str, expected: tuple[float, ...]) -> None:
    draft = Draft(text)
    SpacyNLP({**SpacyNLP.defaults, "model": model}, "tr").process(draft)
    SpacyFeaturizer({**SpacyFeaturizer.defaults, "pooling": pooling}).process(draft)
    block = draft.features[f"{DENSE}spacy_{pooling}"]
    assert [block[str(at)] for at in range(4)] == pytest.approx(expected)


def test_a_text_without_known_words_has_no_vector(model: str) -> None:
    for text in ("bilinmeyen", " ", ""):
        draft = Draft(text)
        SpacyNLP({**SpacyNLP.defaults, "model": model}, "tr").process(draft)
        SpacyFeaturizer(SpacyFeaturizer.defaults).process(draft)
        assert draft.features == {}


def test_another_pooling_is_told(model: str) -> None:
    with pytest.raises(ProjectError, match="pooling: mean"):
        Interpreter.train(
            pipeline(model, {"name": "SpacyFeaturizer", "pooling": "sum"}), "tr", TrainingData(EXAMPLES)
        )


def test_case(model: str) -> None:
    """Turkish lower case: KARGO is kargo, and I is ı."""
    for sensitive, known in ((False, True), (True, False)):
        draft = Draft("KARGO")
        SpacyNLP({"model": model, "case_sensitive": sensitive}, "tr").process(draft)
        SpacyFeaturizer(SpacyFeaturizer.defaults).process(draft)
        assert bool(draft.features) is known


def test_entities_as_rasa_gives_them(model: str) -> None:
    found = Interpreter.train(pipeline(model, "SpacyEntityExtractor"), "tr", TrainingData(EXAMPLES))
    parsed = found.parse("kargom Rize şubesinde")
    assert parsed["entities"] == [
        {
            "entity": "CITY",
            "value": "Rize",
            "start": 7,
            "confidence": None,
            "end": 11,
            "extractor": "SpacyEntityExtractor",
        }
    ]
    archive = Archive()
    found.save(archive.root)
    assert Interpreter.load(archive.root).parse("kargom Rize şubesinde") == parsed


def test_dimensions(model: str) -> None:
    for dimensions, count in ((["CITY"], 1), (["PERSON"], 0), ([], 0), (None, 1)):
        extractor = {"name": "SpacyEntityExtractor", "dimensions": dimensions}
        parsed = Interpreter.train(pipeline(model, extractor), "tr", TrainingData(EXAMPLES)).parse(
            "Van mağazası nerede"
        )
        assert len(parsed["entities"]) == count, dimensions


def test_lemmas_and_tags(model: str) -> None:
    counting = {"name": "CountVectorsFeaturizer", "alias": "words"}
    for use_lemma, word in ((True, "kargo"), (False, "kargom")):
        entries = pipeline(model, {**counting, "use_lemma": use_lemma})
        draft = Draft("kargom nerede")
        for _, component in Interpreter.train(entries, "tr", TrainingData(EXAMPLES)).steps:
            component.process(draft)
        assert set(draft.features["words"]) == {word, "nerede"}
        assert draft.tokens[0].tag == "Noun"
    shapes = {"name": "LexicalSyntacticFeaturizer", "features": [[], ["pos", "pos2"], []]}
    draft = Draft("kargom nerede")
    for _, component in Interpreter.train(pipeline(model, shapes), "tr", TrainingData(EXAMPLES)).steps:
        component.process(draft)
    assert draft.marks == [{"0:pos=Noun", "0:pos2=No"}, set()]


def test_a_pipeline_without_vectors_or_entities_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    import spacy

    spacy.blank("tr").to_disk(tmp_path / "plain")
    entries = pipeline(str(tmp_path / "plain"), "SpacyFeaturizer", "SpacyEntityExtractor")
    parsed = Interpreter.train(entries, "tr", TrainingData(EXAMPLES)).parse("kargom Rize şubesinde")
    assert parsed["entities"] == []
    assert "has no word vectors" in caplog.text and "no entity recogniser" in caplog.text


def test_many_threads(model: str) -> None:
    found = Interpreter.train(
        pipeline(model, "SpacyFeaturizer", "SpacyEntityExtractor", "LinearIntentClassifier"),
        "tr",
        TrainingData(EXAMPLES),
    )
    texts = [f"kargom Rize şubesinde {number}" for number in range(60)]
    alone = [found.parse(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(found.parse, texts)) == alone


@pytest.mark.parametrize(
    ("entries", "code", "mend", "line"),
    [
        (["SpacyFeaturizer"], "component-order", "SpacyNLP", 1),
        (["SpacyEntityExtractor"], "spacy-model-unnamed", "model: en_core_web_md", 1),
        (["SpacyNLP", "SpacyTokenizer", "SpacyFeaturizer"], "spacy-model-unnamed", "SpacyNLP", 3),
        (
            [{"name": "SpacyNLP", "model": "tr_core_no_such"}],
            "spacy-model-missing",
            "python -m spacy download tr_core_no_such",
            1,
        ),
        (
            ["WhitespaceTokenizer", {"name": "SpacyNLP", "model": "/no/such/folder"}],
            "spacy-model-missing",
            "nlp.to_disk",
            2,
        ),
    ],
)
def test_what_is_missing_is_told_with_its_line_and_mend(
    entries: list[Any], code: str, mend: str, line: int
) -> None:
    places = [Place("config.yml", at + 1) for at in range(len(entries))]
    with pytest.raises(ProjectError) as raised:
        Interpreter.train(entries, "tr", TrainingData(EXAMPLES), places=places)
    [complaint] = raised.value.complaints
    assert complaint.code == code and mend in complaint.mend and complaint.place == Place("config.yml", line)


def test_a_pipeline_that_is_gone_is_told_when_the_model_is_loaded(tmp_path: Path) -> None:
    folder = trained(tmp_path / "gone", vectors=False)
    archive = Archive()
    Interpreter.train(pipeline(folder, "SpacyEntityExtractor"), "tr", TrainingData(EXAMPLES)).save(
        archive.root
    )
    load_pipeline.cache_clear()
    (tmp_path / "gone").rename(tmp_path / "away")
    with pytest.raises(ModelError, match="spaCy has no pipeline"):
        Interpreter.load(archive.root)


@pytest.mark.parametrize(
    "break_it",
    [
        lambda folder: (folder / "config.cfg").write_text("[nlp]\nlang = 'tr'\npipeline = ['no_such']\n"),
        lambda folder: (folder / "meta.json").write_text("{"),
    ],
)
def test_a_broken_pipeline_is_told(tmp_path: Path, break_it: Callable[[Path], object]) -> None:
    import spacy

    spacy.blank("tr").to_disk(tmp_path / "broken")
    break_it(tmp_path / "broken")
    with pytest.raises(ProjectError, match="spaCy"):
        Interpreter.train(pipeline(str(tmp_path / "broken")), "tr", TrainingData(EXAMPLES))


def test_without_spacy_the_extra_is_named() -> None:
    script = (
        "import sys; sys.modules['spacy'] = None\n"
        "from bot.errors import ProjectError\n"
        "from bot.nlu.data import TrainingData\n"
        "from bot.nlu.interpreter import Interpreter\n"
        "try: Interpreter.train(['SpacyNLP', 'SpacyTokenizer'], 'tr', TrainingData())\n"
        "except ProjectError as error: print(error)\n"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "[spacy-missing]" in told and "pip install 'santral[spacy]'" in told
