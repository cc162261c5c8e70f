"""How examples are understood: by a trained model, by cross-validation, or by several configs in turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.evaluation.files import Wanted

if TYPE_CHECKING:
    from bot.evaluation.comparison import Comparison
    from bot.evaluation.crossval import CrossValidation as Validated
    from bot.evaluation.metrics import Report
    from bot.evaluation.nlu import NluResults
    from bot.nlu.data import TrainingData
    from bot.project_config import Config

ADVICE = "advice.md"
SCREENFUL = 3
"""So many findings of each kind are told in the terminal; the file has more."""

NluPaths = Annotated[
    list[str], typer.Option("--nlu", "-u", metavar="PATH", help="Labelled examples to test with; repeatable.")
]
Configs = Annotated[
    list[str] | None,
    typer.Option(
        "--config", "-c", metavar="FILE", help="For --cross-validation; given several times: compare them."
    ),
]
CrossValidation = Annotated[
    bool, typer.Option("--cross-validation", help="Train several times, and test what was not learned.")
]
Folds = Annotated[int, typer.Option("--folds", "-f", metavar="NUMBER", help="Parts of a cross-validation.")]
Runs = Annotated[int, typer.Option("--runs", "-r", metavar="NUMBER", help="Runs of a comparison.")]
Percentages = Annotated[
    list[int] | None,
    typer.Option(
        "--percentages",
        "-p",
        metavar="NUMBER",
        help="Percent of the examples that a comparison leaves out; repeatable. [default: 0 25 50 75]",
        show_default=False,
    ),
]


@dataclass(frozen=True, slots=True)
class NluOrder:
    """What is to be tested, and where the reports go."""

    model: Path = Path("models")
    data: tuple[str, ...] = ("data",)
    configs: tuple[str, ...] = ()
    domain: str = "domain.yml"
    cross_validation: bool = False
    folds: int = 5
    runs: int = 3
    percentages: tuple[int, ...] = ()
    out: Path = Path("results")
    wanted: Wanted = field(default_factory=Wanted)


def test_understanding(order: NluOrder) -> None:
    """Test, tell figures and advice, and write the files.

    Raises:
        SantralError: the data, a config or the model cannot be used.
    """
    data = read_examples(order.data, order.domain)
    configs = find_configs(order.configs)
    if len(configs) > 1:
        _compare(order, read_configs(configs), data)
    elif order.cross_validation:
        config = read_configs(configs or [Path("config.yml")])
        _cross_validate(order, next(iter(config.values())), data)
    else:
        _evaluate(order, data)


def read_examples(paths: Sequence[str], domain: str) -> TrainingData:
    """The examples under these paths.

    Raises:
        ProjectError: they cannot be read, or there are none.
    """
    from bot.domain_reader import read_domain
    from bot.errors import Complaints, Place
    from bot.nlu.reader import read_training_data
    from bot.project import load_project

    root, complaints = Path.cwd(), Complaints()
    project = load_project(root, complaints, domain=domain, data=paths)
    declared = read_domain(project.domain_documents, complaints)
    data = read_training_data(project.documents, complaints, domain_responses=declared.responses, root=root)
    # The config and the domain are not what is tested: only what is wrong with examples stops the test.
    files = {one.file for one in project.documents}
    broken = Complaints([one for one in complaints.errors if not one.place or one.place.file in files])
    if not data.examples and not broken.errors:
        message, mend = "There are no labelled examples.", "Name files or folders with 'nlu:' with --nlu."
        broken.error("examples-missing", message, mend, Place(", ".join(paths)))
    broken.raise_errors()
    return data


def find_configs(paths: Sequence[str]) -> list[Path]:
    """The files given, and every YAML file of the folders given."""
    found: list[Path] = []
    for path in map(Path, paths):
        found += sorted(path.glob("*.y*ml")) if path.is_dir() else [path]
    return list(dict.fromkeys(found))


def read_configs(paths: Sequence[Path]) -> dict[str, Config]:
    """Configs by the names of their files.

    Raises:
        ProjectError: one of them does not exist, or is wrong.
    """
    from bot.errors import Complaints, Place
    from bot.project_config import read_config
    from bot.yaml_file import read_yaml_file

    complaints = Complaints()
    found: dict[str, Config] = {}
    for path in paths:
        if not path.is_file():
            message = f"There is no {path}."
            complaints.error("config-missing", message, "Name another one with --config.", Place(str(path)))
            continue
        name = path.stem if path.stem not in found else str(path)
        found[name] = read_config(read_yaml_file(path, complaints, str(path)), str(path), complaints)
    complaints.raise_errors()
    return found


def _evaluate(order: NluOrder, data: TrainingData) -> None:
    from bot.cli.models import load_model
    from bot.cli.testing_told import shown_progress
    from bot.errors import ModelError
    from bot.evaluation.nlu import evaluate

    model = load_model(order.model, Path.cwd())
    if not model.interpreter.steps:
        raise ModelError(f"{model.name} understands no texts. Train all of the bot: santral train")
    with shown_progress("Understanding") as told:
        results = evaluate(model.interpreter, data.examples, lambda share: told("examples", share))
    learned = data if list(order.data) == ["data"] else _learned(order.domain)
    known = {one.text for one in learned.examples} if learned else set()
    share = sum(one.text in known for one in data.examples) / len(data.examples)
    _conclude(order, results, learned or data, str(model.config["language"]), share)


def _learned(domain: str) -> TrainingData | None:
    """What the project's models are trained on, if it can be read."""
    from bot.errors import ProjectError

    try:
        return read_examples(["data"], domain)
    except ProjectError:
        return None


def _cross_validate(order: NluOrder, config: Config, data: TrainingData) -> None:
    from bot.cli.testing_told import shown_progress
    from bot.evaluation.crossval import cross_validate

    with shown_progress("Cross-validation") as told:
        found = cross_validate(data, config.pipeline, config.language, count=order.folds, told=told)
    _tell_folds(found, order.folds)
    _conclude(order, found.results, data, config.language, 0.0)


def _tell_folds(found: Validated, folds: int) -> None:
    from rich.table import Table

    from bot.cli.testing_told import console
    from bot.evaluation.crossval import mean_and_deviation

    table = Table(title=f"Cross-validation, {folds} folds: mean (deviation)", title_justify="left", box=None)
    for name in ("", "accuracy", "F1", "precision"):
        table.add_column(name, no_wrap=True)
    for name, figures in sorted(found.figures.items(), key=lambda one: not one[0].startswith("test")):
        columns = (
            [one.accuracy for one in figures],
            [one.f1 for one in figures],
            [one.precision for one in figures],
        )
        told = ("{:.3f} ({:.3f})".format(*mean_and_deviation(values)) for values in columns)
        table.add_row(name.replace("test ", "not learned: ").replace("train ", "learned: "), *told)
    console().print(table)
    typer.echo()


def _conclude(
    order: NluOrder, results: NluResults, learned: TrainingData, language: str, was_trained_on: float
) -> None:
    """Write the reports; tell figures and advice."""
    from bot.cli.testing_told import console, say, tell_files
    from bot.evaluation.advice import advice_text, advise
    from bot.evaluation.files import write_text
    from bot.evaluation.nlu_files import nlu_reports, write_nlu_files

    written = write_nlu_files(results, order.out, order.wanted)
    counts: dict[str, int] = {}
    for one in learned.examples:
        if one.base_intent:
            counts[one.base_intent] = counts.get(one.base_intent, 0) + 1
    advice = advise(results, counts, was_trained_on)
    written.append(write_text(order.out / ADVICE, advice_text(advice, language)))
    reports = nlu_reports(results)
    _tell_figures({"Intents": reports.intents, "Responses": reports.responses, **reports.entities})
    tell_files(written)
    typer.echo()
    for line in _plain(advice_text(advice, language, SCREENFUL)):
        body = line.lstrip()
        say(console(), body, len(line) - len(body), 2 if body.startswith("- ") else 0)


def _tell_figures(reports: Mapping[str, Report]) -> None:
    from rich.table import Table

    from bot.cli.testing_told import console

    table = Table(box=None, pad_edge=False)
    table.add_column("", no_wrap=True, min_width=12)
    for name in ("accuracy", "F1", "F1 macro", "precision"):
        table.add_column(name, no_wrap=True)
    for name, report in reports.items():
        if report:
            average, macro = report["weighted avg"], report["macro avg"]
            values = (report["accuracy"], average["f1-score"], macro["f1-score"], average["precision"])
            table.add_row(name, *(f"{value:.3f}" for value in values))
    if table.row_count:
        console().print(table)
        typer.echo()


def _plain(markdown: str) -> list[str]:
    """Lines; headings without their hashes, the rest reads well as it is."""
    lines = [line.lstrip("# ") if line.startswith("#") else line for line in markdown.splitlines()]
    return [line.replace("`", "") for line in lines]


def _compare(order: NluOrder, configs: Mapping[str, Config], data: TrainingData) -> None:
    from bot.cli.testing_told import shown_progress
    from bot.evaluation.comparison import compare

    percentages = order.percentages or (0, 25, 50, 75)
    with shown_progress("Comparing") as told:
        found = compare(
            configs,
            data,
            order.out,
            runs=order.runs,
            percentages=percentages,
            plot=order.wanted.plot,
            told=told,
        )
    _tell_comparison(found, order.out)


def _tell_comparison(found: Comparison, folder: Path) -> None:
    from rich.table import Table

    from bot.cli.testing_told import console

    out = console()
    for name, why in found.failures.items():
        out.print(f"{name} could not be trained: {why}", style="red")
    table = Table(
        title="F1 of intents that were not learned: mean (deviation)", title_justify="left", box=None
    )
    table.add_column("config")
    for count, percentage in zip(found.examples, found.percentages, strict=True):
        table.add_column(f"{count} examples (-{percentage} %)", no_wrap=True)
    for name in found.scores:
        table.add_row(name, *(f"{mean:.3f} ({deviation:.3f})" for mean, deviation in found.averages(name)))
    out.print(table)
    best = max(
        found.scores, key=lambda name: found.averages(name)[found.percentages.index(min(found.percentages))]
    )
    typer.echo(f"\nBest with all examples: {best}. Reports: {folder}/")
