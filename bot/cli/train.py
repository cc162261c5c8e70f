"""``santral train``: from a project's files to a model."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from bot.cli.options import DATA, ConfigPath, DataPaths, DomainPath
from bot.cli.verb import verb

if TYPE_CHECKING:
    from bot.errors import Complaints
    from bot.sources import Sources
    from bot.training import Progress

Part = Literal["nlu", "core"]

OutFolder = Annotated[Path, typer.Option("--out", metavar="FOLDER", help="The folder for the model.")]
Force = Annotated[bool, typer.Option("--force", help="Train even if nothing changed.")]
FixedName = Annotated[
    str | None,
    typer.Option("--fixed-model-name", metavar="NAME", help="The model's name; else the time of training."),
]
Seed = Annotated[
    int, typer.Option("--seed", metavar="NUMBER", help="Equal seeds and files give equal models.")
]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be trained of, and where the model goes."""

    root: Path = field(default_factory=Path.cwd)
    config: str = "config.yml"
    domain: str = "domain.yml"
    data: tuple[str, ...] = ("data",)
    out: Path = Path("models")
    name: str | None = None
    force: bool = False
    part: Part | None = None
    """``nlu``: understanding only; ``core``: dialogue only; ``None``: the whole bot."""
    seed: int = 42
    validate: bool = True
    fail_on_warnings: bool = False


def register(app: typer.Typer) -> None:
    group = typer.Typer(rich_markup_mode=None)
    group.callback(invoke_without_command=True)(train)
    group.command("nlu")(train_nlu)
    group.command("core")(train_core)
    app.add_typer(group, name="train")


@verb()
def train(
    context: typer.Context,
    config: ConfigPath = "config.yml",
    domain: DomainPath = "domain.yml",
    data: DataPaths = DATA,
    out: OutFolder = Path("models"),
    fixed_model_name: FixedName = None,
    force: Force = False,
    seed: Seed = 42,
    skip_validation: Annotated[
        bool, typer.Option("--skip-validation", help="Do not check whether the files fit together.")
    ] = False,
    fail_on_validation_warnings: Annotated[
        bool, typer.Option("--fail-on-validation-warnings", help="Warnings stop the training, too.")
    ] = False,
) -> None:
    """Train a model from config.yml, domain.yml and data/.

    The model is written to models/, named by the time. When nothing changed since the newest model,
    nothing is trained.

    \b
    Examples:
        santral train
        santral train --data data --data more_data -d domain/ --out models
        santral train nlu          understanding only
    """
    if context.invoked_subcommand is not None:
        return
    train_model(
        Order(
            config=config,
            domain=domain,
            data=tuple(data),
            out=out,
            name=fixed_model_name,
            force=force,
            seed=seed,
            validate=not skip_validation,
            fail_on_warnings=fail_on_validation_warnings,
        )
    )


@verb()
def train_nlu(
    config: ConfigPath = "config.yml",
    domain: DomainPath = "domain.yml",
    data: Annotated[
        list[str], typer.Option("--nlu", "-u", "--data", metavar="PATH", help="Examples.")
    ] = DATA,
    out: OutFolder = Path("models"),
    fixed_model_name: FixedName = None,
    force: Force = False,
    seed: Seed = 42,
) -> None:
    """Train understanding only; try it with: santral shell nlu"""
    train_model(
        Order(
            config=config,
            domain=domain,
            data=tuple(data),
            out=out,
            name=fixed_model_name,
            force=force,
            part="nlu",
            seed=seed,
            validate=False,
        )
    )


@verb()
def train_core(
    config: ConfigPath = "config.yml",
    domain: DomainPath = "domain.yml",
    data: Annotated[
        list[str], typer.Option("--stories", "-s", "--data", metavar="PATH", help="Stories and rules.")
    ] = DATA,
    out: OutFolder = Path("models"),
    fixed_model_name: FixedName = None,
    force: Force = False,
    seed: Seed = 42,
) -> None:
    """Train the dialogue only: the bot understands /intent{"entity": "value"} messages."""
    train_model(
        Order(
            config=config,
            domain=domain,
            data=tuple(data),
            out=out,
            name=fixed_model_name,
            force=force,
            part="core",
            seed=seed,
            validate=False,
        )
    )


def train_model(order: Order) -> Path:
    """Train and save a model, telling what is done; or find that the newest one is still good.

    Returns:
        the model's path.

    Raises:
        ProjectError: something is wrong with the project; all complaints are in it.
        OSError: the model cannot be written.
    """
    from bot.cli.complaints import tell_complaints
    from bot.errors import Complaints, ProjectError
    from bot.training import train

    began = time.monotonic()
    complaints = Complaints()
    sources = _sources(order, complaints)
    complaints.raise_errors()
    if order.fail_on_warnings and complaints.warnings:
        raise ProjectError(complaints.found)
    same = None if order.force else _unchanged(order, sources)
    if same is not None:
        typer.echo(f"Nothing changed: {same} is up to date. (--force trains nevertheless.)")
        return same
    with _shown_progress() as progress:
        kept = None if order.force else order.out
        model = train(sources, complaints, progress=progress, seed=order.seed, kept=kept)
    tell_complaints(complaints, most_warnings=5)
    path = _path_for(order)
    model.name = path.name
    model.save(path)
    typer.echo(f"Trained in {time.monotonic() - began:.1f} s: {path}")
    return path


def train_if_missing(model: Path, **order: Any) -> None:
    """Train when the project has no model yet; a place that somebody named is for the loader to complain of.

    Args:
        model: the folder; only the usual one is filled unasked, so that a slip of the pen writes nothing elsewhere.
    """
    from bot.model import MODELS

    if model.resolve() == Path.cwd().resolve() / MODELS and not any(model.glob("*.tar.gz")):
        typer.echo(f"There is no model in {model} yet: training one.", err=True)
        train_model(Order(out=model, **order))


def _sources(order: Order, complaints: Complaints) -> Sources:
    from bot.dialogue.stories import StoryData
    from bot.nlu.data import TrainingData
    from bot.sources import read_sources
    from bot.validation import check_project

    sources = read_sources(order.root, complaints, config=order.config, domain=order.domain, data=order.data)
    if order.validate:
        check_project(sources.project, sources.domain, sources.stories, sources.examples, complaints)
    project = sources.project
    if order.part == "nlu":
        project = replace(project, config=replace(project.config, policies=()))
        return replace(sources, project=project, stories=StoryData())
    if order.part == "core":
        project = replace(project, config=replace(project.config, pipeline=()))
        return replace(sources, project=project, examples=TrainingData())
    return sources


def _unchanged(order: Order, sources: Sources) -> Path | None:
    """The model that training would make again."""
    from bot.archive import Archive, read_manifest
    from bot.errors import ModelError
    from bot.model import newest_model
    from bot.reuse import part_fingerprints

    path = _fixed_path(order) if order.name else newest_model(order.out)
    if path is None or not path.is_file():
        return None
    wanted = (sources.fingerprint(), part_fingerprints(sources, order.seed))
    try:
        manifest = read_manifest(path)
        if (manifest.get("fingerprint"), manifest.get("parts")) != wanted:
            return None
        Archive.load(path)  # is the rest of it whole?
    except ModelError:
        return None
    return path


def _fixed_path(order: Order) -> Path:
    name = str(order.name)
    if Path(name).name != name:
        message = "A model's name is no path; --out names the folder."
        raise typer.BadParameter(message, param_hint="--fixed-model-name")
    return order.out / (name if name.endswith(".tar.gz") else f"{name}.tar.gz")


def _path_for(order: Order) -> Path:
    if order.name:
        return _fixed_path(order)
    stem = (f"{order.part}-" if order.part else "") + time.strftime("%Y%m%d-%H%M%S")
    path, number = order.out / f"{stem}.tar.gz", 1
    while path.exists():
        number += 1
        path = order.out / f"{stem}-{number}.tar.gz"
    return path


@contextmanager
def _shown_progress() -> Iterator[Progress]:
    """A bar on a terminal; a line for each step elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _LinePerStep()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Reading", total=1.0)

        def tell(what: str, share: float) -> None:
            dialogue = what == "stories and rules"
            done = 0.1 * share if dialogue else 0.1 + 0.9 * share
            bar.update(task, description=f"Training {what}", completed=done)

        yield tell


class _LinePerStep:
    """Tells each step once."""

    def __init__(self) -> None:
        self._told = ""

    def __call__(self, what: str, share: float) -> None:
        if what != self._told:
            self._told = what
            typer.echo(f"Training {what}", err=True)
