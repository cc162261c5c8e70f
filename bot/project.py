"""A project's files: which belong to it, each parsed once.

::

    load_project(root, complaints) -> Project      config, endpoints, credentials, documents
    read_domain(project.domain_documents, ...)     bot/domain_reader.py
    read_stories(project.documents, domain, ...)   bot/dialogue/story_reader.py
    read_training_data(project.documents, ...)     bot/nlu/reader.py
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import Complaints, Place
from bot.json_file import read_json_file
from bot.project_config import Config, read_config
from bot.yaml_file import Map, Seq, fill_text, read_yaml_file
from bot.yaml_shape import kind_of

FORMAT_VERSION = (3, 1)
"""Rasa's version of training data that is read here."""
DOMAIN_KEYS = (
    "slots",
    "forms",
    "actions",
    "entities",
    "intents",
    "responses",
    "e2e_actions",
    "session_config",
)
"""A file of a domain folder that has none of these is no part of the domain."""
_TRAINING_KEYS = ("nlu", "stories", "rules", "responses", "rasa_nlu_data")
_YAML_ENDINGS = (".yml", ".yaml")
_MARKDOWN = re.compile(
    r"""^\#\#[ \t]* (?: intent | synonym | regex | lookup ) [ \t]*:
      | ^\#\#[^#\n][^\n]*\n (?: [ \t]*\n | >[^\n]*\n )*
        (?: \*[^*\n]*\n [ \t]*-[ \t]*\w+ (?: \{[^\n]*\} )? [ \t]*$ | \*[ \t]*\w+/\w+[ \t]*\n )""",
    re.MULTILINE | re.VERBOSE,
)
"""Rasa 1's ``## intent:greet``, or a title with a turn (``* greet``) and an action (``  - utter_greet``)."""

DomainPath = str | Path | Sequence[str | Path]


@dataclass(frozen=True, slots=True)
class Document:
    """One YAML or JSON file that was parsed: its path relative to the root, and its content."""

    file: str
    content: Map

    @property
    def place(self) -> Place:
        return Place(self.file, 1)


@dataclass(frozen=True, slots=True)
class Project:
    """The files of a bot."""

    root: Path
    config: Config = field(default_factory=Config)
    endpoints: Mapping[str, Any] = field(default_factory=dict)
    credentials: Mapping[str, Any] = field(default_factory=dict)
    domain_documents: tuple[Document, ...] = ()
    documents: tuple[Document, ...] = ()
    """Training files (stories, rules, examples, responses), sorted by path."""


def load_project(
    root: Path,
    complaints: Complaints,
    *,
    config: str = "config.yml",
    domain: DomainPath = "domain.yml",
    data: Sequence[str | Path] = ("data",),
    endpoints: str = "endpoints.yml",
    credentials: str = "credentials.yml",
    environment: Mapping[str, str] | None = None,
) -> Project:
    """Find and parse a project's files.

    Args:
        root: the project's folder; every other path is relative to it.
        complaints: gets what is wrong with the files.
        config: the pipeline and the policies.
        domain: a file, a folder, or several of them.
        data: files and folders with training data.
        endpoints: action server, stores, brokers; may be absent.
        credentials: channels; may be absent.
        environment: for ``${NAME}`` in the files, in endpoints and credentials also in quoted texts;
            the process's when absent.

    Returns:
        the project; look at ``complaints.errors`` before using it.
    """
    files = _Files(root, complaints, os.environ if environment is None else environment)
    config_path = root / config
    if config_path.is_file():
        read = read_config(files.parse(config_path), config, complaints)
    else:
        message = f"There is no {config} in {root}."
        complaints.error("config-missing", message, "Create it, or name another one.", Place(config))
        read = Config()
    project = Project(
        root,
        config=read,
        endpoints=files.settings(root / endpoints),
        credentials=files.settings(root / credentials),
        domain_documents=tuple(files.domain(domain)),
        documents=tuple(files.training(data)),
    )
    if not project.documents:
        where = " or ".join(str(one) for one in data)
        message = f"No training data was found in {where}."
        mend = f"Put stories, rules and examples into YAML files under {where}."
        complaints.error("data-missing", message, mend, Place(str(data[0])) if data else None)
    return project


def load_tests(
    root: Path, complaints: Complaints, *, tests: Sequence[str | Path] = ("tests",)
) -> list[Document]:
    """Parse conversation tests: in folders files named ``test_*.yml``, and every file that is named itself."""
    files = _Files(root, complaints, os.environ)
    found: set[Path] = set()
    for one in tests:
        path = root / one
        if path.is_dir():
            found.update(file for file in _yaml_files(path) if file.name.startswith("test_"))
        elif path.is_file():
            found.add(path)
        else:
            message = f"There is no {files.name(path)}."
            complaints.error(
                "tests-missing", message, "Create it, or name another one.", Place(files.name(path))
            )
    documents = (files.document(file) for file in sorted(found, key=str))
    return [one for one in documents if one and _has_key(one, ("stories", "rules"))]


class _Files:
    """Finds files below a root and parses each only once."""

    def __init__(self, root: Path, complaints: Complaints, variables: Mapping[str, str]) -> None:
        self.root = root
        self.complaints = complaints
        self.variables = variables
        self._parsed: dict[Path, Any] = {}

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)

    def parse(self, path: Path) -> Any:
        if path not in self._parsed and path.suffix == ".json":
            self._parsed[path] = read_json_file(path, self.complaints, self.name(path))
        elif path not in self._parsed:
            self._parsed[path] = read_yaml_file(path, self.complaints, self.name(path), self.variables)
        return self._parsed[path]

    def settings(self, path: Path) -> Mapping[str, Any]:
        """A file of settings, with variables filled in; nothing when it does not exist."""
        if not path.is_file():
            return {}
        content = read_yaml_file(path, self.complaints, self.name(path))
        if content is None:
            return {}
        if not isinstance(content, Map):
            message = f"The file must be a mapping, but is {kind_of(content)}."
            self.complaints.error(
                "settings-type", message, "Write 'key: value' lines.", Place(self.name(path))
            )
            return {}
        filled = fill_variables(content, self.variables, self.complaints, content.place)
        assert isinstance(filled, Map)
        return filled

    def domain(self, paths: DomainPath) -> Iterator[Document]:
        several = [paths] if isinstance(paths, str | Path) else list(paths)
        for one in several:
            path = self.root / one
            if path.is_dir():
                documents = (self.document(file) for file in _yaml_files(path))
                yield from (found for found in documents if found and _has_key(found, DOMAIN_KEYS))
            elif path.is_file():
                found = self.document(path, must_be_mapping=True)
                if found:
                    yield found
            else:
                message = f"There is no {self.name(path)}."
                mend = "Create it: it lists intents, slots, responses and actions."
                self.complaints.error("domain-missing", message, mend, Place(self.name(path)))

    def training(self, paths: Iterable[str | Path]) -> Iterator[Document]:
        found: set[Path] = set()
        for one in paths:
            path = self.root / one
            if path.is_dir():
                found.update(file for file in _yaml_files(path) if not _is_test(file, path))
                found.update(_json_examples(path))
                self._tell_markdown(path)
            elif path.is_file():
                found.add(path)
            else:
                message = f"There is no {self.name(path)}."
                self.complaints.error("data-missing", message, "Create it.", Place(self.name(path)))
        for file in sorted(found, key=str):
            document = self.document(file)
            if document and _has_key(document, _TRAINING_KEYS):
                yield document

    def _tell_markdown(self, folder: Path) -> None:
        """Rasa 1 kept training data in Markdown; Rasa 3 does not read it."""
        for file in sorted(folder.rglob("*.md")):
            found = _MARKDOWN.search(file.read_text(encoding="utf-8", errors="replace"))
            if found:
                line = found.string.count("\n", 0, found.start()) + 1
                message = "Training data in Markdown (of Rasa 1) is not read."
                mend = "Bring the project to today's format: santral data migrate"
                self.complaints.warn("markdown-skipped", message, mend, Place(self.name(file), line))

    def document(self, path: Path, must_be_mapping: bool = False) -> Document | None:
        content = self.parse(path)
        name = self.name(path)
        if content is None:
            return None
        if not isinstance(content, Map):
            message = f"The file must be a mapping, but is {kind_of(content)}."
            mend = "Put its content under a key such as 'nlu:', 'stories:' or 'intents:'."
            say = self.complaints.error if must_be_mapping else self.complaints.warn
            say("file-type", message, mend, Place(name, 1))
            return None
        return Document(name, content) if self._readable(name, content) else None

    def _readable(self, name: str, content: Map) -> bool:
        """Rasa's rule for ``version``: a file of a higher one is passed over."""
        version = content.get("version")
        if not version:
            return True
        place = content.place_of("version")
        wanted = ".".join(str(one) for one in FORMAT_VERSION)
        numbers = (
            re.match(r"\s*v?(\d+)(?:\.(\d+))?", version.strip("\"'")) if isinstance(version, str) else None
        )
        if numbers is None:
            message = f'The version must be a text such as "{wanted}", but is {kind_of(version)}.'
            self.complaints.error("version-type", message, f'Write: version: "{wanted}"', place)
            return True
        if (int(numbers[1]), int(numbers[2] or 0)) <= FORMAT_VERSION:
            return True
        message = f"The file is of version {version}; {wanted} is the newest that is read. It is skipped."
        self.complaints.warn(
            "version-newer", message, f'If it is in that format, write: version: "{wanted}"', place
        )
        return False


def _has_key(document: Document, keys: Iterable[str]) -> bool:
    return any(key in document.content for key in keys)


def _yaml_files(folder: Path) -> list[Path]:
    found = []
    for parent, folders, files in os.walk(folder, followlinks=True):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        found += [Path(parent, one) for one in sorted(files) if one.endswith(_YAML_ENDINGS) and one[0] != "."]
    # A pipe or a socket would be waited for, and is nobody's training data.
    return [path for path in found if path.is_file() or path.is_symlink()]


def _json_examples(folder: Path) -> list[Path]:
    """Rasa's JSON files below the folder; others are somebody else's."""
    files = (file for file in folder.rglob("*.json") if file.name[0] != "." and file.is_file())
    return [file for file in files if b'"rasa_nlu_data"' in file.read_bytes()]


def _is_test(file: Path, folder: Path) -> bool:
    return file.name.startswith("test_") or "tests" in file.relative_to(folder).parts[:-1]


def fill_variables(value: Any, variables: Mapping[str, str], complaints: Complaints, place: Place) -> Any:
    """The value with every ``${NAME}`` in its texts replaced; an unknown name is complained of."""
    if isinstance(value, str):
        return fill_text(value, variables, complaints, place) if "${" in value else value
    if isinstance(value, Map):
        filled = Map()
        filled.file, filled.line, filled.lines = value.file, value.line, value.lines
        for key, one in value.items():
            filled[key] = fill_variables(one, variables, complaints, value.place_of(key))
        return filled
    if isinstance(value, Seq):
        entries = Seq()
        entries.file, entries.line, entries.lines = value.file, value.line, value.lines
        entries.extend(
            fill_variables(one, variables, complaints, value.place_of(index))
            for index, one in enumerate(value)
        )
        return entries
    return value
