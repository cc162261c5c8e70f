"""Which button a customer means."""

from __future__ import annotations

from collections.abc import Sequence

from bot.turkish import equal


def choose(titles: Sequence[str], text: str) -> int | None:
    """The 0-based index of the button that ``text`` chooses, or ``None``.

    >>> choose(["Kargo takibi", "İade"], "ikincisi"), choose(["Kargo takibi", "İade"], "kargom nerede")
    (1, None)
    """
    found = [index for index, title in enumerate(titles) if equal(title.strip(), text.strip())]
    return found[0] if len(found) == 1 else None
