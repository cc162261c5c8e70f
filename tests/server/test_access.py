"""Who may ask: tokens, users whose tokens somebody else signed, and strangers."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.errors import ProjectError
from bot.server.bearer import BearerTokens, User

from .conftest import Client

pytestmark = pytest.mark.asyncio

SECRET = "a secret that is long enough for every method that there is, and longer"
ADMIN = {"user": {"username": "müdür", "role": "admin"}}
AYSE = {"user": {"username": "ayşe", "role": "user"}}
OWN, OTHER = "/conversations/ayşe/tracker", "/conversations/ali/tracker"


def signed(payload: Any, key: str = SECRET, method: str = "HS256") -> dict[str, str]:
    return {"Authorization": f"Bearer {jwt.encode(payload, key, algorithm=method)}"}


def raw(header: Any, payload: str, signature: str = "") -> dict[str, str]:
    """A token put together by hand."""
    parts = [urlsafe_b64encode(one.encode()).decode().rstrip("=") for one in (json.dumps(header), payload)]
    return {"Authorization": f"Bearer {'.'.join([*parts, signature])}"}


@pytest.fixture
def options() -> dict[str, Any]:
    return {"auth_token": "sır", "bearer": BearerTokens(SECRET)}


async def test_an_admin_may_ask_everything(client: Client) -> None:
    for path in ("/status", "/domain", OWN, OTHER):
        assert (await client.ask("GET", path, headers=signed(ADMIN)))[0] == 200
    assert (await client.ask("POST", "/model/parse", headers=signed(ADMIN), json={"text": "x"}))[0] == 200


async def test_a_user_may_see_the_own_conversation_only(client: Client) -> None:
    assert (await client.ask("GET", OWN, headers=signed(AYSE)))[0] == 200
    for path in (OTHER, "/status", "/domain", "/conversations/ayşe/x/tracker"):
        status, answer = await client.ask("GET", path, headers=signed(AYSE))
        assert (status, answer["reason"]) == (403, "NotAuthorized")
    for method, path in (("PUT", "/model"), ("DELETE", "/model"), ("POST", "/model/train")):
        assert (await client.ask(method, path, headers=signed(AYSE)))[0] == 403


@pytest.mark.parametrize(
    "user", [None, {}, "ayşe", [], {"username": "ayşe"}, {"role": "user"}, {"role": ["admin"]}]
)
async def test_a_token_without_a_role_opens_nothing(client: Client, user: Any) -> None:
    assert (await client.ask("GET", OWN, headers=signed({"user": user})))[0] == 403
    assert (await client.ask("GET", "/status", headers=signed({"user": user})))[0] == 403


async def test_times_are_checked_as_far_as_clocks_agree(client: Client) -> None:
    now = time.time()
    for claims, status in (
        ({"exp": now + 60}, 200),
        ({"exp": now - 60}, 200),
        ({"exp": now - 1_000}, 401),
        ({"nbf": now + 1_000}, 401),
        ({"iat": now + 1_000}, 401),
        ({"exp": "soon"}, 401),
        ({"aud": "somebody else"}, 401),
    ):
        assert (await client.ask("GET", "/status", headers=signed({**ADMIN, **claims})))[0] == status, claims


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer a.b.c"},
        {"Authorization": "Bearer " + "ş" * 50},
        {"Authorization": "Bearer " + "." * 500},
        signed(ADMIN, "another secret, as long as the right one, but wrong all the same"),
        signed(ADMIN, SECRET, "HS512"),
        raw({"alg": "none", "typ": "JWT"}, json.dumps(ADMIN)),
        raw({"alg": "HS256"}, json.dumps(ADMIN), "AAAA"),
        raw({"alg": None}, json.dumps(ADMIN)),
        raw([], json.dumps(ADMIN)),
        raw({"alg": "HS256"}, "[" * 2_000),
    ],
)
async def test_strangers_stay_outside(client: Client, headers: dict[str, str]) -> None:
    status, answer = await client.ask("GET", "/status", headers=headers)

    assert (status, answer["reason"]) == (401, "NotAuthenticated")


async def test_numbers_without_end_in_a_token(client: Client) -> None:
    for written in (
        '{"exp": 1e999}',
        '{"exp": Infinity}',
        '{"exp": NaN}',
        "[]",
        "1",
        '{"exp": ' + "9" * 400 + "}",
    ):
        token = jwt.api_jws.encode(written.encode(), SECRET, "HS256")
        status, _ = await client.ask("GET", "/status", headers={"Authorization": f"Bearer {token}"})
        assert status in (401, 403), written


async def test_either_the_token_or_the_user(client: Client) -> None:
    assert (await client.ask("GET", "/status?token=s%C4%B1r"))[0] == 200
    assert (await client.ask("GET", "/status?token=x"))[0] == 401
    assert (await client.ask("GET", "/status?token=x", headers=signed(ADMIN)))[0] == 200
    assert (await client.ask("GET", f"{OTHER}?token=s%C4%B1r", headers=signed(AYSE)))[0] == 200


async def test_channels_have_doors_of_their_own(client: Client) -> None:
    assert await client.texts("merhaba") == ["Merhaba None"]
    assert (await client.ask("GET", "/health"))[0] == 200


async def test_a_key_pair() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    encoding, form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    public = private.public_key().public_bytes(encoding, form).decode()
    tokens = BearerTokens(public, "ES256")
    token = jwt.encode(ADMIN, private, algorithm="ES256")

    assert tokens.user_of(f"bearer {token}") == User("müdür", "admin")
    # The public key is no secret: nobody may sign with it.
    header = raw({"alg": "HS256"}, json.dumps(ADMIN), "AAAA")
    assert tokens.user_of(header["Authorization"]) is None


@pytest.mark.parametrize(
    ("key", "method"), [(SECRET, "none"), (SECRET, "HS1"), (SECRET, "RS256"), ("", "HS256"), (" ", "HS256")]
)
async def test_options_that_would_leave_the_door_open(key: str, method: str) -> None:
    with pytest.raises(ProjectError, match="jwt-"):
        BearerTokens(key, method)
