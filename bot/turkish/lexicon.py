"""Words whose suffixes do not follow from their spelling. Lower case throughout."""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


FRONT_IN_SPITE_OF_SPELLING = _words(
    """
    alkol ampul celal cemal dikkat emsal festival final global gol hakikat hal harf harp hayal helal
    hilal hâl ideal ihmal ihtilal ihtimal ikmal inşaat iptal istikbal istiklal istirahat itaat
    kabahat kabul kalp kanaat kemal kontrol liberal lokal mahsul materyal mentol meşgul misal moral
    müracaat nihal normal orijinal petrol protokol refakat rol saat sadakat sembol seyahat sinyal
    sürat sıhhat terminal usul zuhal şefkat
    """
)
"""Last vowel a, o or u, yet front suffixes: saati, kontrolü, iptale."""

UNSOFTENED = _words(
    """
    ahlak bank blok disk ek erk evrak fark fok geç grip göç güç hap haç hukuk ip ittifak iç iştirak
    jip kaç kek kep klip kök küp kırk maç merak mülk ok otopark park pik risk sap saç sek sevk stok
    stop suç tank tasdik tek teşvik tip tok top tüp türk yük zevk çek çok çöp üç ırk şevk şok şık
    """
)
"""Final p, ç, k that stay hard before a vowel; t always does, but for :data:`SOFT_T`."""

SOFT_T = _words("armut art cilt dert dört kağıt kanat kâğıt kurt tat yoğurt yurt")
"""Final t that becomes d: dördü, kâğıdı, yurdu."""

SOFT_MONOSYLLABLES = {
    "renk": "reng",
    "grup": "grub",
    "denk": "deng",
    "çelenk": "çeleng",
    "gök": "göğ",
    "çok": "çoğ",
    "kalp": "kalb",
    "harp": "harb",
    "dip": "dib",
    "cep": "ceb",
    "kap": "kab",
    "kulp": "kulb",
    "genç": "genc",
    "taç": "tac",
    "uç": "uc",
    "borç": "borc",
    "ahenk": "aheng",
}
"""Stems before a vowel of words that soften although short, or soften to g."""

CHANGED_BEFORE_VOWEL = {
    "ağız": "ağz",
    "akıl": "akl",
    "af": "aff",
    "beyin": "beyn",
    "boyun": "boyn",
    "burun": "burn",
    "emir": "emr",
    "fikir": "fikr",
    "hak": "hakk",
    "hat": "hatt",
    "his": "hiss",
    "isim": "ism",
    "izin": "izn",
    "kayıt": "kayd",
    "kısım": "kısm",
    "metin": "metn",
    "nakit": "nakd",
    "oğul": "oğl",
    "omuz": "omz",
    "resim": "resm",
    "ret": "redd",
    "sabır": "sabr",
    "şehir": "şehr",
    "şekil": "şekl",
    "tıp": "tıbb",
    "vakit": "vakt",
    "zıt": "zıdd",
    "şahıs": "şahs",
}
"""Stems that lose a vowel or double a consonant before a vowel: şehri, kaydı, hakkı."""

SPOKEN = {
    "apple": "epıl",
    "facebook": "feysbuk",
    "google": "gugıl",
    "iphone": "ayfon",
    "mouse": "maus",
    "online": "onlayn",
    "skype": "skayp",
    "sms": "esemes",
    "youtube": "yutub",
    "playstation": "pleysteyşın",
    "swatch": "svoç",
    "nike": "nayk",
    "tl": "tele",
    "try": "lira",
    "₺": "lira",
    "$": "dolar",
    "€": "avro",
    "%": "yüzde",
    "usd": "dolar",
    "eur": "avro",
    "kg": "kilogram",
    "gr": "gram",
    "g": "gram",
    "km": "kilometre",
    "cm": "santimetre",
    "mm": "milimetre",
    "m": "metre",
    "lt": "litre",
    "ml": "mililitre",
    "dk": "dakika",
    "sn": "saniye",
    "gb": "gigabayt",
    "mb": "megabayt",
    "com": "kom",
    "wifi": "vayfay",
}
"""How a word or sign is said, where the suffix cannot be told from its letters."""

LETTER_NAMES = {
    **{letter: letter for letter in "aeıioöuü"},
    **{letter: letter + "e" for letter in "bcçdfghjklmnprsştvyz"},
    "ğ": "yumuşak ge",
    "q": "kü",
    "w": "ve",
    "x": "iks",
}
"""Names of the letters after TDK, by which abbreviations take their suffixes."""
