"""Every state of the chat: seen in both themes, judged by axe, and from 320 to 1920 pixels."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from .stage import PRIVACY, Stage
from .visitor import Visitor

Visit = Callable[..., Visitor]
Shot = Callable[[Visitor, str], None]
Play = Callable[[Visitor, Stage], None]

DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
LONG = "ÇokUzunBirKelimeBölünmedenYazılmışOlsaBileTaşmamalıdırDeğilMiAcabaNeDersiniz"
ANSWER = (
    "Elbette. **SN-100005** numaralı siparişiniz *yolda*:\n\n- Kargo: Yurtiçi Kargo\n- Takip no: `1234567890`\n\n"
    "Ayrıntılar: https://magaza.example/takip?no=1234567890&kaynak=sohbet"
)
CARDS = [
    {"title": name, "subtitle": price, "image": "/page/icon.svg", "buttons": [{"title": "Sepete ekle"}]}
    for name, price in (("Şişme Mont", "1.724 TL"), ("Kaşe Kaban", "2.999 TL"), ("Trençkot", "2.199 TL"))
]


def talked(visitor: Visitor, stage: Stage) -> None:
    visitor.open()
    stage.answer = lambda frame: [
        {"text": ANSWER},
        {"text": "Başka sorunuz var mı?", "buttons": [{"title": "Evet"}, {"title": "Hayır, teşekkürler"}]},
    ]
    visitor.say(f"Siparişim nerede? {LONG}")
    visitor.hears("Başka sorunuz")


def told(visitor: Visitor, stage: Stage) -> None:
    talked(visitor, stage)
    visitor.close()
    stage.say(text="Siparişiniz dağıtıma çıktı.")
    visitor.chat.locator(".badge").wait_for()


def offered(visitor: Visitor, stage: Stage) -> None:
    stage.settings["proactive"] = [{"id": "a", "text": "Yardımcı olabilir miyim?"}]
    visitor.page.reload()
    visitor.chat.get_by_role("button", name="Yardımcı olabilir miyim?").wait_for()


def noticed(visitor: Visitor, stage: Stage) -> None:
    stage.settings["privacy"] = PRIVACY
    visitor.page.reload()
    visitor.open()
    visitor.chat.get_by_role("button", name="Okudum, devam et").wait_for()


def carousel(visitor: Visitor, stage: Stage) -> None:
    visitor.open()
    stage.answer = lambda frame: [{"text": "Önerilerim:", "cards": CARDS}]
    visitor.say("mont")
    visitor.hears("Önerilerim")


def uploads(visitor: Visitor, stage: Stage) -> None:
    stage.upload_seconds = 3
    visitor.open().online()
    picker = visitor.chat.locator("input[type=file]")
    picker.set_input_files({"name": "fatura.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"})
    picker.set_input_files({"name": "program.exe", "mimeType": "application/x-exe", "buffer": b"MZ"})
    visitor.chat.locator(".failure").wait_for()
    visitor.chat.get_by_role("progressbar").wait_for()


def recording(visitor: Visitor, stage: Stage) -> None:
    visitor.open().online()
    visitor.chat.get_by_role("button", name="Sesli mesaj kaydet").click()
    visitor.chat.get_by_text("Kaydediliyor").wait_for()


def offline(visitor: Visitor, stage: Stage) -> None:
    talked(visitor, stage)
    visitor.page.context.set_offline(True)
    visitor.say("Bağlantı yokken yazdım")
    visitor.ticks("waiting").wait_for(state="attached")


def rating(visitor: Visitor, stage: Stage) -> None:
    talked(visitor, stage)
    stage.show(type="rate", ask=True, seq=99)
    visitor.chat.locator(".stars label").nth(3).click()


def waiting(visitor: Visitor, stage: Stage) -> None:
    talked(visitor, stage)
    stage.show(type="handoff", state="waiting")
    visitor.chat.get_by_text("bağlanıyorsunuz").first.wait_for()


def agent(visitor: Visitor, stage: Stage) -> None:
    talked(visitor, stage)
    stage.show(type="handoff", state="joined", agent={"name": "Elif Kaya"})
    stage.say(**{"from": "agent", "agent": {"name": "Elif Kaya"}, "text": "Merhaba, ben Elif."})
    stage.show(**{"type": "typing", "from": "agent", "on": True})
    visitor.hears("ben Elif")
    visitor.chat.get_by_text("Elif Kaya yazıyor…").wait_for()


def menu(visitor: Visitor, stage: Stage) -> None:
    talked(visitor, stage)
    visitor.chat.get_by_role("button", name="Diğer işlemler").click()
    visitor.chat.get_by_role("menuitem").first.wait_for()


def restart(visitor: Visitor, stage: Stage) -> None:
    menu(visitor, stage)
    visitor.chat.get_by_role("menuitem", name="Yeni görüşme başlat").click()
    visitor.chat.get_by_role("button", name="Evet, yenisini başlat").wait_for()


def english(visitor: Visitor, stage: Stage) -> None:
    stage.settings["greeting"] = None
    visitor.page.goto(f"{stage.url}?dil=en")
    visitor.launcher.click()
    visitor.hears("how can we help")


def arabic(visitor: Visitor, stage: Stage) -> None:
    stage.settings["greeting"] = None
    stage.answer = lambda frame: [{"text": "طلبك رقم SN-100005 في الطريق.", "cards": CARDS}]
    visitor.page.goto(f"{stage.url}?dil=ar")
    visitor.launcher.click()
    visitor.say("أين طلبي؟")
    visitor.hears("في الطريق")
    assert visitor.chat.locator(".root").get_attribute("dir") == "rtl"
    own, bot = visitor.log.locator(".row.user .bubble"), visitor.log.locator(".row.bot .bubble").first
    assert own.bounding_box()["x"] < bot.bounding_box()["x"], "the customer is on the left"


STATES: dict[str, Play] = {
    "closed": lambda visitor, stage: None,
    "first": lambda visitor, stage: visitor.open() and None,
    "talked": talked,
    "told": told,
    "offered": offered,
    "noticed": noticed,
    "carousel": carousel,
    "uploads": uploads,
    "recording": recording,
    "offline": offline,
    "rating": rating,
    "waiting": waiting,
    "agent": agent,
    "menu": menu,
    "restart": restart,
    "english": english,
    "arabic": arabic,
}
ON_A_PHONE = {"noticed", "carousel", "rating", "menu", "agent"}
ON_THE_WHOLE_PAGE = {"closed", "talked", "offered"}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(visitor: Visitor, within: str = "html") -> list[str]:
    """What axe, which the page has by now, finds wrong."""
    found: Any = visitor.page.evaluate(
        "([within, rules]) => axe.run(within, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})",
        [within, RULES],
    )
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node.get('failureSummary', '')}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_accessible(state: str, visit: Visit, stage: Stage, axe: str, shot: Shot) -> None:
    """What axe knows of WCAG 2.2 AA, in light and in dark; on the whole page where the chat is first seen on it."""
    viewport = PHONE if state in ON_A_PHONE else DESK
    visitor = visit(stage.url, viewport=viewport, color_scheme="light", reduced_motion="reduce")
    STATES[state](visitor, stage)
    shot(visitor, f"{state}-{viewport['width']}-light")
    visitor.page.evaluate(axe)
    assert violations(visitor, "html" if state in ON_THE_WHOLE_PAGE else "santral-chat") == []
    visitor.page.emulate_media(color_scheme="dark")
    shot(visitor, f"{state}-{viewport['width']}-dark")
    assert violations(visitor, "santral-chat") == []


@pytest.mark.parametrize("page", ["page/siparis.html", "page/odeme.html"])
def test_the_shops_other_pages_are_accessible(page: str, visit: Visit, stage: Stage, axe: str) -> None:
    visitor = visit(f"{stage.url}{page}")
    visitor.page.evaluate(axe)
    assert violations(visitor) == []


@pytest.mark.parametrize("width", [320, 360, 480, 481, 1024, 1920])
def test_every_width(width: int, visit: Visit, stage: Stage, shot: Shot) -> None:
    height = 640 if width < 500 else 900
    visitor = visit(stage.url, viewport={"width": width, "height": height}, color_scheme="dark")
    talked(visitor, stage)
    stage.say(text="Önerilerim:", cards=CARDS, buttons=[{"title": f"{LONG} {LONG}"}])
    visitor.hears("Önerilerim")
    visitor.page.wait_for_timeout(300)
    box = visitor.panel.bounding_box()
    assert box["x"] >= 0 and box["y"] >= 0
    assert box["x"] + box["width"] <= width and box["y"] + box["height"] <= height
    full = width <= 480
    assert (box["width"] == width) is full
    wide = visitor.page.evaluate(
        """() => { const log = document.querySelector('santral-chat').shadowRoot.querySelector('.log');
          return [document.documentElement.scrollWidth - innerWidth, log.scrollWidth - log.clientWidth]; }"""
    )
    assert wide[1] <= 0, "nothing in the conversation is wider than it"
    assert wide[0] <= 0, "the page is not wider than the screen"
    small = visitor.chat.locator(".panel button, .panel a.choice").evaluate_all(
        """all => all.map(one => [one.getBoundingClientRect(), one.className])
             .filter(([box]) => box.width && (box.width < 24 || box.height < 24)).map(([, name]) => name)"""
    )
    assert small == []
    shot(visitor, f"width-{width}")


def test_keyboard_only(visit: Visit, stage: Stage) -> None:
    visitor = visit(stage.url)
    keys = visitor.page.keyboard
    stage.answer = lambda frame: [
        {"text": "Hangisi?", "buttons": [{"title": "Birinci"}, {"title": "İkinci"}]}
    ]
    for _ in range(60):
        keys.press("Tab")
        if visitor.focus() == "Sohbeti aç":
            break
    keys.press("Enter")
    assert visitor.focus() == "text", "the focus goes in"
    keys.type("merhaba")
    keys.press("Shift+Enter")
    keys.type("ikinci satır")
    keys.press("Enter")
    visitor.hears("Hangisi?")
    assert visitor.said()[-2] == "user: merhabaikinci satır"
    assert visitor.focus() == "text", "and stays where the customer writes"
    for _ in range(4):
        keys.press("Shift+Tab")
        if visitor.focus() == "İkinci":
            break
    keys.press("Enter")
    visitor.log.locator(".row.user", has_text="İkinci").wait_for()
    assert [one["text"] for one in stage.heard if one["type"] == "message"] == [
        "merhaba\nikinci satır",
        "İkinci",
    ]
    for _ in range(6):
        keys.press("Shift+Tab")
        if visitor.focus() == "Diğer işlemler":
            break
    keys.press("Enter")
    assert visitor.focus() == "Bildirim sesini aç"
    keys.press("ArrowUp")
    assert visitor.focus() == "Yeni görüşme başlat"
    keys.press("Escape")
    assert visitor.focus() == "Diğer işlemler", "Esc closes the menu first"
    assert visitor.panel.is_visible()
    keys.press("Escape")
    visitor.panel.wait_for(state="hidden")
    assert visitor.focus() == "Sohbeti aç", "the focus comes back"


def test_tab_stays_in_a_window_that_fills_the_screen(visit: Visit, stage: Stage) -> None:
    visitor = visit(stage.url, viewport=PHONE, has_touch=True, is_mobile=True)
    visitor.launcher.tap()
    assert visitor.panel.get_attribute("aria-modal") == "true"
    seen = set()
    for _ in range(25):
        visitor.page.keyboard.press("Tab")
        seen.add(visitor.focus())
        assert visitor.page.evaluate("document.activeElement.tagName") == "SANTRAL-CHAT"
    assert {"text", "Sohbeti kapat", "Diğer işlemler", "Kargo takibi"} <= seen
    visitor.close()
    assert visitor.page.evaluate("document.documentElement.style.overflow") == ""


def test_the_conversation_is_a_log_that_is_read_aloud(visit: Visit, stage: Stage) -> None:
    visitor = visit(stage.url)
    assert visitor.launcher.get_attribute("aria-expanded") == "false"
    talked(visitor, stage)
    assert visitor.launcher.get_attribute("aria-expanded") == "true"
    assert visitor.log.get_attribute("aria-live") == "polite"
    assert visitor.page.get_by_role("dialog", name="Santral Mağaza").is_visible()
    assert visitor.text.evaluate("text => text.labels.length") == 1
    assert re.search(r"Asistan:\s*Başka sorunuz", visitor.log.text_content())
