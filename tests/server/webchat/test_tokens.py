"""Sessions: a token that only the server makes, and a secret that only it has."""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.server.webchat.tokens import FILE, SecretError, Tokens, read_secret

DAY = 86_400.0


class Now:
    def __init__(self) -> None:
        self.time = 1_700_000_000.0

    def __call__(self) -> float:
        return self.time


def test_a_token_opens_its_conversation_again_and_does_not_tell_it() -> None:
    tokens = Tokens(b"s" * 32, Now())
    session, other = tokens.new(), tokens.new()
    again = tokens.read(session.token)

    assert again is not None and again.conversation_id == session.conversation_id != other.conversation_id
    raw = base64.urlsafe_b64decode(session.token + "==")
    assert len(raw) - 38 == 24, "192 random bits"
    assert session.conversation_id.removeprefix("webchat-") not in raw.hex()


def test_another_process_with_the_secret_reads_it_and_none_without() -> None:
    now = Now()
    token = Tokens(b"s" * 32, now).new().token

    assert Tokens(b"s" * 32, now).read(token) is not None
    assert Tokens(b"t" * 32, now).read(token) is None


def test_a_session_ends_and_one_that_is_used_goes_on() -> None:
    now = Now()
    tokens = Tokens(b"s" * 32, now, days=30)
    first = tokens.new()
    now.time += 14 * DAY
    early = tokens.renewed(first)
    now.time += 3 * DAY
    late = tokens.renewed(first)
    now.time += 14 * DAY

    assert early is first
    assert late.token != first.token and late.conversation_id == first.conversation_id
    assert tokens.read(first.token) is None and tokens.read(late.token) is not None


def test_a_token_from_the_future_is_none() -> None:
    now = Now()
    token = Tokens(b"s" * 32, now).new().token
    now.time -= DAY

    assert Tokens(b"s" * 32, now).read(token) is None


TOKENS = Tokens(b"s" * 32, Now())
GIVEN = TOKENS.new().token


@given(
    st.integers(0, len(GIVEN) - 1),
    st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
)
def test_a_token_with_one_letter_changed_is_none(place: int, letter: str) -> None:
    forged = GIVEN[:place] + letter + GIVEN[place + 1 :]

    assert (TOKENS.read(forged) is not None) == (forged == GIVEN)


@given(st.text() | st.binary(max_size=80).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_anything_else_is_no_token(text: str) -> None:
    assert TOKENS.read(text) is None


def test_the_secret_is_made_once_and_only_this_user_may_read_it(tmp_path: Path) -> None:
    secret = read_secret(tmp_path, {})
    path = tmp_path / FILE

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(secret) >= 64 and read_secret(tmp_path, {}) == secret
    assert [one.name for one in tmp_path.iterdir()] == [FILE]


def test_a_secret_that_others_can_read_is_closed_to_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / FILE
    path.write_text("x" * 40)
    path.chmod(0o644)
    secret = read_secret(tmp_path, {})

    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and "closed" in caplog.text
    assert secret.decode() not in caplog.text


def test_the_environment_s_secret_wins_and_no_file_is_made(tmp_path: Path) -> None:
    assert read_secret(tmp_path, {"SANTRAL_SECRET": "e" * 32}) == b"e" * 32
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("given_secret", ["", "short"])
def test_a_short_secret_is_refused(tmp_path: Path, given_secret: str) -> None:
    with pytest.raises(SecretError, match="32"):
        read_secret(tmp_path, {"SANTRAL_SECRET": given_secret})
    (tmp_path / FILE).write_text(given_secret)
    with pytest.raises(SecretError, match="32"):
        read_secret(tmp_path, {})


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(SecretError, match="SANTRAL_SECRET"):
        read_secret(tmp_path / "missing", {})
