"""``POST /model/train``: a bot of what the body holds, trained while conversations go on."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import time
from functools import partial
from pathlib import Path

from aiohttp import web

from bot.archive import Archive
from bot.errors import ModelError
from bot.model import newest_model
from bot.server.exchange import Exchange
from bot.server.jobs import Jobs
from bot.server.later import Later
from bot.server.uploads import DATA, folder_with, own_components, read_upload, refused

_EMPTY = "You must provide training data in the request body in order to train your model."


class TrainingRoutes:
    """Trains; the new model is used when somebody puts it (``PUT /model``)."""

    def __init__(self, exchange: Exchange, jobs: Jobs, later: Later) -> None:
        self.exchange = exchange
        self.jobs = jobs
        self.later = later

    async def train(self, request: web.Request) -> web.Response:
        """``POST /model/train``."""
        data = await read_upload(request, _EMPTY)
        kept = request.query.get("save_to_default_model_directory", "true").lower() == "true"
        force = request.query.get("force_training", "false").lower() == "true"
        return await self.later.answer(request, partial(self._train, data, kept, force))

    async def _train(self, data: bytes, kept: bool, force: bool) -> web.Response:
        with self.jobs.counted_as_training(), folder_with(DATA, data) as folder:
            models = self.exchange.folder if kept else None
            newest = newest_model(models) if models is not None and models.is_dir() else None
            name = f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}.tar.gz"
            order = {
                "task": "train",
                "trusted": await asyncio.to_thread(own_components, self.jobs.root),
                "model": str(folder / name),
                "kept": "" if force or models is None else str(models.resolve()),
                "known": "" if force else await asyncio.to_thread(_fingerprint, newest),
            }
            found = await self.jobs.run(folder, order, "TrainingError")
            if "complaints" in found:
                raise refused(found["complaints"], "TrainingError")
            if not found["result"]["trained"] and newest is not None:
                return await asyncio.to_thread(_archive, newest)
            if models is not None:
                await asyncio.to_thread(_keep, folder / name, models)
            return await asyncio.to_thread(_archive, folder / name)


def _fingerprint(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return str(Archive.load(path).manifest.get("fingerprint", ""))
    except ModelError:
        return ""


def _keep(model: Path, folder: Path) -> None:
    """Copy a model into the folder, where it is seen whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{model.name}.part"
    try:
        shutil.copyfile(model, part)
        part.replace(folder / model.name)
    finally:
        part.unlink(missing_ok=True)


def _archive(path: Path) -> web.Response:
    headers = {"filename": path.name, "Content-Disposition": f'attachment; filename="{path.name}"'}
    return web.Response(body=path.read_bytes(), content_type="application/x-tar", headers=headers)
