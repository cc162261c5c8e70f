"""The chat page: complete, small, and within its own policy."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.server.page import FOLDER

from .conftest import Client


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
            if name in ("src", "href"):
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
async def test_the_page_and_all_that_it_refers_to_are_served(client: Client) -> None:
    async with client.session.get(client.server.make_url("/")) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        references = Parts(await response.text()).references
    assert len(references) >= 3
    for reference in set(references):
        async with client.session.get(client.server.make_url(f"/{reference}")) as response:
            assert response.status == 200
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Content-Type"].endswith("charset=utf-8")


@pytest.mark.asyncio
async def test_nothing_else_is_served(client: Client) -> None:
    for path in ("/page/..%2Fserver%2Fapp.py", "/page/../server/app.py", "/page/", "/page/nothing.js"):
        assert (await client.ask("GET", path))[0] == 404


@pytest.mark.asyncio
async def test_what_has_not_changed_is_not_sent_again(client: Client) -> None:
    url = client.server.make_url("/page/page.js")
    async with client.session.get(url) as response:
        tag = response.headers["ETag"]
    async with client.session.get(url, headers={"If-None-Match": tag}) as response:
        assert (response.status, await response.read()) == (304, b"")


@pytest.mark.asyncio
async def test_the_policy_allows_no_inline_code_and_the_page_has_none(client: Client) -> None:
    async with client.session.get(client.server.make_url("/")) as response:
        policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert Parts(text_of("index.html")).inline == []


def test_texts_are_never_put_in_as_html() -> None:
    code = text_of("page.js")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", code
    )


def test_the_script_finds_every_part_that_it_asks_for() -> None:
    asked = set(re.findall(r'part\("(\w+)"\)', text_of("page.js")))
    assert asked <= Parts(text_of("index.html")).ids


def test_the_page_is_small() -> None:
    assert sum(Path(path).stat().st_size for path in FOLDER.iterdir()) < 40_000
