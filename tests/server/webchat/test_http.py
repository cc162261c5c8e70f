"""Sessions, uploads and the transcript over HTTP."""

from __future__ import annotations

import asyncio
import json
import stat
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.channels.webchat_settings import KNOWN_TYPES, UploadSettings, WebChatSettings
from bot.events import UserUttered
from bot.message import Reply
from bot.server.webchat import Setup
from bot.server.webchat.content import type_of
from bot.voice_notes import NoteRefused

from ..conftest import Client
from .conftest import BASE, Visitor

pytestmark = pytest.mark.asyncio

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40
PDF = b"%PDF-1.7\n" + b"x" * 40
OGG = b"OggS" + b"\0" * 40
WEBM = b"\x1a\x45\xdf\xa3" + b"\x01\x42\x82\x84webm" + b"\0" * 40


def part(name: str) -> bytes:
    """A form with one part, which is a line of text."""
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\nx\r\n--b--\r\n'.encode()


EVIL = {"Origin": "https://evil.example"}
SHOP = {"Origin": "https://www.magazam.com"}


async def test_a_known_token_keeps_its_session_and_any_other_gets_a_new_one(visitor: Visitor) -> None:
    _, first = await visitor.session()
    _, again = await visitor.session(first["token"])
    _, forged = await visitor.session(("y" if first["token"][0] == "x" else "x") + first["token"][1:])
    status, silent = await visitor.client.ask("POST", f"{BASE}/session")

    assert first["new"] is True and again["new"] is False and again["token"] == first["token"]
    assert forged["new"] is True and forged["token"] != first["token"]
    assert status == 200 and silent["new"] is True
    assert "conversation_id" not in json.dumps(first)


async def test_a_visitor_reads_no_one_else_s_conversation(
    visitor: Visitor, other: Visitor, client: Client
) -> None:
    async with await visitor.visit() as tab:
        await tab.answer('/greet{"name": "Ayşe"}')
    async with await other.visit() as tab:
        assert await tab.quiet() == []
    (name,) = await client.bot.store.conversation_ids()
    for token in (name, name.removeprefix("webchat-"), " ", "null", visitor.token[:-1], visitor.token + "A"):
        thief = Visitor(client)
        thief.token = token
        async with await thief.open() as tab:
            assert (await tab.get())["code"] == "expired"
            assert await tab.closed() == 4401
        async with client.session.get(
            client.server.make_url(f"{BASE}/transcript"), headers=thief.bearer
        ) as answer:
            assert answer.status == 401 and "Ayşe" not in await answer.text()


@pytest.mark.parametrize("body", ["", "[]", "5", "{", '{"token": 5}', '{"token": null}', "\xff"])
async def test_any_body_of_a_session_is_answered(visitor: Visitor, body: str) -> None:
    status, found = await visitor.client.ask("POST", f"{BASE}/session", data=body.encode("latin-1"))

    assert status in (200, 400)
    assert ("token" in found) == (status == 200)


@pytest.mark.parametrize("settings", [WebChatSettings(origins=("https://www.magazam.com",))])
async def test_pages_of_listed_origins_may_chat_and_others_not(visitor: Visitor) -> None:
    status, _ = await visitor.session(headers=EVIL)
    assert status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await visitor.connect(headers=EVIL)
    assert refused.value.status == 403

    url = visitor.client.server.make_url(f"{BASE}/session")
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    async with visitor.client.session.options(url, headers={**SHOP, **asked}) as preflight:
        assert preflight.status == 204
        assert preflight.headers["Access-Control-Allow-Origin"] == SHOP["Origin"]
        assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    async with visitor.client.session.options(url, headers={**EVIL, **asked}) as preflight:
        assert preflight.status == 403 and "Access-Control-Allow-Origin" not in preflight.headers
    async with visitor.client.session.post(url, json={}, headers=SHOP) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == SHOP["Origin"]
        visitor.token = (await answer.json())["token"]
    async with await visitor.connect(headers=SHOP) as socket:
        await socket.send_json({"type": "hello", "token": visitor.token})
        assert (await socket.receive_json())["type"] == "welcome"


async def test_pages_of_the_server_itself_need_no_list(visitor: Visitor) -> None:
    own = str(visitor.client.server.make_url("/")).rstrip("/")
    behind_tls = own.replace("http://", "https://")

    assert (await visitor.session(headers={"Origin": own}))[0] == 200
    assert (await visitor.session(headers={"Origin": behind_tls}))[0] == 200
    for foreign in (
        "null",
        "https://127.0.0.1",
        own + "0",
        "http://127.0.0.1.evil.example",
        "x",
        "http://[",
        own + "@e",
    ):
        assert (await visitor.session(headers={"Origin": foreign}))[0] == 403


@pytest.mark.parametrize("settings", [WebChatSettings(sessions=3)])
async def test_an_address_begins_so_many_sessions(visitor: Visitor) -> None:
    found = [await visitor.session() for _ in range(5)]

    assert [status for status, _ in found] == [200, 200, 200, 429, 429]
    assert found[-1][1]["details"]["retry_after"] > 0
    # Whoever has a session comes in, and so does somebody else behind the same proxy.
    assert (await visitor.session(found[0][1]["token"]))[0] == 200
    assert (await visitor.session(headers={"X-Forwarded-For": "203.0.113.5"}))[0] == 200


@pytest.mark.parametrize(
    ("content", "name", "kind", "stored"),
    [
        (PNG, "foto.png", "image/png", "image/png"),
        (JPEG, "foto.png", "image/png", "image/jpeg"),  # a wrong name is no harm
        (PDF, "fatura.pdf", "application/octet-stream", "application/pdf"),
        (OGG, "ses.ogg", "audio/ogg; codecs=opus", "audio/ogg"),
        (WEBM, "ses.webm", "audio/webm;codecs=opus", "audio/webm"),
    ],
)
async def test_a_file_is_stored_by_its_content(
    visitor: Visitor, setup: Setup, content: bytes, name: str, kind: str, stored: str
) -> None:
    visitor.token = (await visitor.session())[1]["token"]
    status, found = await visitor.upload(content, name, kind)
    files = sorted(setup.folder.iterdir())

    assert status == 200 and found["type"] == stored and found["size"] == len(content)
    assert len(files) == 2 and all(stat.S_IMODE(one.stat().st_mode) == 0o600 for one in files)
    assert all(name.split(".")[0] not in one.name for one in files)
    async with visitor.client.session.get(visitor.client.server.make_url(found["url"])) as answer:
        assert await answer.read() == content
        assert answer.headers["Content-Type"] == stored
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"<html><script>alert(1)</script>", "foto.png", "image/png"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "foto.svg", "image/svg+xml"),
        (b"MZ\x90\0" + b"\0" * 60, "fatura.pdf", "application/pdf"),
        (b"PK\x03\x04" + b"\0" * 60, "fatura.docx", "image/jpeg"),
        (b"\x1a\x45\xdf\xa3" + b"matroska" * 5, "film.webm", "video/webm"),
        (WEBM, "film.webm", "video/webm"),
        (b"RIFF\0\0\0\0AVI ", "film.webp", "image/webp"),
        (b"\x89PN", "kisa.png", "image/png"),
    ],
)
async def test_a_file_that_is_not_what_it_says_is_refused(
    visitor: Visitor, setup: Setup, content: bytes, name: str, kind: str
) -> None:
    visitor.token = (await visitor.session())[1]["token"]
    status, told = await visitor.upload(content, name, kind)

    assert status == 415 and "image/png" in told["message"]
    assert list(setup.folder.iterdir()) == []


@pytest.mark.parametrize(
    "settings", [WebChatSettings(uploads=UploadSettings(max_bytes=1_000, total_bytes=2_500, most=6))]
)
async def test_files_are_bounded_one_by_one_and_together(visitor: Visitor, setup: Setup) -> None:
    visitor.token = (await visitor.session())[1]["token"]
    too_large = [(await visitor.upload(PNG + b"\0" * size))[0] for size in (1_000, 100_000)]
    empty = (await visitor.upload(b""))[0]
    fitting = [(await visitor.upload(PNG + b"\0" * 940))[0] for _ in range(3)]
    beyond = await visitor.upload(PNG)

    assert too_large == [413, 413] and empty == 400
    assert fitting == [200, 200, 507]
    assert beyond[0] == 429 and beyond[1]["details"]["retry_after"] > 0
    assert sorted(one.suffix for one in setup.folder.iterdir()) == [".json", ".json", ".png", ".png"]


async def test_an_upload_without_a_length_is_bounded_too(visitor: Visitor, setup: Setup) -> None:
    visitor.token = (await visitor.session())[1]["token"]
    mark = "b"

    async def endless() -> Any:
        yield (
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="x.png"\r\n'
            "Content-Type: image/png\r\n\r\n"
        ).encode()
        yield PNG
        for _ in range(400):
            yield b"\0" * 65_536

    headers = {**visitor.bearer, "Content-Type": f"multipart/form-data; boundary={mark}"}
    try:
        status, _ = await visitor.client.ask("POST", f"{BASE}/uploads", data=endless(), headers=headers)
        assert status == 413
    except aiohttp.ClientError:
        pass  # the server closed while the client was still writing
    assert list(setup.folder.iterdir()) == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "multipart/form-data; boundary=b", 400),
        (b"nonsense", "multipart/form-data; boundary=b", 400),
        (b"{}", "application/json", 400),
        (b"x", "multipart/form-data", 400),
        (
            b'--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
            400,
        ),
        (
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nx\r\n--b--\r\n',
            "multipart/form-data; boundary=b",
            415,
        ),
    ],
)
async def test_a_broken_form_is_told(visitor: Visitor, body: bytes, kind: str, status: int) -> None:
    visitor.token = (await visitor.session())[1]["token"]
    headers = {**visitor.bearer, "Content-Type": kind}
    found, told = await visitor.client.ask("POST", f"{BASE}/uploads", data=body, headers=headers)

    assert found == status and told["status"] == "failure"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x", "Basic x", "Bearer " + "x" * 5000])
async def test_an_upload_needs_a_session(visitor: Visitor, setup: Setup, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    form = aiohttp.FormData()
    form.add_field("file", PNG, filename="x.png", content_type="image/png")
    status, _ = await visitor.client.ask("POST", f"{BASE}/uploads", data=form, headers=headers)

    assert status == 401 and not setup.folder.exists()


@pytest.mark.parametrize("origin", [EVIL, None])
async def test_a_foreign_page_uploads_nothing(visitor: Visitor, origin: dict[str, str] | None) -> None:
    visitor.token = (await visitor.session())[1]["token"]
    form = aiohttp.FormData()
    form.add_field("file", PNG, filename="x.png", content_type="image/png")
    headers = {**visitor.bearer, **(origin or {})}
    status, _ = await visitor.client.ask("POST", f"{BASE}/uploads", data=form, headers=headers)

    assert status == (403 if origin else 200)


def scan(code: str, **more: Any) -> WebChatSettings:
    command = (sys.executable, "-c", code, "{file}")
    return WebChatSettings(uploads=replace(UploadSettings(), scan=command, **more))


READS = "import sys,pathlib; sys.exit(b'EICAR' in pathlib.Path(sys.argv[1]).read_bytes())"


@pytest.mark.parametrize("settings", [scan(READS)])
async def test_a_file_that_the_scan_refuses_is_removed(visitor: Visitor, setup: Setup) -> None:
    visitor.token = (await visitor.session())[1]["token"]
    clean = await visitor.upload(PNG)
    bad = await visitor.upload(PNG + b"EICAR", "$(touch x);`id`.png")

    assert clean[0] == 200 and bad[0] == 422
    assert len(list(setup.folder.iterdir())) == 2, "only the clean one and what is known of it"


@pytest.mark.parametrize(
    "settings",
    [
        scan("import time; time.sleep(60)", scan_seconds=0.2),
        WebChatSettings(uploads=UploadSettings(scan=("/no/such/scanner", "{file}"))),
    ],
    ids=["slow", "missing"],
)
async def test_without_a_scan_that_ends_nothing_is_taken(visitor: Visitor, setup: Setup) -> None:
    visitor.token = (await visitor.session())[1]["token"]
    status, _ = await visitor.upload(PNG)

    assert status == 503 and list(setup.folder.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\..\\x.exe",
        "a\0b.png",
        "\u202egnp.exe",
        "<script>.png",
        "",
        ".",
        "x" * 500,
        "ş ğ.JPG",
    ],
)
async def test_a_name_is_made_harmless(visitor: Visitor, setup: Setup, name: str) -> None:
    visitor.token = (await visitor.session())[1]["token"]
    head = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + name.replace("\0", "%00").encode()
    )
    body = head + b'"\r\nContent-Type: image/png\r\n\r\n' + PNG + b"\r\n--b--\r\n"
    headers = {**visitor.bearer, "Content-Type": "multipart/form-data; boundary=b"}
    status, found = await visitor.client.ask("POST", f"{BASE}/uploads", data=body, headers=headers)

    assert status == 200
    assert found["name"].endswith(".png") and len(found["name"]) <= 130
    assert not set("/\\\0\u202e") & set(found["name"])
    assert all(one.parent == setup.folder for one in setup.folder.iterdir())


@pytest.mark.parametrize(
    "path", ["x", "..%2f..%2fetc%2fpasswd", "%2e%2e/x", "a.json", "x" * 32 + ".png", "%00"]
)
async def test_there_is_no_other_way_into_the_folder(visitor: Visitor, path: str) -> None:
    visitor.token = (await visitor.session())[1]["token"]
    _, found = await visitor.upload(PNG)
    about = found["url"].replace(".png", ".json")
    for address in (f"{BASE}/uploads/{path}", about):
        async with visitor.client.session.get(visitor.client.server.make_url(address)) as answer:
            assert answer.status == 404


async def test_a_file_comes_to_the_bot_as_a_message_and_is_answered(visitor: Visitor, client: Client) -> None:
    async with await visitor.visit() as tab, await visitor.visit() as second:
        _, found = await visitor.upload(PNG, "kırık.png")
        await tab.send(type="upload", id="u1", upload_id=found["upload_id"])
        own = await tab.until("message")
        shown = await second.until("message", **{"from": "bot"})
    (name,) = await client.bot.store.conversation_ids()
    (user,) = [one for one in await client.events(name) if one["event"] == "user"]

    assert own[0]["type"] == "ack" and own[0]["id"] == "u1"
    assert own[-1]["text"].startswith("Dosyanız bize ulaştı")
    (media,) = user["metadata"]["media"]
    assert (media["name"], media["type"], media["url"]) == ("kırık.png", "image/png", found["url"])
    (attached,) = [one for one in shown if one.get("from") == "user"]
    assert attached["attachment"]["url"] == found["url"] and "text" not in attached


async def test_a_caption_is_what_the_bot_answers(visitor: Visitor) -> None:
    async with await visitor.visit() as tab:
        _, found = await visitor.upload(PNG)
        await tab.send(type="upload", id="u1", upload_id=found["upload_id"], caption="merhaba")
        frames = await tab.until("message")
        await tab.send(type="upload", id="u1", upload_id=found["upload_id"], caption="merhaba")
        again = await tab.until("ack")

    assert frames[-1]["text"] == "Merhaba None"
    assert again[-1]["seq"] == frames[0]["seq"]


async def test_a_file_is_sent_once_however_often_it_is_said(visitor: Visitor, client: Client) -> None:
    async with await visitor.visit() as tab:
        _, found = await visitor.upload(PNG)
        for _ in range(3):
            await tab.send(type="upload", id="u1", upload_id=found["upload_id"])
            await tab.until("ack")
        frames = await tab.quiet()
    (name,) = await client.bot.store.conversation_ids()

    assert sum(one["event"] == "user" for one in await client.events(name)) == 1
    assert sum(one["type"] == "message" for one in frames) <= 1


async def test_nobody_sends_somebody_else_s_file(visitor: Visitor, other: Visitor) -> None:
    visitor.token = (await visitor.session())[1]["token"]
    _, found = await visitor.upload(PNG)
    async with await other.visit() as tab:
        await tab.send(type="upload", id="u1", upload_id=found["upload_id"])
        refused = await tab.get()
        await tab.send(type="upload", id="u2", upload_id="x" * 32)
        missing = await tab.get()

    assert (refused["code"], refused["id"]) == ("unknown_upload", "u1")
    assert missing["code"] == "unknown_upload"


class Hears:
    """A transcriber that hears one thing."""

    def __init__(self, text: str | None) -> None:
        self.text = text

    async def transcribe(
        self, path: Path, mime_type: str, *, language: str = "en", after: Sequence[Reply] = ()
    ) -> str:
        assert await asyncio.to_thread(path.read_bytes) == OGG
        assert (mime_type, language, list(after)) == ("audio/ogg", "tr", [])
        if self.text == "raise":
            raise OSError("no model")
        if self.text == "long":
            raise NoteRefused("long", "It is too long.")
        return self.text or ""


@pytest.mark.parametrize(
    ("heard", "reply"),
    [
        (None, "Sesli mesajınız bize ulaştı"),
        (Hears(None), "Sesli mesajınızı anlayamadım"),
        (Hears("long"), "Sesli mesajınız çok uzun"),
        (Hears("raise"), "Sesli mesajınız bize ulaştı"),
        (Hears("merhaba"), "Merhaba None"),
    ],
    ids=["nobody", "nothing", "long", "broken", "words"],
)
async def test_a_voice_message_is_answered_by_what_is_heard_in_it(
    client: Client, setup: Setup, heard: Hears | None, reply: str
) -> None:
    from aiohttp.test_utils import TestServer

    from bot.server import make_app

    app = make_app(client.bot, model_name="m", webchat=replace(setup, transcriber=heard))
    async with TestServer(app) as server:
        visitor = Visitor(Client(client.session, server, client.bot, client.gate))
        async with await visitor.visit() as tab:
            _, found = await visitor.upload(OGG, "ses.ogg", "audio/ogg")
            await tab.send(type="upload", id="v1", upload_id=found["upload_id"])
            frames = await tab.until("message")

    assert frames[-1]["text"].startswith(reply)


async def test_what_a_browser_records_is_decoded_and_answered(client: Client, setup: Setup) -> None:
    from aiohttp.test_utils import TestServer

    from bot.server import make_app
    from tests.whatsapp.recorded import Ears, recording
    from voice.notes.conversing import NoteEars

    ears = NoteEars(lambda: Ears({440: "merhaba"}))
    app = make_app(client.bot, model_name="m", webchat=replace(setup, transcriber=ears))
    async with TestServer(app) as server:
        visitor = Visitor(Client(client.session, server, client.bot, client.gate))
        async with await visitor.visit() as tab:
            for kind, claimed in (("webm", "audio/webm"), ("ogg", "audio/ogg"), ("m4a", "audio/mp4")):
                _, found = await visitor.upload(recording(kind), "ses", claimed)
                await tab.send(type="upload", id=kind, upload_id=found["upload_id"])
                assert (await tab.until("message"))[-1]["text"] == "Merhaba None"
            _, found = await visitor.upload(recording("ogg")[:900], "ses", "audio/ogg")
            await tab.send(type="upload", id="half", upload_id=found["upload_id"])
            assert (await tab.until("message"))[-1]["text"].startswith("Ses dosyanızı açamadım")
    (conversation,) = await client.bot.store.conversation_ids()
    spoken = [one for one in await client.bot.store.load(conversation) if isinstance(one, UserUttered)]
    assert [one.metadata.get("transcript") for one in spoken] == [True, True, True, None]


async def test_a_transcript_is_a_text_of_what_was_said(visitor: Visitor) -> None:
    async with await visitor.visit() as tab:
        await tab.answer("seçenek")
        await tab.answer("<b>Kargom</b> nerede?", payload="/picture")
        await tab.quiet()
    url = visitor.client.server.make_url(f"{BASE}/transcript")
    async with visitor.client.session.get(url, headers=visitor.bearer) as answer:
        text = await answer.text()
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"

    assert "Siz:\nseçenek" in text and "Asistan:\nHangisi?\n- Kargom nerede?\n- İade" in text
    assert "Siz:\n<b>Kargom</b> nerede?" in text and "https://example.org/koli.png" in text


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS", "HEAD"]),
    st.sampled_from(
        ["", "/", "/session", "/socket", "/uploads", "/transcript", "/uploads/x.png", "/nothing"]
    ),
    st.dictionaries(
        st.sampled_from(
            ["Origin", "Authorization", "Content-Type", "Upgrade", "Connection", "Sec-WebSocket-Key"]
        ),
        st.text(st.characters(codec="ascii", min_codepoint=32, exclude_characters="\x7f"), max_size=20).map(
            str.strip
        ),
    ),
    st.binary(max_size=100),
)
async def test_no_request_breaks_the_server(
    client: Client, method: str, path: str, headers: dict[str, str], body: bytes
) -> None:
    url = client.server.make_url(BASE + path)
    async with asyncio.timeout(20), client.session.request(method, url, headers=headers, data=body) as answer:
        assert answer.status < 500
        await answer.read()


@given(
    st.binary(max_size=80),
    st.text(max_size=30) | st.sampled_from(["text/html", "image/svg+xml", "image/png"]),
)
async def test_a_claim_alone_makes_no_type(head: bytes, claimed: str) -> None:
    found = type_of(head, claimed)
    assert found is None or (found in KNOWN_TYPES and type_of(head, "") is not None)
