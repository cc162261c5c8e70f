"""Files of visitors: kept under random names in a folder that no address leads into.

Beside each file stands what is known of it, as JSON, with the conversation it came from: only that one can send it
as a message.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import secrets
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

from bot.channels.webchat_settings import UploadSettings
from bot.events import Event
from bot.kept_files import media_in
from bot.server.errors import ApiError, bad_request
from bot.server.webchat.content import HEAD, extension_of, type_of

logger = logging.getLogger(__name__)

_NAME = re.compile(r"[A-Za-z0-9_-]{32}\.[a-z0-9]{3,5}", re.ASCII)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff/\\]+")
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of a visitor's."""

    upload_id: str
    conversation_id: str
    name: str
    """As the visitor's device called it, made harmless; for people only."""
    type: str
    size: int
    """Bytes."""

    @property
    def file_name(self) -> str:
        return self.upload_id + extension_of(self.type)

    @property
    def url(self) -> str:
        return f"/webhooks/chat/uploads/{self.file_name}"

    def told(self) -> dict[str, str | int]:
        """What pages, and the bot's metadata ``media``, have of it."""
        return {
            "upload_id": self.upload_id,
            "name": self.name,
            "type": self.type,
            "size": self.size,
            "url": self.url,
        }


class Files:
    """Stores and finds files."""

    def __init__(self, folder: Path, settings: UploadSettings) -> None:
        self.folder = folder.absolute()
        self.settings = settings
        self._size: int | None = None

    async def store(
        self, parts: AsyncIterator[bytes], conversation_id: str, name: str, claimed: str
    ) -> StoredFile:
        """Take a file.

        Args:
            parts: its content.
            name: what the visitor's device calls it.
            claimed: the media type that the browser says.

        Raises:
            ApiError: 413 too large, 415 of a type that is not allowed, 422 refused by the scan, 400 empty, 507 no
                room; nothing is kept then.
        """
        await asyncio.to_thread(self._prepare)
        upload_id = secrets.token_urlsafe(24)
        draft = self.folder / f"{upload_id}.part"
        try:
            head, size = await self._write(draft, parts)
            kind = type_of(head, claimed)
            if kind is None or kind not in self.settings.types:
                allowed = ", ".join(sorted(self.settings.types))
                message = f"Files of this type are not taken. Allowed by their content are: {allowed}."
                raise ApiError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType", message)
            await self._scan(draft)
            found = StoredFile(upload_id, conversation_id, _harmless(name, kind), kind, size)
            await asyncio.to_thread(self._keep, draft, found)
            return found
        finally:
            await asyncio.to_thread(draft.unlink, missing_ok=True)

    async def find(self, upload_id: str) -> StoredFile | None:
        """The file with this id."""
        return await asyncio.to_thread(self._find, upload_id)

    async def named(self, file_name: str) -> tuple[StoredFile, Path] | None:
        """The file of this name in the folder, and its path."""
        if not _NAME.fullmatch(file_name):
            return None
        found = await self.find(file_name.split(".")[0])
        if found is None or found.file_name != file_name:
            return None
        return found, self.path_of(found)

    def path_of(self, file: StoredFile) -> Path:
        return self.folder / file.file_name

    def sweep(self, before: float) -> int:
        """Delete files that came before a time, in seconds since the epoch; how many. Blocks."""
        count = 0
        for file, path in self._all():
            with suppress(OSError):
                if path.stat().st_mtime < before:
                    count += self._delete(file)
        # What an upload that was cut off left, and what lost the half that it belonged to.
        if self.folder.is_dir():
            for path in self.folder.iterdir():
                with suppress(OSError):
                    if path.stat().st_mtime < before and path.is_file():
                        path.unlink()
        self._size = None
        return count

    def keep_only(self, owner: str, events: Sequence[Event]) -> int:
        """Delete a conversation's files that its events name no more; how many. Blocks."""
        named = {one["upload_id"] for one in media_in(events, "upload_id")}
        gone = [file for file, _ in self._all() if file.conversation_id == owner]
        return sum(self._delete(file) for file in gone if file.upload_id not in named)

    def _all(self) -> Iterator[tuple[StoredFile, Path]]:
        for about in sorted(self.folder.glob("*.json")):
            file = self._find(about.stem)
            if file is not None:
                yield file, self.path_of(file)

    def _delete(self, file: StoredFile) -> int:
        self.path_of(file).unlink(missing_ok=True)
        (self.folder / f"{file.upload_id}.json").unlink(missing_ok=True)
        if self._size is not None:
            self._size = max(0, self._size - file.size)
        return 1

    def _prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._size is None:
            self._size = sum(one.stat().st_size for one in self.folder.iterdir() if one.is_file())

    async def _write(self, draft: Path, parts: AsyncIterator[bytes]) -> tuple[bytes, int]:
        head, size = bytearray(), 0
        with await asyncio.to_thread(_open_new, draft) as file:
            async for part in parts:
                size += len(part)
                if size > self.settings.max_bytes:
                    message = f"The file is larger than {self.settings.max_bytes} bytes."
                    raise ApiError(
                        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                        "RequestEntityTooLarge",
                        message,
                        headers={"Connection": "close"},
                    )
                if (self._size or 0) + size > self.settings.total_bytes:
                    logger.error("The uploads' folder is full: a visitor's file was refused.")
                    message = "There is no room for files just now."
                    raise ApiError(HTTPStatus.INSUFFICIENT_STORAGE, "InsufficientStorage", message)
                head += part[: HEAD - len(head)]
                await asyncio.to_thread(file.write, part)
        if not size:
            raise bad_request("The file is empty.", "file")
        return bytes(head), size

    async def _scan(self, path: Path) -> None:
        """Let the scan's command look at the file.

        Raises:
            ApiError: 422, it did not exit with 0; 503, it cannot be run, or does not end.
        """
        if not self.settings.scan:
            return
        command = [one.replace("{file}", str(path)) for one in self.settings.scan]
        nothing = asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=nothing, stdout=nothing, stderr=nothing
            )
        except OSError as error:
            logger.error("The scan of uploads cannot be run (%s).", type(error).__name__)
            raise _unscanned() from None
        try:
            async with asyncio.timeout(self.settings.scan_seconds):
                status = await process.wait()
        except TimeoutError:
            logger.error("The scan of an upload did not end in %g s.", self.settings.scan_seconds)
            raise _unscanned() from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if status != 0:
            logger.warning("The scan refused an upload (exit status %d).", status)
            message = "The file was refused by the scan for malicious content."
            raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "FileRefused", message)

    def _keep(self, draft: Path, file: StoredFile) -> None:
        about = self.folder / f"{file.upload_id}.json"
        about.touch(mode=0o600, exist_ok=False)
        about.write_text(json.dumps(asdict(file)), "utf-8")
        draft.rename(self.path_of(file))
        self._size = (self._size or 0) + file.size

    def _find(self, upload_id: str) -> StoredFile | None:
        if not _NAME.fullmatch(f"{upload_id}.json"):
            return None
        try:
            found = StoredFile(**json.loads((self.folder / f"{upload_id}.json").read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return found if self.path_of(found).is_file() else None


def _open_new(path: Path) -> BinaryIO:
    """A new file that only this user may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _unscanned() -> ApiError:
    message = "Files cannot be looked at just now. Please try again later."
    return ApiError(
        HTTPStatus.SERVICE_UNAVAILABLE, "ServiceUnavailable", message, headers={"Retry-After": "30"}
    )


def _harmless(name: str, kind: str) -> str:
    """A name for people: no path, nothing unprintable, and the ending that the content has."""
    plain = _UNPRINTABLE.sub(" ", name).strip(" .")
    stem = plain.rpartition(".")[0] or plain or "dosya"
    return stem[:_LONGEST_NAME].strip() + extension_of(kind)
