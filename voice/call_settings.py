"""What a call is told by its configuration: times, words that no dialogue says, and what an engine may cost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from voice.turn_parts import Rules


@dataclass(frozen=True, slots=True)
class CallTexts:
    """What a call says by itself. Everything else comes from the dialogue."""

    notice: str = ""
    """Said first and to the end, such as that the call is recorded."""
    going_on: str = "Kaldığımız yerden devam edelim. {last}"
    """In place of the opening, when the conversation began before the call."""
    again: str = "Sizi duyamadım. {last}"
    """``{last}``: what the bot said last."""
    simpler: str = "Sesiniz bana ulaşmıyor. {question}"
    """``{question}``: the last question alone, or the response's ``voice: {simpler: ...}``."""
    keypad_digits: str = "Numarayı telefonunuzun tuşlarıyla girip kareye basabilirsiniz."
    keypad_choice: str = "Telefonunuzun tuşlarını kullanabilirsiniz. {last}"
    keypad_yes_no: str = "Evet için bire, hayır için ikiye basabilirsiniz."
    keypad: str = "Sizi duymakta güçlük çekiyorum. Lütfen telefonunuza biraz daha yakın konuşur musunuz?"
    muted: str = "Mikrofonunuz kapalı. Açarak konuşabilir ya da tuşları kullanabilirsiniz. {last}"
    """In place of ``again`` while the caller's microphone is off."""
    keys_again: str = "Henüz bir tuşa basmadınız. {last}"
    """In place of ``again`` in a call by keys alone; so are the next two."""
    keys_simpler: str = "Tuşlarla yanıt vermenizi bekliyorum. {question}"
    keys: str = "Ana menü için yıldıza, son söylediğimi yeniden dinlemek için kareye basabilirsiniz."
    """In place of ``keypad``, and behind a question that no key answers."""
    person: str = "Sizi bir temsilcimize yönlendiriyorum."
    wrong_key: str = "Bu tuşun bir karşılığı yok. {last}"
    filler: str = "Hemen bakıyorum."
    sent: str = "Ayrıntıları telefonunuza mesaj olarak gönderdim."
    """In place of links and long lists, which went to the caller's phone."""
    failed: str = "Şu anda bir aksaklık yaşıyoruz, özür dilerim. Birazdan yeniden dener misiniz?"
    goodbye: str = (
        "Yanıtınızı alamadığım için görüşmeyi sonlandırıyorum. "
        "Bizi dilediğiniz zaman arayabilirsiniz. İyi günler."
    )
    too_long: str = "Görüşme süremiz doldu. Bizi dilediğiniz zaman yeniden arayabilirsiniz. İyi günler."

    def by_keys(self, muted: bool = False) -> CallTexts:
        """For a caller who has keys alone, or has ``muted`` the microphone."""
        again = self.muted if muted else self.keys_again
        return replace(self, again=again, simpler=self.keys_simpler, keypad=self.keys)


@dataclass(frozen=True, slots=True)
class CallSettings:
    """How calls are held."""

    texts: CallTexts = field(default_factory=CallTexts)
    rules: Rules = field(default_factory=Rules)
    opening: str = "/greet"
    """The message that every call begins with; ``""``: the caller speaks first."""
    person: str = "/human_handoff"
    """The message that asks for a person, when nothing else helped; ``""``: nobody is there."""
    ending: str | None = None
    """The intent that is triggered when a call has ended, with what was heard last; ``None``: none is."""
    filler_after: float = 0.9
    """Seconds of an action after which the filler is said, once a turn."""
    finish: float = 30.0
    """Seconds that the dialogue may still work after the caller is gone: what was asked for is done."""
    farewell: float = 20.0
    """Seconds that a goodbye may last."""
