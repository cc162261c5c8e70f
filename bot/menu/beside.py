"""Whether a word beside a choice asks for something else, or tells something else.

Customers say more than they choose: for whom, why, to whom they speak. So words are not asked to be known as
harmless. They are asked whether they are a question, a matter of their own, or something that happened.
Everything is folded.
"""

from __future__ import annotations

import re
from functools import lru_cache

QUESTION = re.compile(
    r"ner\w*de\w*|nere\w*|nas[iı]l\w*|kac\w*|ne|neler|neyi|neden|niye|nicin|hangi\w*|kim(?:e|in|den|le|ler|siniz)?"
    r"|m[iu](?:y[iu][mz]|s[iu]n\w*|yd[iu])?|mudur|midir|varmi|fiyat\w*|ucret\w*|bekli\w*|gecik\w*|yok\w*"
    r"|bilm\w*|bilem\w*|karars[iu]z\w*|etmez|farketmez|herhangi|hepsi\w*|hicbiri\w*|veya|yahut|yada"
    r"|bozul\w*|calisma\w*|disinda|once\w*|ikisi\w*|ucu|ucun\w*|hem|diger\w*|baska\w*"
)
"""A question, a complaint, or no decision."""

MATTER = re.compile(
    r"(?:ucret|fiyat|sure|kosul|sart|kod|firma|sirket|politika|sorun|problem|hata|tutar|para|indirim|kampanya|garanti"
    r"|puan|hesap|hesab|sifre|stok|stog|iptal|iade|kargo|degis|sikayet|ariza|randevu|taksit|bedava|yorum"
    r"|telefon|mail|link|site|uygulama|kupon|temsilci|eleman|gorevli|kurye|mesaj|bildirim)\w*"
)
"""What the business is about besides the choice: "kargo ücreti"."""
_ENDED = r"(?:m|k|n|n[iu]z|l[ae]r)?"
_TOLD = re.compile(
    rf"\w*(?:[aeiulmnrvyzbg]d|[pctkfhs]t)[iu]{_ENDED}|\w+m[iu]s(?:t[iu]{_ENDED}|s?[iu]n\w*|l[ae]r|[iu]m|[iu]z)?"
    rf"|\w+[iu]yor(?:l[ae]r|d[iu]{_ENDED}|s?[iu]n\w*)?|\w{{2,}}[iu]yo"
)
"""A verb that tells: what happened, or what somebody else does. "Alıyorum" is a wish."""
_WISHED = re.compile(
    r"\w+(?:[ae]c[ae][kg]t[iu][mk]?|(?:[iu]yor|m[iu]s)[td][iu][mk])"
    r"|(?:ist|de|se[cv]|ol|kal|begen|ara|karar)(?:e|er|il|in)?(?:di[mk]|du[mk]|diydi\w*|iyor)?"
    r"|(?:al|kal|ol|sec|geld?|sevd)[td]?[iu][mk]|isted\w*|isterd\w*|(?:iyi|hos)ydi"
)
_WISHING = re.compile(
    r"\w+(?:m[ae]k(?:ti[mk])?|y?[ae]y[iu]m|y?[ae]l[iu]m|[ae]c[ae][kg]\w*|[iu]?c[ae]m|[iu]yor(?:um|uz)|[aeiu]r(?:[iu][mz]|d[iu][mk])?"
    r"|s[iu]n(?:l[ae]r)?|[iu]ver\w*|y?[ae]bil\w*|[dt][iu]r[iu]n|s[ae][mk]|s[ae]n[iu]z|s[ae]n[ae])"
    r"|lazim|gerek\w*|ist[ei]\w*|evet|tamam|yeter\w*|ver\w*|gonder\w*|yolla\w*|yap\w*|et|ed\w+|sec\w*|al[iu]n|rica"
)
"""A verb of the first person, or one that bids: what customers choose with."""
_LIGHT = re.compile(
    r"ist[ei]|al|ol|yap|e[td]|bak|gor|ogren|se[cv]|gi[td]|gel|ver|gonder|yolla|kullan|tercih|dusun|ara|sor|konus|bulun"
    r"|giy|ic|ye[dry]|kal|d[ei]|koy|yaz|lazim|gerek|evet|tamam|rica|yeter|tiklay|bas|tusla|isaretle|bildir|ilet|incele|goster"
)
_NO_VERB = re.compile(
    r"(?:yardim|kadin|adim|aydin|altin|kutu|evlad)\w*|\w*(?:kendi|simdi|hadi|haydi|kedi|kredi|abi|cad[iu]|alti|ustu|yedi|rengi|tadi|adi|dogrultu)|gumus|dolmus|yemis"
    r"|evdi|tatlidir"
)
_REFUSED = re.compile(
    r"\w+?m[ae](?:y[iu]n(?:[iu]z)?|z(?:l[ae]r|s[iu]n\w*|d[iu]\w*)?|m|d[iu]\w*|m[iu]s\w*|y[ae]\w+|s[iu]n\w*)"
    r"|\w+?m[iu]yo\w*|\w+[ae]m[ae]m|\w+?[ae]?m[iu]c[ae][mkz]\w*"
)
"""A verb with a no in it: "gelmedi", "olmuyor", "kapatmayın"."""
_LACKING = re.compile(r"(\w{2,}?)s[iu]z(?:i|u|ini|unu|inden|undan|dan|den|lari|leri)?")


@lru_cache(maxsize=8192)
def tells(word: str) -> bool:
    """Whether a verb tells what is or was: "gecikti", "çalışmıyor", "bekliyor"."""
    if _NO_VERB.fullmatch(word) or _WISHED.fullmatch(word):
        return False
    return _TOLD.fullmatch(word) is not None or is_refused(word)


@lru_cache(maxsize=8192)
def wishes(word: str) -> bool:
    """Whether a word says that something is wanted: "alayım", "severim", "gelsin", "lazım"."""
    return not is_refused(word) and (_WISHING.fullmatch(word) or _WISHED.fullmatch(word)) is not None


@lru_cache(maxsize=8192)
def is_light(word: str) -> bool:
    """Whether a verb says no more than that something is chosen, had or done."""
    return _LIGHT.match(word) is not None


@lru_cache(maxsize=8192)
def is_refused(word: str) -> bool:
    """Whether a verb has a no in it."""
    return _REFUSED.fullmatch(word) is not None


@lru_cache(maxsize=8192)
def lacks(word: str) -> str:
    """What a word says is not there: "sos" of "sossuz"; else empty."""
    found = _LACKING.fullmatch(word)
    return found[1] if found else ""


@lru_cache(maxsize=8192)
def asks_more(word: str) -> bool:
    """Whether a word beside a choice makes the message a matter of its own."""
    return bool(QUESTION.fullmatch(word) or MATTER.fullmatch(word)) or tells(word)
