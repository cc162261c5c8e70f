"""Which model the bot has: exchanged while it talks (``PUT /model``), given up (``DELETE /model``), followed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.app import swap_model
from bot.errors import ProjectError, SantralError
from bot.model import Model
from bot.model_server import ModelServer, open_model_server
from bot.server.bodies import read_object
from bot.server.errors import ApiError, bad_request
from bot.turn import Bot

Load = Callable[[Path], Model]
"""Reads the archive at a path, or the newest one in a folder; raises :class:`~bot.errors.SantralError`."""


class Exchange:
    """The model of a running bot.

    Args:
        name: the model's file.
        model_id: equal for equal training.
        folder: only models in it can be loaded by name; ``None``: none can.
        load: reads a model.
        changed: told whether there is a model now.
    """

    def __init__(
        self,
        bot: Bot,
        name: str,
        model_id: str,
        *,
        folder: Path | None = None,
        load: Load = Model.load,
        changed: Callable[[bool], None] = lambda there: None,
    ) -> None:
        self.bot = bot
        self.name = name
        self.model_id = model_id
        self.folder = folder
        self.load = load
        self._changed = changed
        self._there = asyncio.Event()
        self._there.set()
        self._loading = asyncio.Lock()
        self._server: ModelServer | None = None
        self._following: asyncio.Task[None] | None = None

    def check(self) -> None:
        """Raises :class:`ApiError`: 409, there is no model."""
        if not self._there.is_set():
            message = (
                "No agent loaded. To continue processing, a model of a trained agent needs to be loaded."
            )
            raise ApiError(HTTPStatus.CONFLICT, "Conflict", message)

    async def wait(self) -> None:
        """Until there is a model."""
        await self._there.wait()

    def take(self, model: Model) -> None:
        """The bot has another model from now on; turns in flight end with theirs."""
        swap_model(self.bot, model)
        self.name, self.model_id = model.name, model.fingerprint
        self._there.set()
        self._changed(True)

    def follow(self, server: ModelServer) -> None:
        """Take every new model of a server, and of no other."""
        self._stop_following()
        self._server = server
        self._following = asyncio.create_task(server.follow(self.take))

    async def close(self) -> None:
        """Ask no server any more."""
        self._stop_following()
        if self._server is not None:
            await self._server.close()

    def _stop_following(self) -> None:
        if self._following is not None:
            self._following.cancel()
            self._following = None

    async def put(self, request: web.Request) -> web.Response:
        """``PUT /model``."""
        body = await read_object(request)
        if body.get("remote_storage") is not None:
            message = "Remote storage is not asked for models. Name a file, or a model server."
            raise bad_request(message, "remote_storage")
        async with self._loading:
            if body.get("model_server") is not None:
                await self._from_server(body["model_server"])
            else:
                await self._from_file(body.get("model_file"))
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def delete(self, request: web.Request) -> web.Response:
        """``DELETE /model``: nothing is understood or answered until there is a model again."""
        self._stop_following()
        self._there.clear()
        self._changed(False)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def _from_file(self, given: Any) -> None:
        path = self.path_of(given)
        try:
            model = await asyncio.to_thread(self.load, path)
        except SantralError as error:
            raise _not_loaded(str(error), "model_file") from None
        self._stop_following()
        self.take(model)

    async def _from_server(self, given: Any) -> None:
        if not isinstance(given, Mapping):
            raise bad_request("'model_server' must be an object with a 'url'.", "model_server")
        try:
            server = open_model_server({"models": given}, self.load)
        except (ProjectError, OSError) as error:
            raise bad_request(f"Supplied 'model_server' is not valid: {error}", "model_server") from None
        model = await server.pull() if server else None
        if server is None or model is None:
            if server is not None:
                await server.close()
            raise _not_loaded("The model server gave no model that can be used.", "model_server")
        self.take(model)
        before = self._server
        self.follow(server)
        if before is not None:
            await before.close()

    def path_of(self, given: Any) -> Path:
        """The model that a client names: by its path, or as it is called in the folder.

        Raises:
            ApiError: 400, there is none in the folder.
        """
        if not isinstance(given, str) or not given:
            raise bad_request("Neither 'model_file' nor 'model_server' is given.", "model_file")
        if self.folder is not None:
            folder = self.folder.resolve()
            for base in (Path.cwd(), folder.parent, folder):
                try:
                    path = (base / given).resolve()
                    if path.is_relative_to(folder) and path.exists():
                        return path
                except (ValueError, OSError, RuntimeError):  # no path at all, or a circle of links
                    continue
        raise _not_loaded("There is no such model in the models' folder.", "model_file")


def _not_loaded(message: str, parameter: str) -> ApiError:
    return bad_request(f"The model could not be loaded: {message}", parameter)
