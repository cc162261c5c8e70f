"""A model archive keeps what it is given, and believes nothing that it is given by others."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.archive import FORMAT, MANIFEST, Archive, Limits, read_manifest
from bot.errors import ModelError

GOOD = json.dumps({"format": FORMAT}).encode()


def written(path: Path, *members: tuple[str | tarfile.TarInfo, bytes]) -> Path:
    """An archive as somebody else might write it."""
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members:
            member = tarfile.TarInfo(name) if isinstance(name, str) else name
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    archive = Archive({"fingerprint": "abc"})
    part = archive.part("nlu").part("3")
    part.write_json("words.json", {"ağaç": [1, None, "İ"]})
    part.write_array("weights.npy", np.arange(6, dtype=np.float16).reshape(2, 3))
    part.write("blob", b"\x00\xff")
    archive.save(tmp_path / "models" / "one.tar.gz")

    loaded = Archive.load(tmp_path / "models" / "one.tar.gz")
    again = loaded.part("nlu").part("3")
    assert again.read_json("words.json") == {"ağaç": [1, None, "İ"]}
    assert again.read_array("weights.npy").tolist() == [[0, 1, 2], [3, 4, 5]]
    assert again.read("blob") == b"\x00\xff"
    assert sorted(again) == ["blob", "weights.npy", "words.json"]
    assert loaded.manifest["fingerprint"] == "abc"
    assert loaded.manifest["format"] == FORMAT
    assert [one.name for one in (tmp_path / "models").iterdir()] == ["one.tar.gz"]


def test_equal_contents_give_equal_bytes(tmp_path: Path) -> None:
    for name, order in (("a", "xy"), ("b", "yx")):
        archive = Archive({"k": 1})
        for key in order:
            archive.root.write_json(key, {"b": 1, "a": 2})
        archive.save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/passwd", "a/../../b", "a\\b", "C:evil", "", "a//b", "./a", "a\x00b", "x" * 300]
)
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError):
        Archive().root.write(name, b"")
    if name and "\x00" not in name:
        with pytest.raises(ModelError):
            Archive.load(written(tmp_path / "m", (MANIFEST, GOOD), (name, b"x")))


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE]
)
def test_only_plain_files_are_taken(tmp_path: Path, kind: bytes) -> None:
    path = written(tmp_path / "m", (MANIFEST, GOOD), (special("link", kind, "/etc/passwd"), b""))
    with pytest.raises(ModelError, match="not a plain file"):
        Archive.load(path)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = written(tmp_path / "m", (MANIFEST, GOOD), ("zeros", bytes(50 * 2**20)))
    assert path.stat().st_size < 100_000
    with pytest.raises(ModelError, match="more than a model may"):
        Archive.load(path)


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (Limits(files=2), "more than 2 files"),
        (Limits(file_size=10), "larger than 10 bytes"),
        (Limits(total_size=100), "more than a model may"),
    ],
)
def test_limits(tmp_path: Path, limits: Limits, message: str) -> None:
    path = written(tmp_path / "m", (MANIFEST, GOOD), ("a", bytes(100)), ("b", bytes(100)))
    with pytest.raises(ModelError, match=message):
        Archive.load(path, limits)


def test_a_name_that_comes_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="twice"):
        Archive.load(written(tmp_path / "m", (MANIFEST, GOOD), ("a", b"1"), ("a", b"2")))


def test_a_size_that_the_header_only_claims(tmp_path: Path) -> None:
    member = tarfile.TarInfo("huge")
    member.size = 2**40
    raw = tarfile.TarInfo(MANIFEST)
    raw.size = len(GOOD)
    content = raw.tobuf() + GOOD + bytes(512 - len(GOOD)) + member.tobuf() + bytes(1024)
    (tmp_path / "m").write_bytes(gzip.compress(content))
    with pytest.raises(ModelError, match="larger than"):
        Archive.load(tmp_path / "m")


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        (json.dumps({"format": FORMAT + 1}).encode(), "Update Santral"),
        (json.dumps({"format": 0}).encode(), "never was"),
        (json.dumps({"format": "1"}).encode(), "names no format"),
        (json.dumps({"format": True}).encode(), "names no format"),
        (json.dumps([1]).encode(), "names no format"),
        (b"not json", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"\xff\xfe", "not JSON"),
    ],
)
def test_a_manifest_of_another_kind(tmp_path: Path, manifest: bytes, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        Archive.load(written(tmp_path / "m", (MANIFEST, manifest)))


def test_an_archive_without_a_manifest(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"has no manifest\.json"):
        Archive.load(written(tmp_path / "m", ("a", b"1")))


def test_files_that_are_no_archive(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        Archive.load(tmp_path / "absent.tar.gz")
    with pytest.raises(ModelError, match="cannot be read"):
        Archive.load(tmp_path)
    for content in (b"", b"hello", gzip.compress(b""), gzip.compress(b"hello" * 300)):
        (tmp_path / "m").write_bytes(content)
        with pytest.raises(ModelError):
            Archive.load(tmp_path / "m")


def test_every_cut_and_every_flipped_byte_is_noticed_or_harmless(tmp_path: Path) -> None:
    archive = Archive()
    archive.root.write("text", bytes(range(256)))
    archive.save(tmp_path / "m")
    whole = (tmp_path / "m").read_bytes()
    for end in range(0, len(whole), 7):
        (tmp_path / "cut").write_bytes(whole[:end])
        with pytest.raises(ModelError):
            Archive.load(tmp_path / "cut")
    for at in range(10, len(whole), 5):
        (tmp_path / "flipped").write_bytes(whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1 :])
        # within a run of zeros, a copy from elsewhere in the run is the same content
        with suppress(ModelError):
            assert Archive.load(tmp_path / "flipped").files == archive.files


def pax(name: str, headers: dict[str, str], content: bytes) -> bytes:
    """A member with extended headers that say what the writer likes."""
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.pax_headers = headers
    return member.tobuf(tarfile.PAX_FORMAT) + content + bytes(-len(content) % 512)


@pytest.mark.parametrize(
    "headers",
    [
        {"size": str(2**40)},
        {"size": "-1"},
        {"path": "../../evil"},
        {"path": "/etc/passwd"},
        {"linkpath": "/etc/passwd", "path": "a/../../b"},
        {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(2**40)},
        {"GNU.sparse.size": str(2**40), "GNU.sparse.map": "0,1"},
    ],
)
def test_extended_headers_lead_nowhere(tmp_path: Path, headers: dict[str, str]) -> None:
    content = pax(MANIFEST, {}, GOOD) + pax("a", headers, b"x" * 100) + bytes(1024)
    (tmp_path / "m").write_bytes(gzip.compress(content))
    with pytest.raises(ModelError):
        Archive.load(tmp_path / "m")


@pytest.mark.parametrize(
    "content", [b"1" * 10_000, b'{"a": ' * 50_000, b"[NaN, 1e999", b'"\\ud800', b"\xef\xbb\xbf{}x"]
)
def test_json_that_is_none(content: bytes) -> None:
    archive = Archive()
    archive.root.write("a.json", content)
    with pytest.raises(ModelError, match="not JSON"):
        archive.root.read_json("a.json")


def test_json_that_would_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.archive.JSON_SIZE", 1_000)
    archive = Archive()
    archive.root.write("a.json", b"[" + b"[]," * 400 + b"1]")
    with pytest.raises(ModelError, match="longer than 1000 bytes"):
        archive.root.read_json("a.json")


def test_the_manifest_is_read_alone(tmp_path: Path) -> None:
    archive = Archive({"parts": {"nlu": "x"}})
    archive.root.write("weights", bytes(range(256)) * 40_000)
    archive.save(tmp_path / "m")
    assert read_manifest(tmp_path / "m")["parts"] == {"nlu": "x"}
    for content in (b"", b"hello", gzip.compress(b""), gzip.compress(b"hello" * 300)):
        (tmp_path / "m").write_bytes(content)
        with pytest.raises(ModelError):
            read_manifest(tmp_path / "m")
    for members in (("a", b"1"), (special(MANIFEST, tarfile.SYMTYPE, "/etc/passwd"), b"")):
        with pytest.raises(ModelError):
            read_manifest(written(tmp_path / "other", members))
    with pytest.raises(ModelError, match="Update Santral"):
        read_manifest(written(tmp_path / "new", (MANIFEST, json.dumps({"format": FORMAT + 1}).encode())))
    with pytest.raises(ModelError, match="cannot be read"):
        read_manifest(tmp_path / "absent")


def npy(header: str, data: bytes = b"") -> bytes:
    text = header.encode("latin1")
    text += b" " * (-(10 + len(text) + 1) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + data


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x93NUMPY\x01\x00",
        npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", b"\x80\x04N."),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (10**12,)}"),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,)}"),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, -1)}", bytes(4)),
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", bytes(4)),
        npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", bytes(4)),
        npy("{'descr': '<U1', 'fortran_order': False, 'shape': (1,)}", bytes(4)),
        npy("__import__('os').getcwd()"),
        npy("{" * 5000),
    ],
)
def test_arrays_that_are_none(content: bytes) -> None:
    archive = Archive()
    archive.root.write("a.npy", content)
    with pytest.raises(ModelError, match="not an array"):
        archive.root.read_array("a.npy")


def test_objects_are_not_written() -> None:
    with pytest.raises(TypeError):
        Archive().root.write_array("a", np.array([object()]))


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ModelError, match="nlu/absent"):
        Archive().part("nlu").read("absent")


def test_an_unwritable_place_leaves_the_old_model(tmp_path: Path) -> None:
    path = tmp_path / "m"
    Archive({"which": "old"}).save(path)
    broken = Archive({"which": {1, 2}})
    with pytest.raises(TypeError):
        broken.save(path)
    assert Archive.load(path).manifest["which"] == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["m"]


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_refused(content: bytes) -> None:
    archive = Archive()
    archive.root.write("a", content)
    with pytest.raises(ModelError):
        archive.root.read_array("a")
