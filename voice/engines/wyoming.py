"""Recognisers and voices in another process or on another machine, by the Wyoming protocol.

An event is a line of JSON, ``{"type", "data"?, "data_length"?, "payload_length"?}``, then so many bytes of JSON that
add to the data, then so many bytes of sound. Home Assistant's servers for Whisper and Piper speak it. See
https://github.com/OHF-Voice/wyoming
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from voice.asr import Recognised
from voice.audio import AudioError, Sound, from_bytes, joined, to_bytes
from voice.engines.missing import EngineError
from voice.expectation import ANYTHING, Expectation
from voice.hallucinations import believed
from voice.resampling import resample

_LONGEST_LINE = 1 << 20
_LONGEST_PART = 1 << 24
"""Bytes of one event's payload, and of all the sound of one text."""
_CHUNK = 2048
"""Samples in one event."""


class WyomingError(EngineError):
    """A server that cannot be reached, is too slow, reports an error, or talks nonsense."""

    code = "voice-wyoming"


@dataclass(frozen=True, slots=True)
class WyomingEvent:
    """One event."""

    type: str
    data: Mapping[str, Any] = field(default_factory=dict)
    payload: bytes = b""


def encode_event(event: WyomingEvent) -> bytes:
    """The bytes of an event."""
    data = json.dumps(event.data, ensure_ascii=False).encode() if event.data else b""
    head: dict[str, Any] = {"type": event.type}
    if data:
        head["data_length"] = len(data)
    if event.payload:
        head["payload_length"] = len(event.payload)
    return json.dumps(head).encode() + b"\n" + data + event.payload


async def read_event(reader: asyncio.StreamReader) -> WyomingEvent | None:
    """The next event; ``None`` at the end of the connection.

    Raises:
        WyomingError: this is no event.
    """
    try:
        line = await reader.readline()
        if not line:
            return None
        head = json.loads(line)
        data = dict(head.get("data") or {})
        data.update(json.loads(await _part(reader, head.get("data_length")) or b"{}"))
        payload = await _part(reader, head.get("payload_length"))
        return WyomingEvent(str(head["type"]), data, payload)
    except asyncio.IncompleteReadError as error:
        raise WyomingError("The Wyoming server hung up in the middle of an event.") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise WyomingError("What answers there does not speak the Wyoming protocol.") from error


async def _part(reader: asyncio.StreamReader, length: Any) -> bytes:
    if not length:
        return b""
    if not isinstance(length, int) or not 0 < length <= _LONGEST_PART:
        raise ValueError("a part of this length")
    return await reader.readexactly(length)


class _Client:
    """One connection a request: a server that was started anew is found again."""

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self._host, self._port, self._timeout = host, port, timeout

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        where = f"{self._host}:{self._port}"
        writer: asyncio.StreamWriter | None = None
        try:
            async with asyncio.timeout(self._timeout):
                reader, writer = await asyncio.open_connection(self._host, self._port, limit=_LONGEST_LINE)
                yield reader, writer
        except TimeoutError:
            raise WyomingError(
                f"The Wyoming server at {where} did not answer in {self._timeout:g} s."
            ) from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise WyomingError(f"The Wyoming server at {where} cannot be reached ({reason}).") from error
        finally:
            if writer is not None:
                await _hang_up(writer)


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    if writer.transport.get_write_buffer_size():
        # To close waits until all of it is sent, and a server that does not read takes for ever.
        writer.transport.abort()
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


class WyomingAsr:
    """A recogniser behind a Wyoming server.

    Args:
        timeout: seconds that an utterance may take in all.
    """

    rate = 16_000

    def __init__(self, host: str, port: int, language: str = "tr", timeout: float = 10.0) -> None:
        self.name = f"wyoming-{host}:{port}"
        self._language = language
        self._client = _Client(host, port, timeout)

    async def transcribe(self, sound: Sound, expects: Expectation = ANYTHING) -> Recognised:
        form = {"rate": self.rate, "width": 2, "channels": 1}
        async with self._client.connection() as (reader, writer):
            writer.write(encode_event(WyomingEvent("transcribe", {"language": self._language})))
            writer.write(encode_event(WyomingEvent("audio-start", form)))
            for start in range(0, len(sound), _CHUNK):
                chunk = to_bytes(sound[start : start + _CHUNK])
                writer.write(encode_event(WyomingEvent("audio-chunk", form, chunk)))
                await writer.drain()
            writer.write(encode_event(WyomingEvent("audio-stop")))
            await writer.drain()
            async for event in _events(reader):
                if event.type == "transcript":
                    text = str(event.data.get("text") or "")
                    return Recognised(believed(text, len(sound) / self.rate, expects.hotwords))
        raise WyomingError("The Wyoming server hung up without a transcript.")


class WyomingTts:
    """A voice behind a Wyoming server.

    Args:
        voice: one of the server's; ``None``: its own choice.
        rate: what its sound is brought to.
        timeout: seconds that a text may take in all.
    """

    def __init__(
        self, host: str, port: int, voice: str | None = None, rate: int = 22_050, timeout: float = 15.0
    ) -> None:
        self.name = f"wyoming-{host}:{port}-{voice or 'default'}"
        self.rate = rate
        self._voice = voice
        self._client = _Client(host, port, timeout)

    async def synthesize(self, text: str) -> Sound:
        asked: dict[str, Any] = {"text": text}
        if self._voice:
            asked["voice"] = {"name": self._voice}
        async with self._client.connection() as (reader, writer):
            writer.write(encode_event(WyomingEvent("synthesize", asked)))
            await writer.drain()
            return await self._sound(reader)

    async def _sound(self, reader: asyncio.StreamReader) -> Sound:
        rate, parts, length = self.rate, [], 0
        try:
            async for event in _events(reader):
                match event.type:
                    case "audio-start" | "audio-chunk":
                        if event.data.get("width", 2) != 2 or event.data.get("channels", 1) != 1:
                            raise WyomingError("The Wyoming server sends sound that is not mono of 16 bits.")
                        rate = int(event.data.get("rate", rate))
                        parts.append(from_bytes(event.payload))
                        length += len(event.payload)
                        if length > _LONGEST_PART:
                            raise WyomingError("The Wyoming server does not stop sending sound.")
                    case "audio-stop":
                        return resample(joined(parts), rate, self.rate)
        except (AudioError, ValueError, TypeError, OverflowError) as error:
            raise WyomingError(f"The Wyoming server's sound cannot be used ({error}).") from error
        raise WyomingError("The Wyoming server hung up in the middle of the sound.")


async def _events(reader: asyncio.StreamReader) -> AsyncIterator[WyomingEvent]:
    while (event := await read_event(reader)) is not None:
        if event.type == "error":
            raise WyomingError(f"The Wyoming server reports an error ({str(event.data.get('code'))[:40]}).")
        yield event
