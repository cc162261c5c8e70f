"""The chat's script and the demo shop: complete, small, and within their own policy."""

from __future__ import annotations

import gzip
import json
import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

from bot.server.page import FOLDER, PARTS, join_script, policy

from .conftest import Client

PAGES = {"index.html": "/", "siparis.html": "/page/siparis.html", "odeme.html": "/page/odeme.html"}


class Parts(HTMLParser):
    """Everything that a page refers to or does inline."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.references: list[str] = []
        self.inline: list[str] = []
        self.ids: set[str] = set()
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        for name, value in attrs:
            if name in ("src", "href", "data-texts-ar") and not (value or "").startswith("#"):
                self.references.append(value or "")
            if name == "id":
                self.ids.add(value or "")
            if name == "style" or name.startswith("on"):
                self.inline.append(f"{tag} {name}")

    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style") and data.strip():
            self.inline.append(self._inside)

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


def text_of(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@pytest.mark.asyncio
@pytest.mark.parametrize("page", PAGES)
async def test_the_pages_and_all_that_they_refer_to_are_served(page: str, client: Client) -> None:
    references = Parts(text_of(page)).references
    assert len(references) >= 6
    for reference in {PAGES[page], *references}:
        path = urljoin(PAGES[page], reference)
        async with client.session.get(client.server.make_url(path)) as response:
            assert response.status == 200, path
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Content-Type"].endswith("charset=utf-8")


@pytest.mark.asyncio
async def test_nothing_else_is_served(client: Client) -> None:
    paths = (
        "/page/..%2Fserver%2Fapp.py",
        "/page/../server/app.py",
        "/page/",
        "/page/nothing.js",
        "/page/chat",
    )
    for path in (*paths, "/page/chat%2Fchat.js", "/page/santral-chat.js"):
        assert (await client.ask("GET", path))[0] == 404


@pytest.mark.asyncio
async def test_what_has_not_changed_is_not_sent_again(client: Client) -> None:
    url = client.server.make_url("/santral-chat.js")
    async with client.session.get(url) as response:
        tag = response.headers["ETag"]
        assert response.headers["Content-Encoding"] == "gzip"
        assert await response.text() == join_script()
    async with client.session.get(url, headers={"If-None-Match": tag}) as response:
        assert (response.status, await response.read()) == (304, b"")
    async with client.session.get(url, headers={"Accept-Encoding": "identity"}) as response:
        assert "Content-Encoding" not in response.headers
        assert await response.text() == join_script()


@pytest.mark.asyncio
async def test_other_origins_may_load_the_script_but_not_the_shop(client: Client) -> None:
    for path, allowed in (("/santral-chat.js", "*"), ("/page/texts-ar.json", "*"), ("/", None)):
        async with client.session.get(client.server.make_url(path)) as response:
            assert response.headers.get("Access-Control-Allow-Origin") == allowed


@pytest.mark.asyncio
@pytest.mark.parametrize("page", PAGES)
async def test_the_policy_allows_no_inline_code_and_the_pages_have_none(page: str, client: Client) -> None:
    async with client.session.get(client.server.make_url(PAGES[page])) as response:
        told = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in told
    assert "default-src 'none'" in told
    assert "require-trusted-types-for 'script'" in told
    assert "unsafe" not in told
    assert Parts(text_of(page)).inline == []


def test_a_host_that_is_none_does_not_get_into_the_policy() -> None:
    assert "connect-src 'self' ws://shop.example:8080 wss://shop.example:8080;" in policy("shop.example:8080")
    assert "ws://[::1]:5005" in policy("[::1]:5005")
    for host in ("", "a b", "x; script-src *", "x\r\ny", "x'", "*"):
        assert "connect-src 'self';" in policy(host)


@pytest.mark.parametrize("code", [join_script(), text_of("shop.js")])
def test_texts_are_never_put_in_as_html(code: str) -> None:
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|createContextualFragment",
        code,
    )


def test_the_script_is_for_browsers_of_the_last_four_years() -> None:
    """A classic script without what Safari 16.0 cannot even read: modules, lookbehinds, static blocks."""
    code = join_script()
    assert not re.search(r"^\s*(import|export)\s", code, re.M)
    assert "(?<=" not in code and "(?<!" not in code
    assert not re.search(r"static\s*\{", code)


def test_all_parts_are_joined() -> None:
    assert sorted(PARTS) == sorted(path.name for path in (FOLDER / "chat").glob("*.js"))


def test_the_shop_finds_every_part_that_it_asks_for() -> None:
    asked = set(re.findall(r'part\("(\w+)"\)', text_of("shop.js")))
    assert asked <= set().union(*(Parts(text_of(page)).ids for page in PAGES))


def test_every_language_has_every_text() -> None:
    code = text_of("chat/texts.js")
    turkish, english = re.findall(r"^  (?:tr|en): \{$(.*?)^  \},$", code, re.M | re.S)
    keys = [re.findall(r"^    (\w+):", part, re.M) for part in (turkish, english)]
    assert len(keys[0]) > 60
    # The call's window, whose texts are the voice's, has its own in one entry.
    assert keys[0] == keys[1] == [key for key in json.loads(text_of("texts-ar.json")) if key != "callWindow"]
    places = [
        [sorted(set(re.findall(r"\{\w+\}", line))) for line in part.strip().splitlines()]
        for part in (turkish, english)
    ]
    assert places[0] == places[1]


def test_every_text_that_is_asked_for_is_there() -> None:
    asked = set(re.findall(r"\btexts\.(\w+)", join_script()))
    given = set(re.findall(r"^    (\w+):", text_of("chat/texts.js"), re.M))
    assert asked <= given
    assert given - asked - {"direction"} <= {"waiting", "delivered", "seen"}, "and no text is without use"


def test_the_script_is_small() -> None:
    assert len(gzip.compress(join_script().encode(), 9)) <= 40_000
    assert all(urlsplit(one).scheme == "" for page in PAGES for one in Parts(text_of(page)).references)
