"""``santral shell``, through a pipe and at a terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.conftest import PROGRAM, Santral, environment

PATIENCE = 30.0
"""Seconds until a terminal that shows nothing is given up."""


def test_a_conversation_through_a_pipe(santral: Santral, small_model: Path) -> None:
    done = santral("shell", "-m", small_model, text="merhaba\n/stop\nsipariş\n")
    assert done.code == 0, done.told
    assert "You  merhaba\nBot  Merhaba! Ne yapmak istersiniz?\n" in done.out
    assert "1) Sipariş vermek" in done.out and "2) Vedalaşmak" in done.out
    assert "Siparişinizi aldım" not in done.out


def test_a_button_is_chosen_by_its_number(santral: Santral, small_model: Path) -> None:
    done = santral("shell", "-m", small_model, text="merhaba\n2\n")
    assert "Bot  Görüşmek üzere." in done.out


def test_a_number_that_no_button_has_is_a_message(santral: Santral, small_model: Path) -> None:
    done = santral("shell", "-m", small_model, text="merhaba\n3\n0\n-1\n²\n")
    assert done.out.count("Bot  Tam anlayamadım, lütfen seçeneklerden birini seçin.") == 1
    assert done.out.count("Bot  Anlayamadım.") == 3


def test_pictures_are_told(santral: Santral, small_model: Path) -> None:
    done = santral("shell", "-m", small_model, text="/order")
    assert "[image] https://example.com/paket.png" in done.out


def test_half_characters_and_empty_lines_do_not_end_the_chat(santral: Santral, small_model: Path) -> None:
    done = santral("shell", "-m", small_model, text=b"\xff\xfe\xc5\n\n   \n[bold]\nmerhaba")
    assert done.code == 0, done.told
    assert "[bold]" in done.out and "Merhaba!" in done.out


def test_a_conversation_goes_on_another_day(santral: Santral, small_model: Path, project: Path) -> None:
    for text in ("merhaba\n", "sipariş\n"):
        assert santral("shell", "-m", small_model, "--conversation-id", "ayşe", text=text).code == 0
    assert project.joinpath("conversations.db").is_file()


@pytest.mark.parametrize("verb", [("shell",), ("run", "-p", "0"), ("whatsapp", "simulate", "-p", "0")])
def test_nothing_is_trained_into_a_place_that_somebody_named(
    santral: Santral, tmp_path: Path, verb: tuple[str, ...]
) -> None:
    for place in (tmp_path / "elsewhere", tmp_path):
        done = santral(*verb, "-m", place)
        assert (
            done.code == 1 and f"There is no model {'' if place != tmp_path else 'in '}{place}." in done.err
        )
        assert "--model" in done.err
    assert not (tmp_path / "elsewhere").exists() and not list(tmp_path.glob("*.tar.gz"))


def test_a_model_is_trained_when_there_is_none(santral: Santral) -> None:
    done = santral("shell", text="merhaba\n")
    assert "Trained in" in done.out and "Bot  Merhaba!" in done.out


@pytest.mark.parametrize("content", [None, b"no archive", b""])
def test_a_model_that_cannot_be_loaded_is_told(
    santral: Santral, project: Path, content: bytes | None
) -> None:
    path = project / "wrong.tar.gz"
    if content is not None:
        path.write_bytes(content)
    done = santral("shell", "-m", path)
    assert done.code == 1
    assert done.err.startswith("Error [model]") and "wrong.tar.gz" in done.err
    assert len(done.err.splitlines()) <= 2


class Terminal:
    """A person at a terminal: reads until something is shown, then types."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.seen = ""

    def wait_for(self, text: str) -> None:
        while text not in self.seen:
            readable, _, _ = select.select([self.descriptor], [], [], PATIENCE)
            assert readable, f"waited for {text!r}, seen: {self.seen!r}"
            read = os.read(self.descriptor, 4096)
            self.seen += read.decode(errors="replace")
        self.seen = self.seen.partition(text)[2]

    def type(self, text: str) -> None:
        os.write(self.descriptor, text.encode())


@contextmanager
def at_a_terminal(*arguments: str | Path, cwd: Path) -> Iterator[tuple[Terminal, subprocess.Popen[bytes]]]:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [PROGRAM, *map(str, arguments)],
        cwd=cwd,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment() | {"TERM": "xterm"},
        start_new_session=True,
        # A shell's background jobs, and what they start, ignore Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    os.close(theirs)
    try:
        yield Terminal(ours), process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(ours)


@pytest.mark.parametrize("key", ["/stop\r", "\x04"], ids=["stop", "ctrl-d"])
def test_a_chat_at_a_terminal_ends_cleanly(small_model: Path, project: Path, key: str) -> None:
    with at_a_terminal("shell", "-m", small_model, cwd=project) as (terminal, process):
        terminal.wait_for("You  ")
        terminal.type("merhaba\r")
        terminal.wait_for("Vedalaşmak")
        terminal.wait_for("You  ")
        terminal.type(key)
        assert process.wait(timeout=30) == 0


def test_ctrl_c_ends_the_chat(small_model: Path, project: Path) -> None:
    with at_a_terminal("shell", "-m", small_model, cwd=project) as (terminal, process):
        terminal.wait_for("You  ")
        assert ended_by_ctrl_c(process) == 0


def ended_by_ctrl_c(process: subprocess.Popen[bytes]) -> int:
    """Press Ctrl-C as people do: again if nothing happens, since input() misses one while it draws its prompt."""
    for _ in range(5):
        process.send_signal(signal.SIGINT)
        try:
            return process.wait(timeout=PATIENCE / 5)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError("Ctrl-C does not end the chat.")
