"""Rasa's lists on the command line: ``--config a.yml b.yml`` for ``--config a.yml --config b.yml``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

LISTS: Mapping[str, frozenset[str]] = {
    "train": frozenset({"--data"}),
    "test": frozenset({"--config", "-c", "--percentages", "-p"}),
}
"""Verb → its options that may have several values, as in Rasa; the verb has no arguments beside options."""


def spread(arguments: Sequence[str]) -> list[str]:
    """The arguments with the name of such an option before each of its values."""
    verb = next((one for one in arguments if not one.startswith("-")), "")
    lists = LISTS.get(verb, frozenset())
    result: list[str] = []
    option, has_value = "", False
    for at, one in enumerate(arguments):
        if one == "--":
            return [*result, *arguments[at:]]
        if one.startswith("-"):
            option, has_value = one if one in lists else "", False
        elif option:
            if has_value:
                result.append(option)
            has_value = True
        result.append(one)
    return result
