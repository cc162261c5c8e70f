"""Can the pipeline be built?"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from bot.errors import Complaints, ProjectError
from bot.nlu.registry import read_pipeline
from bot.project_config import Config


def check_pipeline(config: Config, complaints: Complaints) -> None:
    """Complain of components that do not exist, of unknown options, and of what stands before what it needs.

    Components of the project's own are not imported: training does that.
    """
    places = config.places.get("pipeline", ())
    own = [at for at, entry in enumerate(config.pipeline) if _is_own(entry)]
    pipeline = [entry for at, entry in enumerate(config.pipeline) if at not in own]
    known = [place for at, place in enumerate(places) if at not in own]
    with suppress(ProjectError):  # it was added to the complaints
        read_pipeline(pipeline, complaints=complaints, places=known)


def _is_own(entry: Mapping[str, object] | str) -> bool:
    name = entry if isinstance(entry, str) else entry.get("name")
    return isinstance(name, str) and "." in name and not name.startswith("rasa.")
