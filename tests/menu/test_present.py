"""How channels show a menu, by their capabilities alone."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.capabilities import EVERYTHING, Capabilities
from bot.menu import MORE, Choice, Presentation, choose, present

WHATSAPP = Capabilities(buttons=3, button_title=20, rows=10, row_title=24, row_description=72, text=1024)
PHONE = Capabilities(buttons=0, keys=True)
SMS = Capabilities(buttons=0, text=160)


def choices(*titles: str) -> list[Choice]:
    return [Choice(title, f"/{i}") for i, title in enumerate(titles)]


def titles(shown: Presentation) -> list[str]:
    return [one.title for one in shown.choices]


def test_a_screen_shows_buttons_as_they_are() -> None:
    shown = present("Hangisi?", choices("Kargo", "İade"), EVERYTHING)

    assert (shown.style, shown.text, titles(shown)) == ("buttons", "Hangisi?", ["Kargo", "İade"])
    assert [one.payload for one in shown.choices] == ["/0", "/1"]


def test_by_keys_alone_nothing_asks_to_be_said_and_every_choice_has_a_key() -> None:
    keys = Capabilities(keys=True, words=False)

    shown = present("Hangisi?", choices("Kargo", "İade"), keys)
    assert shown.text == "Hangisi? Kargo için biri, İade için ikiyi tuşlayın."

    terms = choices("3", "6", "Peşin")
    assert present("", terms, PHONE).text.endswith("Peşin için adını söyleyin.")
    assert present("", terms, keys).text == "3 için üçü, 6 için altıyı, Peşin için dördü tuşlayın."


def test_more_than_the_buttons_become_a_list() -> None:
    shown = present("Hangisi?", choices(*"ABCD"), WHATSAPP)

    assert (shown.style, titles(shown), shown.pages) == ("list", ["A", "B", "C", "D"], 1)


def test_more_than_the_rows_are_paged_and_keep_their_numbers() -> None:
    many = choices(*(f"Seçenek {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    pages = [present("Hangisi?", many, WHATSAPP, page) for page in range(3)]

    assert [len(one.choices) for one in pages] == [10, 10, 8]
    assert [one.number for one in pages[1].choices] == [10, 11, 12, 13, 14, 15, 16, 17, 18, 0]
    assert [one.choices[-1].more for one in pages] == [True, True, False]
    assert pages[0].choices[-1].title == MORE
    assert present("Hangisi?", many, WHATSAPP, 99).page == 2


def test_a_title_that_is_too_long_is_cut_and_stands_whole_in_the_body() -> None:
    long = "Kart bilgilerim hatalı görünüyor"
    shown = present("Sorun nedir?", choices(long, "Başka"), Capabilities(buttons=3, button_title=20))

    assert titles(shown) == ["1. Kart…", "2. Başka"] or titles(shown)[0].startswith("1. Kart")
    assert all(len(one) <= 20 for one in titles(shown))
    assert shown.text.splitlines() == ["Sorun nedir?", f"1. {long}", "2. Başka"]


def test_a_row_says_below_what_its_title_cannot() -> None:
    long = "Kart bilgilerim hatalı görünüyor"
    shown = present("Sorun nedir?", choices(long, "B", "C", "D"), WHATSAPP)

    assert shown.choices[0].description == long
    assert shown.text == "Sorun nedir?"


def test_titles_that_look_alike_are_told_apart() -> None:
    same = "Aynı uzun başlık, sonu "
    shown = present("?", choices(same + "bir", same + "iki"), Capabilities(buttons=3, button_title=12))

    assert len(set(titles(shown))) == 2


def test_plain_text_has_numbered_lines() -> None:
    shown = present("Hangisi?", choices("Kargo", "İade"), SMS)

    assert (shown.style, shown.text) == ("numbers", "Hangisi?\n1. Kargo\n2. İade")


def test_the_phone_says_the_keys() -> None:
    shown = present("Hangisi?", choices("Kargo takibi", "📦 İade", "Siparişim nerede?"), PHONE)

    assert shown.style == "speech"
    assert shown.text == (
        "Hangisi? Kargo takibi için biri, İade için ikiyi, Siparişim nerede için üçü tuşlayın ya da söyleyin."
    )


def test_the_phone_says_five_at_a_time() -> None:
    shown = present("Hangisi?", choices(*"ABCDEFG"), PHONE)

    assert len(shown.choices) == 6
    assert shown.text.endswith("Diğer seçenekler için sıfırı tuşlayın.")
    assert [one.number for one in present("", choices(*"ABCDEFG"), PHONE, 1).choices] == [6, 7]


def test_titles_that_are_numbers_are_called_by_themselves() -> None:
    shown = present("Kaç adet?", choices("2", "3", "5"), SMS)

    assert [one.number for one in shown.choices] == [2, 3, 5]
    assert shown.text == "Kaç adet?\n2\n3\n5"


def test_a_long_text_goes_before() -> None:
    shown = present("Uzun bir cümle. " * 30, choices("Kargo", "İade"), SMS)

    assert all(len(part) <= 160 for part in (*shown.lead, shown.text))
    assert "2. İade" in shown.text
    assert " ".join([*shown.lead, shown.text]).count("cümle") == 30


LIMITS = st.builds(
    Capabilities,
    buttons=st.one_of(st.none(), st.integers(0, 12)),
    button_title=st.one_of(st.none(), st.integers(0, 30)),
    rows=st.integers(0, 12),
    row_title=st.one_of(st.none(), st.integers(0, 30)),
    row_description=st.one_of(st.none(), st.integers(0, 80)),
    text=st.one_of(st.none(), st.integers(60, 400)),
    keys=st.booleans(),
)
TITLES = st.lists(st.text(max_size=60), max_size=24)


@settings(deadline=None)
@given(st.text(max_size=300), TITLES, LIMITS)
def test_every_choice_is_reachable_within_every_limit(
    text: str, names: list[str], limits: Capabilities
) -> None:
    offered = [Choice(name, f"/{i}") for i, name in enumerate(names)]
    first = present(text, offered, limits)
    pages = [present(text, offered, limits, page) for page in range(first.pages)]
    reached: list[str] = []
    for shown in pages:
        reached += [one.payload for one in shown.choices if not one.more]
        assert sum(one.more for one in shown.choices) == (shown.page + 1 < shown.pages)
        for part in (*shown.lead, shown.text):
            assert limits.text is None or len(part) <= limits.text
        assert_fits(shown, limits)
        for one in shown.choices:
            if not one.more and one.number > 0:
                assert choose(names, str(one.number)) == int(one.payload[1:])
    assert reached == [one.payload for one in offered]


def assert_fits(shown: Presentation, limits: Capabilities) -> None:
    names = [one.title for one in shown.choices]
    if shown.style == "buttons":
        assert limits.buttons is None or len(names) <= limits.buttons
        assert limits.button_title is None or all(len(one) <= limits.button_title for one in names)
    if shown.style == "list":
        assert len(names) <= limits.rows
        assert limits.row_title is None or all(len(one) <= limits.row_title for one in names)
        room = limits.row_description
        assert room is None or all(len(one.description) <= room for one in shown.choices)
    if shown.style in ("buttons", "list"):
        assert len(set(names)) == len(names)
        assert all(names)
