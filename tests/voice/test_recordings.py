"""Files with sound, as they come and as they are made; and files that only look like it."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.whatsapp.recorded import KINDS, pitch, recording, tone
from voice.audio import level, silence
from voice.engines.missing import EngineMissing
from voice.notes.audio_file import RecordingError, read_recording, write_voice_message


def read(folder: Path, data: bytes, longest: float = 600.0) -> np.ndarray:
    path = folder / "note"
    path.write_bytes(data)
    return read_recording(path, longest=longest)


def refused(folder: Path, data: bytes, longest: float = 600.0) -> str:
    with pytest.raises(RecordingError) as told:
        read(folder, data, longest)
    return told.value.problem


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_a_phone_records_is_one_channel_of_16_khz(tmp_path: Path, kind: str) -> None:
    sound = read(tmp_path, recording(kind, (440, 2.0)))
    assert sound.dtype == np.int16 and sound.ndim == 1
    assert 1.95 < len(sound) / 16_000 < 2.15
    assert abs(pitch(sound, 16_000) - 440) < 2
    assert -18 < level(sound) < -12


def test_both_channels_are_heard(tmp_path: Path) -> None:
    assert abs(pitch(read(tmp_path, recording("m4a", (300, 1.0), layout="stereo")), 16_000) - 300) < 2


def test_a_voice_message_is_ogg_with_opus_and_small(tmp_path: Path) -> None:
    made = write_voice_message(tone(500, 10, 24_000), 24_000)
    assert made.startswith(b"OggS") and b"OpusHead" in made[:80]
    assert len(made) < 60_000
    sound = read(tmp_path, made)
    assert len(sound) == 160_000 and abs(pitch(sound, 16_000) - 500) < 2


def test_nothing_to_say_is_a_voice_message_too(tmp_path: Path) -> None:
    assert level(read(tmp_path, write_voice_message(silence(0.1, 24_000), 24_000))) < -80


def test_a_recording_that_is_too_long_is_refused_without_reading_on(tmp_path: Path) -> None:
    data = recording("ogg", (440, 3.0))
    assert refused(tmp_path, data, longest=2.0) == "long"
    assert len(read(tmp_path, data, longest=3.1))


def test_an_hour_of_nothing_in_few_bytes_is_refused(tmp_path: Path) -> None:
    """AMR says 20 ms in 13 bytes."""
    assert refused(tmp_path, b"#!AMR\n" + (b"\x04" + bytes(12)) * (50 * 3_600), longest=100.0) == "long"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"OggS",
        b"OggS" + b"x" * 5_000,
        b"ID3" + bytes(500),
        b"\xff\xfb" + bytes(5_000),
        b"\xff\xf1" + bytes(5_000),
        b"\0\0\0\x18ftypisom" + bytes(500),
        b"\x1a\x45\xdf\xa3" + bytes(500),
        b"#!AMR\n",
        b"RIFF\x24\0\0\0WAVEfmt " + bytes(200),
        b"#EXTM3U\nfile:///etc/passwd\n",
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        b"merhaba, bu bir metin",
    ],
)
def test_what_is_no_recording_is_told(tmp_path: Path, data: bytes) -> None:
    assert refused(tmp_path, data) == "broken"


@pytest.mark.parametrize("kind", ["mp4", "m4a"])
def test_half_a_file_is_told(tmp_path: Path, kind: str) -> None:
    data = recording(kind, (440, 3.0))
    assert refused(tmp_path, data[: len(data) // 2]) == "broken"


@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_heard_over_or_told_and_never_more_than_that(tmp_path: Path, kind: str) -> None:
    data, chance = recording(kind, (440, 1.0)), np.random.default_rng(7)
    for _ in range(25):
        hurt = bytearray(data)
        for at in chance.integers(0, len(hurt), 12):
            hurt[at] = chance.integers(0, 256)
        path = tmp_path / "note"
        path.write_bytes(bytes(hurt[: chance.integers(1, len(hurt) + 1)]))
        try:
            assert len(read_recording(path)) < 16_000 * 600
        except RecordingError as told:
            assert told.problem in ("broken", "video", "long")


def test_a_film_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path, recording("mp4", (440, 1.0), film=True)) == "video"


def test_no_recorder_makes_a_billion_samples_a_second(tmp_path: Path) -> None:
    data = bytearray(recording("wav", (440, 0.5)))
    data[24:28] = struct.pack("<I", 1_000_000_000)
    assert refused(tmp_path, bytes(data)) == "broken"


def test_memory_has_a_bound(tmp_path: Path) -> None:
    """Two minutes of stereo cost the sound that comes of them and little more, not the 46 MB that they are."""
    path = tmp_path / "note"
    path.write_bytes(recording("m4a", (0, 120.0), layout="stereo"))
    code = (
        "import resource, sys, av, numpy; from pathlib import Path\n"
        "from voice.notes.audio_file import read_recording\n"
        "def most(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = most(); read_recording(Path(sys.argv[1])); print((most() - before) // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True, timeout=120
    )
    assert int(done.stdout) < 25


def test_without_the_library_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(EngineMissing, match=r"santral\[voice\]"):
        read(tmp_path, b"OggS")
