"""Calls from a real Chromium, whose microphone is a file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.model import Model
from voice.audio import Sound, level

from .conftest import ARGUMENTS, ARTEFACTS, CHROMIUM, Shop
from .stage import Stage
from .switchboard import RATE, Switchboard, microphone, spoken, trained
from .visitor import Visitor

pytestmark = pytest.mark.skipif(
    not shutil.which("espeak-ng"), reason="espeak-ng is not installed: CALLS are not tested in a browser."
)
QUIET = ("WebSocket connection", "Failed to load resource")


@pytest.fixture(scope="module")
def model() -> Model:
    return trained()


@pytest.fixture(scope="module")
def speaking(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A Chromium whose microphone says the same again and again."""
    wav = microphone(tmp_path_factory.mktemp("microphone") / "voice.wav")
    found = next(path for name in CHROMIUM if (path := shutil.which(name)))
    arguments = [*ARGUMENTS, f"--use-file-for-fake-audio-capture={wav}"]
    running = browser.browser_type.launch(executable_path=found, args=arguments)
    yield running
    running.close()


@pytest.fixture
def switchboard(browser: Any, model: Model, tmp_path: Path) -> Iterator[Switchboard]:
    found = Switchboard(model, tmp_path)
    yield found
    found.stop()


class Telephone:
    """The call's window on a page."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.window = page.get_by_role("region", name="Sesli görüşme")
        self.log = page.get_by_role("log", name="Konuşma dökümü")
        self.status = self.window.get_by_role("status")

    def press(self, name: str) -> None:
        self.window.get_by_role("button", name=name, exact=True).click()

    def dial(self) -> Telephone:
        self.press("Ara")
        return self

    def hears(self, text: str) -> None:
        self.log.locator("li[data-from=bot]", has_text=text).last.wait_for()

    def said(self, text: str) -> None:
        self.log.locator("li.mine", has_text=text).last.wait_for()

    def speaks(self) -> None:
        """Wait until the loudspeaker really sounds."""
        self.window.locator(".orb[data-level='1'], .orb[data-level='2'], .orb[data-level='3']").wait_for()

    def shows(self, text: str) -> None:
        self.window.get_by_text(text).first.wait_for()


@pytest.fixture
def phone(request: pytest.FixtureRequest) -> Iterator[Callable[..., Telephone]]:
    contexts: list[Any] = []
    errors: list[str] = []

    def open_page(url: str, chromium: Any, **options: Any) -> Telephone:
        context = chromium.new_context(
            **({"viewport": {"width": 1280, "height": 800}, "locale": "tr-TR"} | options)
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda one: (
                errors.append(one.text)
                if one.type == "error" and not any(word in one.text for word in QUIET)
                else None
            ),
        )
        page.goto(url)
        return Telephone(page)

    yield open_page
    for context in contexts:
        context.close()
    assert errors == [], "the policy and the scripts never complain"


def likeness(heard: Sound, said: Sound) -> float:
    """How far the loudness of two sounds goes up and down together, wherever the one lies in the other; up to 1."""

    def hull(sound: Sound) -> Any:
        return np.array(
            [np.abs(part.astype(float)).mean() for part in np.array_split(sound, len(sound) // 320)]
        )

    short, long = sorted((hull(heard), hull(said)), key=len)
    places = range(len(long) - len(short) + 1)
    return max(float(np.corrcoef(long[at : at + len(short)], short)[0, 1]) for at in places)


def test_a_call_by_voice_and_keys(
    switchboard: Switchboard, speaking: Any, phone: Callable[..., Telephone]
) -> None:
    assert switchboard.listener is not None
    # The greeting's menu has the word "sipariş": over it, it would be taken for the bot's own echo.
    switchboard.listener.words, switchboard.listener.begun = ["temsilci", "sipariş"], "ben bir şey"
    switchboard.start()
    telephone = phone(f"{switchboard.url}voice/", speaking).dial()
    telephone.hears("Merhaba")
    telephone.speaks()
    # The microphone's sound came, whole and clear.
    telephone.said("temsilci")
    heard, said = switchboard.listener.sounds[0], spoken()
    assert len(said) / RATE - 0.3 < len(heard) / RATE < len(said) / RATE + 0.8
    assert level(heard) > -40
    assert likeness(heard, said) > 0.7
    telephone.hears("temsilcimize bağlıyorum")
    telephone.said("sipariş")
    # The answer is spoken and timed; the keys go on from there, by the keyboard and by the buttons.
    telephone.hears("Sipariş numaranızı")
    telephone.window.locator(".latency", has_text="sn").wait_for()
    for key in "100005#":
        telephone.page.keyboard.press(key)
    telephone.said("100005")
    telephone.hears("son dört hanesini")
    for key in "4567":
        telephone.press(f"{key} tuşu")
    telephone.press("Kare tuşu")
    telephone.hears("100005 numaralı siparişiniz yolda")
    assert telephone.window.get_by_role("meter").get_attribute("aria-valuenow") is not None
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    telephone.page.screenshot(path=ARTEFACTS / "call-answered.png")

    telephone.press("Kapat")
    telephone.shows("Görüşme bitti.")
    telephone.press("Yeniden ara")
    telephone.hears("Kaldığımız yerden devam edelim.")
    telephone.press("Kapat")


WATCHED = """() => {
  const seen = [];
  const { shadowRoot } = document.querySelector("#call > div");
  const orb = shadowRoot.querySelector(".orb");
  new MutationObserver(() => seen.push(orb.dataset.level)).observe(orb, { attributes: true });
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) for (const node of addedNodes) {
      if (node.nodeName === "S") seen.push("cut");
      if (node.className === "mine") seen.push("mine");
    }
  }).observe(shadowRoot.querySelector(".log"), { childList: true, subtree: true });
  window.seen = seen;
}"""
"""Keeps how loud the loudspeaker was, when the transcript showed a cut, and when the caller's words."""


def test_who_speaks_over_the_bot_silences_it(
    switchboard: Switchboard, speaking: Any, phone: Callable[..., Telephone]
) -> None:
    assert switchboard.listener is not None
    switchboard.listener.words, switchboard.listener.begun = ["temsilci"], "ben bir şey"
    switchboard.start()
    telephone = phone(f"{switchboard.url}voice/", speaking)
    told: list[dict[str, Any]] = []

    def keep(frame: str | bytes) -> None:
        if isinstance(frame, str):
            told.append(json.loads(frame))

    def watch(socket: Any) -> None:
        socket.on("framereceived", keep)
        socket.on("framesent", keep)

    telephone.page.on("websocket", watch)
    telephone.page.evaluate(WATCHED)
    telephone.dial().said("temsilci")
    seen = telephone.page.evaluate("window.seen")
    # It sounded, fell silent while the caller spoke, and only then was it known that the words were an answer.
    cut = seen.index("cut")
    assert {"1", "2", "3", "4"} & set(seen[:cut]) and seen[cut - 1] == "0" and seen[cut + 1] == "mine", seen
    kinds = [one["type"] for one in told]
    flushed = told[kinds.index("flushed")]
    assert kinds.index("flush") < kinds.index("flushed") < kinds.index("cut")
    assert flushed["samples"] > 0, "there was more to be played"
    # What was heard, and the rest crossed out; the next answer is whole, in a bubble of its own.
    (piece,) = [one for one in told if one["type"] == "cut"]
    assert piece["text"].startswith(piece["heard"]) and piece["text"] != piece["heard"]
    bubble = telephone.log.locator("li[data-from=bot]").filter(has=telephone.page.locator("s"))
    rest = bubble.locator("s").text_content()
    assert rest == f"Duyulmadan kalan: {piece['text'].removeprefix(piece['heard']).strip()}"
    assert bubble.locator(".bubble").text_content().endswith(f"{piece['heard']} {rest}".strip())
    telephone.hears("temsilcimize bağlıyorum")
    assert telephone.log.locator("s").count() == 1
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    telephone.page.screenshot(path=ARTEFACTS / "call-interrupted.png")


def test_who_hangs_up_in_mid_sentence_sees_where(
    switchboard: Switchboard, browser: Any, phone: Callable[..., Telephone]
) -> None:
    switchboard.start()
    telephone = phone(f"{switchboard.url}voice/", browser).dial()
    telephone.hears("Merhaba")
    telephone.speaks()
    telephone.press("Kapat")
    telephone.log.locator("li[data-from=bot] s").wait_for()
    telephone.shows("Görüşme bitti.")


def test_a_muted_microphone_sends_nothing(
    switchboard: Switchboard, speaking: Any, phone: Callable[..., Telephone]
) -> None:
    assert switchboard.listener is not None
    switchboard.start()
    telephone = phone(f"{switchboard.url}voice/", speaking).dial()
    telephone.hears("Merhaba")
    mute = telephone.window.get_by_role("button", name="Sesimi kapat")
    mute.click()
    assert mute.get_attribute("aria-pressed") == "true"
    telephone.shows("Mikrofonunuz kapalı")
    before = len(switchboard.listener.sounds)
    telephone.page.wait_for_timeout(8_000)
    assert len(switchboard.listener.sounds) == before, "a round of the microphone's file was not heard"
    mute.click()
    for _ in range(60):
        if len(switchboard.listener.sounds) > before:
            return
        telephone.page.wait_for_timeout(250)
    raise AssertionError("Nothing was heard afterwards.")


def test_a_line_that_breaks_is_dialled_again(
    switchboard: Switchboard, browser: Any, phone: Callable[..., Telephone]
) -> None:
    switchboard.start()
    telephone = phone(f"{switchboard.url}voice/", browser).dial()
    telephone.hears("Merhaba")
    telephone.page.keyboard.press("1")
    telephone.hears("Sipariş numaranızı")
    switchboard.drop_lines()
    telephone.shows("yeniden aranıyor")
    telephone.hears("Kaldığımız yerden devam edelim. Sipariş numaranızı")
    telephone.press("Kapat")
    telephone.shows("Görüşme bitti.")


def test_without_the_microphones_permission_the_keys_are_left(
    switchboard: Switchboard, browser: Any, phone: Callable[..., Telephone]
) -> None:
    switchboard.start()
    found = next(path for name in CHROMIUM if (path := shutil.which(name)))
    arguments = [one for one in ARGUMENTS if one != "--use-fake-ui-for-media-stream"]
    refusing = browser.browser_type.launch(executable_path=found, args=arguments)
    try:
        telephone = phone(f"{switchboard.url}voice/", refusing, permissions=[]).dial()
        telephone.shows("Mikrofon izni verilmedi")
        telephone.hears("Merhaba")
        telephone.press("1 tuşu")
        telephone.hears("Sipariş numaranızı")
        assert telephone.window.get_by_role("button", name="Sesimi kapat").is_disabled()
        telephone.press("Kapat")
    finally:
        refusing.close()


def test_without_recognition_the_page_says_so_kindly(
    switchboard: Switchboard, browser: Any, phone: Callable[..., Telephone]
) -> None:
    switchboard.listener = None
    switchboard.start()
    telephone = phone(f"{switchboard.url}voice/", browser).dial()
    telephone.shows("tuşlarla sürdürebilirsiniz")
    telephone.hears("Merhaba")
    telephone.hears("Ürünler için ikiyi tuşlayın.")
    assert telephone.window.get_by_role("button", name="Sesimi kapat").is_disabled()
    assert not telephone.window.get_by_role("meter").is_visible(), "the microphone is closed again"


def test_no_server_is_told(switchboard: Switchboard, browser: Any, phone: Callable[..., Telephone]) -> None:
    switchboard.start()
    telephone = phone(f"{switchboard.url}voice/", browser)
    telephone.page.route("**/webhooks/chat/session", lambda route: route.abort())
    telephone.page.route_web_socket("**/voice/call", lambda socket: socket.close(code=1013))
    telephone.dial()
    telephone.shows("Bağlantı kurulamadı")
    assert telephone.window.get_by_role("button", name="Yeniden ara").is_enabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844), (320, 568)])
def test_everybody_can_use_it(
    switchboard: Switchboard,
    browser: Any,
    axe: str,
    phone: Callable[..., Telephone],
    scheme: str,
    size: tuple[int, int],
) -> None:
    switchboard.listener = None
    switchboard.start()
    viewport = {"width": size[0], "height": size[1]}
    url = f"{switchboard.url}voice/"
    telephone = phone(url, browser, viewport=viewport, color_scheme=scheme, bypass_csp=True)
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    telephone.page.evaluate(axe)
    for moment in ("idle", "call", "ended"):
        if moment == "call":
            telephone.dial().hears("yardımcı olabilirim")
            telephone.page.keyboard.press("1")
            telephone.hears("Sipariş numaranızı")
        if moment == "ended":
            telephone.press("Kapat")
            telephone.shows("Görüşme bitti.")
        telephone.page.wait_for_timeout(300)
        telephone.page.screenshot(path=ARTEFACTS / f"call-{moment}-{size[0]}-{scheme}.png")
        rules = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
        found = telephone.page.evaluate("rules => axe.run({runOnly: rules})", rules)
        assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found["violations"]] == []
        wide = telephone.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= size[0], "nothing scrolls sideways"


def test_the_chat_offers_a_call_in_its_conversation(
    switchboard: Switchboard, browser: Any, phone: Callable[..., Telephone]
) -> None:
    switchboard.start()
    telephone = phone(switchboard.url, browser)
    asked: list[str] = []
    telephone.page.on("request", lambda request: asked.append(request.url))
    visitor = Visitor(telephone.page).open().online()
    visitor.say("sipariş")
    visitor.hears("Sipariş numaranızı")
    assert not any("/voice/" in one for one in asked), "nobody has asked to speak yet"
    caller = visitor.chat.get_by_role("button", name="Sesli görüş", exact=True)
    caller.click()
    telephone.hears("Kaldığımız yerden devam edelim. Sipariş numaranızı")
    assert visitor.focus() == "Kapat"
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    telephone.page.screenshot(path=ARTEFACTS / "call-in-chat.png")
    for key in "100005#":
        telephone.page.keyboard.press(key)
    telephone.hears("son dört hanesini")
    telephone.page.keyboard.press("Escape")
    assert telephone.status.inner_text() != "Görüşme bitti.", "Escape ends no call"
    telephone.press("Yazışmaya dön")
    visitor.hears("son dört hanesini")
    assert visitor.focus() == "Sesli görüş"
    visitor.say("4567")
    visitor.hears("siparişiniz yolda")
    assert [one for one in visitor.own() if one.startswith("/")] == []
    telephone.page.wait_for_timeout(300)
    assert switchboard.open_lines() == 0, "who goes back has hung up"


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
@pytest.mark.parametrize(
    ("language", "direction", "window", "back", "hint", "unheard"),
    [
        ("ar", "rtl", "مكالمة صوتية", "العودة إلى المحادثة", "الأزرار أدناه", "لم يُسمع"),
        ("en", "ltr", "Voice call", "Back to the chat", "the keys below", "Not heard"),
    ],
)
def test_the_calls_window_speaks_the_chats_language(
    switchboard: Switchboard,
    browser: Any,
    axe: str,
    phone: Callable[..., Telephone],
    size: tuple[int, int],
    language: str,
    direction: str,
    window: str,
    back: str,
    hint: str,
    unheard: str,
) -> None:
    switchboard.listener = None
    switchboard.start()
    viewport = {"width": size[0], "height": size[1]}
    page = phone(f"{switchboard.url}?dil={language}", browser, viewport=viewport, bypass_csp=True).page
    visitor = Visitor(page).open().online()
    visitor.chat.locator(".panel > .top > button").first.click()
    shown = page.get_by_role("region", name=window)
    assert (shown.get_attribute("dir"), shown.get_attribute("lang")) == (direction, language)
    shown.get_by_text(hint).wait_for()
    shown.locator("li[data-from=bot]", has_text="Merhaba").wait_for()
    shown.locator(".orb:not([data-level='0'])").wait_for()
    page.keyboard.press("1")
    shown.locator("s", has_text=unheard).wait_for()
    shown.locator("li[data-from=bot]", has_text="Sipariş numaranızı").wait_for()
    # The bot speaks Turkish; which way its words run is told by themselves.
    words = shown.locator(".words").filter(has=page.locator("s"))
    assert words.evaluate("node => getComputedStyle(node).direction") == "ltr"
    # A keypad is the same everywhere, and all of it can be reached.
    one, three, hash_key = (shown.locator(".key").nth(at).bounding_box() for at in (0, 2, 11))
    acts = shown.locator(".acts").bounding_box()
    assert one["x"] < three["x"] and hash_key["y"] + hash_key["height"] <= acts["y"]
    page.wait_for_timeout(300)
    ARTEFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"call-{language}-{size[0]}.png")
    page.evaluate(axe)
    rules = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("rules => axe.run('santral-chat', {runOnly: rules})", rules)
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in found["violations"]] == []
    shown.get_by_role("button", name=back).click()
    visitor.hears("Sipariş numaranızı")


def test_a_shops_page_with_a_strict_policy(
    switchboard: Switchboard, browser: Any, phone: Callable[..., Telephone]
) -> None:
    shop = Shop()
    switchboard.origins = (shop.url.rstrip("/"),)
    switchboard.start()
    bot = switchboard.url.rstrip("/")
    # What docs/web-chat.md tells shops to write, and nothing else.
    sockets = bot.replace("http", "ws")
    policy = f"default-src 'none'; script-src {bot}; connect-src {bot} {sockets}; img-src {bot} blob:"
    body = (
        f'<!doctype html><html lang="tr"><title>x</title><script src="{bot}/santral-chat.js" defer></script>'
    )
    shop.page = (body, policy)
    try:
        telephone = phone(shop.url, browser)
        visitor = Visitor(telephone.page).open().online()
        visitor.chat.get_by_role("button", name="Sesli görüş", exact=True).click()
        telephone.hears("Merhaba")
        telephone.speaks()
        telephone.page.keyboard.press("1")
        telephone.hears("Sipariş numaranızı")
        visitor.page.keyboard.press("Enter")
        telephone.shows("Görüşme bitti.")
        visitor.page.keyboard.press("Escape")
        visitor.hears("Sipariş numaranızı")
    finally:
        shop.stop()


def test_a_page_of_another_origin_opens_the_window_by_itself(
    switchboard: Switchboard, browser: Any, phone: Callable[..., Telephone]
) -> None:
    shop = Shop()
    switchboard.origins = (shop.url.rstrip("/"),)
    switchboard.start()
    script = f"""import {{ openCall }} from "{switchboard.url}voice/santral-call.js";
      openCall(document.getElementById("call"), {{ language: "en", title: "My shop", texts: {{ call: "Ring us",
        ended: {{ hung_up: "Bye." }}, key: 5 }} }});"""
    place = '<div id="call" style="height: 600px"></div>'
    body = f'<!doctype html><html lang="en"><title>x</title>{place}<script type="module">{script}</script>'
    shop.page = (body, "")
    try:
        page = phone(shop.url, browser).page
        page.get_by_role("button", name="Ring us").click()
        page.locator("li[data-from=bot]", has_text="Merhaba").wait_for()
        page.get_by_role("button", name="Key 1").click()
        page.locator("li[data-from=bot]", has_text="Sipariş numaranızı").wait_for()
        page.get_by_role("button", name="Hang up").click()
        page.get_by_text("Bye.").wait_for()
    finally:
        shop.stop()


def test_no_call_is_offered_where_none_can_be_had(stage: Stage, visit: Callable[..., Visitor]) -> None:
    visitor = visit(stage.url).open().online()
    assert not visitor.chat.get_by_role("button", name="Sesli görüş", exact=True).is_visible()
