"""Loudspeaker and microphone, by whatever program of the system is there."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.errors import SantralError
from voice.audio import Sound, read_wav, write_wav

_PLAYERS: dict[str, Sequence[str]] = {
    "aplay": ("-q",),
    "paplay": (),
    "ffplay": ("-nodisp", "-autoexit", "-loglevel", "error"),
    "play": ("-q",),
    "afplay": (),
}
"""Program → what it is given before the file. ``play`` is sox's, ``afplay`` macOS's."""


class SoundCardError(SantralError):
    """There is no program for it, or the program failed; the message has the mend."""

    code = "voice-sound-card"


def player() -> Sequence[str]:
    """The first player that is there, and its options.

    Raises:
        SoundCardError: there is none.
    """
    for name, options in _PLAYERS.items():
        if program := shutil.which(name):
            return (program, *options)
    raise SoundCardError(
        f"There is no program that plays sound ({', '.join(_PLAYERS)}). On Debian and Ubuntu: "
        "apt-get install alsa-utils; or write a file with --out FILE.wav."
    )


def play(sound: Sound, rate: int) -> None:
    """Play through the first player that is there, to the end.

    Raises:
        SoundCardError: there is none, or it failed.
    """
    command = player()
    with tempfile.TemporaryDirectory(prefix="santral-") as folder:
        path = Path(folder) / "speech.wav"
        path.write_bytes(write_wav(sound, rate))
        _run([*command, str(path)], "Nothing is heard?")


def record(seconds: float, rate: int) -> Sound:
    """Record from the microphone, one channel.

    Raises:
        SoundCardError: there is no program for it, or it failed.
    """
    with tempfile.TemporaryDirectory(prefix="santral-") as folder:
        path = Path(folder) / "heard.wav"
        if program := shutil.which("arecord"):
            form = ("-q", "-f", "S16_LE", "-c", "1", "-r", str(rate), "-d", str(max(1, round(seconds))))
            command: Sequence[str] = [program, *form, str(path)]
        elif program := shutil.which("rec"):
            command = [
                program,
                "-q",
                "-b",
                "16",
                "-c",
                "1",
                "-r",
                str(rate),
                str(path),
                "trim",
                "0",
                f"{seconds:g}",
            ]
        else:
            raise SoundCardError(
                "There is no program that records sound (arecord, sox's rec). On Debian and Ubuntu: "
                "apt-get install alsa-utils; or name a file: santral listen FILE.wav."
            )
        _run(command, "Is there a microphone?")
        try:
            sound, own = read_wav(path.read_bytes())
        except (OSError, ValueError) as error:
            raise SoundCardError(
                f"{Path(program).name} recorded nothing that can be read ({error})."
            ) from error
    if own != rate:
        raise SoundCardError(f"{Path(program).name} recorded at {own} Hz and not at {rate} Hz.")
    return sound


def _run(command: Sequence[str], question: str) -> None:
    name = Path(command[0]).name
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        raise SoundCardError(f"{name} cannot be run ({error.strerror}).") from error
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().splitlines()
        raise SoundCardError(f"{name} failed ({told[-1] if told else done.returncode}). {question}")
