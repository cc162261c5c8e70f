"""Numbers that name something: orders, parcels, telephones, accounts, versions. They are never one cardinal."""

from __future__ import annotations

import re

from bot.turkish import fold
from voice.speech.figures import cardinal, groups, in_groups, letter, pairs, spelled
from voice.speech.rules import Rule, rule

_BEHIND = 48
"""Characters before a number in which a word may tell what it is."""
_NAMED = re.compile(
    r"(?:\b(?:no|nosu|nolu|numara\w*|kod|kodu\w*|kodun\w*|id|barkod\w*|referans\w*|sifre\w*|pin|hane\w*|ref|sonu)"
    r"(?:\s+(?:olan|ise|su|sudur|da|de))?|#)\s*[:=#.-]?\s*[\"'(]?$"
)
_PARCEL = re.compile(r"\b(?:takip|kargo|gonderi|barkod|koli)\w*\s+(?:\w+\s+)?\S*\s*[:=#.-]?\s*$")
_ORDER_BEFORE = re.compile(r"\b(?:siparis|talep|basvuru|iade|fatura)\w*\s*[:#]?\s*$")
_NAMES = re.compile(
    r"\s*(?:numarali|nolu|no['’]?lu|no\b|numaraniz|kodlu|ile biten|sayili)\s*(?P<what>\w*)", re.ASCII
)
_TELEPHONE = re.compile(r"(?:hat|telefon|cep|cagri|gsm|santral)\w*")
_SERIES = re.compile(r"^(?:koltuk|oda|beden|ayakkabi|oto|kapi|daire|bina|sube|kasa|masa|peron)\w*")
_DIGITS = re.compile(r"\d+")
_CODE = r"[A-Za-zÇĞİÖŞÜçğıöşü]"
_LONG = 7
_SHORT = 4


def telephone(match: re.Match[str]) -> str | None:
    """Written groups, each as one number; without gaps three, three, two and two digits."""
    said: list[str] = []
    written = match["phone"]
    runs = _DIGITS.findall(written)
    if written.lstrip().startswith("+"):
        said.append("artı")
        if runs[0].startswith("90") and len(runs[0]) > len("90"):
            runs = ["90", runs[0][2:], *runs[1:]]
    for run in runs:
        said += map(cardinal, telephone_groups(run))
    return " ".join(said)


def telephone_groups(run: str) -> list[str]:
    """Cut an unbroken run of a telephone number: 0, then 3, 3, 2 and 2 digits."""
    head: list[str] = []
    if len(run) in (12, 14) and run.startswith(("90", "0090")):
        country = len(run) - 10
        head, run = [run[:country]], run[country:]
    elif len(run) == 11 and run[0] == "0":
        head, run = ["0"], run[1:]
    return [*head, *(groups(run) if len(run) > _SHORT else [run])]


def _order(match: re.Match[str]) -> str:
    return spelled(match["code"])


def _tracking(match: re.Match[str]) -> str:
    return spelled(re.sub(r"[\s./_-]", "", match["code"]))


def _code(match: re.Match[str]) -> str:
    """Letters and digits mixed, in a sentence; of a parcel's number the blanks do not matter."""
    written = match["code"]
    before = fold(match.string[max(0, match.start() - _BEHIND) : match.start()])
    return _tracking(match) if _PARCEL.search(before) and _NAMED.search(before) else spelled(written)


def _mixed(match: re.Match[str]) -> str | None:
    """Letters first; a word in capitals without a digit is none."""
    return _code(match) if _DIGITS.search(match["code"]) else None


def _in_context(match: re.Match[str]) -> str | None:
    """Digits alone are an identifier when the words around say so, or when they are many."""
    written = match["code"]
    before = fold(match.string[max(0, match.start() - _BEHIND) : match.start()])
    behind = fold(match.string[match.end() : match.end() + _BEHIND])
    digits = "".join(_DIGITS.findall(written))
    named = _NAMED.search(before) is not None
    around = _NAMES.match(behind)
    if around and (_SERIES.match(around["what"]) or len(digits) < _SHORT):
        around = None
    if named or around:
        if len(digits) < _SHORT and not written.startswith("0"):
            return None
        parcel = _PARCEL.search(before) or (
            around and around["what"].startswith(("kargo", "gonderi", "takip"))
        )
        return in_groups(digits) if parcel else spelled(written)
    if not written.isdecimal():
        return None
    if len(digits) > _SHORT and _ORDER_BEFORE.search(before):
        return in_groups(digits)
    if len(digits) >= _LONG and not written.endswith("000"):
        return in_groups(digits)
    return in_groups(digits) if digits.startswith("0") and len(digits) > 1 else None


def _account(match: re.Match[str]) -> str:
    digits = "".join(_DIGITS.findall(match["iban"]))
    return " ".join(["te re", *map(cardinal, pairs(digits))])


def _version(match: re.Match[str]) -> str | None:
    parts = match["version"].split(".")
    said = " nokta ".join(cardinal(part) for part in parts)
    tail = match.groupdict().get("tail")
    return f"{said} {spelled(tail)}" if tail else said


def _pointed(match: re.Match[str]) -> str | None:
    """Three numbers and more between dots are a version, unless the dots stand between thousands."""
    parts = match["version"].split(".")
    if all(len(part) == len("000") for part in parts[1:]):
        return None
    return _version(match)


def _letters(match: re.Match[str]) -> str:
    return spelled(match["code"])


def _abroad(match: re.Match[str]) -> str | None:
    return (
        telephone(match) if len(_DIGITS.findall(match["phone"])) > 1 or len(match["phone"]) > _LONG else None
    )


_GAP = r"[\s./-]{0,3}"
_TELEPHONES = (
    rf"(?:\+|00)90{_GAP}\(?\d{{3}}\)?{_GAP}\d{{3}}{_GAP}\d{{2}}{_GAP}\d{{2}}",
    rf"\(?0{_GAP}\(?[2-58]\d{{2}}\)?{_GAP}\d{{3}}{_GAP}(?:\d{{2}}{_GAP}\d{{2}}|\d{_GAP}\d{{3}})",
    r"444[\s.-]?(?:\d[\s.-]?\d{3}|\d{2}[\s.-]?\d{2})",
    r"\(?[2-58]\d{2}\)?[\s-]\d{3}[\s-]\d{2}[\s-]\d{2}",
)
_ANY_TELEPHONE = r"(?P<phone>(?:\+\s?)?\(?\d[\d\s()./-]*\d)"
_VERSION = r"(?P<version>\d+(?:\.\d+)+)(?:[-\s]?(?P<tail>(?:rc|beta|alpha|b)\d*))?"
_KNOWN_VERSION = (
    r"(?<![\w.,])(?:(?<=sürüm )|(?<=sürümü )|(?<=Sürüm )|(?<=versiyon )|(?<=Versiyon )|(?<=iOS )|(?<=Android )"
    r"|(?<=Windows )|(?<=Bluetooth )|(?<=USB )|(?<=HDMI )|(?<=macOS )|(?<=One UI ))"
)

ACCOUNT = rule(r"(?P<iban>[Tt][Rr]\s?\d{2}(?:\s?\d{4}){5}\s?\d{2})", _account)
TELEPHONES = tuple(rule(f"(?P<phone>{form})", telephone, before=r"(?<![\w+])") for form in _TELEPHONES)
MASKED = rule(r"(?P<phone>0[2-58]\d{2})", telephone, before=r"(?<![\w+])", after=r"(?=[\s)-]*[*•]{2})")
ABROAD = rule(r"(?P<phone>\+\d{1,3}(?:[\s.()-]{0,2}\d{2,4}){2,5})", _abroad, before=r"(?<![\w+])")
CODES: tuple[Rule, ...] = (
    rule(rf"#\s?(?P<code>{_CODE}{{0,5}}[-\s]?\d[\d-]*(?:\s\d{{3,}})*)", _order, before=r"(?<![\w#])"),
    rule(r"(?P<code>[A-ZÇĞİÖŞÜ]{1,4}+\s?\d++(?:[-_/]?\d++){0,5}(?:\s\d{2,}+){1,5}(?:\s?[A-Z]{2})?)", _code),
    rule(r"(?P<code>[A-ZÇĞİÖŞÜ]{1,8}+(?:[-_/]?(?:\d++|[A-ZÇĞİÖŞÜ]{1,4}+)){0,8}+(?<=[\dA-ZÇĞİÖŞÜ]))", _mixed),
    rule(r"(?P<code>\d++[-_/]?[A-ZÇĞİÖŞÜ]{1,3}+(?:[-_/]?(?:\d++|[A-ZÇĞİÖŞÜ]{1,4}+)){0,8}+)", _code),
    rule(
        r"(?P<code>\d{3,}+(?:[\s-]\d{3,}+)+|\d++)",
        _in_context,
        before=r"(?<![\w.,])",
        after=r"(?![.,]\d|\s?[%₺])",
    ),
)
VERSIONS = (
    rule(_VERSION, _version, before=_KNOWN_VERSION),
    rule(rf"[vV]\.?\s?{_VERSION}", lambda match: f"versiyon {_version(match)}"),
    rule(_VERSION, _version, before=r"(?<![\w.,])", after=r"(?=\s+(?:sürüm|versiyon))"),
    rule(r"(?P<version>\d+(?:\.\d+){2,})", _pointed, before=r"(?<![\w.,])"),
)

_BIG = "[A-ZÇĞİÖŞÜ]"
_ANY_CODE = (
    rf"#?\s?(?P<code>(?:{_CODE}{{1,5}}[\s./_-]{{0,2}})?(?:{_BIG}{{1,5}}+[\s./_-]{{0,2}}){{0,2}}\d++"
    rf"(?:[\s./_-]{{0,2}}(?:\d++|{_BIG}{{1,4}}+(?![^\W\d_]))){{0,24}}+)"
)
ORDERS_ONLY = (rule(_ANY_CODE, _order, before=r"(?<![\w#])"),)
PARCELS_ONLY = (rule(_ANY_CODE, _tracking, before=r"(?<![\w#])"),)
TELEPHONES_ONLY = (*TELEPHONES, ABROAD, rule(_ANY_TELEPHONE, telephone, before=r"(?<![\w+])"))
LETTERS_ONLY = (
    rule(r"(?P<code>[A-ZÇĞİÖŞÜ0-9]++(?:[\s./_-]{1,2}[A-ZÇĞİÖŞÜ0-9]++)*)", _letters, needs=""),
    rule(r"(?P<code>[^\W_]{1,4})", _letters, needs=""),
)
VERSIONS_ONLY = (
    VERSIONS[1],
    rule(r"[vV]\.?\s?(?P<version>\d+)", lambda match: f"versiyon {_version(match)}"),
    rule(_VERSION, _version, before=r"(?<![\w.,])"),
)
SIZES_ONLY = (
    rule(
        r"(?P<code>\d?[A-ZÇĞİÖŞÜ]{1,4})(?:\s?/\s?(?P<other>\d?[A-Z]{1,4}))?",
        lambda match: " ".join(spelled(part) for part in (match["code"], match["other"]) if part),
        needs="",
    ),
)
DOTTED_LETTERS = rule(r"(?P<code>(?:[A-ZÇĞİÖŞÜ]\.){2,8}[A-ZÇĞİÖŞÜ]?)", _letters, needs=".")
"""A letter's name is said for one that stands alone."""
SINGLE_LETTER = rule(r"(?P<code>[BCÇDFGĞHJKLMNPQRSŞTVWXYZ])", lambda match: letter(match["code"]), needs="")
