"""Recordings in files: from what phones and browsers record to plain sound, and from sound to a voice message.

Whoever sends a file may have made it by hand. So it is read by the one format that its first bytes name, never as
a playlist that leads to other files; only codecs of recorders are decoded; and sound, time and memory have bounds
that the file's own claims do not move.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.errors import SantralError
from voice.audio import Sound, joined
from voice.engines.missing import EngineMissing

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

LONGEST = 600.0
"""Seconds of one recording: 19 MB of sound."""
PATIENCE = 30.0
"""Seconds that decoding may take."""
OPUS_RATE = 48_000
_BIT_RATE = 24_000
"""Of a voice message: speech is clear, and two minutes have 360 KB."""
_FORMATS = (
    (0, b"OggS", "ogg"),
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (4, b"ftyp", "mov"),
    (0, b"#!AMR", "amr"),
    (0, b"RIFF", "wav"),
    (0, b"ID3", "mp3"),
)
_CODECS = frozenset(
    {"opus", "vorbis", "aac", "mp3", "amr_nb", "amr_wb", "flac", "pcm_s16le", "pcm_f32le", "pcm_u8"}
)
_MOST_RATE, _MOST_CHANNELS, _MOST_STREAMS = 192_000, 8, 4
_MOST_BAD = 0.05
"""The share of packets that may be broken: the beginning of an MP3 that was cut out of another one."""


class RecordingError(SantralError):
    """A file that is no recording that can be heard.

    Args:
        problem: ``long``, ``broken``, or ``video``.
    """

    code = "voice-recording"

    def __init__(self, problem: str, message: str) -> None:
        super().__init__(message)
        self.problem = problem


def read_recording(path: Path, rate: int = 16_000, longest: float = LONGEST) -> Sound:
    """The sound of a file, in one channel; blocks for as long as decoding takes.

    Args:
        rate: samples a second that are wanted.
        longest: seconds; a longer one is refused as soon as so much is decoded.

    Raises:
        RecordingError: it is too long, has pictures that move, or cannot be decoded.
        EngineMissing: PyAV is not installed.
    """
    av = _library()
    with path.open("rb") as file:
        kind = format_of(file.read(16))
        file.seek(0)
        if kind is None:
            raise RecordingError("broken", "The file is no recording of a known kind.")
        try:
            with av.open(file, format=kind, options={"protocol_whitelist": ""}) as container:
                return _decode(container, _voice_in(container), rate, longest)
        except (av.error.FFmpegError, ValueError, OverflowError, MemoryError) as error:
            raise RecordingError("broken", f"The file cannot be decoded ({type(error).__name__}).") from None


def write_voice_message(sound: Sound, rate: int) -> bytes:
    """Sound as a voice message: Ogg with Opus, one channel; blocks while it is encoded.

    Args:
        rate: samples a second of the sound.

    Raises:
        EngineMissing: PyAV is not installed.
    """
    av = _library()
    held = io.BytesIO()
    with av.open(held, "w", format="ogg") as container:
        stream = container.add_stream(
            "libopus", rate=OPUS_RATE, layout="mono", options={"application": "voip"}
        )
        stream.bit_rate = _BIT_RATE
        size = stream.codec_context.frame_size or OPUS_RATE // 50
        resampler = av.AudioResampler(stream.format.name, "mono", OPUS_RATE, size)
        frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), "s16", "mono")
        frame.sample_rate = rate
        for piece in (*resampler.resample(frame), *resampler.resample(None), None):
            container.mux(stream.encode(piece))
    return held.getvalue()


def format_of(head: bytes) -> str | None:
    """The container of a file by its first bytes, as FFmpeg calls it; ``None`` for none of those known."""
    for start, mark, name in _FORMATS:
        if head[start : start + len(mark)] == mark:
            return name
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0:
        return "aac"
    return "mp3" if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 else None


def _voice_in(container: InputContainer) -> AudioStream:
    """The one stream that is heard.

    Raises:
        RecordingError: there is none, or there are pictures that move.
    """
    av = _library()
    streams = container.streams
    cover = av.stream.Disposition.attached_pic
    if any(not one.disposition & cover for one in streams.video):
        raise RecordingError("video", "The file has a film in it.")
    if not streams.audio or len(streams) > _MOST_STREAMS:
        raise RecordingError("broken", "The file has no sound in it.")
    found = streams.audio[0]
    decoder = found.codec_context  # none for a codec that FFmpeg does not know either
    known = decoder is not None and decoder.codec.canonical_name in _CODECS
    if not (known and 0 < found.rate <= _MOST_RATE and 0 < found.channels <= _MOST_CHANNELS):
        raise RecordingError("broken", "The file's sound is of a kind that no recorder makes.")
    return found


def _decode(container: InputContainer, stream: AudioStream, rate: int, longest: float) -> Sound:
    av = _library()
    deadline = time.monotonic() + PATIENCE
    parts: list[Sound] = []
    length, most = 0, round(longest * rate)
    resampler, form = None, None
    for frame in _frames(container, stream):
        if (frame.format.name, frame.layout.name, frame.sample_rate) != form:
            parts += _samples(resampler.resample(None)) if resampler else []
            form = (frame.format.name, frame.layout.name, frame.sample_rate)
            resampler = av.AudioResampler("s16", "mono", rate)
        frame.pts = None  # a gap in the file's clock is no sound
        fresh = _samples(resampler.resample(frame)) if resampler else []
        parts += fresh
        length += sum(map(len, fresh))
        if length > most:
            raise RecordingError("long", f"The recording is longer than {longest:g} s.")
        if time.monotonic() > deadline:
            raise RecordingError("long", "The recording takes too long to decode.")
    parts += _samples(resampler.resample(None)) if resampler else []
    sound = joined(parts)
    if not len(sound):
        raise RecordingError("broken", "There is no sound in the file.")
    return sound


def _frames(container: InputContainer, stream: AudioStream) -> Iterator[AudioFrame]:
    """What can be decoded.

    Raises:
        RecordingError: too much of it cannot.
    """
    av = _library()
    good = bad = 0
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            bad += 1
            continue
        good += 1
        yield from frames
    if bad > max(1, _MOST_BAD * (good + bad)):
        raise RecordingError("broken", "Too much of the file cannot be decoded.")


def _samples(frames: list[AudioFrame]) -> list[Sound]:
    return [frame.to_ndarray().reshape(-1).astype(np.int16, copy=False) for frame in frames]


def _library() -> Any:
    """PyAV, which faster-whisper brings along.

    Raises:
        EngineMissing: it is not installed.
    """
    try:
        import av
    except ImportError:
        raise EngineMissing("recordings", "PyAV", "voice") from None
    return av
