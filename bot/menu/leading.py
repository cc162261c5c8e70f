"""Which of several titles the named words fit best."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.menu.titles import INFLECTED, Evidence, Title


def best_title(buttons: Sequence[Title], evidence: Sequence[Evidence], pool: Sequence[int]) -> int | None:
    """The one title that all named words fit, the whole one or the better spelt one first.

    Args:
        evidence: what was said of each button.
        pool: the words that may name a title.
    """
    fitting = [(i, {at for at in pool if at in one.fits}) for i, one in enumerate(evidence)]
    most = max((len(fit) for _, fit in fitting), default=0)
    every = set().union(*(fit for _, fit in fitting))
    leading = [i for i, fit in fitting if len(fit) == most and fit == every]

    def well_spelt(index: int) -> int:
        return sum(evidence[index].fits.get(at, 0) >= INFLECTED for at in pool)

    def is_whole(index: int) -> int:
        return buttons[index].is_whole(evidence[index].named)

    def closeness(index: int) -> int:
        # Small words and endings too: "çok memnun" is "Çok memnunum".
        return sum(evidence[index].fits.values())

    keys: tuple[Callable[[int], int], ...] = (well_spelt, is_whole, closeness)
    for key in keys:
        if len(leading) > 1:
            top = max(map(key, leading))
            leading = [i for i in leading if key(i) == top]
    return leading[0] if len(leading) == 1 else None
