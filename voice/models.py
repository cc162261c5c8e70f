"""Where fetched models of speech lie in a project, and what they are called."""

from __future__ import annotations

import re
import urllib.parse
from pathlib import Path

FOLDER = Path(".santral/voice-models")
"""In a project's folder."""
_PIPER = re.compile(r"[a-z]{2,3}_[A-Z]{2}-\w+-(x_low|low|medium|high)")


def folder_of(model: str, folder: Path) -> Path:
    """Where a model of this name lies: a Whisper's folder, or a Piper voice's ``.onnx`` file."""
    if "://" in model:
        name = Path(urllib.parse.unquote(urllib.parse.urlsplit(model).path)).name
        return folder / (name if name.endswith(".onnx") else f"{name}.onnx")
    if _PIPER.fullmatch(model):
        return folder / f"{model}.onnx"
    return folder / f"whisper-{model.replace('/', '--').lstrip('.')}"


def is_whisper(path: Path) -> bool:
    return (path / "model.bin").is_file()


def is_piper(path: Path) -> bool:
    return path.is_file() and Path(f"{path}.json").is_file()


def whisper_at(root: Path, model: str) -> str:
    """A Whisper as faster-whisper wants it: a folder of the project, one that was fetched into it, or the name."""
    for path in (root / model, folder_of(model, root / FOLDER)):
        if path.is_dir():
            return str(path)
    return model


def piper_at(root: Path, model: str) -> Path:
    """A voice's ``.onnx`` file: the project's own, or one that was fetched into it by this name."""
    fetched = folder_of(model, root / FOLDER)
    return fetched if not (root / model).is_file() and is_piper(fetched) else root / model
