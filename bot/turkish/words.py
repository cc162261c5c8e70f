"""Small words that carry no content of their own: yes and no, fillers, courtesy."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.turkish.folding import fold, normalise


def _words(listed: str) -> frozenset[str]:
    return frozenset(fold(word.strip()) for word in listed.split(","))


def _phrases(listed: str) -> re.Pattern[str]:
    longest_first = sorted(_words(listed), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)")


_FILLERS = _words(
    """
    şey, yani, hani, acaba, işte, ya, yaa, yav, ee, eee, e, ııı, ıı, ı, aa, hmm, hm, mm, ıhm, öhöm, bi,
    falan, filan, aslında, neyse, böyle, şöyle, canım, öf, of, ay, ah, eh, haa, hah, ha, mesela, galiba,
    herhalde, bakayım, dur
    """
)
_COURTESY = _words(
    """
    lütfen, rica, zahmet, zahmetse, mümkünse, müsaitseniz, affedersiniz, pardon, kusura, bakmayın, bakma,
    teşekkür, teşekkürler, sağ, sağol, sağolun, sağ olun, ederim, ederiz, efendim, hocam, hanım, bey,
    beyefendi, hanımefendi, merhaba, selam, selamlar, iyi, günler, akşamlar, sayın, zahmet olmazsa, kolay,
    gelsin, çalışmalar
    """
)


def is_filler(word: str) -> bool:
    """Whether ``word`` only fills a pause: "şey", "ııı", "yani", "hani", "acaba", "bi"."""
    return _plain(word) in _FILLERS


def is_courtesy(word: str) -> bool:
    """Whether ``word`` is one of politeness or address: "lütfen", "rica", "efendim"."""
    return _plain(word) in _COURTESY


def without_fillers(words: Iterable[str]) -> list[str]:
    """Return ``words`` without the fillers, in order."""
    return [word for word in words if not is_filler(word)]


def _plain(word: str) -> str:
    return fold(normalise(word, keep_emoji=False).text.strip(".,;:!?'\""))


_CORRECTION = re.compile(
    r"(?<!\w)(?:pardon|yanlis soyledim|daha dogrusu|aslinda|vazgectim|dur|durun|ay|ama yok|yani)(?!\w)"
    r"|(?:(?<=hayir )|(?<=olmaz )|(?<=istemem )|(?<=istemiyorum )|(?<=yanlis ))"
    r"yok(?: yok)*(?= (?:evet|olur|istiyorum|isterim|dogru)(?!\w| degil| mu))"
    r"|(?<=evet )yok(?: yok)*(?= hayir(?!\w))"
)
"""What stands behind takes back what was said: "yok" does so between a no and a yes."""
_CHOICE = re.compile(
    r"(?<!\w)(?:evet|olur|hayir|tamam)\s+(?:m[iu]|de(?:sem|rsem|rsek|sek|yince)|diyince|demek icin)(?!\w)"
    r"|(?<!\w)(?:bilmiyorum|bilemedim|emin degilim|kararsizim|belki(?! sonra)"
    r"|fark etmez(?! olur)|farketmez(?! olur)|olabilir de olmayabilir de|karar veremedim|dusuneyim|bakariz)(?!\w)"
)
_MEANS_YES = re.compile(
    r"(?<!\w)(?:(?:istemez|olmaz|istemem) olur mu(?:yum)?|hic olmaz mi"
    r"|olmaz (?:olur mu|mi(?= hic| tabii?|$))(?: hic)?"
    r"|(?:istemez|istemem|istemeyeyim|almaz) mi(?:yim)?(?: hic)?|(?:niye|neden|nicin) istemeyeyim"
    r"|yanlis(?:lik)? (?:degil|yok)|(?:hayir|yok|olmaz|istemem) (?:demem|diyemem|demiyorum|denmez)"
    r"|mah[sz]uru yok|(?:fena|kotu|sorun|sikinti|problem) olmaz"
    r"|(?:istemiyor|olmuyor|etmiyor|istemez|karsi) (?:degilim|degiliz|degil)"
    r"|memnun olu\w+|sevinirim|itiraz etmiyorum|\w+m[ae]mek olmaz|aksini istemem"
    r"|^yok(?: yok)+ (?=evet|dogru(?! degil)))"
)
_MEANS_NO = re.compile(
    r"(?<!\w)(?:(?:hic )?olur mu(?: hic| oyle sey)|hic olur mu"
    r"|(?:evet|tamam|olur|kabul) (?:diyemem|demem|diyemiyorum|demiyorum)|evet degil|ister miyim(?: hic)?"
    r"|(?:olmasa|kalsa) da olur|ne munasebet|ne gerek var|iptal etme(?:yin|yiniz|yelim)?)(?!\w)"
)
"""Turns of speech that say the opposite of their words, and double negatives."""
_NOTHING_AGAINST = re.compile(r"(?<!\w)(?:itirazim|sorun|problem|sakincasi|sikinti|engel) yok(?!\w)")
_CLEAR_NO = _phrases(
    """
    hayır, hayir, hyr, yoo, yo, yok yok, nope, asla, katiyen
    """
)
_CLEAR_YES = _phrases(
    """
    evet, evt, ewet, eved, eveet, eveeet, evvet, yes, evet evet
    """
)
_NO = _phrases(
    """
    no, öyle demedim, onu demedim, sormadım, sormuyorum, kastetmedim, yoq, hiçbiri, hiçbiri değil, bu değil,
    o değil, benim değil, ait değil, öyle değil, şimdi değil, olmuyor, bize uymuyor, belki sonra, hayr,
    hyır, sayılmaz, istemem, istemiyorum, istemiyoruz, istemez, istemedim, olmaz, olmasın, kalsın, boşver,
    onaylama, onaylamayın, devam etmeyin, devam etmeyelim, gelmesin, gitmesin, aramayın, aramasınlar,
    gelmesinler, edilmesin, yapılmasın, gönderilmesin, değişmesin, istediğim bu değil, istediğim o değil,
    istemeyiz, istemiyor, kabul edemem, onay vermiyorum, onay vermem, onaylamadım, razı değilim, katılmam, pas,
    pas geçiyorum, ne gezer, imkansız, gelmeyin, gereksiz, şart değil, ilgilenmiyorum, ilgilenmiyoruz, lazım değil,
    gerekli değil, tam değil, tam olarak değil, pek değil,
    boş ver, boş verin, boşverin, gerek yok, gerek kalmadı, gerekmiyor, gerekmez, lüzum yok, ihtiyacım yok, hiç gerek,
    doğru değil, değil, yanlış, vazgeçtim, onaylamıyorum, onaylamam, kabul etmiyorum, etmiyorum,
    kabul etmem, sanmıyorum, sanmam, düşünmüyorum, uygun değil, bana uymaz, uymaz, uymuyor, yapma, yapmayın,
    etme, etmeyin, cık, cıks, ıh ıh, ııh, ıı ıh, ıh, ı ıh, reddediyorum, katılmıyorum, mümkün değil,
    gönderme, göndermeyin, devam etme, hiç, şimdilik yok, sağ ol almayayım, almayayım, almayım, yapmayalım,
    başka bir isteğim yok, başka sorum yok, yooh, bir şey yok, istemiyom, istemiyoz, yok sağ ol, yok sağol,
    yok teşekkürler, yok kalsın, olmadı
    """
)
_YES = _phrases(
    """
    olur, olsun, tabii, tabi, tabii ki, tabi ki, tabiki, aynen, tamam, tamamdır, tmm, tm, ok, okey, okay,
    oke, oki, peki, pekala, elbette, kesinlikle, muhakkak, doğru, doğrudur, onaylıyorum, onay, onaylarım,
    onaylıyoruz, kabul, kabul ediyorum, ediyorum, isterim, hay hay, hayhay, eminim, eet, evette, ayn, tmmdır,
    ıhı, oldu, onaylandı, dediğiniz gibi, yep, tam olarak bu, söylediğiniz gibi, fark etmez olur, farketmez olur,
    istiyorum, istiyoruz, uygun, uygundur, uyar, iyi olur, neden olmasın, niye olmasın, hıhı, hı hı, hıhım,
    hıhıı, he, hee, heye, he he, hehe he, aha, ehe, yapalım, yapın, edelim, edin, alayım, alırım, lütfen,
    itirazım yok, sakıncası yok, sorun yok, problem yok, sorun değil, problem değil, devam, devam edelim,
    devam et, öyle, aynı şekilde, harika, süper, memnuniyetle, elbet, başüstüne, çok iyi, anlaştık,
    onayla, onaylayın, gelsin, gitsin, gelsinler, arasınlar, edilsin, yapılsın, gönderilsin, değişsin,
    iptal edilsin, ihtiyacım var, gerek var, istediğim bu, istediğim o, tam olarak öyle, tam öyle,
    aynı fikirdeyim, seve seve, başım üstüne, onayladım, onay veriyorum, kabul ettim, kabulümdür, geçerli, mantıklı,
    razıyım, teyit ediyorum, katılıyorum, sıkıntı yok, engel yok, he valla,
    evet lütfen, bence de, haklısın, haklısınız, yap, gönder, gönderin, arayın, olabilir, mutlaka, he ya,
    şüphesiz, zahmet olmazsa, bi zahmet, rica edeyim, isterdim, isteriz, eyvallah olur, işaretle
    """
)
_REQUEST = _phrases(
    """
    no, oldu, olmuyor, kabul, edelim, yapalım, yap, yapın, yapma, yapmayın, gönder, gönderin, gönderme,
    göndermeyin, edin, etme, etmeyin, istiyorum, istiyoruz, isterim, isteriz, isterdim, alayım, alırım,
    arayın, lütfen, bi zahmet, devam, ediyorum, olsun, etmiyorum, hiç, he, değil, işaretle, rica edeyim,
    zahmet olmazsa, öyle, harika, süper
    """
)
"""Answers only when nothing else is said: "faturamı gönderin" is no yes."""
_BUT = re.compile(r"(?<!\w)(?:ama|fakat|ancak|lakin|yalniz|yeter ki)(?!\w)(?! yok)")
_NEUTRAL = _words(
    """
    şu, an, için, pek, ben, bence, bana, biz, bize, o, onu, zaman, bu, bunu, şimdi, şimdilik, artık, da, de,
    çok, hiç, ki, bakalım
    """
)
_UNKNOWN_AT_MOST = 2
_TAG = re.compile(r"(?<!\w)degil m[iu]\w*")
"""Asks for agreement and negates nothing: "doğru, değil mi?"."""
_ASKS = re.compile(r"(?<!\w)(?:m[iu](?:y\w+|s[iu]n\w*)?|hangi(?:si\w*)?|kim|nerede)(?!\w)")
_NEGATED_VERB = re.compile(r"(?<!\w)\w{2,}m(?:[iu]yor\w*|[ae]d[iu]\w*|[ae]y[iu]n(?:[iu]z)?)(?!\w)")
"""No yes stands beside one that nobody knows: "doğru bilmiyorsunuz"."""
_DOUBLED_END = re.compile(r"([b-df-hj-np-tvyz])\1(?!\w)")
_SHORT = 3
_WEAK_REACH = 6
"""Longer answers than this many words say yes or no only by a clear word: "tamam" may be about anything."""
_PLEASED = frozenset("👍👌✅✔🆗🙆")
_DISPLEASED = frozenset("👎❌✖🚫🙅⛔")


def yes_no(text: str) -> bool | None:
    """Return whether ``text`` answers yes (True) or no (False); None when it does neither, or both.

    >>> yes_no("Tabii ki"), yes_no("yok ya, istemem"), yes_no("evet mi desem hayır mı")
    (True, False, None)
    """
    plain = fold(normalise(text).text)
    sentences = [words for part in re.split(r"[.!?]+(?:\s|$)", plain) if (words := _bare(part))]
    if not sentences:
        return _sign(plain)
    sentences = [_MEANS_NO.sub("hayir", _MEANS_YES.sub("evet ", words)).strip() for words in sentences]
    words = " ".join(sentences)
    if _CHOICE.search(sentences[-1]):
        return None
    if _CLEAR_NO.search(words) and _NOTHING_AGAINST.search(words):
        return None  # "hayır, itirazım yok": no is said, yes is meant
    if correction := list(_CORRECTION.finditer(words)):
        corrected = yes_no(words[correction[-1].end() :]) if correction[-1].start() else None
        if corrected is not None:
            return corrected
    if but := _BUT.search(words):
        first, rest = (_either(part) for part in (words[: but.start()], words[but.end() :]))
        if first is not None and _CLEAR_YES.search(words) is None and _CLEAR_NO.search(words) is None:
            return first if rest in (None, first) else None
    for answer in (_clear(words), _weak(sentences[-1]), _weak(sentences[0])):
        if answer is not None:
            return answer
        if _CLEAR_YES.search(words):
            return None
    return None


def _either(words: str) -> bool | None:
    """What some words say by themselves."""
    return _weak(words) if words.strip() else None


def _bare(sentence: str) -> str:
    """Words only, without a question tag and without a doubled last letter ("olurr")."""
    words = _TAG.sub(" ", " ".join(re.sub(r"[^\w\s]", " ", sentence).split()))
    return " ".join(_DOUBLED_END.sub(r"\1", words).split())


def _sign(plain: str) -> bool | None:
    pleased = any(char in _PLEASED for char in plain)
    displeased = any(char in _DISPLEASED for char in plain)
    return None if pleased is displeased else pleased


def _clear(words: str) -> bool | None:
    yes, no = _CLEAR_YES.search(words), _CLEAR_NO.search(words)
    if yes and no:
        return None
    if no:
        return False
    return True if yes else None


def _weak(words: str) -> bool | None:
    count = len(words.split())
    if words.split()[0] == "yok" and "yok mu" not in words:
        return _NOTHING_AGAINST.search(words) is not None
    if _ASKS.search(words):
        return None
    if count > _WEAK_REACH:
        first = " ".join(words.split()[:2])
        words = first
    answers = [(match.start(), match.end(), False) for match in _NO.finditer(words)]
    answers += [(match.start(), match.end(), True) for match in _YES.finditer(words)]
    whole = [one for one in answers if not any(_inside(one, other) for other in answers)]
    unknown = _unknown(words, whole)
    if unknown and _NEGATED_VERB.search(words) and not any(not yes for _, _, yes in whole):
        return None
    if unknown:
        whole = [one for one in whole if not _REQUEST.fullmatch(words[one[0] : one[1]])]
    if unknown > _UNKNOWN_AT_MOST + any(start == 0 for start, _, _ in whole):
        return None
    if count <= _SHORT and re.search(r"(?<!\w)yok$", words) and not any(yes for _, _, yes in whole):
        return False
    said = {yes for _, _, yes in whole}
    return None if not said else False not in said


def _unknown(words: str, answers: list[tuple[int, int, bool]]) -> int:
    """How many words belong to no answer and say something."""
    silent = _FILLERS | _COURTESY | _NEUTRAL
    spans = [(match.start(), match.end(), match[0]) for match in re.finditer(r"\S+", words)]
    return sum(
        word not in silent and not any(start <= begin and end <= stop for start, stop, _ in answers)
        for begin, end, word in spans
    )


def _inside(one: tuple[int, int, bool], other: tuple[int, int, bool]) -> bool:
    """Whether a phrase lies in a longer one that decides: "değil" in "sorun değil"."""
    return other[0] <= one[0] and one[1] <= other[1] and other[1] - other[0] > one[1] - one[0]
