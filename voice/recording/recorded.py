"""A call's line and phone, so that what is said on them is recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from bot.message import Emit, Message, Reply
from voice.audio import Sound
from voice.line import Incoming, KeyPress, Line, Mute, stop_listening
from voice.phone import Phone
from voice.recording.recorder import Recording


class RecordedLine:
    """A line whose sound is recorded on its way."""

    def __init__(self, line: Line, recording: Recording) -> None:
        self._line, self._recording = line, recording
        self.name, self.rate, self.lead = line.name, line.rate, line.lead
        self.caller, self.vouched = line.caller, line.vouched

    async def events(self) -> AsyncIterator[Incoming]:
        events = self._line.events()
        try:
            async for event in events:
                if not isinstance(event, KeyPress | Mute):
                    self._recording.hears(event)
                yield event
        finally:
            await stop_listening(events)

    async def send(self, frame: Sound) -> None:
        self._recording.says(frame)
        await self._line.send(frame)

    async def flush(self) -> int:
        forgotten = await self._line.flush()
        self._recording.forgets(forgotten)
        return forgotten

    async def hang_up(self) -> None:
        self._recording.end()
        await self._line.hang_up()


class _Told:
    """Hands replies on; recording pauses before one that is sensitive is said."""

    def __init__(self, recording: Recording, emit: Emit) -> None:
        self._recording, self._emit = recording, emit
        self.whole = emit.whole
        self.replies: list[Reply] = []

    async def __call__(self, reply: Reply) -> None:
        self.replies.append(reply)
        self._recording.pauses_for(reply)
        await self._emit(reply)


def recorded(line: Line, phone: Phone, going_on: Sequence[Reply] = ()) -> tuple[Line, Phone, str | None]:
    """A call's line and phone, recorded where the phone has a recorder.

    Args:
        going_on: what the bot said last, in a conversation that goes on in this call.

    Returns:
        The line, the phone, and the recording's file name, ``None`` when there is none. Every message of the call
        has the name, and how many seconds of the recording there were, in its metadata:
        ``voice: {recording: {file: ..., at: 12.34}}``.
    """
    recorder = phone.recorder
    if recorder is None:
        return line, phone, None
    recording = recorder.begin(line.rate)
    recording.asks(going_on)

    async def turn(message: Message, emit: Emit) -> None:
        told = _Told(recording, emit)
        voice = {**message.metadata.get("voice", {})}
        voice["recording"] = {"file": recording.name, "at": round(recording.at, 2)}
        await phone.take_turn(replace(message, metadata={**message.metadata, "voice": voice}), told)
        # Not before the turn is over: who dictates in pieces may still be speaking.
        recording.asks(told.replies)

    return RecordedLine(line, recording), replace(phone, take_turn=turn), recording.name
