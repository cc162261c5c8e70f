"""Case as Unicode changes it for no language in particular: wrong for Turkish, and what Rasa compares by.

Used where the engine must take the very step that Rasa takes (categorical slots, response conditions);
never for understanding customers.
"""

from __future__ import annotations


def untailored_lower(text: str) -> str:
    """``"İ"`` becomes two characters and ``"I"`` becomes ``"i"``, as in Rasa."""
    return text.lower()


def untailored_fold(text: str) -> str:
    """:meth:`str.casefold`, as Rasa folds the values of response conditions."""
    return text.casefold()
