"""Models that are fetched: whole or not at all, from where it broke off, and with a message for every trouble."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hugging_face import Source, source

from tests.cli.conftest import PROGRAM
from voice.downloading import DownloadError, download
from voice.models import FOLDER, folder_of, piper_at, whisper_at

BIG = bytes(range(256)) * 4000
VOICE = b'{"audio": {"sample_rate": 22050}}'
WHISPER = {
    "config.json": b"{}",
    "model.bin": BIG,
    "tokenizer.json": b"{ }",
    "vocabulary.txt": b"a\nb\n",
    "README.md": b"no part of it",
    ".gitattributes": b"x",
}
REPOSITORIES = {
    "Systran/faster-whisper-tiny": WHISPER,
    "somebody/whisper-turkce": WHISPER,
    "somebody/bert": {"config.json": b"{}", "pytorch_model.bin": b"x"},
    "rhasspy/piper-voices": {
        "tr/tr_TR/dfki/medium/tr_TR-dfki-medium.onnx": BIG,
        "tr/tr_TR/dfki/medium/tr_TR-dfki-medium.onnx.json": VOICE,
        "tr/tr_TR/dfki/medium/MODEL_CARD": b"x",
        "tr/tr_TR/bad/low/tr_TR-bad-low.onnx": b"<html>",
        "tr/tr_TR/bad/low/tr_TR-bad-low.onnx.json": b"<html>",
    },
}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with source(REPOSITORIES) as found:
        yield found


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("model", ["tiny", "somebody/whisper-turkce"])
def test_a_whisper_comes_as_a_folder_without_what_it_does_not_need(
    hub: Source, tmp_path: Path, model: str
) -> None:
    told: list[tuple[str, int, int]] = []
    path, fetched = download(model, tmp_path, hub.url, lambda *one: told.append(one))
    assert fetched and path == folder_of(model, tmp_path) and names(tmp_path) == {path.name}
    assert names(path) == set(WHISPER) - {"README.md", ".gitattributes"}
    assert (path / "model.bin").read_bytes() == BIG
    assert ("model.bin", len(BIG), len(BIG)) in told
    hub.asked.clear()
    assert download(model, tmp_path, hub.url) == (path, False) and not hub.asked


def test_a_voice_comes_with_its_description(hub: Source, tmp_path: Path) -> None:
    path, fetched = download("tr_TR-dfki-medium", tmp_path, hub.url)
    assert fetched and names(tmp_path) == {"tr_TR-dfki-medium.onnx", "tr_TR-dfki-medium.onnx.json"}
    assert path.read_bytes() == BIG and Path(f"{path}.json").read_bytes() == VOICE


def test_a_voice_is_fetched_from_its_address(hub: Source, tmp_path: Path) -> None:
    address = f"{hub.url}/rhasspy/piper-voices/resolve/main/tr/tr_TR/dfki/medium/tr_TR-dfki-medium.onnx?download=true"
    address = address.partition("?")[0]
    path, _ = download(address, tmp_path)
    assert path.read_bytes() == BIG and names(tmp_path) == {path.name, f"{path.name}.json"}
    with pytest.raises(DownloadError, match="answers 404"):
        download(f"{hub.url}/rhasspy/piper-voices/resolve/main/none.onnx", tmp_path)
    assert not (tmp_path / "none.onnx").exists()


def test_a_project_finds_what_was_fetched_by_its_name(hub: Source, tmp_path: Path) -> None:
    assert whisper_at(tmp_path, "tiny") == "tiny"
    whisper, _ = download("tiny", tmp_path / FOLDER, hub.url)
    piper, _ = download("tr_TR-dfki-medium", tmp_path / FOLDER, hub.url)
    assert whisper_at(tmp_path, "tiny") == str(whisper)
    assert piper_at(tmp_path, "tr_TR-dfki-medium") == piper
    (tmp_path / "tiny").mkdir()
    (tmp_path / "own.onnx").write_bytes(b"x")
    assert whisper_at(tmp_path, "tiny") == str(tmp_path / "tiny"), "the project's own comes first"
    assert piper_at(tmp_path, "own.onnx") == tmp_path / "own.onnx"


# Troubles


def test_a_connection_that_breaks_is_taken_up_where_it_broke(hub: Source, tmp_path: Path) -> None:
    hub.cut_after = [300_000, 200_000]
    path, _ = download("tiny", tmp_path, hub.url)
    asked = [wanted for name, wanted in hub.asked if name == "model.bin"]
    assert asked == [None, "bytes=300000-", "bytes=500000-"]
    assert (path / "model.bin").read_bytes() == BIG


def test_what_was_fetched_stays_for_the_next_time(hub: Source, tmp_path: Path) -> None:
    hub.cut_after = [100_000, 100_000, 100_000]
    with pytest.raises(DownloadError, match="goes on where it was"):
        download("tiny", tmp_path, hub.url)
    assert not folder_of("tiny", tmp_path).exists(), "nothing is half installed"
    assert whisper_at(tmp_path, "tiny") == "tiny"
    hub.asked.clear()
    path, _ = download("tiny", tmp_path, hub.url)
    assert ("model.bin", "bytes=300000-") in hub.asked
    assert "config.json" not in [name for name, _ in hub.asked], "what was whole is not fetched again"
    assert (path / "model.bin").read_bytes() == BIG and names(tmp_path) == {path.name}


def test_a_source_without_ranges_begins_anew(hub: Source, tmp_path: Path) -> None:
    hub.cut_after, hub.no_ranges = [300_000], True
    path, _ = download("tiny", tmp_path, hub.url)
    assert (path / "model.bin").read_bytes() == BIG


@pytest.mark.parametrize("name", ["model.bin", "config.json"])
def test_what_came_damaged_is_told_and_not_kept(hub: Source, tmp_path: Path, name: str) -> None:
    """By SHA-256 for large files, by git's SHA-1 for small ones."""
    hub.damaged = {name}
    with pytest.raises(DownloadError, match=f"{name} came damaged"):
        download("tiny", tmp_path, hub.url)
    assert not folder_of("tiny", tmp_path).exists()
    hub.damaged = set()
    path, _ = download("tiny", tmp_path, hub.url)
    assert (path / name).read_bytes() == WHISPER[name]


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("huge", "There is no model 'huge'. Whisper: tiny, base, small"),
        ("somebody/nothing", "no model 'somebody/nothing' that everybody may have"),
        ("somebody/bert", "no Whisper model for faster-whisper"),
        ("tr_TR-nobody-low", "no model 'tr_TR-nobody-low'"),
        ("tr_TR-bad-low", "description makes no sense"),
    ],
)
def test_unknown_names_are_told(hub: Source, tmp_path: Path, model: str, message: str) -> None:
    with pytest.raises(DownloadError, match=message):
        download(model, tmp_path, hub.url)
    assert not [name for name in names(tmp_path) if not name.startswith(".")]


def test_whoever_answers_nonsense_is_told(hub: Source, tmp_path: Path) -> None:
    hub.answers = b"<html>Please log in to the hotel's network</html>"
    with pytest.raises(DownloadError, match="no Hugging Face and no mirror"):
        download("tiny", tmp_path, hub.url)
    with pytest.raises(DownloadError, match="is no address"):
        download("tiny", tmp_path, "ftp://x")


def test_without_a_network_the_mend_is_told(hub: Source, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"127.0.0.1:1 cannot be reached \(Connection refused\).*--from"):
        download("tiny", tmp_path, "http://127.0.0.1:1")


def test_without_space_nothing_is_begun(hub: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import voice.downloading

    monkeypatch.setattr(voice.downloading, "_SPARE", 1 << 60)
    with pytest.raises(DownloadError, match=r"MB free.*--into"):
        download("tiny", tmp_path, hub.url)
    assert not hub.asked


def test_a_folder_that_cannot_be_written_is_told(hub: Source, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DownloadError, match="cannot be written"):
        download("tiny", tmp_path / "file" / "models", hub.url)


# The verb


def run(hub: Source, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "no_proxy": "127.0.0.1", "SANTRAL_MODELS_URL": hub.url}
    command = [PROGRAM, "voice", "download", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_verb_fetches_and_tells(hub: Source, tmp_path: Path) -> None:
    done = run(hub, tmp_path, "tiny", "tr_TR-dfki-medium")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"tiny: fetched: {FOLDER}/whisper-tiny",
        f"tr_TR-dfki-medium: fetched: {FOLDER}/tr_TR-dfki-medium.onnx",
    ]
    assert "is there" in run(hub, tmp_path, "tiny").stdout
    done = run(hub, tmp_path, "huge", "tiny")
    assert done.returncode == 1 and "Error: There is no model 'huge'" in done.stderr


def test_a_full_disk_is_told_and_nothing_is_half_installed(hub: Source, tmp_path: Path) -> None:
    """A limit on the size of files stands for the end of a disk."""
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000));"
        "from voice.cli.voice_verbs import voice; sys.exit(voice(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "download", "tiny", "--from", hub.url, "--into", "m"]
    path = os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "no_proxy": "127.0.0.1", "PYTHONPATH": path}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1 and "m cannot be written (File too large)" in done.stderr
    assert names(tmp_path / "m") == {".whisper-tiny.part"}
    done = run(hub, tmp_path, "tiny", "--into", "m")
    assert done.returncode == 0 and "model: m/whisper-tiny" in done.stdout
    assert (tmp_path / "m/whisper-tiny/model.bin").read_bytes() == BIG


@pytest.mark.parametrize(
    "model",
    [
        "x" * 300,
        "ı" * 120,
        "owner/na\nme",
        "http://[::1/x.onnx",
        "http://ö..ü/x.onnx",
        "http://127.0.0.1:x/x.onnx",
        "http://127.0.0.1/%00.onnx",
        "http://127.0.0.1/",
        "http://",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x.onnx",
    ],
)
def test_what_is_no_name_is_told_before_anything_is_asked(hub: Source, tmp_path: Path, model: str) -> None:
    with pytest.raises(DownloadError, match="no name of a model"):
        download(model, tmp_path, hub.url)
    assert not hub.asked and not names(tmp_path)


@pytest.mark.parametrize("base", ["nope", "http://", "http://[", "http://x:y", "ftp://x", "http://ö..ü"])
def test_what_is_no_address_of_a_source_is_told(tmp_path: Path, base: str) -> None:
    with pytest.raises(DownloadError, match="is no address"):
        download("tiny", tmp_path, base)


@pytest.mark.parametrize("model", ["tiny", "tr_TR-dfki-medium"])
def test_two_do_not_fetch_the_same_at_once(hub: Source, tmp_path: Path, model: str) -> None:
    begun, go = threading.Event(), threading.Event()

    def waits(*progress: object) -> None:
        begun.set()
        go.wait(20)

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(download, model, tmp_path, hub.url, waits)
        begun.wait(20)
        with pytest.raises(DownloadError, match="somebody else"):
            download(model, tmp_path, hub.url)
        go.set()
        path, fetched = first.result()
    assert fetched and download(model, tmp_path, hub.url) == (path, False)


@pytest.mark.parametrize(
    "answer", [b'[{"type":"file","path":"config.json","size":1e999}]', b"[" * 100_000, b'[{"type":"file"}]']
)
def test_a_list_that_makes_no_sense_is_told(hub: Source, tmp_path: Path, answer: bytes) -> None:
    hub.answers = answer
    with pytest.raises(DownloadError, match="no Hugging Face"):
        download("tiny", tmp_path, hub.url)
