"""Training data that comes in a request's body."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from aiohttp import web

from bot.errors import Complaints
from bot.nlu.data import TrainingData
from bot.nlu.interpreter import class_paths
from bot.nlu.reader import read_training_data
from bot.project import Document
from bot.server.bodies import MAX_EVENTS_BODY, read_bytes
from bot.server.errors import ApiError, bad_request
from bot.yaml_file import Map, read_yaml, read_yaml_file

CONFIG = "config.yml"
DATA = "data.yml"
"""The name of what was sent, in complaints."""
MOST_TOLD = 50
"""Complaints in one answer."""


async def read_upload(request: web.Request, empty: str) -> bytes:
    """The body.

    Args:
        empty: said when there is none.

    Raises:
        ApiError: 400 for an empty one, 408 and 413 as everywhere.
    """
    data = await read_bytes(request, MAX_EVENTS_BODY)
    if not data:
        raise bad_request(empty)
    return data


def read_map(data: bytes) -> Map:
    """A body as a YAML mapping; an empty document is an empty one.

    Raises:
        ApiError: 400, it is none.
    """
    complaints = Complaints()
    try:
        content = read_yaml(data.decode("utf-8-sig"), DATA, complaints)
    except UnicodeDecodeError:
        raise bad_request("The body is not UTF-8.", "") from None
    refuse(complaints, "BadRequest")
    if content is None:
        return Map()
    if not isinstance(content, Map):
        raise bad_request("The body must be a YAML mapping.", "")
    return content


def refuse(complaints: Complaints, reason: str) -> None:
    """Raises :class:`ApiError`: 400, if there is an error among the complaints."""
    if complaints.errors:
        raise refused([str(one) for one in complaints.errors], reason)


def refused(complaints: list[str], reason: str) -> ApiError:
    """400 with all that is wrong with what was sent."""
    message = f"What was sent cannot be used. {complaints[0] if complaints else ''}".strip()
    return ApiError(HTTPStatus.BAD_REQUEST, reason, message, {"complaints": complaints[:MOST_TOLD]})


def own_components(root: Path) -> list[str]:
    """Class paths that the project's own ``config.yml`` names: no other code is run for what is sent."""
    path = root / CONFIG
    content = read_yaml_file(path, Complaints(), CONFIG) if path.is_file() else None
    pipeline = content.get("pipeline") if isinstance(content, Map) else None
    return class_paths([one for one in pipeline if isinstance(one, str | dict)]) if pipeline else []


@contextmanager
def folder_with(name: str, data: bytes) -> Iterator[Path]:
    """A folder that holds one file, and is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="santral-upload-", ignore_cleanup_errors=True) as found:
        folder = Path(found)
        (folder / name).write_bytes(data)
        yield folder


def examples_of(content: Map, complaints: Complaints) -> TrainingData:
    """The examples of what was sent."""
    return read_training_data([Document(DATA, content)], complaints)


def check_upload(content: Map, trusted: Collection[str], complaints: Complaints) -> None:
    """Complain of what names files of this machine, or code that the project does not name."""
    pipeline = content.get("pipeline")
    entries = [one for one in pipeline if isinstance(one, str | dict)] if isinstance(pipeline, list) else []
    for path in class_paths(entries):
        if path not in trusted:
            message = f"The pipeline names the component {path!r}, which the project's config.yml does not."
            complaints.error("component-untrusted", message, "Name it there first.", content.place)
    for what in _lookup_files(content):
        message = f"The lookup {what!r} does not list its entries."
        complaints.error("lookup-file", message, "List them, each beginning with '- '.", content.place)


def _lookup_files(content: Map) -> Iterator[str]:
    nlu = content.get("nlu")
    for entry in nlu if isinstance(nlu, list) else ():
        if isinstance(entry, Map) and "lookup" in entry:
            examples = entry.get("examples")
            if isinstance(examples, str) and not examples.lstrip().startswith("-"):
                yield str(entry["lookup"])
    old = content.get("rasa_nlu_data")
    tables = old.get("lookup_tables") if isinstance(old, Map) else None
    for table in tables if isinstance(tables, list) else ():
        if isinstance(table, Map) and not isinstance(table.get("elements"), list):
            yield str(table.get("name"))
