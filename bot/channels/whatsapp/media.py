"""Files that customers send and that the bot sends: bounded in size and time, and believed by their content only."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channels.whatsapp import limits
from bot.channels.whatsapp.bodies import UPLOAD, Body
from bot.channels.whatsapp.filetypes import ENDINGS, ENOUGH, is_kind, type_of
from bot.channels.whatsapp.graph import Graph, GraphError
from bot.channels.whatsapp.kinds import Media
from bot.channels.whatsapp.lenient import mapping, number, text_of
from bot.errors import SantralError
from bot.events import Event
from bot.kept_files import keep_named, media_in, sweep_folder
from bot.voice_notes import Speaker

logger = logging.getLogger(__name__)

DEADLINE = 30.0
"""Seconds for one file."""
SPOKEN = "say:"
"""Begins the media id of a voice message that is not rendered yet; its words follow."""
UPLOADED_FOR = 29 * 24 * 3600.0
"""Seconds that an uploaded file's id is used; Meta keeps it for 30 days."""


class FileRefused(SantralError):
    """A file that is not taken, or not sent; the text says why, without its content."""

    code = "whatsapp-file"

    def __init__(self, problem: str, message: str) -> None:
        super().__init__(message)
        self.problem = problem
        """``large``, ``type``, ``broken``, ``gone``, ``slow``, ``missing``, ``voice``."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A customer's file on our disk."""

    media: Media
    path: Path
    mime_type: str
    """By its content."""
    size: int

    def as_metadata(self) -> dict[str, Any]:
        """What actions read under ``metadata["media"]``."""
        found = {
            "kind": self.media.kind,
            "id": self.media.id,
            "path": str(self.path),
            "mime_type": self.mime_type,
            "size": self.size,
        }
        return {**found, "filename": self.media.filename} if self.media.filename else found


def unstored(media: Media, problem: str) -> dict[str, Any]:
    """What actions read of a file that could not be stored."""
    return {"kind": media.kind, "id": media.id, "mime_type": media.mime_type, "problem": problem}


class MediaStore:
    """Fetches customers' files into a folder, and uploads the project's.

    Args:
        folder: where customers' files go, each named by its content.
        root: the folder whose files may be sent; nothing outside it is.
        speaker: says voice messages.
    """

    def __init__(
        self,
        graph: Graph,
        folder: Path,
        root: Path,
        *,
        deadline: float = DEADLINE,
        most: Mapping[str, int] | None = None,
        speaker: Speaker | None = None,
    ) -> None:
        self.graph = graph
        self.folder = folder
        self.root = root
        self.deadline = deadline
        self.most = most or limits.MEDIA_BYTES
        self.speaker = speaker
        self._uploaded: dict[tuple[str, float], tuple[str, float]] = {}

    async def fetch(self, media: Media, owner: str = "") -> Stored:
        """Fetch a customer's file.

        Args:
            owner: the conversation that it belongs to; see :meth:`keep_only`.

        Raises:
            FileRefused: it is too large, not what it says, broken, gone, or does not come in time.
        """
        try:
            async with asyncio.timeout(self.deadline):
                return await self._fetch(media, self.folder_of(owner))
        except TimeoutError:
            raise FileRefused("slow", f"The file did not come within {self.deadline:g} s.") from None
        except GraphError as error:
            raise FileRefused("gone", f"The file cannot be fetched: {error}") from None

    def folder_of(self, owner: str) -> Path:
        """Where a conversation's files are: no name tells whose they are, and no two customers share one."""
        return self.folder / hashlib.sha256(owner.encode()).hexdigest()[:24] if owner else self.folder

    async def _fetch(self, media: Media, folder: Path) -> Stored:
        told = await self.graph.media(media.id)
        most = self.most.get(media.kind, self.most["document"])
        if number(told.get("file_size")) > most:
            raise FileRefused("large", f"The file is larger than {most} bytes.")
        digest, size, head = hashlib.sha256(), 0, b""
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / f".{hashlib.sha256(media.id.encode()).hexdigest()[:32]}.part"
        try:
            with partial.open("wb") as file:
                async with self.graph.download(text_of(told.get("url"))) as content:
                    async for part in content.iter_chunked(64 * 1024):
                        size += len(part)
                        if size > most:
                            raise FileRefused("large", f"The file is larger than {most} bytes.")
                        digest.update(part)
                        head += part[: ENOUGH - len(head)]
                        await asyncio.to_thread(file.write, part)
            found = type_of(head)
            if not size or not is_kind(media.kind, found):
                raise FileRefused(
                    "type", f"The file is no {media.kind}: its content is {found or 'unknown'}."
                )
            if not _same_digest(digest.digest(), media.sha256 or text_of(told.get("sha256"))):
                raise FileRefused("broken", "The file is not the one that was sent: its SHA-256 differs.")
            await asyncio.to_thread(folder.mkdir, exist_ok=True)
            target = folder / (digest.hexdigest() + ENDINGS.get(found or "", ".bin"))
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        return Stored(media, target, found or "application/octet-stream", size)

    def sweep(self, before: float) -> int:
        """Delete files that came before a time, in seconds since the epoch; how many. Blocks."""
        return sweep_folder(self.folder, before)

    def keep_only(self, owner: str, events: Sequence[Event]) -> int:
        """Delete a conversation's files that its events name no more; how many. Blocks."""
        return keep_named(self.folder_of(owner), {Path(one["path"]).name for one in media_in(events, "path")})

    async def uploaded(self, body: Body) -> Body:
        """The body with media ids in the place of the project's files.

        Raises:
            FileRefused: there is no such file, or it may not be sent.
            GraphError: it could not be uploaded.
        """
        kind, content = str(body.get("type")), mapping(body.get(str(body.get("type"))))
        if kind == "interactive":
            header = mapping(content.get("header"))
            inner = str(header.get("type"))
            source = await self._source(inner, mapping(header.get(inner)))
            if source is None:
                return body
            return {**body, kind: {**content, "header": {**header, inner: source}}}
        if kind == "template":
            return await self._template(body)
        source = await self._source(kind, content)
        return body if source is None else {**body, kind: source}

    async def _template(self, body: Body) -> Body:
        content = body["template"]
        components = []
        for component in content.get("components", ()):
            parameters = []
            for one in component["parameters"]:
                source = await self._source(one["type"], mapping(one.get(one["type"])))
                parameters.append(one if source is None else {**one, one["type"]: source})
            components.append({**component, "parameters": parameters})
        return {**body, "template": {**content, "components": components}} if components else body

    async def _source(self, kind: str, content: Mapping[str, Any]) -> dict[str, Any] | None:
        name = text_of(content.get("id"))
        if name.startswith(SPOKEN):
            return {**content, "id": await self._say(name.removeprefix(SPOKEN))}
        if not name.startswith(UPLOAD):
            return None
        return {**content, "id": await self.upload(kind, name.removeprefix(UPLOAD))}

    async def _say(self, words: str) -> str:
        if self.speaker is None:
            raise FileRefused("voice", "There is no voice to say it.")
        sound = await self.speaker.speak(words)
        if len(sound) > limits.VOICE_BYTES:
            raise FileRefused("large", f"The voice message is larger than {limits.VOICE_BYTES} bytes.")
        return await self.graph.upload(sound, "audio/ogg; codecs=opus", "yanit.ogg")

    async def upload(self, kind: str, name: str) -> str:
        """The media id of a file of the project; uploaded once while it does not change.

        Raises:
            FileRefused: as :meth:`uploaded`.
            GraphError: as :meth:`uploaded`.
        """
        path = await asyncio.to_thread(self._checked, name)
        stat = await asyncio.to_thread(path.stat)
        if stat.st_size > self.most.get(kind, self.most["document"]):
            raise FileRefused("large", f"The file is too large for a WhatsApp {kind}.")
        now, key = asyncio.get_running_loop().time(), (f"{kind} {path}", stat.st_mtime)
        known, at = self._uploaded.get(key, ("", 0.0))
        if known and now - at < UPLOADED_FOR:
            return known
        data = await asyncio.to_thread(path.read_bytes)
        found = type_of(data[:ENOUGH]) or "application/octet-stream"
        allowed = limits.MEDIA_TYPES.get(kind)
        if allowed is not None and found not in allowed:
            raise FileRefused("type", f"WhatsApp takes no {kind} of the type {found}.")
        self._uploaded[key] = (await self.graph.upload(data, found, path.name), now)
        return self._uploaded[key][0]

    def _checked(self, name: str) -> Path:
        """The file of this name, within the folder that may be sent from."""
        root = self.root.resolve()
        path = (root / name).resolve()
        hidden = (
            any(part.startswith(".") for part in path.relative_to(root).parts)
            if root in path.parents
            else True
        )
        if hidden or not path.is_file():
            raise FileRefused("missing", f"There is no such file in {self.root.name}/.")
        return path


def _same_digest(found: bytes, told: str) -> bool:
    """Meta writes base64 in webhooks and hexadecimal in its answers."""
    return not told or told in (base64.b64encode(found).decode(), found.hex())
