"""Lists on the command line, as Rasa takes them."""

from __future__ import annotations

import pytest

from bot.cli.lists import spread


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (
            "test nlu --config a.yml b.yml -p 0 50 75 --runs 2",
            "test nlu --config a.yml --config b.yml -p 0 -p 50 -p 75 --runs 2",
        ),
        ("test nlu -c a.yml -c b.yml", "test nlu -c a.yml -c b.yml"),
        ("train --data data more --force", "train --data data --data more --force"),
        ("train nlu", "train nlu"),
        ("run --credentials a b", "run --credentials a b"),
        ("test --out x y", "test --out x y"),
        ("test -c a -- b c", "test -c a -- b c"),
        ("", ""),
    ],
)
def test_lists_are_spread(given: str, read: str) -> None:
    assert spread(given.split()) == read.split()
