"""A real Chromium before a real server: ``santral run`` with a small bot, or a stage that plays a script."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import PROGRAM, environment

from .stage import Stage
from .visitor import Visitor

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
ARTEFACTS = ROOT / "test-artefacts" / "browser"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


class Shop:
    """Another origin, with one page."""

    def __init__(self) -> None:
        self.page = ("", "")
        """Its HTML, and its Content-Security-Policy."""
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body, policy = shop.page
                self.send_response(200 if self.path == "/" else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body.encode() if self.path == "/" else b"")

            def log_message(self, format: str, *arguments: Any) -> None:
                return None

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@dataclass
class Server:
    """``santral run`` in a folder."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    shop: Shop | None = None
    """Whose pages may chat."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        if not self.port:
            with socket.create_server(("127.0.0.1", 0)) as free:
                self.port = free.getsockname()[1]
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(
                [PROGRAM, "run", "-p", str(self.port), "-i", "127.0.0.1"],
                cwd=self.folder, env=environment(), stdout=log, stderr=log,
            )  # fmt: skip
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.url}health", timeout=5):
                    return
            except OSError:
                assert self.process.poll() is None, (self.folder / "log.txt").read_text()
                time.sleep(0.1)
        raise AssertionError("The server did not start.")

    def kill(self) -> None:
        """As a machine that loses power."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(
            "No Chromium: NOTHING of the web chat is tested in a browser (make packages installs it)."
        )
    playwright = pytest.importorskip("playwright.sync_api", reason="No playwright: no browser tests.")
    # While it is started, a loop counts as running in this thread; other tests want to run their own.
    with playwright.sync_playwright() as started:
        running = started.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="package")
def axe() -> str:
    if not AXE.exists():
        pytest.skip("No axe-core in node_modules: ACCESSIBILITY is not tested (make packages fetches it).")
    return AXE.read_text("utf-8")


@pytest.fixture(scope="package")
def trained(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small bot with its model."""
    folder = tmp_path_factory.mktemp("window") / "bot"
    shutil.copytree(HERE / "bot", folder)
    subprocess.run([PROGRAM, "train"], cwd=folder, env=environment(), check=True, capture_output=True)
    return folder


@pytest.fixture(scope="package")
def server(browser: Any, trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests that do not harm it; every visitor is a new one."""
    folder = Path(shutil.copytree(trained, tmp_path_factory.mktemp("shared") / "bot"))
    shop = Shop()
    credentials = folder / "credentials.yml"
    credentials.write_text(
        credentials.read_text("utf-8").replace("http://shop.invalid", shop.url.rstrip("/")), "utf-8"
    )
    running = Server(folder, shop=shop)
    running.start()
    yield running
    running.stop()
    shop.stop()


@pytest.fixture
def own_server(browser: Any, trained: Path, tmp_path: Path) -> Iterator[Server]:
    """One that the test may kill."""
    running = Server(Path(shutil.copytree(trained, tmp_path / "bot")))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def stage(browser: Any) -> Iterator[Stage]:
    running = Stage()
    running.start()
    yield running
    running.stop()


@dataclass
class Visitors:
    """Opens pages, and keeps what went wrong in them."""

    browser: Any
    contexts: list[Any] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def visit(self, url: str, context: Any = None, complains: bool = False, **options: Any) -> Visitor:
        """A new visitor; with `context`, another tab of one. `complains`: the console may tell of errors."""
        if context is None:
            options.setdefault("viewport", {"width": 1280, "height": 800})
            options.setdefault("locale", "tr-TR")
            context = self.browser.new_context(**options)
            context.set_default_timeout(15_000)
            self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        if not complains:
            page.on("console", self._console)
        page.goto(url)
        visitor = Visitor(page)
        visitor.launcher.wait_for()
        return visitor

    def _console(self, message: Any) -> None:
        # Lines that break are what some tests are about; the policy and scripts must never complain.
        if message.type == "error" and not any(
            word in message.text for word in ("WebSocket connection", "Failed to load resource")
        ):
            self.errors.append(message.text)


@pytest.fixture
def visitors(browser: Any) -> Iterator[Visitors]:
    found = Visitors(browser)
    yield found
    for context in found.contexts:
        context.close()
    assert found.errors == []


@pytest.fixture
def visit(visitors: Visitors) -> Callable[..., Visitor]:
    return visitors.visit


@pytest.fixture
def shot() -> Callable[[Visitor, str], None]:
    """Keeps a picture of a page, for people to look at."""
    ARTEFACTS.mkdir(parents=True, exist_ok=True)

    def take(visitor: Visitor, name: str) -> None:
        visitor.page.screenshot(path=ARTEFACTS / f"{name}.png")

    return take
