"""A model server: ``models`` of ``endpoints.yml``, Rasa's protocol.

The server is asked again and again for the model, with the ``ETag`` of the last one. It answers with an
archive, or with 204 or 304 when there is nothing new. A model that cannot be fetched or loaded changes nothing:
the bot goes on with the one that it has.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aiohttp

from bot.endpoint import KEYS as ENDPOINT_KEYS
from bot.endpoint import Endpoint, EndpointError, read_address
from bot.errors import SantralError
from bot.model import Model
from bot.settings import section_of

logger = logging.getLogger(__name__)

KEYS = ENDPOINT_KEYS | {"wait_time_between_pulls"}
"""Keys of ``models``."""
PAUSE = 100
"""Seconds between two questions, unless ``wait_time_between_pulls`` says otherwise."""
DEADLINE = 300.0
"""Seconds that a download may take, unless ``timeout`` says otherwise."""
MAX_ARCHIVE = 512 * 2**20
"""Bytes of an archive."""
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.tar\.gz")

Load = Callable[[Path], Model]
"""Reads an archive; raises :class:`~bot.errors.SantralError`."""


def open_model_server(config: Mapping[str, Any] | None, load: Load) -> ModelServer | None:
    """The server that ``models`` names, if it names one.

    Args:
        config: the content of ``endpoints.yml``.

    Raises:
        ProjectError: the section is wrong; the complaint has the line.
    """
    section = section_of(config, "models", "models")
    if not section.values:
        return None
    section.warn_of_others(KEYS)
    pause = section.number("wait_time_between_pulls")
    return ModelServer(Endpoint(read_address(section, DEADLINE)), load, PAUSE if pause is None else pause)


class ModelServer:
    """Fetches models.

    Args:
        pause: seconds between two questions; 0: one model is fetched, and no other.
    """

    def __init__(self, endpoint: Endpoint, load: Load, pause: float = PAUSE) -> None:
        self.endpoint = endpoint
        self.load = load
        self.pause = pause
        self._etag: str | None = None
        self._digest = ""

    async def pull(self) -> Model | None:
        """Ask once: a model that was not had before, or ``None``."""
        try:
            with tempfile.TemporaryDirectory(prefix="santral-model-") as folder:
                path = await self._download(Path(folder))
                if path is None:
                    return None
                # Loading is work: the conversations go on meanwhile.
                model = await asyncio.to_thread(self.load, path)
        except EndpointError as error:
            logger.warning("The model server could not be asked: %s. The model stays.", error)
        except SantralError as error:
            logger.error("The model server sent a model that cannot be used: %s The old one stays.", error)
        except OSError as error:
            logger.error("A model could not be kept: %s. The old one stays.", error.strerror or error)
        else:
            logger.info("A new model came from the model server: %s.", model.name)
            return model
        return None

    async def _download(self, folder: Path) -> Path | None:
        headers = {"If-None-Match": self._etag} if self._etag else {}
        async with self.endpoint.request("GET", headers=headers) as response:
            if response.status in (204, 304):
                return None
            if response.status != 200:
                raise EndpointError(f"status {response.status}")
            path = folder / _name_of(response)
            digest = await _save(response, path)
            etag = response.headers.get("ETag")
        # Of a broken archive too: it is not fetched again until there is another one.
        known, self._etag, self._digest = digest == self._digest, etag, digest
        return None if known else path

    async def follow(self, take: Callable[[Model], None]) -> None:
        """Ask again and again, until cancelled; ``take`` gets every new model."""
        while self.pause:
            await asyncio.sleep(self.pause)
            try:
                model = await self.pull()
                if model is not None:
                    take(model)
            except Exception:  # whatever is wrong with one model, the next may be good
                logger.exception("A new model could not be taken. The old one stays.")

    async def close(self) -> None:
        """Give back the connections."""
        await self.endpoint.close()


def _name_of(response: aiohttp.ClientResponse) -> str:
    """Rasa's header ``filename``, if it is a plain name."""
    given = response.headers.get("filename", "")
    return given if _PLAIN.fullmatch(given) else "model.tar.gz"


async def _save(response: aiohttp.ClientResponse, path: Path) -> str:
    """Write the body to a file; return its digest."""
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        async for part in response.content.iter_chunked(2**16):
            size += len(part)
            if size > MAX_ARCHIVE:
                raise EndpointError(f"the model is larger than {MAX_ARCHIVE} bytes", retry=False)
            digest.update(part)
            file.write(part)
    return digest.hexdigest()
