"""The process of one job: ``python -m bot.server.workshop FOLDER``, started by :mod:`bot.server.jobs`.

``FOLDER/order.json`` says what is to be done with ``FOLDER/data.yml``; ``FOLDER/result.json`` what came of it.
What was sent comes from outside: it may name no file of this machine, and no code but what the project's own
``config.yml`` names.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bot.errors import Complaints, ProjectError
from bot.evaluation.crossval import cross_validate
from bot.project_config import read_config
from bot.server.jobs import ORDER, RESULT
from bot.server.reports import nlu_answer
from bot.server.uploads import DATA, check_upload, examples_of
from bot.sources import read_sources
from bot.training import train
from bot.yaml_file import Map, read_yaml_file

Order = Mapping[str, Any]


def train_model(folder: Path, order: Order, complaints: Complaints) -> dict[str, Any]:
    """Train a bot, unless the newest model is just the same.

    Args:
        order: ``trusted``: class paths that the pipeline may name; ``model``: the file to write; ``known``:
            fingerprint of a model that need not be trained again; ``kept``: a folder of earlier models.

    Returns:
        ``{"trained": bool}``.
    """
    content = read_yaml_file(folder / DATA, complaints, DATA)
    complaints.raise_errors()
    if not isinstance(content, Map):
        complaints.error("file-type", "The body is no mapping.", "Write config, domain and data into it.")
        complaints.raise_errors()
    check_upload(content, order["trusted"], complaints)
    complaints.raise_errors()
    sources = read_sources(folder, complaints, config=DATA, domain=DATA, data=(DATA,))
    complaints.raise_errors()
    if order["known"] and sources.fingerprint() == order["known"]:
        return {"trained": False}
    model = train(sources, complaints, kept=Path(order["kept"]) if order["kept"] else None)
    path = Path(order["model"])
    model.name = path.name
    model.save(path)
    return {"trained": True}


def validate_folds(folder: Path, order: Order, complaints: Complaints) -> dict[str, Any]:
    """Cross-validate the pipeline that was sent on the examples that were sent.

    Args:
        order: ``trusted`` as above; ``folds``.
    """
    content = read_yaml_file(folder / DATA, complaints, DATA)
    complaints.raise_errors()
    if not isinstance(content, Map):
        content = Map()
    check_upload(content, order["trusted"], complaints)
    config = read_config(content, DATA, complaints)
    data = examples_of(content, complaints)
    complaints.raise_errors()
    found = cross_validate(data, config.pipeline, config.language, count=order["folds"])
    return nlu_answer(found.results)


TASKS: Mapping[str, Callable[[Path, Order, Complaints], dict[str, Any]]] = {
    "train": train_model,
    "folds": validate_folds,
}


def work(folder: Path) -> None:
    """Do what the folder's order says."""
    order = json.loads((folder / ORDER).read_text(encoding="utf-8"))
    complaints = Complaints()
    try:
        result: dict[str, Any] = {"result": TASKS[order["task"]](folder, order, complaints)}
    except ProjectError as error:
        result = {"complaints": [str(one) for one in error.complaints if not one.warning]}
    (folder / RESULT).write_text(json.dumps(result), encoding="utf-8")


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    work(Path(sys.argv[1]))
