"""``santral run``."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.cli.conftest import PROGRAM, Santral, environment


@contextmanager
def serving(*arguments: str | Path, cwd: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server, and the address that it tells."""
    command = [str(PROGRAM), "run", "-p", "0", "-i", "127.0.0.1", *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=cwd, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert "http://" in line, line
            yield line[line.index("http://") :].split()[0], process
        finally:
            process.kill()


def get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=30) as answer:
        content: bytes = answer.read()
    return content


def eventually(address: str) -> bytes:
    """What a server answers that says it is up a moment before it listens."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(urllib.error.URLError):
            return get(address)
    raise AssertionError(f"{address} does not answer.")


def test_a_served_bot_answers_and_stops_when_asked(small_model: Path, project: Path) -> None:
    with serving("-m", small_model, cwd=project) as (address, process):
        assert json.loads(get(f"{address}health"))["status"] == "ok"
        assert b"<html" in get(address)
        body = json.dumps({"sender": "ayşe", "message": "merhaba"}).encode()
        request = urllib.request.Request(
            f"{address}webhooks/rest/webhook", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            [reply] = json.loads(answer.read())
        assert reply["text"] == "Merhaba! Ne yapmak istersiniz?"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def test_the_api_is_served_only_when_asked_for(small_model: Path, project: Path) -> None:
    with serving("-m", small_model, "--enable-api", "-t", "secret", cwd=project) as (address, _):
        status = json.loads(get(f"{address}status?token=secret"))
        assert status["model_file"] == "small.tar.gz" and status["model_id"]


def test_an_address_that_is_taken_is_told(santral: Santral, small_model: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = santral("run", "-m", small_model, "-i", "127.0.0.1", "-p", str(taken.getsockname()[1]))
    assert done.code == 1 and "address already in use" in done.err


def test_broken_settings_are_told(santral: Santral, small_model: Path, project: Path) -> None:
    project.joinpath("credentials.yml").write_text("rest: [", encoding="utf-8")
    done = santral("run", "-m", small_model, "-p", "0")
    assert done.code == 1 and "credentials.yml:" in done.err
    project.joinpath("credentials.yml").unlink()
    project.joinpath("endpoints.yml").write_text("tracker_store:\n  type: papyrus\n", encoding="utf-8")
    done = santral("run", "-m", small_model, "-p", "0")
    assert done.code == 1 and "endpoints.yml:2" in done.err


def test_settings_are_read_before_a_model_is_trained(santral: Santral, project: Path) -> None:
    done = santral("run", "-p", "0", "--credentials", "other.yml")
    assert done.code == 1 and "There is no other.yml." in done.err
    assert "training" not in done.told and not project.joinpath("models").exists()


def test_settings_that_somebody_names_must_exist(santral: Santral, small_model: Path) -> None:
    done = santral("shell", "-m", small_model, "--endpoints", "other.yml")
    assert done.code == 1 and "There is no other.yml." in done.err


def test_actions_are_served_for_an_action_endpoint(project: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    project.joinpath("actions.py").write_text(
        "from rasa_sdk import Action\n\n\n"
        "class Tell(Action):\n"
        "    def name(self):\n        return 'action_tell'\n\n"
        "    def run(self, dispatcher, tracker, domain):\n        return []\n"
    )
    command = [str(PROGRAM), "run", "actions", "-p", str(port)]
    with subprocess.Popen(
        command, cwd=project, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert any("up and running" in line for line in process.stdout)
            assert json.loads(eventually(f"http://127.0.0.1:{port}/actions")) == [{"name": "action_tell"}]
        finally:
            process.kill()


def test_a_project_without_actions_is_told_so(santral: Santral) -> None:
    done = santral("run", "actions")
    assert done.code == 1 and done.err.startswith("Error [action]")
