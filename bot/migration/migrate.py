"""``santral data migrate``: a project of Rasa 1 or 2 becomes one of Rasa 3.1.

::

    migrate_project(request) -> Report
        read      every file, before anything is judged
        change    domain, config, examples, stories: text in, text out
        write     all of it, or nothing (bot/migration/writing.py)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import Complaints, Place
from bot.migration.config import is_old_config, migrate_config
from bot.migration.domain import NewDomain, is_old_domain, migrate_domain
from bot.migration.form_actions import find_form_classes
from bot.migration.markdown import Kind, kind_of_markdown
from bot.migration.markdown_nlu import nlu_from_markdown, responses_from_markdown
from bot.migration.markdown_stories import stories_from_markdown
from bot.migration.report import Report
from bot.migration.shapes import check_config_shape, check_domain_shape
from bot.migration.source import CURRENT, YAML_ENDINGS, SourceFile, files_below, read_source, read_sources
from bot.migration.training_text import migrate_training_text
from bot.migration.writing import Changes, WritingError, write_new_files
from bot.migration.yaml_text import VERSION, to_yaml
from bot.project import DOMAIN_KEYS, Document
from bot.yaml_file import Map, read_yaml

_DOMAIN_KEYS = (*DOMAIN_KEYS, "templates")


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be migrated."""

    root: Path
    domain: str = "domain.yml"
    """A file or a folder."""
    data: Sequence[str] = ("data",)
    config: str = "config.yml"
    out: Path | None = None
    """Where the new project goes; ``None``: in place, with a backup of each file."""


@dataclass(slots=True)
class _Old:
    """The project's files as they were read."""

    domain: list[tuple[SourceFile, Document]] = field(default_factory=list)
    config: tuple[SourceFile, Map] | None = None
    training: list[SourceFile] = field(default_factory=list)
    markdown: list[tuple[SourceFile, Kind]] = field(default_factory=list)


def migrate_project(request: Request) -> Report:
    """Migrate a project; a current one is left alone, and the report is empty.

    Raises:
        ProjectError: files cannot be read or understood; all complaints are in it, and nothing was changed.
        WritingError: a backup or a file of the new project exists already; nothing was changed.
        OSError: a file cannot be written; everything is as before.
    """
    complaints = Complaints()
    old = _read(request, complaints)
    complaints.raise_errors()
    report = Report()
    texts: dict[str, str] = {}
    removed: list[str] = []
    if _is_current(old):
        return report
    domain = _domain(request, old, texts, report)
    rules = _config(request, old, domain, texts, report)
    for source in old.training:
        new = migrate_training_text(source, report) if source.is_outdated else source.text
        if new != source.text:
            texts[source.name] = new
    for source, kind in old.markdown:
        name, text = _from_markdown(request.root, source, kind, complaints, report)
        if name in texts or (request.root / name).exists():
            message = f"{name} exists already, so that {source.name} cannot be written there."
            complaints.error("file-exists", message, "Rename one of the two.", source.place())
        texts[name] = text
        removed.append(source.name)
        report.changed(source.place(1), f"It is YAML now: {name}.")
    complaints.raise_errors()
    if rules:
        texts[_rules_file(request, texts)] = to_yaml({"version": VERSION, "rules": rules})
    _check_texts(texts, complaints)
    complaints.raise_errors()
    _write(request, texts, removed, report)
    return report


def _read(request: Request, complaints: Complaints) -> _Old:
    old = _Old()
    root = request.root
    for source in read_sources(root, [request.domain], YAML_ENDINGS, complaints):
        content = read_yaml(source.text, source.name, complaints)
        if isinstance(content, Map) and any(key in content for key in _DOMAIN_KEYS):
            old.domain.append((source, Document(source.name, content)))
            check_domain_shape(content, complaints)
        elif not (root / request.domain).is_dir() and not complaints.errors:
            mend = "It lists intents, slots, responses and actions."
            complaints.error("file-type", "This is no domain.", mend, source.place(1))
    config = (
        read_source(root / request.config, root, complaints) if (root / request.config).exists() else None
    )
    if config is None and not (root / request.config).exists():
        mend = "Name another one with -c."
        complaints.error("config-missing", f"There is no {request.config}.", mend, Place(request.config))
    elif config is not None:
        content = read_yaml(config.text, config.name, complaints)
        if content is not None and not isinstance(content, Map):
            complaints.error("file-type", "This is no mapping.", "Write 'key: value'.", config.place(1))
        old.config = (config, content if isinstance(content, Map) else Map())
        check_config_shape(old.config[1], complaints)
    domains = {source.path for source, _ in old.domain}
    endings = (*YAML_ENDINGS, ".md")
    data = [*request.data, *(["tests"] if (root / "tests").is_dir() else [])]
    for source in read_sources(root, data, endings, complaints):
        if source.path in domains or (config is not None and source.path == config.path):
            continue
        kind = kind_of_markdown(source.text) if not source.is_yaml else None
        if kind:
            old.markdown.append((source, kind))
        elif source.is_yaml:
            if source.is_outdated:
                read_yaml(source.text, source.name, complaints)
            old.training.append(source)
    return old


def _is_current(old: _Old) -> bool:
    return not (
        any(is_old_domain(document.content, source.version) for source, document in old.domain)
        or (old.config is not None and is_old_config(old.config[1]))
        or any(source.is_outdated for source in old.training)
        or old.markdown
    )


def _domain(request: Request, old: _Old, texts: dict[str, str], report: Report) -> NewDomain:
    """The domain's new files go into ``texts``, unless it is current."""
    if not any(is_old_domain(document.content, source.version) for source, document in old.domain):
        forms = [document.content.get("forms") for _, document in old.domain]
        return NewDomain(forms=[name for one in forms if isinstance(one, Map) for name in one])
    complaints = Complaints()
    for source, _ in old.domain:
        if source.version is not None and source.version >= CURRENT:
            message = "This file of the domain is of Rasa 3, others are older."
            mend = "Move it out of the folder, migrate, and move it back."
            complaints.error("domain-mixed", message, mend, source.place(1))
    complaints.raise_errors()
    classes = find_form_classes(request.root)
    new = migrate_domain([document for _, document in old.domain], classes, report)
    for name, one in classes.items():
        filled = (
            "its slots and mappings stand in the domain" if one.is_plain else "list its slots in the domain"
        )
        text = f"The form class of '{name}' is of Rasa 1: {filled}. Its validate_... methods belong in a"
        text += (
            f" FormValidationAction named validate_{name}, its submit() in an action that stories and rules"
        )
        report.by_hand(one.place, f"{text} run after the form.")
    texts.update({name: to_yaml(content) for name, content in new.files.items()})
    return new


def _config(
    request: Request, old: _Old, domain: NewDomain, texts: dict[str, str], report: Report
) -> list[dict[str, Any]]:
    """The new config goes into ``texts``; gives the rules that stand for triggers and fallbacks."""
    if old.config is None:
        return []
    source, content = old.config
    new = migrate_config(content, request.root.resolve().name, domain.triggers, domain.forms, report)
    if new.content != content:
        texts[source.name] = to_yaml(new.content)
    return new.rules


def _from_markdown(
    root: Path, source: SourceFile, kind: Kind, complaints: Complaints, report: Report
) -> tuple[str, str]:
    """A Markdown file's new name and text."""
    path = Path(source.name)
    content: dict[str, Any] = {"version": VERSION}
    stem = path.stem
    if kind == "nlu":
        content["nlu"] = nlu_from_markdown(source, root, complaints)
    elif kind == "responses":
        content["responses"] = responses_from_markdown(source, complaints)
    else:
        stories = stories_from_markdown(source, complaints, report)
        content["stories"] = stories.stories
        if stories.is_test and not stem.startswith("test_"):
            stem = f"test_{stem}"
    return path.with_name(f"{stem}.yml").as_posix(), to_yaml(content)


def _rules_file(request: Request, texts: dict[str, str]) -> str:
    folder = next((Path(one) for one in request.data if (request.root / one).is_dir()), Path("data"))
    for stem in ("rules", "rules_migrated"):
        name = (folder / f"{stem}.yml").as_posix()
        if name not in texts and not (request.root / name).exists():
            return name
    raise WritingError(f"{folder}/rules.yml and rules_migrated.yml exist already: move one away.")


def _check_texts(texts: dict[str, str], complaints: Complaints) -> None:
    """What is written must be readable: a mistake of ours must not cost a project."""
    for name, text in texts.items():
        read_yaml(text, name, complaints)


def _write(request: Request, texts: dict[str, str], removed: list[str], report: Report) -> None:
    root = request.root
    contents = {name: text.encode() for name, text in texts.items()}
    report.written = sorted(texts)
    if request.out is None:
        changes = Changes(
            {root / name: one for name, one in contents.items()}, [root / one for one in removed]
        )
        report.backups = [one.as_posix().removeprefix(f"{root.as_posix()}/") for one in changes.backups]
        changes.apply()
        return
    kept = {name: path.read_bytes() for name, path in _kept(request).items() if name not in removed}
    write_new_files({request.out / name: one for name, one in (kept | contents).items()})


def _kept(request: Request) -> dict[str, Path]:
    """Everything that the new project consists of, as it is; what is changed replaces it.

    Raises:
        WritingError: something lies outside of the project's folder.
    """
    root = request.root
    named = [request.domain, request.config, *request.data, "tests", "endpoints.yml", "credentials.yml"]
    for one in named:
        if Path(one).is_absolute() or ".." in Path(one).parts:
            raise WritingError(f"{one} lies outside of {root}: with --out, name paths within the project.")
    paths = [root / one for one in named]
    files = [file for path in paths if path.is_dir() for file in files_below(path)]
    files += [path for path in paths if path.is_file()]
    return {path.relative_to(root).as_posix(): path for path in files}
