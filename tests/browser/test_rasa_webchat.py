"""The npm package rasa-webchat 1.0.1, as shops have it on their pages, before our socket.io channel."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import PROGRAM, environment

from .conftest import Server

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "node_modules" / ".packed" / "rasa-webchat" / "lib" / "index.js"
PAGE = """<!doctype html><meta charset="utf-8"><title>Mağaza</title><body>
<script src="index.js"></script>
<script>window.WebChat.default({
  socketUrl: "%s", socketPath: "/socket.io/", initPayload: "/greet", customData: {language: "tr"},
  title: "Mağaza", params: {storage: "local"}, hideWhenNotConnected: false,
}, null)</script>"""
CREDENTIALS = """rest:
socketio:
  user_message_evt: user_uttered
  bot_message_evt: bot_uttered
  session_persistence: true
  metadata_key: customData
  origins: ["http://localhost:%d"]
"""
DOMAIN = """version: "3.1"
intents: [greet, products, photo]
responses:
  utter_greet:
  - text: "Merhaba, nasıl yardımcı olabilirim?"
    buttons:
    - {title: "Ürünler", payload: "/products"}
    - {title: "Fotoğraf", payload: "/photo"}
  utter_products:
  - text: "Size şunları önerebilirim:"
    elements:
    - {title: "Şişme Mont", subtitle: "1.724 TL", image_url: "PICTURE",
       buttons: [{title: "Montu göster", payload: "/photo"}]}
    - {title: "Kaşe Kaban", subtitle: "2.999 TL"}
  utter_photo:
  - text: "Buyurun:"
    image: "PICTURE"
  utter_default:
  - text: "Anlayamadım, tekrar yazar mısınız?"
"""
CONFIG = """recipe: default.v1
language: tr
assistant_id: rasa-webchat-test
pipeline:
- name: WhitespaceTokenizer
- name: CountVectorsFeaturizer
- name: LogisticRegressionClassifier
policies:
- name: RulePolicy
"""
DATA = """version: "3.1"
nlu:
- {intent: greet, examples: "- merhaba\\n- selam"}
- {intent: products, examples: "- ürünleriniz neler\\n- ürünleri göster"}
- {intent: photo, examples: "- fotoğraf\\n- resmini göster"}
rules:
- rule: greet
  steps: [{intent: greet}, {action: utter_greet}]
- rule: products
  steps: [{intent: products}, {action: utter_products}]
- rule: photo
  steps: [{intent: photo}, {action: utter_photo}]
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Nothing is told."""


@pytest.fixture(scope="module")
def shop_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A folder that is served as a shop's site, on another origin than the bot, and its port."""
    if not SCRIPT.is_file():
        pytest.skip(
            "No rasa-webchat in node_modules: the OLD WIDGET is not tested (make packages fetches it)."
        )
    folder = tmp_path_factory.mktemp("site")
    shutil.copyfile(SCRIPT, folder / "index.js")
    # The smallest PNG: one red point.
    point = (
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
        "0000000c49444154789c63f8cfc000000301010018dd8db00000000049454e44ae426082"
    )
    (folder / "mont.png").write_bytes(bytes.fromhex(point))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield folder, server.server_port
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture(scope="module")
def trained_bot(shop_page: tuple[Path, int], tmp_path_factory: pytest.TempPathFactory) -> Path:
    _, port = shop_page
    folder = tmp_path_factory.mktemp("old-widget") / "bot"
    (folder / "data").mkdir(parents=True)
    (folder / "domain.yml").write_text(
        DOMAIN.replace("PICTURE", f"http://localhost:{port}/mont.png"), "utf-8"
    )
    (folder / "config.yml").write_text(CONFIG, "utf-8")
    (folder / "credentials.yml").write_text(CREDENTIALS % port, "utf-8")
    (folder / "data" / "all.yml").write_text(DATA, "utf-8")
    told = subprocess.run([PROGRAM, "train"], cwd=folder, env=environment(), capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
    return folder


@pytest.fixture
def bot_server(browser: Any, trained_bot: Path, tmp_path: Path) -> Iterator[Server]:
    server = Server(Path(shutil.copytree(trained_bot, tmp_path / "bot")))
    server.start()
    yield server
    server.stop()


class OldWidget:
    """The widget on the shop's page."""

    def __init__(self, browser: Any, folder: Path, port: int, server: Server) -> None:
        (folder / "index.html").write_text(PAGE % server.url.rstrip("/"), "utf-8")
        self.errors: list[str] = []
        self.context = browser.new_context(locale="tr-TR")
        self.context.set_default_timeout(20_000)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"http://localhost:{port}/")

    def open(self) -> None:
        self.page.locator(".rw-launcher").click()
        self.page.locator(".rw-conversation-container").wait_for()

    def hears(self, text: str) -> None:
        self.page.locator(".rw-response", has_text=text).last.wait_for()

    def say(self, text: str) -> None:
        self.page.locator(".rw-new-message").fill(text)
        self.page.locator(".rw-send").click()

    def choose(self, title: str) -> None:
        self.page.locator(".rw-reply", has_text=title).last.click()

    def replies(self, text: str) -> int:
        found: int = self.page.locator(".rw-response", has_text=text).count()
        return found


@pytest.fixture
def widget(browser: Any, shop_page: tuple[Path, int], bot_server: Server) -> Iterator[OldWidget]:
    folder, port = shop_page
    found = OldWidget(browser, folder, port, bot_server)
    yield found
    found.context.close()
    assert found.errors == []


GREETING = "Merhaba, nasıl yardımcı olabilirim?"


def test_the_widget_greets_and_offers_its_quick_replies(widget: OldWidget) -> None:
    widget.open()
    widget.hears(GREETING)
    titles = widget.page.locator(".rw-reply").all_inner_texts()

    assert titles == ["Ürünler", "Fotoğraf"]


def test_a_quick_reply_brings_a_carousel_whose_button_brings_a_picture(widget: OldWidget) -> None:
    widget.open()
    widget.hears(GREETING)
    widget.choose("Ürünler")
    widget.hears("Size şunları önerebilirim:")
    cards = widget.page.locator(".rw-carousel-card")
    cards.nth(1).wait_for()
    shown = " ".join(cards.all_inner_texts())
    widget.page.locator(".rw-carousel-card", has_text="Montu göster").get_by_text("Montu göster").click()
    widget.hears("Buyurun:")
    picture = widget.page.locator(".rw-image-frame").last
    picture.wait_for()

    assert "Şişme Mont" in shown and "1.724 TL" in shown and "Kaşe Kaban" in shown
    assert picture.get_attribute("src").endswith("/mont.png")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1


def test_what_is_typed_is_answered(widget: OldWidget) -> None:
    widget.open()
    widget.hears(GREETING)
    widget.say("fotoğraf")

    widget.hears("Buyurun:")


def test_after_a_reload_the_session_goes_on_and_is_not_greeted_again(widget: OldWidget) -> None:
    widget.open()
    widget.hears(GREETING)
    widget.say("fotoğraf")
    widget.hears("Buyurun:")
    session = widget.page.evaluate("JSON.parse(localStorage.getItem('chat_session')).session_id")
    widget.page.reload()
    # It remembers that it was open.
    widget.hears("Buyurun:")
    widget.say("ürünleri göster")
    widget.hears("Size şunları önerebilirim:")

    assert widget.page.evaluate("JSON.parse(localStorage.getItem('chat_session')).session_id") == session
    assert widget.replies(GREETING) == 1


def test_after_the_server_was_killed_the_widget_comes_back(widget: OldWidget, bot_server: Server) -> None:
    widget.open()
    widget.hears(GREETING)
    bot_server.kill()
    bot_server.start()
    # The widget connects again by itself, and keeps what is typed meanwhile.
    widget.say("fotoğraf")
    widget.hears("Buyurun:")

    assert widget.replies(GREETING) == 1
