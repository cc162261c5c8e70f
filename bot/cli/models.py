"""Finding and loading models, and the settings that a running bot needs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.errors import Complaints, ModelError, Place
from bot.model import MODELS, Model, newest_model
from bot.project import fill_variables
from bot.yaml_file import Map, read_yaml_file

if TYPE_CHECKING:
    from bot.model_server import ModelServer
    from bot.turn import Bot

CONFIG = "config.yml"
USUAL = (CONFIG, "endpoints.yml", "credentials.yml")
"""Files that a project may do without."""


def find_model(path: Path) -> Path:
    """The model at ``path``, or the newest one in that folder.

    Raises:
        ModelError: there is none.
    """
    if path.is_dir():
        found = newest_model(path)
        if found is not None:
            return found
        raise ModelError(f"There is no model in {path}. {_mend(path)}")
    if path.is_file():
        return path
    raise ModelError(f"There is no model {path}. {_mend(path)}")


def _mend(path: Path) -> str:
    if path.resolve() == Path.cwd().resolve() / MODELS:
        return "Train one: santral train"
    return f"Name another one with --model, or leave that out to take the newest in {MODELS}/."


def load_model(path: Path, root: Path) -> Model:
    """Load the model at ``path`` (a file or a folder); the project's own components may be imported.

    Raises:
        ModelError: there is none, or it cannot be loaded.
    """
    return Model.load(find_model(path), trusted=read_settings(root, CONFIG, variables={}))


def read_settings(root: Path, name: str, *, variables: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """A file of settings with environment variables filled in; empty when one of the usual names does not exist.

    Raises:
        ProjectError: it cannot be read; or it has a name of somebody's own, and does not exist.
    """
    path = root / name
    complaints = Complaints()
    if not path.is_file():
        if name not in USUAL:
            complaints.error("settings-missing", f"There is no {name}.", "Name another file.", Place(name))
            complaints.raise_errors()
        return {}
    content = read_yaml_file(path, complaints, name)
    complaints.raise_errors()
    if content is None:
        return {}
    if not isinstance(content, Map):
        complaints.error("settings-type", "The file is no mapping.", "Write 'key: value'.", Place(name, 1))
        complaints.raise_errors()
    if variables is None:
        content = fill_variables(content, os.environ, complaints, content.place)
        complaints.raise_errors()
    assert isinstance(content, Mapping)
    return content


def model_server(root: Path, endpoints: Mapping[str, Any]) -> ModelServer | None:
    """The server that ``models`` of ``endpoints.yml`` names; its models may use the project's components.

    Raises:
        ProjectError: the section is wrong.
    """
    from bot.model_server import open_model_server

    return open_model_server(endpoints, lambda path: load_model(path, root))


def open_project_bot(root: Path, model: Path, endpoints: str, *, conversations_kept: bool = True) -> Bot:
    """A bot of the project in ``root``, ready to take turns.

    Args:
        conversations_kept: without it, conversations are gone with the process, and no broker is told.

    Raises:
        SantralError: as :func:`load_model`, :func:`read_settings` and :func:`bot.app.open_bot` say.
    """
    from bot.app import open_bot
    from bot.stores.memory import MemoryStore

    loaded = load_model(model, root)
    store = None if conversations_kept else MemoryStore()
    bot = open_bot(root, loaded, read_settings(root, endpoints), store=store)
    if not conversations_kept:
        bot.broker = None  # Not connected yet; nobody is to hear of conversations that do not count.
    return bot
