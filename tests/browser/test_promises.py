"""What the chat promises: nothing lost, nothing doubled, no session before the notice, small and quick."""

from __future__ import annotations

import gzip
import statistics
from collections.abc import Callable
from typing import Any

from bot.server.page import join_script

from .conftest import Server
from .stage import PRIVACY, SETTINGS, Stage
from .visitor import Visitor

Visit = Callable[..., Visitor]


def test_a_line_that_breaks_again_and_again(visit: Visit, stage: Stage) -> None:
    visitor = visit(stage.url).open().online()
    texts = [f"mesaj {number}" for number in range(12)]
    for number, text in enumerate(texts):
        visitor.say(text)
        if number % 4 == 1:
            stage.hang_up()
    stage.holds_acks = True
    visitor.say("onaysız")
    visitor.page.wait_for_function("document.querySelector('santral-chat')")
    stage.hang_up()
    stage.holds_acks = False
    visitor.page.reload()
    visitor.log.locator(".row.user", has_text="onaysız").wait_for()
    visitor.ticks("waiting").first.wait_for(state="detached")
    wanted = [*texts, "onaysız"]
    assert [one["text"] for one in stage.history if one["from"] == "user"] == wanted
    assert visitor.own() == wanted


def test_no_session_before_the_notice_is_read(visit: Visit, stage: Stage) -> None:
    stage.settings = {**SETTINGS, "privacy": PRIVACY}
    visitor = visit(stage.url).open()
    link = visitor.chat.get_by_role("link", name="Aydınlatma metni")
    assert link.get_attribute("href") == PRIVACY["link"]
    assert not visitor.text.is_visible()
    visitor.press("Kargo takibi")
    assert (stage.sessions, stage.heard) == (0, [])
    assert visitor.focus() == "Okudum, devam et", "a choice leads to the notice"
    visitor.chat.get_by_role("button", name="Okudum, devam et").click()
    visitor.online()
    visitor.press("Kargo takibi")
    visitor.ticks("delivered").wait_for(state="attached")
    assert [one["metadata"] for one in stage.heard if one["type"] == "message"] == [{"privacy": "accepted"}]
    visitor.page.reload()
    visitor.online()
    assert visitor.text.is_visible(), "it is read once"
    stage.settings = {**SETTINGS, "privacy": {**PRIVACY, "text": "Yeni metin"}}
    visitor.page.reload()
    visitor.chat.get_by_text("Yeni metin").wait_for()


def test_a_session_that_ended_is_begun_anew(visit: Visit, stage: Stage) -> None:
    visitor = visit(stage.url).open().online()
    visitor.say("merhaba")
    visitor.ticks("delivered").wait_for(state="attached")
    stage.history.clear()
    stage.show(type="error", code="expired", text="")
    visitor.chat.locator(".strip", has_text="süresi doldu").wait_for()
    visitor.online()
    visitor.say("yine ben")
    visitor.ticks("delivered").wait_for(state="attached")
    assert (stage.sessions, visitor.own()) == (2, ["yine ben"])


def test_what_the_server_refuses_can_be_mended(visit: Visit, stage: Stage) -> None:
    stage.holds_acks = True
    visitor = visit(stage.url).open().online()
    visitor.say("uzun")
    visitor.ticks("waiting").wait_for(state="attached")
    (id,) = (one["id"] for one in stage.heard if one["type"] == "message")
    stage.show(type="error", code="too_long", id=id, text="Mesajınız çok uzun.")
    visitor.chat.locator(".failure", has_text="Mesajınız çok uzun.").wait_for()
    visitor.chat.get_by_role("button", name="Düzenle").click()
    assert visitor.text.input_value() == "uzun"
    visitor.say("kısa")
    visitor.log.locator(".row.user", has_text="kısa").wait_for()
    id = next(one["id"] for one in reversed(stage.heard) if one["type"] == "message")
    stage.holds_acks = False
    stage.show(type="error", code="rate_limited", id=id, text="Yavaş.", retry_after=1)
    visitor.ticks("delivered").wait_for(state="attached")
    assert visitor.own() == ["kısa"]


def test_the_longest_message_is_told_before(visit: Visit, stage: Stage) -> None:
    visitor = visit(stage.url).open().online()
    visitor.text.fill("a" * 510)
    visitor.chat.get_by_text("-10 karakter kaldı").wait_for()
    visitor.text.press("Enter")
    assert visitor.own() == []


def test_new_messages_do_not_pull_away_who_reads_back(visit: Visit, stage: Stage) -> None:
    for number in range(30):
        stage.say(text=f"Eski mesaj {number}")
    visitor = visit(stage.url).open().online()
    visitor.hears("Eski mesaj 29")
    visitor.page.wait_for_timeout(200)
    visitor.log.evaluate("log => { log.scrollTop = 0; }")
    visitor.page.wait_for_timeout(200)
    stage.say(text="Yeni")
    jump = visitor.chat.get_by_role("button", name="Yeni mesajlar")
    jump.wait_for()
    assert visitor.log.evaluate("log => log.scrollTop") == 0
    jump.click()
    jump.wait_for(state="hidden")


def test_storage_may_be_forbidden(visitors: Any, stage: Stage) -> None:
    context = visitors.browser.new_context()
    visitors.contexts.append(context)
    context.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    stage.answer = lambda frame: [{"text": "Duydum."}]
    visitor = visitors.visit(stage.url, context=context).open().online()
    visitor.say("merhaba")
    visitor.hears("Duydum.")


def test_the_page_can_steer_the_chat(visit: Visit, stage: Stage) -> None:
    visitor = visit(stage.url)
    told = visitor.page.evaluate(
        """async () => {
          const told = [];
          for (const name of ['open', 'close', 'message']) {
            document.addEventListener(`santral:${name}`, (event) => told.push([name, event.detail.text]));
          }
          await SantralChat.open();
          await SantralChat.say('Merhaba');
          await SantralChat.close();
          SantralChat.theme('dark');
          return told;
        }"""
    )
    assert told == [["open", None], ["message", "Merhaba"], ["close", None]]
    assert visitor.chat.locator(".root").get_attribute("data-scheme") == "dark"


def test_the_script_is_small() -> None:
    packed = len(gzip.compress(join_script().encode(), 9))
    print(f"\nsantral-chat.js: {packed} bytes compressed")
    assert packed <= 40_000


def test_the_chat_is_quick(visit: Visit, server: Server) -> None:
    """The figures are printed; the bounds only catch what is broken, since test machines are busy."""
    ready = []
    for _ in range(5):
        visitor = visit(server.url)
        ready.append(visitor.page.evaluate("performance.getEntriesByName('santral-chat')[0].duration"))
    visitor.open().online()
    replies = visitor.page.evaluate(
        """async () => {
          const { chat, shadowRoot } = document.querySelector('santral-chat');
          const log = shadowRoot.querySelector('.messages');
          const replied = (act) => new Promise((resolve) => {
            const before = log.querySelectorAll('.row.bot').length;
            const watch = new MutationObserver(() => {
              if (log.querySelectorAll('.row.bot').length === before) return;
              watch.disconnect();
              resolve();
            });
            watch.observe(log, { childList: true });
            act();
          });
          const times = [];
          for (let n = 0; n < 20; n += 1) {
            await replied(() => chat.say('merhaba'));
            const pressed = performance.now();
            await replied(() => [...log.querySelectorAll('.choice:not([aria-disabled])')].pop().click());
            times.push(performance.now() - pressed);
          }
          return times;
        }"""
    )
    print(
        f"\nscript to interactive: {statistics.median(ready):.1f} ms; "
        f"click to reply: {statistics.median(replies):.1f} ms (medians)"
    )
    assert statistics.median(ready) < 1000 and statistics.median(replies) < 1000
