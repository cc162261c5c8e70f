"""Fetches models of speech by name: Whisper's and Piper's, from Hugging Face or a mirror of it.

Plain HTTP with what the standard library has: every file goes on where it was cut off, is held against the checksum
that the source gives, and appears under its name only when all of its model is there.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import shutil
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import SantralError
from voice.models import folder_of, is_piper, is_whisper

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

BASE = "https://huggingface.co"
WHISPER = {
    **{size: f"Systran/faster-whisper-{size}" for size in ("tiny", "base", "small", "medium", "large-v3")},
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
}
"""Name → repository."""
VOICES = "rhasspy/piper-voices"
_WHISPER_FILES = re.compile(
    r"config\.json|preprocessor_config\.json|model\.bin|tokenizer\.json|vocabulary\.\w+"
)
_WHISPER_NEEDS = ("config.json", "model.bin")
_CHUNK = 1 << 18
_TRIES = 3
_TIMEOUT = 30.0
_LONGEST_NAME = 200
_LONGEST_LIST = 1 << 24
"""Bytes of the list of a repository's files."""
_SPARE = 50_000_000
"""Bytes that a disk must have beyond what is fetched."""

Progress = Callable[[str, int, int], None]
"""File, bytes that are there, bytes in all."""


class DownloadError(SantralError):
    """A model could not be fetched; the message tells the mend. What was fetched stays for the next time."""

    code = "voice-download"
    retry = True


@dataclass(frozen=True, slots=True)
class Remote:
    """One file at the source."""

    name: str
    url: str
    size: int | None = None
    sha256: str | None = None
    git: str | None = None
    """The SHA-1 that git gives a file of this content."""


def download(
    model: str, folder: Path, base: str = BASE, progress: Progress | None = None
) -> tuple[Path, bool]:
    """Fetch a model unless it is there.

    Args:
        model: a name of :data:`WHISPER`, a repository ``owner/name`` of a CTranslate2 Whisper, a Piper voice such as
            ``tr_TR-dfki-medium``, or the address of a Piper voice's ``.onnx`` file.
        folder: the model comes into it: a Whisper as a folder, a Piper voice as two files.
        base: the source's address.

    Returns:
        Where it is, and whether it was fetched now.

    Raises:
        DownloadError: no such model, no network, no space, or a file that is not what the source says.
    """
    base = base.rstrip("/")
    if not _is_address(base):
        raise DownloadError(f"{base} is no address; it begins with https://.")
    if not _is_name(model):
        raise DownloadError(f"{model[:100]!r} is no name of a model and no address of a voice.")
    target = folder_of(model, folder)
    try:
        if is_whisper(target) or is_piper(target):
            return target, False
        folder.mkdir(parents=True, exist_ok=True)
        if target.suffix == ".onnx":
            _piper(model, target, base, progress)
        else:
            _whisper(model, target, base, progress)
    except urllib.error.HTTPError as error:
        raise DownloadError(f"{error.url} answers {error.code} {error.reason}. Try again later.") from error
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise DownloadError(_unreachable(base if "://" not in model else model, error)) from error
    except OSError as error:
        raise DownloadError(
            f"{folder} cannot be written ({error.strerror}). Make room or name another folder with --into; "
            "then run this again: it goes on where it was."
        ) from error
    return target, True


def _is_address(written: str) -> bool:
    try:
        parts = urllib.parse.urlsplit(written)
        parts.port  # noqa: B018  (it is looked at when it is asked for)
        return parts.scheme in ("http", "https") and bool((parts.hostname or "").encode("idna"))
    except ValueError:
        return False


def _is_name(model: str) -> bool:
    """Whether a file or folder may be called so."""
    name = folder_of(model, Path()).name if "://" not in model or _is_address(model) else ""
    return name not in ("", ".onnx") and len(name.encode()) <= _LONGEST_NAME and name.isprintable()


def _unreachable(where: str, error: Exception) -> str:
    host = urllib.parse.urlsplit(where).netloc
    reason = getattr(error, "reason", None) or error
    told = getattr(reason, "strerror", None) or str(reason) or type(error).__name__
    return (
        f"{host} cannot be reached ({told}). Check the network (behind a proxy: HTTPS_PROXY) and run this again, "
        "which goes on where it was; or name a mirror with --from; or fetch it on another machine and copy it here."
    )


def _whisper(model: str, target: Path, base: str, progress: Progress | None) -> None:
    repository = WHISPER.get(model, model)
    if "/" not in repository:
        known = ", ".join(WHISPER)
        raise DownloadError(
            f"There is no model '{model}'. Whisper: {known}, or owner/name at {base}; "
            "Piper: a voice such as tr_TR-dfki-medium, or the address of its .onnx file."
        )
    files = [one for one in _listed(base, repository, "", model) if _WHISPER_FILES.fullmatch(one.name)]
    names = {one.name for one in files}
    if missing := [name for name in _WHISPER_NEEDS if name not in names]:
        raise DownloadError(
            f"{repository} is no Whisper model for faster-whisper (CTranslate2): {missing[0]} is not in it."
        )
    half = target.with_name(f".{target.name}.part")
    with _alone(half, model):
        _fetch_all(files, half, progress)
        half.replace(target)


def _piper(model: str, target: Path, base: str, progress: Progress | None) -> None:
    if "://" in model:
        files = [Remote(target.name, model), Remote(f"{target.name}.json", _beside(model))]
    else:
        speaker, quality = model.split("-", 1)[1].rsplit("-", 1)
        region = model.partition("-")[0]
        path = f"{region.partition('_')[0]}/{region}/{speaker}/{quality}"
        wanted = (target.name, f"{target.name}.json")
        files = [one for one in _listed(base, VOICES, path, model) if one.name in wanted]
        if len(files) < len(wanted):
            raise DownloadError(f"{base}/{VOICES} has no voice '{model}'.")
    half = target.with_name(f".{target.stem}.part")
    with _alone(half, model):
        _fetch_all(files, half, progress)
        try:
            json.loads((half / f"{target.name}.json").read_bytes())["audio"]["sample_rate"]
        except (ValueError, KeyError, TypeError) as error:
            shutil.rmtree(half)
            raise DownloadError(
                f"What {model} names is no Piper voice: its description makes no sense."
            ) from error
        # The voice is there when its .onnx is: that comes last.
        (half / f"{target.name}.json").replace(f"{target}.json")
        (half / target.name).replace(target)
        half.rmdir()


def _beside(address: str) -> str:
    parts = urllib.parse.urlsplit(address)
    return parts._replace(path=f"{parts.path}.json").geturl()


def _listed(base: str, repository: str, path: str, model: str) -> list[Remote]:
    """The files of a folder, with what the source knows of each."""
    quoted = urllib.parse.quote(f"{repository}/tree/main/{path}".rstrip("/"))
    try:
        with _open(f"{base}/api/models/{quoted}") as answer:
            found = json.loads(answer.read(_LONGEST_LIST))
        files = []
        for one in found:
            if one.get("type") != "file":
                continue
            name = str(one["path"]).rpartition("/")[2]
            url = f"{base}/{repository}/resolve/main/{urllib.parse.quote(one['path'])}"
            lfs = one.get("lfs")
            sha256 = str(lfs["oid"]).removeprefix("sha256:") if lfs else None
            files.append(Remote(name, url, int(one["size"]), sha256, None if lfs else one.get("oid")))
        return files
    except urllib.error.HTTPError as error:
        if error.code in (401, 403, 404):  # Hugging Face answers 401 for what is not there
            raise DownloadError(
                f"{base} has no model '{model}' that everybody may have. Look at {base}/{repository}."
            ) from error
        raise
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise DownloadError(f"What answers at {base} is no Hugging Face and no mirror of it.") from error


@contextmanager
def _alone(half: Path, model: str) -> Iterator[None]:
    """Let nobody else fetch into this folder, which is made.

    Raises:
        DownloadError: somebody does.
    """
    half.mkdir(exist_ok=True)
    if fcntl is None:  # nobody can be kept out
        yield
        return
    held = os.open(half, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise DownloadError(f"{model} is being fetched by somebody else just now: wait for that.") from None
    except OSError:  # a disk without locks
        pass
    try:
        yield
    finally:
        os.close(held)


def _fetch_all(files: Sequence[Remote], half: Path, progress: Progress | None) -> None:
    there = sum(path.stat().st_size for path in half.iterdir())
    wanted = sum(one.size or 0 for one in files) - there
    free = shutil.disk_usage(half).free
    if free < wanted + (_SPARE if wanted > 0 else 0):
        raise DownloadError(
            f"{half.parent} has {free / 1e6:.0f} MB free; {wanted / 1e6:.0f} MB and some are needed. "
            "Make room or name another folder with --into."
        )
    for one in files:
        _fetch(one, half / one.name, progress)


def _fetch(remote: Remote, path: Path, progress: Progress | None) -> None:
    """One file, from where it was cut off."""
    if path.is_file():
        return
    part = path.with_name(f"{path.name}.part")
    size = remote.size
    for attempt in range(_TRIES):
        try:
            size = _fetch_some(remote, part, progress)
            break
        except (http.client.HTTPException, TimeoutError, ConnectionError):
            if attempt == _TRIES - 1:
                raise
    if (size is not None and part.stat().st_size != size) or not _is_sound(remote, part):
        part.unlink()
        raise DownloadError(
            f"{remote.name} came damaged: it is not what the source describes. Run this again."
        )
    part.replace(path)


def _fetch_some(remote: Remote, part: Path, progress: Progress | None) -> int | None:
    """Append to what there is; returns the size that the source tells.

    Raises:
        http.client.IncompleteRead: the connection ended before the file did.
    """
    there = part.stat().st_size if part.exists() else 0
    if remote.size is not None and there == remote.size:
        return there
    if remote.size is not None and there > remote.size:
        there = 0
    try:
        answer = _open(remote.url, {"Range": f"bytes={there}-"} if there else {})
    except urllib.error.HTTPError as error:
        if error.code != 416:
            raise
        there, answer = 0, _open(remote.url)
    with answer:
        goes_on = answer.status == 206 and str(answer.headers.get("Content-Range")).startswith(
            f"bytes {there}-"
        )
        there = there if goes_on else 0
        length = answer.headers.get("Content-Length")
        size = remote.size
        if size is None and length is not None and length.isdecimal():
            size = there + int(length)
        with part.open("ab" if goes_on else "wb") as file:
            while chunk := answer.read(_CHUNK):
                file.write(chunk)
                there += len(chunk)
                if progress is not None:
                    progress(remote.name, there, size or there)
    if size is not None and there < size:
        raise http.client.IncompleteRead(b"", size - there)
    return size


def _is_sound(remote: Remote, path: Path) -> bool:
    if remote.sha256:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == remote.sha256
    if remote.git:
        content = path.read_bytes()
        head = f"blob {len(content)}\0".encode()
        return hashlib.sha1(head + content, usedforsecurity=False).hexdigest() == remote.git
    return True


def _open(url: str, headers: dict[str, str] | None = None) -> Any:
    asked = urllib.request.Request(url, headers={"User-Agent": "santral", **(headers or {})})
    return urllib.request.urlopen(asked, timeout=_TIMEOUT)
