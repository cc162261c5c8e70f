"""A customer's visit, in a real browser before a real server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import Server
from .visitor import Visitor

Visit = Callable[..., Visitor]
Shot = Callable[[Visitor, str], None]


def ask_for_order(visitor: Visitor) -> None:
    visitor.press("Siparişim nerede?")
    visitor.hears("Sipariş numaranızı")
    visitor.say("SN-100005")
    visitor.hears("son dört hanesini")


def test_a_whole_visit(visit: Visit, server: Server, shot: Shot, tmp_path: Path) -> None:
    visitor = visit(server.url)
    shot(visitor, "1-closed")
    visitor.open()
    visitor.hears("hoş geldiniz")
    shot(visitor, "2-first-menu")
    ask_for_order(visitor)
    visitor.say("4567")
    visitor.hears("siparişiniz yolda")
    assert visitor.said() == [
        "bot: Merhaba, hoş geldiniz.",
        "user: Siparişim nerede?",
        "bot: Sipariş numaranızı yazar mısınız?",
        "user: SN-100005",
        "bot: Telefon numaranızın son dört hanesini yazar mısınız?",
        "user: 4567",
        "bot: SN-100005 numaralı siparişiniz yolda.Kargo: Yurtiçi KargoTakip: https://magaza.example/takip"
        " (yeni sekmede açılır)",
    ]
    assert visitor.log.locator("strong").inner_text() == "SN-100005"
    link = visitor.log.locator("a")
    assert link.get_attribute("href") == "https://magaza.example/takip"
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    visitor.ticks("seen").nth(2).wait_for(state="attached")
    assert visitor.log.locator("time").count() == 7 - 1  # what greets has none
    shot(visitor, "3-answered")

    before = visitor.said()
    visitor.page.reload()
    visitor.hears("siparişiniz yolda")
    assert visitor.said() == before, "a reload shows the same, and the chat is still open"
    assert visitor.log.locator(".choice.chosen").inner_text() == "Siparişim nerede?"

    visitor.chat.get_by_role("button", name="Diğer işlemler").click()
    with visitor.page.expect_download() as download:
        visitor.chat.get_by_role("menuitem", name="Görüşmeyi indir").click()
    kept = tmp_path / "kept.txt"
    download.value.save_as(kept)
    assert "SN-100005" in kept.read_text("utf-8") and "siparişiniz yolda" in kept.read_text("utf-8")

    visitor.say("hoşça kal")
    visitor.chat.get_by_text("memnun kaldınız mı").wait_for()
    visitor.chat.locator(".stars label").nth(4).click()
    assert visitor.chat.get_by_role("radio", name="5: Çok iyi").is_checked()
    shot(visitor, "4-rating")
    visitor.chat.get_by_role("button", name="Değerlendirmeyi gönder").click()
    visitor.chat.locator(".thanks").wait_for()
    visitor.page.reload()
    visitor.hears("Görüştüğümüze sevindim")
    visitor.page.wait_for_timeout(500)
    assert visitor.chat.get_by_text("memnun kaldınız mı").count() == 0, "what was rated is not asked again"


def test_two_tabs_show_one_conversation(visit: Visit, server: Server) -> None:
    one = visit(server.url).open().online()
    one.say("merhaba")
    one.hears("size nasıl yardımcı")
    other = visit(server.url, context=one.page.context)
    other.online()
    badge = other.chat.locator(".badge")
    assert not badge.is_visible(), "what one tab has read is read"
    one.say("temsilci")
    one.hears("bağlıyorum")
    other.open()
    other.hears("bağlıyorum")
    assert other.said() == one.said()
    other.say("merhaba")
    one.page.wait_for_function(
        "() => document.querySelector('santral-chat').shadowRoot.querySelectorAll('.row.user').length === 3"
    )
    assert one.own() == other.own() == ["merhaba", "temsilci", "merhaba"]
    assert other.chat.locator(".banner.waiting").is_visible()


def test_a_reload_in_the_middle_of_a_form(visit: Visit, server: Server) -> None:
    visitor = visit(server.url).open()
    ask_for_order(visitor)
    visitor.text.fill("45")
    visitor.page.reload()
    visitor.hears("son dört hanesini")
    assert visitor.text.input_value() == "45", "what was begun is kept"
    visitor.say("4567")
    visitor.hears("SN-100005 numaralı siparişiniz yolda")
    assert visitor.own() == ["Siparişim nerede?", "SN-100005", "4567"]


def test_the_server_dies_in_the_middle(visit: Visit, own_server: Server, shot: Shot) -> None:
    visitor = visit(own_server.url).open()
    ask_for_order(visitor)
    own_server.kill()
    visitor.say("4567")
    visitor.say("merhaba")
    visitor.ticks("waiting").nth(1).wait_for(state="attached")
    visitor.chat.locator(".strip", has_text="Yazdıklarınız kaybolmaz").wait_for()
    shot(visitor, "5-server-gone")
    own_server.start()
    visitor.hears("siparişiniz yolda")
    visitor.hears("size nasıl yardımcı")
    visitor.ticks("waiting").first.wait_for(state="detached")
    assert visitor.own() == ["Siparişim nerede?", "SN-100005", "4567", "merhaba"]
    visitor.page.reload()
    visitor.hears("size nasıl yardımcı")
    assert visitor.own() == ["Siparişim nerede?", "SN-100005", "4567", "merhaba"], (
        "nothing lost, nothing doubled"
    )


def test_offline_and_back(visit: Visit, server: Server, shot: Shot) -> None:
    visitor = visit(server.url).open().online()
    visitor.page.context.set_offline(True)
    visitor.chat.locator(".strip", has_text="İnternet bağlantınız yok").wait_for()
    visitor.say("merhaba")
    visitor.say("temsilci")
    assert visitor.ticks("waiting").count() >= 1
    shot(visitor, "6-offline")
    visitor.page.context.set_offline(False)
    visitor.hears("bağlıyorum")
    assert visitor.own() == ["merhaba", "temsilci"]
    visitor.chat.locator(".strip").wait_for(state="hidden")


def test_a_slow_network(visit: Visit, server: Server) -> None:
    visitor = visit(server.url)
    line = visitor.page.context.new_cdp_session(visitor.page)
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 600, "downloadThroughput": 20_000, "uploadThroughput": 10_000},
    )
    visitor.page.reload()
    visitor.open()
    visitor.say("merhaba")
    visitor.say("temsilci")
    visitor.hears("bağlıyorum")
    assert visitor.own() == ["merhaba", "temsilci"]


def test_markup_in_every_field_stays_text(visit: Visit, server: Server) -> None:
    visitor = visit(server.url).open()
    alerts: list[Any] = []
    visitor.page.on("dialog", lambda dialog: (alerts.append(dialog), dialog.dismiss()))
    visitor.say("html <img src=x onerror=alert(1)>")
    visitor.hears("<script>alert(2)</script>")
    visitor.page.wait_for_timeout(300)
    assert alerts == []
    inside = visitor.log.locator(".bubble *").evaluate_all("all => all.map(one => one.tagName)")
    assert set(inside) <= {"P", "STRONG", "BR"}
    assert visitor.log.locator("img, script, [href^=javascript]").count() == 0
    assert visitor.log.get_by_role("button", name="<i>eğik</i>").is_visible()


def test_files_go_up(visit: Visit, server: Server, shot: Shot) -> None:
    visitor = visit(server.url).open().online()
    picker = visitor.chat.locator("input[type=file]")
    picture = (Path(__file__).parent.parent.parent / "docs/img/confidence.png").read_bytes()
    picker.set_input_files({"name": "kırık ürün.png", "mimeType": "image/png", "buffer": picture})
    visitor.hears("bize ulaştı")
    assert visitor.ticks("seen").count() == 1
    # By content it is no picture: the server says so, whatever its name is.
    picker.set_input_files({"name": "sahte.png", "mimeType": "image/png", "buffer": b"MZ" + b"\0" * 2000})
    visitor.chat.locator(".failure", has_text="sahte.png bu türüyle gönderilemiyor").wait_for()
    picker.set_input_files({"name": "p.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"})
    visitor.chat.locator(".failure", has_text="p.exe bu türüyle").wait_for()
    picker.set_input_files(
        {"name": "b.png", "mimeType": "image/png", "buffer": b"\x89PNG" + b"\0" * 1_100_000}
    )
    visitor.chat.locator(".failure", has_text="b.png çok büyük").wait_for()
    shot(visitor, "7-uploads")
    visitor.chat.locator(".failure", has_text="p.exe").get_by_role("button", name="Sil").click()
    visitor.chat.locator(".failure", has_text="p.exe").wait_for(state="detached")
    visitor.page.reload()
    visitor.hears("bize ulaştı")
    shown = visitor.log.locator("img.picture")
    assert shown.count() == 1
    shown.evaluate("image => image.decode()")


def test_a_voice_note(visit: Visit, server: Server, shot: Shot) -> None:
    visitor = visit(server.url).open().online()
    visitor.chat.get_by_role("button", name="Sesli mesaj kaydet").click()
    visitor.chat.get_by_text("Kaydediliyor").wait_for()
    visitor.page.wait_for_timeout(1200)
    shot(visitor, "8-recording")
    visitor.chat.get_by_role("button", name="Kaydı gönder").click()
    visitor.hears("bize ulaştı")
    visitor.page.reload()
    visitor.hears("bize ulaştı")
    assert visitor.log.locator("audio").count() == 1


def test_the_chat_speaks_first(visit: Visit, server: Server, shot: Shot) -> None:
    visitor = visit(f"{server.url}page/odeme.html")
    offer = visitor.chat.get_by_role("button", name="Ödemede takıldığınız bir yer var mı?")
    offer.wait_for()
    assert visitor.chat.locator(".badge").inner_text() == "1"
    assert visitor.page.evaluate("Object.keys(localStorage)") == [], "who was only asked has left no trace"
    shot(visitor, "9-offer")
    offer.click()
    visitor.hears("Ödemede takıldığınız bir yer var mı?")
    visitor.say("merhaba")
    visitor.hears("size nasıl yardımcı")
    visitor.page.reload()
    visitor.hears("size nasıl yardımcı")
    assert visitor.said()[1] == "bot: Ödemede takıldığınız bir yer var mı?", (
        "the offer is in the conversation"
    )
    cart = visit(server.url)
    for _ in range(2):
        cart.page.locator(".add").nth(4).click()
    cart.chat.get_by_role("button", name="Kargonuz bizden olsun mu?").wait_for()
    cart.chat.get_by_role("button", name="Öneriyi kapat").click()
    assert cart.focus() == "Sohbeti aç"


def test_the_shops_buttons_ask_in_the_chat(visit: Visit, server: Server) -> None:
    visitor = visit(f"{server.url}page/siparis.html")
    visitor.page.get_by_label("Sipariş numarası").fill("SN-7")
    visitor.page.get_by_role("button", name="Sohbette sor").click()
    visitor.log.locator(".tick:not(.waiting)").wait_for(state="attached")
    assert visitor.own() == ["SN-7 numaralı siparişim nerede?"]


@pytest.mark.parametrize("style", ["'self'", "'none'"])
def test_another_shops_page_with_a_strict_policy(visit: Visit, server: Server, style: str) -> None:
    policy = (
        f"default-src 'none'; script-src {server.url}; style-src {style}; "
        f"connect-src {server.url} {server.url.replace('http', 'ws')}; img-src {server.url}"
    )
    body = f"""<!doctype html><html lang="tr"><title>Mağazam</title><h1>Mağazam</h1>
      <script src="{server.url}santral-chat.js" data-title="Mağazam" data-position="left" defer></script></html>"""
    assert server.shop is not None
    server.shop.page = (body, policy)
    visitor = visit(server.shop.url)
    assert visitor.launcher.bounding_box()["x"] == 24, "it has its style, and stands on the left"
    visitor.open().online()
    visitor.say("merhaba")
    visitor.hears("size nasıl yardımcı")
    assert visitor.panel.get_by_role("heading", name="Mağazam").is_visible()


def test_a_page_of_a_shop_that_is_not_listed_cannot_chat(visit: Visit, server: Server) -> None:
    assert server.shop is not None
    server.shop.page = (f'<script src="{server.url}santral-chat.js" defer></script>', "")
    foreign = server.shop.url.replace("127.0.0.1", "localhost")
    visitor = visit(foreign, complains=True).open()
    visitor.page.wait_for_timeout(500)
    assert visitor.page.evaluate("Object.keys(localStorage)") == []
