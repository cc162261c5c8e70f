"""Asking other servers: what is sent where, and what is made of their answers."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest

from bot.endpoint import Address, Endpoint, EndpointError, read_address
from bot.errors import Complaints, ProjectError
from bot.settings import section_of
from bot.yaml_file import read_yaml

from .conftest import FAULTS, Answer, Peer

pytestmark = pytest.mark.asyncio


def address(text: str) -> Address:
    complaints = Complaints()
    config: Any = read_yaml(text, "endpoints.yml", complaints)
    complaints.raise_errors()
    return read_address(section_of(config, "nlg", "nlg"), 10.0)


async def test_keys_are_rasas() -> None:
    found = address(
        "nlg:\n  url: http://a:1/x?y=z\n  token: t\n  token_name: anahtar\n  params: {n: 1}\n"
        "  headers: {X-Key: k}\n  basic_auth: {username: ayşe, password: p}\n  timeout: '2.5'\n"
    )
    assert (found.url, found.timeout) == ("http://a:1/x?y=z", 2.5)
    assert found.params == {"n": "1", "anahtar": "t"}
    assert found.headers == {"X-Key": "k"}
    assert found.auth is not None
    assert (found.auth.login, found.auth.password) == ("ayşe", "p")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("nlg:\n  token: t\n", 2, "'url' is missing"),
        ("nlg:\n  url: localhost:5056/nlg\n", 2, "no address"),
        ("nlg:\n  url: http://[x\n", 2, "no address"),
        ("nlg:\n  url: http://a\n  timeout: soon\n", 3, "'timeout' is 'soon'"),
        ("nlg:\n  url: http://a\n  timeout: 0\n", 3, "'timeout' is '0'"),
        ("nlg:\n  url: http://a\n  timeout: true\n", 3, "'timeout' is 'True'"),
        ("nlg:\n  url: http://a\n  headers: k\n", 3, "'headers' is no mapping"),
        ("nlg:\n  url: http://a\n  basic_auth: {username: a}\n", 3, "lacks"),
        ("nlg:\n  url: http://a\n  cafile: none.pem\n", 3, "cannot be read"),
        ("nlg: http://a\n", 1, "is no mapping"),
    ],
)
async def test_a_mistake_is_told_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(ProjectError) as told:
        address(text)
    (complaint,) = told.value.complaints
    assert words in complaint.message
    assert str(complaint.place) == f"endpoints.yml:{line}"


async def test_certificates_are_read(tmp_path: Path) -> None:
    bundle = ssl.get_default_verify_paths().cafile
    if bundle is None:
        pytest.skip("this machine has no certificates")
    assert address(f"nlg:\n  url: https://a\n  cafile: {bundle}\n").ssl is not None


async def test_headers_and_token_are_sent(peer: Peer, endpoint: Endpoint) -> None:
    peer.answers = [Answer(200, {"a": 1})]
    assert await endpoint.post_json({"b": "ğ"}) == {"a": 1}
    (request,) = peer.requests
    assert (request.method, request.path, request.query) == ("POST", "/here", {"token": "t"})
    assert (request.headers["X-Key"], request.headers["Content-Type"]) == ("k", "application/json")
    assert request.body == {"b": "ğ"}


async def test_a_redirect_within_the_server_is_followed(peer: Peer, endpoint: Endpoint) -> None:
    peer.answers = [Answer(308, b"", {"Location": "/there"}), Answer(200, {"a": 1})]
    assert await endpoint.post_json({"b": 1}) == {"a": 1}
    assert [(one.path, one.body) for one in peer.requests] == [("/here", {"b": 1}), ("/there", {"b": 1})]


async def test_what_is_sent_goes_to_no_other_server(peer: Peer, other: Peer, endpoint: Endpoint) -> None:
    peer.answers = [Answer(307, b"", {"Location": other.url("/x")})]
    with pytest.raises(EndpointError, match="redirected with status 307"):
        await endpoint.post_json({"secret": 1})
    assert other.requests == []


async def test_a_download_may_come_from_another_server_which_learns_no_key(
    peer: Peer, other: Peer, endpoint: Endpoint
) -> None:
    peer.answers = [Answer(302, b"", {"Location": other.url("/file?sig=1")})]
    other.answers = [Answer(200, b"content")]
    async with endpoint.request("GET") as response:
        assert await response.read() == b"content"
    (request,) = other.requests
    assert request.query == {"sig": "1"}
    assert "X-Key" not in request.headers


@pytest.mark.parametrize("name", FAULTS)
async def test_every_fault_is_one_kind_of_error(name: str, peer: Peer, endpoint: Endpoint) -> None:
    peer.answers = [FAULTS[name]]
    with pytest.raises(EndpointError) as told:
        await endpoint.post_json({"metin": "gizli"})
    assert "gizli" not in str(told.value)
    peer.answers = [Answer(200, {"a": 1})]
    assert await endpoint.post_json({}) == {"a": 1}


async def test_what_is_no_json_is_not_sent(peer: Peer, endpoint: Endpoint) -> None:
    with pytest.raises(EndpointError, match="no JSON"):
        await endpoint.post_json({"a": object()})
    assert peer.requests == []


async def test_nobody_there() -> None:
    endpoint = Endpoint(Address("http://127.0.0.1:1/"))
    with pytest.raises(EndpointError, match="ClientConnectorError"):
        await endpoint.post_json({})
    await endpoint.close()
