"""The advice's words. Names are quoted, so that Turkish needs no suffixes behind them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences with places to fill."""

    title: str
    headline: str
    flattering: str
    nothing: str
    more: str
    quote: str
    confused_title: str
    confused_todo: str
    confused: str
    confused_back: str
    mislabelled_title: str
    mislabelled_todo: str
    mislabelled: str
    thin_title: str
    thin_todo: str
    thin: str
    entities_title: str
    entities_todo: str
    entity: str


ENGLISH = Words(
    title="What to do next",
    headline="{right} of {total} examples were understood ({share} %).",
    flattering=(
        "Most of these examples were used in training, so the figures are better than customers will find "
        "them. `santral test nlu --cross-validation` tests every example without having learned it."
    ),
    nothing="Nothing stands out. Collect what real customers write, and test with that.",
    more="- … and {count} more.",
    quote="“{text}” ({place}) is labelled `{label}`",
    confused_title="Intents that are mixed up",
    confused_todo=(
        "If both are answered alike, make them one intent. If not, give each of them more examples with the "
        "words that tell them apart, and move examples that fit the other better."
    ),
    confused="`{first}` was taken for `{second}` {there}×",
    confused_back=", and the other way round {back}×",
    mislabelled_title="Examples that look mislabelled",
    mislabelled_todo=(
        "The rest of the data speaks clearly for another intent. Move the example, or leave it and add more like it."
    ),
    mislabelled="“{text}” ({place}) is labelled `{label}`, but reads like `{other}` ({sure} % sure)",
    thin_title="Intents that are too thin",
    thin_todo="Write more examples, each worded differently: short and long, with typos, as customers write.",
    thin="`{intent}`, examples: {count}, understood of those tested: {understood} %; add {more} or more",
    entities_title="Entities that are missed",
    entities_todo=(
        "Mark them in more examples and in different places of the sentence, everywhere alike; "
        "a lookup table helps for names, a regex for numbers."
    ),
    entity="`{entity}`: F1 {share} % over {count} words",
)

TURKISH = Words(
    title="Sırada ne var",
    headline="{total} örnekten {right} tanesi doğru anlaşıldı (%{share}).",
    flattering=(
        "Bu örneklerin çoğu eğitimde de kullanıldı; rakamlar müşterilerin göreceğinden iyi. "
        "`santral test nlu --cross-validation` her örneği, onu öğrenmeden sınar."
    ),
    nothing="Göze çarpan bir sorun yok. Gerçek müşterilerin yazdıklarını toplayıp onlarla sınayın.",
    more="- … ve {count} tane daha.",
    quote="“{text}” ({place}), etiketi `{label}`",
    confused_title="Birbirine karışan niyetler",
    confused_todo=(
        "İkisine aynı yanıt veriliyorsa tek niyet yapın. Verilmiyorsa her birine onu ayırt eden sözcüklerle yeni "
        "örnekler ekleyin, öbürüne daha çok uyan örnekleri taşıyın."
    ),
    confused="`{first}` yerine {there} kez `{second}` anlaşıldı",
    confused_back="; tersi de {back} kez oldu",
    mislabelled_title="Yanlış etiketlenmiş görünen örnekler",
    mislabelled_todo=(
        "Verinin geri kalanı açıkça başka bir niyeti gösteriyor. Örneği taşıyın; yeri doğruysa benzerlerini ekleyin."
    ),
    mislabelled="“{text}” ({place}), etiketi `{label}`, ama `{other}` gibi okunuyor (%{sure} emin)",
    thin_title="Örneği az olan niyetler",
    thin_todo=(
        "Her biri başka sözlerle yeni örnekler yazın: kısa ve uzun, yazım yanlışlı, müşterilerin yazdığı gibi."
    ),
    thin="`{intent}`: {count} örnek, sınananların %{understood} kadarı anlaşıldı; en az {more} örnek ekleyin",
    entities_title="Gözden kaçan varlıklar",
    entities_todo=(
        "Onları daha çok örnekte, cümlenin değişik yerlerinde ve hep aynı biçimde işaretleyin; adlar için arama "
        "tablosu (lookup), numaralar için düzenli ifade (regex) yardımcı olur."
    ),
    entity="`{entity}`: F1 %{share}, {count} sözcük",
)


def words_of(language: str) -> Words:
    """The words for a project's language."""
    return TURKISH if language.split("-")[0] == "tr" else ENGLISH
