"""What recognisers invent, and what customers say that only looks like it."""

from __future__ import annotations

import pytest

from voice.hallucinations import believed, is_prompt_echo, is_subtitle, repeats_itself

MENU = ("Kargo takibi", "İade ve değişim", "Fatura", "Yetkiliye bağlan")


@pytest.mark.parametrize(
    "text",
    [
        "Altyazı M.K.",
        "altyazı m.k",
        "ALTYAZI M.K.",
        "İzlediğiniz için teşekkür ederim.",
        "İzlediğiniz için teşekkürler.",
        "Abone olmayı unutmayın.",
        "Videoyu beğenmeyi unutmayın, görüşürüz",
        "Bir sonraki videoda görüşmek üzere.",
        "[Müzik]",
        "(Alkış)",
        "♪ la la ♪",
        "[Müzik] [Alkış]",
        "Thank you for watching!",
        "",
        "...",
    ],
)
def test_subtitles_are_not_believed(text: str) -> None:
    assert believed(text, 3.0) == ""


@pytest.mark.parametrize(
    "text",
    [
        "altyazılı televizyon siparişim nerede",
        "teşekkür ederim",
        "bültene abone olmuştum iptal edin",
        "müzik kutusu aldım",
        "beş beş beş beş beş sıfır bir",
        "evet evet evet",
        "Sipariş numaram 5 5 5 5 5.",
        "izlediğim kargo gelmedi",
    ],
)
def test_customers_are_believed(text: str) -> None:
    assert believed(text, 4.0) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tamam tamam tamam tamam", True),
        ("çok güzel bir ürün çok güzel bir ürün çok güzel bir ürün çok güzel bir ürün", True),
        ("ve o ve o ve o ve o", True),
        ("yok yok yok", False),
        ("sıfır sıfır sıfır sıfır sıfır", False),
        ("bir iki bir iki bir iki bir iki", False),
    ],
)
def test_repetition(text: str, expected: bool) -> None:
    assert repeats_itself(text) is expected


@pytest.mark.parametrize(
    ("text", "doubtful", "expected"),
    [
        ("Kargo takibi, İade ve değişim, Fatura", False, True),
        ("Kargo takibi İade ve değişim", False, True),
        ("kargo takibi", False, False),
        ("fatura", False, False),
        ("fatura", True, True),
        ("fatura istiyorum", True, False),
        ("", True, False),
    ],
)
def test_the_prompt_said_again_is_no_answer(text: str, doubtful: bool, expected: bool) -> None:
    assert is_prompt_echo(text, MENU, doubtful) is expected
    assert not is_prompt_echo(text, (), doubtful)


def test_nobody_speaks_so_fast() -> None:
    assert believed("siparişimin nerede olduğunu öğrenmek istiyorum acaba yardımcı olur musunuz", 0.6) == ""
    assert believed("siparişim nerede acaba", 0.6) == "siparişim nerede acaba"


def test_doubt_and_silence_together_are_nothing() -> None:
    assert believed("siparişim", 1.0, (), -1.5, 0.9) == ""
    assert believed("siparişim", 1.0, (), -1.5, 0.1) == "siparişim"
    assert believed("siparişim", 1.0, (), -0.5, 0.9) == "siparişim"


def test_sound_descriptions_alone_are_subtitles() -> None:
    assert is_subtitle("*gülme*") and not is_subtitle("[Müzik] siparişim nerede")
