"""``santral data convert``: examples between YAML and JSON; Markdown of Rasa 1 into YAML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.errors import Complaints, Place
from bot.json_file import read_json
from bot.migration.markdown import kind_of_markdown
from bot.migration.markdown_nlu import nlu_from_markdown, responses_from_markdown
from bot.migration.markdown_stories import stories_from_markdown
from bot.migration.nlu_writer import Format, write_nlu
from bot.migration.report import Report
from bot.migration.source import YAML_ENDINGS, SourceFile, read_sources
from bot.migration.writing import write_new_files
from bot.migration.yaml_text import VERSION, to_yaml
from bot.nlu.data import TrainingData
from bot.nlu.json_reader import is_rasa_json
from bot.nlu.reader import read_training_data
from bot.project import Document
from bot.yaml_file import Map, read_yaml
from bot.yaml_shape import plain

ENDINGS = (*YAML_ENDINGS, ".json", ".md")


def read_examples(root: Path, data: Sequence[str], complaints: Complaints) -> TrainingData:
    """Examples of YAML, JSON and Markdown files below ``root``; nothing found is complained of."""
    documents = []
    for source in read_sources(root, data, ENDINGS, complaints):
        content = _content(source, root, complaints)
        if isinstance(content, Map):
            documents.append(Document(source.name, content))
    found = read_training_data(documents, complaints, root=root)
    if not found.examples and not complaints.errors:
        where = " or ".join(data)
        mend = "Name files or a folder with --data."
        complaints.error("nlu-missing", f"There are no examples in {where}.", mend, Place(where))
    return found


def _content(source: SourceFile, root: Path, complaints: Complaints) -> Any:
    if source.is_yaml:
        return read_yaml(source.text, source.name, complaints)
    if source.path.suffix == ".json":
        return read_json(source.text, source.name, complaints) if is_rasa_json(source.text) else None
    kind = kind_of_markdown(source.text)
    mistakes = len(complaints)
    if kind == "nlu":
        text = to_yaml({"nlu": nlu_from_markdown(source, root, complaints)})
    elif kind == "responses":
        text = to_yaml({"responses": responses_from_markdown(source, complaints)})
    else:
        return None
    # Lines of mistakes are those of the Markdown; what it became has none.
    return read_yaml(text, source.name, complaints) if len(complaints) == mistakes else None


def convert_nlu(root: Path, data: Sequence[str], out: Path, format: Format, complaints: Complaints) -> Path:
    """Write all examples into one file.

    Args:
        root: ``data`` is relative to it.
        data: files and folders.
        out: a file, or (without an ending) a folder, where ``nlu.yml`` or ``nlu.json`` is written.
        format: of the file.
        complaints: gets what is wrong, and warnings.

    Returns:
        the file.

    Raises:
        ProjectError: something cannot be read, or the format cannot hold it; nothing was written.
        WritingError: the file exists already.
        OSError: it cannot be written.
    """
    found = read_examples(root, data, complaints)
    complaints.raise_errors()
    text = write_nlu(found, format, complaints)
    if found.responses and format == "json":
        message = "JSON holds no responses: those of the training files are not in it."
        complaints.warn("json-responses", message, "Keep their YAML file, or move them into the domain.")
    elif found.responses:
        text += "\n" + to_yaml({"responses": plain(found.responses)})
    complaints.raise_errors()
    path = _file(root / out, "nlu.json" if format == "json" else "nlu.yml")
    write_new_files({path: text.encode()})
    return path


def convert_stories(
    root: Path, data: Sequence[str], out: Path, complaints: Complaints, report: Report
) -> Path:
    """Write the stories of Markdown files into one YAML file; arguments and errors as :func:`convert_nlu`.

    Args:
        report: gets what today's stories cannot hold.
    """
    stories: list[dict[str, Any]] = []
    sources = read_sources(root, data, (".md",), complaints)
    for source in sources:
        if kind_of_markdown(source.text) == "stories":
            stories += stories_from_markdown(source, complaints, report).stories
    if not stories and not complaints.errors:
        where = " or ".join(data)
        mend = "Stories in YAML need no conversion; name Markdown files with --data."
        complaints.error(
            "stories-missing", f"There are no stories in Markdown in {where}.", mend, Place(where)
        )
    complaints.raise_errors()
    path = _file(root / out, "stories.yml")
    write_new_files({path: to_yaml({"version": VERSION, "stories": stories}).encode()})
    return path


def _file(out: Path, name: str) -> Path:
    return out if out.suffix and not out.is_dir() else out / name
