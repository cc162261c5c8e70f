"""What a call is told by its configuration: times, words that no dialogue says, and what an engine may cost."""

from __future__ import annotations

from dataclasses import dataclass, field

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
    keypad_digits: str = "Dilerseniz numarayı telefonunuzun tuşlarıyla girip kareye basabilirsiniz."
    keypad_choice: str = "Dilerseniz telefonunuzun tuşlarını kullanabilirsiniz. {last}"
    keypad_yes_no: str = "Evet için bire, hayır için ikiye basabilirsiniz."
    keypad: str = "Sizi duymakta güçlük çekiyorum. Lütfen telefonunuza biraz daha yakın konuşur musunuz?"
    person: str = "Sizi bir temsilcimize yönlendiriyorum."
    wrong_key: str = "Bu tuşun bir karşılığı yok. {last}"
    filler: str = "Hemen bakıyorum."
    sent: str = "Ayrıntıları telefonunuza mesaj olarak gönderdim."
    """In place of links and long lists, which went to the caller's phone."""
    failed: str = "Şu anda bir aksaklık yaşıyoruz, özür dilerim. Birazdan yeniden dener misiniz?"
    goodbye: str = (
        "Sizi duyamadığım için görüşmeyi sonlandırıyorum. Bizi dilediğiniz zaman arayabilirsiniz. İyi günler."
    )
    too_long: str = "Görüşme süremiz doldu. Bizi dilediğiniz zaman yeniden arayabilirsiniz. İyi günler."

    def fixed(self) -> list[str]:
        """Texts that are the same in every call, to be rendered ahead."""
        texts = (self.notice, self.keypad_digits, self.keypad_yes_no, self.keypad, self.person, self.filler)
        return [one for one in (*texts, self.failed, self.goodbye, self.too_long) if one]


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
