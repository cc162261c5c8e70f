"""Words around a choice: what says nothing of its own, what points elsewhere, what takes back.

Everything is folded (lower case, no Turkish letters).
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.turkish import fold


def _words(listed: str) -> frozenset[str]:
    return frozenset(fold(listed).split())


POSITION_NOUNS = _words(
    """
    seçenek seçeneği seçeneğini seçeneğe seçenekten seçenekle seçeneğim şık şıkkı şıkkını şıkkına madde
    maddeyi maddesi maddesini tuş tuşu tuşuna tuşunu buton butonu butona butonuna butonunu düğme düğmeyi
    düğmesi düğmesine numara numarayı numaraya numaralı numaralıyı no nolu noluyu nr sıra
    sıradaki sıradakini sıralı rakam rakamı rakamına seçim seçimim seçimi tercih tercihim tercihi cevap
    cevabım cevabı yanıt yanıtım olan olanı olanını olana olandan olanla yazan yazanı taraftaki yıldız
    """
)
"""Nouns that a number or an ordinal may stand with, and still be a position."""

NEUTRAL_NOUNS = POSITION_NOUNS | _words(
    """
    konu konusu konuda konusunda konusunu konuyla işlem işlemi işlemini işlemler işlemleri işlemlerini
    işlemim hizmet hizmeti hizmetini bölüm bölümü bölümünü bölümüne kısım kısmı kısmını kategori kategorisi
    menü menüsü menüsüne menüsünü renk rengi renkli renkte rengini beden bedeni bedenini şehir şehri şehrinde
    ilinde gün günü gününde saat saati saatleri saatinde arası arasında arasındaki model modeli ürün ürünü
    ürünüm ürünümü ürünler ürünleri reyon reyonu reyonuna bilgi bilgisi bilgi bilgiler ekran ekranı hattı
    ay ayı ayında ayına marka markası markalı kendi
    ilçe ilçesi ilçesinde semt semti mahallesi tarih tarihi tarihinde tarihli yakın yakındaki yakınımdaki yaş
    durumu durumum talebi talebim talep kayıt kaydı boy boyu tip tipi tür türü yer yerim sonra önce biri birine
    biriyle birisi birisiyle birisine kişi kişiyle
    """
)
"""Nouns that name no button by themselves: "siyah renk", "iade konusu"."""

NO_PLACE_NOUN = re.compile(
    r"el|defa|kez|kere|once|onceki|sonra|(?:gun|hafta|siparis|iade|kargo|menu|ekran|cumle|soz|mesaj|dedi|soyledi)\w*"
)
"""What an ordinal counts that is no choice: "ikinci el", "ilk siparişim", "son cümle"."""

ARTICLE_WITH = re.compile(
    r"sec\w*|tusla\w*|bas\w*|isaretle\w*|tikla\w*|diyorum|dedim|veriyorum|olsun|evet|tamam|lutfen|peki"
)
"""What a "bir" is a number with: "bir seçiyorum", "bir olsun"."""

ORDERING = re.compile(r"siparis\w* (?:ver|olustur|et|ed|gec)")
"""A new order."""

SILENT = _words(
    """
    ben bana beni benim benimki biz bize bizi bizim siz size sizi sen sana seni şu bu o şunu bunu onu şundan
    bundan ama fakat ancak de da ki için ile çok hemen şimdi artık sadece yalnız yine bir bi hakkında ilgili dair
    olarak şeklinde gibi diye o zaman bence bana göre evet tamam tmm peki olur ok okey tabi tabii ha he hee hadi haydi
    buyrun buyurun öyle böyle direkt direk artık aynen acilen lütfen rica edersem mümkünse
    teşekkürler tşk sağol sağolun saol saolun eyvallah slm selam mrb merhabalar merhaba kolay gelsin iyi günler
    günaydın akşamlar hocam abi abla kardeşim canım galiba sanırım herhalde heralde kesin mutlaka hani şey işte
    yani ya yaa hiç en daha bu seferlik acaba falan filan aslında neyse ah eh öf hmm hm mm
    olsn ee eee e ıı ııı mesela bakayım abicim kanka yha yaw demin hele bari efendim sayın bey hanım
    """
)
"""Function words, fillers, courtesy."""

_WISH = re.compile(
    fold(
        r"iste(?:r\w*|di\w*|rdi\w*|y\w*|k\w*)|isti\w*|seç\w*|tuşl\w*|beğen(?:dim|iyorum)|bildir(?:mek|eceğim|eyim)|ilet(?:mek|eceğim)|bas(?:ıyor\w*|tım|acağım|ayım|alım|mak|ın)?|"
        r"işaretle\w*|tıkla\w*|ol(?:sun\w*|abilir|acak|ması|malı|ursa)|"
        r"al(?:ayım|alım|acağım|acam|ıcam|mak|ıyorum|abilir\w*|ır\w*|ın|ma|mam)|"
        r"yap(?:alım|mak|acağım|acaktım|acam|ıcam|ayım|ar\w*|tırmak|ın|ınız|ılsın|ıyorum|abilir\w*|ıyoruz)?|"
        r"et(?:mek|tirmek|tireceğim|mem)?|ed(?:ece\w*|eyim|elim|in|iniz|er\w*|ebilir\w*|iyor\w*|icem)|ettir\w*|"
        r"bağla(?:n\w*|yın|r\w*|sana|yabilir\w*|mak|yalım|yıverin)?|görüş(?:mek|eyim|elim|türün|ür\w*|ebilir\w*|eceğim)|"
        r"konuş(?:mak|ayım|alım|ur\w*|abilir\w*|acağım)|aktar\w*|yönlendir\w*|ulaş(?:mak|ayım)|"
        r"bak(?:mak|ayım|alım|acağım|acaktım|ar\w*|ın|abilir\w*|ıcam)|öğren(?:mek|eyim|ebilir\w*|ecektim|eceğim)|"
        r"geç(?:elim|mek|eyim|iyorum|in)|"
        r"dön(?:mek|elim|eyim|ün|üş|er\w*)?|git(?:mek)?|gid(?:elim|eyim)|göster\w*|"
        r"gönder(?:in|ilsin|ir\w*|mek|elim|eyim|iniz)?|ver(?:in|ir\w*|iniz)?|"
        r"bulun(?:acağım|mak|ayım)|gel(?:sin|ebilir|ir\w*|in)|gör(?:mek|eyim|üntüle\w*|ebilir\w*)|incele\w*|çık(?:mak|ayım|ış|alım)|"
        r"veriyorum|düşün(?:üyorum|müştüm)|tak(?:ip|il\w*)|kalsın\w*|aç(?:ın|ar\w*|alım|ayım|mak|tırmak)?|"
        r"öde(?:yeceğim|yecem|yeyim|rim|mek|yelim|yebilir\w*|yim|yicem|sem)|"
        r"yaz(?:ın|dır\w*|alım|ayım|mak)|sorgula\w*|kullan(?:mak|ayım|acağım|alım|ıcam)|"
        r"gir(?:mek|eyim|ebilir\w*)|"
        r"lazım|gerek(?:iyor|li)?|var(?:dı)?|diyorum|dedim|demiştim|demek|dicektim|diyecektim|derim|diyelim|"
        r"ara(?:yın\w*|mak|sın\w*|san\w*|r\w*|yabilir\w*)?|devam|başla\w*|"
        r"oturuyorum|yaşıyorum|otururum|yaşarım|oluyor|ikamet|bulunuyorum|takip"
    )
)
_CHOOSING = re.compile(
    fold(
        r"iste\w*|isti\w*|seç\w*|tuşla\w*|bas\w*|işaretle\w*|tıkla\w*|olsun\w*|olabilir|diyorum|dedim|derim|öğren\w*|"
    )
    + fold(r"bak\w*|sorgula\w*|gör\w*|lazım|için|konus\w*")
)
_REFUSED = re.compile(r"\w+?m[aeiu](?:z\w*|d[iu]\w*|yor\w*|yin\w*|sin\w*|mis\w*|den|dan)|.*(?:eme|ama)m?")
"""A verb with a no in it: "gelmedi", "olmuyor", "bağlanamadım"."""

_PARTICLE = re.compile(r"m[iu](?:y[iu][mz]|s[iu]n\w*)?")
COURTESY = re.compile(
    r"\b(?:iyi|hayirli) (?:sabahlar|gunler|aksamlar|geceler|isler|calismalar|haftalar|pazarlar|cumalar)\b"
    r"|\bkolay gels?\w*|\b(?:zahmet )?olmazsa\b|\bbi zahmet\b|\bsayin yetkili(?:ler)?\b|\bselamun aleykum\b"
    r"|\bcuman\w* mubarek(?: olsun)?\b"
)
"""Phrases whose words may stand in titles and mean nothing there."""
ASKING = re.compile(
    r"ner\w*de\w*|nere\w*|nasil\w*|kac\w*|ne|neler|neyi|neden|niye|nicin|hangi\w*|kim\w*|fiyat\w*|ucret\w*"
    r"|m[iu](?:y[iu][mz]|s[iu]n\w*)?|mudur|midir|varmi|bekli\w*|once\w*|gelme\w*|gecik\w*|yok\w*|alama\w*|olma\w*|bilm\w*|bilem\w*"
    r"|kararsiz\w*|etmez|farketmez|herhangi|hepsi\w*|hicbiri\w*|veya|yahut|yada|bozul\w*|calisma\w*|dis\w*nda"
)
"""Words that make a message a question, a complaint, or no decision."""

LIGHT = _words("geldi çıktı oldu gönderdiniz gönderilmiş yolladınız aldım bulundu")
"""Verbs that tell what happened and add nothing where the titles tell the same: "kusurlu çıktı"."""

UNDECIDED = re.compile(
    r"(?:\w+ )?(?:bilmiyorum|bilemedim|bilemiyorum|bilmem|fark ?etmez|kararsiz(?:im)?|karar veremedim|emin degilim"
    r"|hepsi|(?:1|2|3) de(?: olur)?|(?:siz|sen) sec(?:in|iniz)?|hangisi \w+|hicbiri|herhangi(?: biri)?)(?: \w+)?"
)
"""No choice, though about the choices."""

NEGATING = _words(
    "değil değilim değilmiş olmasın istemiyorum istemem istemiyom istemedim hariç dışında yerine olmaz kalsın "
    "almayayım seçmiyorum deil degil degıl"
)
"""Takes back what stands right before it."""

CORRECTING = (
    ("daha", "dogrusu"),
    ("yanlis", "oldu"),
    ("yanlis", "bastim"),
    ("yanlis", "yazdim"),
    ("yanlis", "soyledim"),
    ("yok", "yok"),
    ("pardon",),
    ("yok",),
    ("hayir",),
    ("aslinda",),
    ("vazgectim",),
    ("dur",),
    ("durun",),
    ("yo",),
    ("yoo",),
    ("affedersiniz",),
    ("duzeltiyorum",),
)
"""What follows one of these takes the place of what came before it."""

JOINING = _words("ve veya ya da de ile için bir yahut")
"""Words of a title that name nothing."""

CONCEPTS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(title), re.compile(word))
    for title, word in (
        # what the title has, what customers say for it
        (
            r"\btemsilci|\bcanli destek|\bmusteri hizmet|\byetkili|\boperator|\bdanisman",
            r"temsilci\w*|yetkili\w*|operator\w*|insan\w*|danisman\w*|personel\w*|canli",
        ),
        (r"\bmagaza|\bsube|\bbayi|\bservis nokta|\badres", r"ner(?:de|ede)\w*|nere(?:ye|den|si)?"),
        (r"\bcikis", r"cik(?:mak|ayim|alim|sana)?"),
        (r"\bredde", r"red(?:de\w*)?"),
        (
            r"\btakip|\btakib|\bdurum|\bnerede|\bsorgula",
            r"ner(?:de|ede)\w*|nere(?:ye|den|si)?|takip|takibi|durum\w*|noldu",
        ),
        (r"\btek cekim", r"pesin\w*"),
        (r"\bucret|\bfiyat|\btutar", r"kac\w*|kadar|ne"),
        (
            r"\bkusurlu|\bhasarli|\bbozuk|\bdefolu|\barizali",
            r"(?:kusurlu|hasarli|bozuk|defolu|arizali|kirik|yirtik|lekeli|kusur|hasar)\w*",
        ),
        (r"^s$", r"small|es"),
        (r"^m$", r"medium|em"),
        (r"^l$", r"large|el"),
        (r"\bgaziantep\b", r"antep(?:te|ten|e|li)?"),
        (r"\bkahramanmaras\b", r"maras(?:ta|tan|a|li)?"),
        (r"\bsanliurfa\b", r"urfa(?:da|dan|ya|li)?"),
        (r"\bkocaeli\b", r"izmit(?:te|ten|e|li)?"),
        (r"\bsakarya\b", r"adapazari\w*"),
        (r"\bmersin\b", r"icel\w*"),
        (r"\bhatay\b", r"antakya\w*"),
        (r"\benglish\b", r"ingilizce\w*"),
        (r"\bturkish\b", r"turkce\w*"),
    )
)
"""The few other words for a thing that are safe."""

ROOTS = re.compile(
    fold(
        "değiş|bildir|güncelle|sorgula|başvur|yenile|yükle|uym|uyma|uymuy|beğen|vazgeç|gecik|kapat|kaydol|öner|üye|"
        "kirala|birleştir|ertele|planla|hesapla|karşılaştır|tamir|kurul|kurum|doğrula|bağış|rezerv|satın|satıl"
    )
)
"""Verbs whose forms are one word here: "değiştirmek" names "Adres değişikliği"."""

VALUES = _words(
    """
    adana adıyaman afyon ağrı aksaray amasya ankara antalya ardahan artvin aydın balıkesir bartın batman bayburt
    bilecik bingöl bitlis bolu burdur bursa çanakkale çankırı çorum denizli diyarbakır düzce edirne elazığ
    erzincan erzurum eskişehir gaziantep giresun gümüşhane hakkari hatay ığdır ısparta istanbul izmir
    kahramanmaraş karabük karaman kars kastamonu kayseri kilis kırıkkale kırklareli kırşehir kocaeli konya
    kütahya malatya manisa mardin mersin muğla muş nevşehir niğde ordu osmaniye rize sakarya samsun siirt sinop
    sivas şanlıurfa urfa şırnak tekirdağ tokat trabzon tunceli uşak van yalova yozgat zonguldak antakya alanya
    bodrum antep maraş izmit gebze
    ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
    pazartesi salı çarşamba perşembe cuma cumartesi pazar bugün yarın dün sabah öğle akşam gece öğlen
    siyah beyaz mavi kırmızı yeşil sarı mor pembe gri turuncu kahverengi lacivert bej krem bordo ekru haki altın
    gümüş turkuaz lila antrasit kahve
    """
)
"""Places, days and colours: one of them is never another."""

KNOWN = VALUES | _words(
    """
    kargo iade fatura ödeme beden neden kart kasa masa kalem kitap sipariş ürün adres değişim garanti servis
    taksit havale nakit mağaza temsilci destek kampanya kupon indirim fiyat ücret stok renk kapı para
    küçük büyük orta geniş uzun kısa kadın erkek çocuk bebek takım takip tatil talep teslim test takı yakın yarım saat
    sanat kredi kira kilo iptal kapalı açık bilgi ilgi kayıt hesap şifre
    yardım yardımcı sonra sorun soru sorum sorumlu sorular stop değil değildi uzman uzun yapın pazarlık pazarlama
    yanıt yarım yarısı hatta beni bizi bana arka ara aranan saygı sadece
    gömlek etek elbise ceket mont kazak pantolon şort tişört çorap ayakkabı bot çanta kemer şapka kolye yüzük
    """
)
"""Words that are themselves and no misspelling of others: Antakya is not Antalya."""


@lru_cache(maxsize=4096)
def is_wish(word: str) -> bool:
    """Whether a verb only says that something is chosen or wanted: "seçiyorum", "yapmak", "alayım"."""
    return _WISH.fullmatch(word) is not None and _REFUSED.fullmatch(word) is None


def is_choosing(word: str) -> bool:
    """Whether a verb says that something is picked or looked at, and no more."""
    return _CHOOSING.fullmatch(word) is not None and is_wish(word)


def is_particle(word: str) -> bool:
    """The question's particle: "mi", "mısınız"."""
    return _PARTICLE.fullmatch(word) is not None


def is_silent(word: str) -> bool:
    """Whether a word may stand beside any choice."""
    return word in SILENT or is_wish(word)
