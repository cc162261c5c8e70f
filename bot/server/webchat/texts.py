"""What the web chat's server itself says to visitors."""

from __future__ import annotations

TEXTS = {
    "tr": {
        "rate_limited": "Çok hızlı yazıyorsunuz. Lütfen biraz bekleyip yeniden deneyin.",
        "too_long": "Mesajınız çok uzun. Lütfen kısaltarak yeniden gönderin.",
        "bad_frame": "Mesajınız gönderilemedi.",
        "expired": "Oturumunuzun süresi doldu. Lütfen sayfayı yenileyin.",
        "unavailable": "Şu anda size ulaşamıyoruz. Mesajınız birazdan yeniden gönderilecek.",
        "unknown_upload": "Dosyanız bulunamadı. Lütfen yeniden yükleyin.",
        "media_received": "Dosyanız bize ulaştı, teşekkür ederiz. Size nasıl yardımcı olabilirim?",
        "voice_unheard": "Sesli mesajınız bize ulaştı, ancak şu anda dinleyemiyorum. "
        "Sorunuzu yazarak iletebilir misiniz?",
    },
    "en": {
        "rate_limited": "You are writing very fast. Please wait a moment and try again.",
        "too_long": "Your message is too long. Please shorten it.",
        "bad_frame": "Your message could not be sent.",
        "expired": "Your session has expired. Please reload the page.",
        "unavailable": "We cannot be reached just now. Your message will be sent again in a moment.",
        "unknown_upload": "Your file was not found. Please upload it again.",
        "media_received": "We have received your file, thank you. How can I help you?",
        "voice_unheard": "We have received your voice message, but I cannot listen to it just now. "
        "Could you please type your question?",
    },
}
"""By language, then by the error's code or what happened."""


def text_of(name: str, language: str) -> str:
    """The text in this language; in English where it is not known."""
    return TEXTS.get(language.split("-")[0], TEXTS["en"])[name]
