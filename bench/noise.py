"""Messages as customers type and say them: noisy copies of examples, to measure understanding on.

These slips are drawn apart from those of ``bot.nlu.augmentation``, which may be trained on.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

from bot.nlu.data import EntitySpan, Example
from bot.turkish import lower, number_to_words, upper

_PLAIN = str.maketrans("çğıöşüÇĞİÖŞÜâîû", "cgiosuCGIOSUaiu")
_ROWS = ("qwertyuıopğü", "asdfghjklşi", "zxcvbnmöç")
_VOWELS = "aeıioöuü"
_FILLERS = ("ıı", "şey", "yani", "hani", "eee", "bir dakika", "nasıl desem", "ya")
_BEFORE = (
    "Merhaba, iyi günler.", "Sitenizden alışveriş yaptım.", "Ben uzun zamandır müşterinizim.",
    "Daha önce de yazmıştım, dönen olmadı.", "Kusura bakmayın rahatsız ediyorum.",
    "Annem için bir şeyler almıştım.", "Çocuklar çok bekledi.", "Aslında sitenizi seviyorum.",
    "Çok aradım, kimse açmadı.", "İnternetten bakıyordum.", "Biraz zamanım oldu.",
    "Ödemeyi kartla yaptım.", "Mağazanıza da uğramıştım.", "Arkadaşım tavsiye etti sizi.",
    "Telefonum değişti bu arada.", "Uzun süre şehir dışındaydım.", "Uygulamayı yeni indirdim.",
)  # fmt: skip
_AFTER = ("Teşekkürler.", "Yardımcı olursanız sevinirim.", "Bilgi verir misiniz?", "Dönüşünüzü bekliyorum.")

Edit = tuple[int, int, str]
"""``text[start:end]`` becomes this."""


def edited(example: Example, edits: list[Edit]) -> Example:
    """The example with stretches replaced; entities keep the stretches that replace theirs."""
    text, pieces, at, moved = example.text, [], 0, {}
    length = 0
    for start, end, new in sorted(edits):
        if start < at:
            continue
        for place in range(at, start + 1):
            moved[place] = length + place - at
        pieces += [text[at:start], new]
        length += start - at + len(new)
        for place in range(start + 1, end):
            moved[place] = length
        at = end
        moved[end] = length
    for place in range(at, len(text) + 1):
        moved[place] = length + place - at
    pieces.append(text[at:])
    written = "".join(pieces)
    spans = [replace(one, start=moved[one.start], end=moved[one.end]) for one in example.entities]
    kept = [replace(one, value=written[one.start : one.end]) for one in spans if one.start < one.end]
    return replace(example, text=written, entities=tuple(kept))


def clean(example: Example, chance: random.Random) -> Example:
    return example


def plain(example: Example, chance: random.Random) -> Example:
    """Without Turkish letters."""
    return replace(example, text=example.text.translate(_PLAIN))


def capitals(example: Example, chance: random.Random) -> Example:
    """All in capitals; of half the messages in those that a foreign keyboard has."""
    text = upper(example.text)
    return replace(example, text=text.translate(_PLAIN) if chance.random() < 0.5 else text)


def typos(example: Example, chance: random.Random) -> Example:
    """A slip in every dozen letters, and now and then words run together or without their vowels."""
    text = lower(example.text) if chance.random() < 0.7 else example.text
    example = replace(example, text=text)
    words = [match.span() for match in re.finditer(r"[^\W\d_]{3,}", text)]
    edits: list[Edit] = []
    letters = sum(end - start for start, end in words)
    for start, end in chance.sample(words, min(len(words), max(1, round(letters / 12)))):
        edits.append((start, end, _misspelt(text[start:end], chance)))
    if chance.random() < 0.2:
        gaps = [match.start() for match in re.finditer(r"(?<=[^\W\d_]{2}) (?=[^\W\d_]{2})", text)]
        inside = {at for one in example.entities for at in range(one.start - 1, one.end + 1)}
        gaps = [gap for gap in gaps if gap not in inside]
        edits += [(gap, gap + 1, "") for gap in gaps[:1]]
    slipped = edited(example, edits)
    return plain(slipped, chance) if chance.random() < 0.4 else slipped


def _misspelt(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word))
    kind = chance.random()
    if kind < 0.22:
        return word[:at] + word[at + 1 :]
    if kind < 0.44 and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind < 0.55:
        return word[:at] + word[at] + word[at:]
    if kind < 0.65 and len(word) > 4:
        return word[0] + "".join(char for char in word[1:] if char not in _VOWELS)
    if kind < 0.72 and len(word) > 5:
        return word[:-1]
    row = next((row for row in _ROWS if word[at] in row), "")
    if not row:
        return word[:at] + word[at + 1 :]
    beside = [place for place in (row.find(word[at]) - 1, row.find(word[at]) + 1) if 0 <= place < len(row)]
    return word[:at] + row[chance.choice(beside)] + word[at + 1 :]


def recognised(example: Example, chance: random.Random) -> Example:
    """As speech recognition writes: lower case, no signs, numbers in words, fillers."""
    example = replace(example, text=lower(example.text))
    text = example.text
    edits: list[Edit] = []
    for match in re.finditer(r"\d+", text):
        edits.append((*match.span(), _spoken(match[0])))
    edits += [(*match.span(), "") for match in re.finditer(r"[^\w\s'’]|_", text)]
    edits += [(*match.span(), "") for match in re.finditer(r"['’]", text)]
    said = edited(example, edits)
    gaps = [match.start() for match in re.finditer(r" ", said.text)]
    inside = {at for one in said.entities for at in range(one.start, one.end)}
    gaps = [0, *(gap for gap in gaps if gap not in inside)]
    filler = chance.choice(_FILLERS)
    at = chance.choice(gaps)
    return edited(said, [(at, at, filler + " " if at == 0 else " " + filler)])


def _spoken(digits: str) -> str:
    if len(digits) <= 4 and not digits.startswith("0"):
        return number_to_words(int(digits))
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return (
        " ".join(
            "sıfır " * (len(one) - len(one.lstrip("0")))
            + (number_to_words(int(one)) if one.strip("0") else "")
            for one in groups
        )
        .replace("  ", " ")
        .strip()
    )


def long(example: Example, chance: random.Random) -> Example:
    """A story before the wish, a phrase behind it."""
    before = " ".join(chance.sample(_BEFORE, chance.choice((1, 2, 3)))) + " "
    after = " " + chance.choice(_AFTER) if chance.random() < 0.3 else ""
    if example.text[-1:].isalnum() and after:
        after = "." + after
    end = len(example.text)
    return edited(example, [(0, 0, before), (end, end, after)])


VARIANTS: dict[str, Callable[[Example, random.Random], Example]] = {
    "clean": clean, "ascii": plain, "caps": capitals, "typo": typos, "asr": recognised, "long": long,
}  # fmt: skip


def spans_of(entities: tuple[EntitySpan, ...]) -> set[tuple[str, int, int]]:
    return {(one.entity, one.start, one.end) for one in entities}
