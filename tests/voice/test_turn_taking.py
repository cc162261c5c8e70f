"""Turn-taking, in virtual time: who speaks, when an answer is over, and what interrupts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from played_call import FRAME, MENU, SIX, YES_NO, Call

from voice.expectation import ANYTHING, CHOICE, Expectation
from voice.keypad import KEYS
from voice.turn_parts import (
    Caller,
    Decision,
    Drop,
    Event,
    Forget,
    Given,
    Goodbye,
    HungUp,
    Key,
    Mouth,
    Muted,
    Onset,
    Pause,
    Prompt,
    Replied,
    Resume,
    Rules,
    Sounds,
    Speaks,
    Spoke,
    State,
    Step,
    TakeKeys,
    TakeWords,
    Tick,
    Transcribe,
    Transcript,
)
from voice.turns import advance

# When an answer is over


@pytest.mark.parametrize(
    ("expects", "text", "patience"),
    [
        (YES_NO, "evet", 0.22),
        (YES_NO, "hayır istemiyorum", 0.22),
        (MENU, "kargo takibi", 0.22),
        (MENU, "ikiyi tuşluyorum", 0.30),
        (Expectation(CHOICE, choices=("Evet", "Hayır")), "hayır istemiyorum", 0.22),
        (SIX, "yüz yirmi üç dört yüz elli altı", 0.22),
        (Expectation("order_no", check="luhn"), "yedi dokuz dokuz iki yedi üç dokuz sekiz yedi bir üç", 0.22),
        (ANYTHING, "siparişim nerede", 0.30),
        (ANYTHING, "iade etmek istiyorum", 0.30),
        (ANYTHING, "kırmızı ayakkabı", 0.60),
        (ANYTHING, "merhaba", 1.10),
        (ANYTHING, "siparişimi iptal edecektim ama", 1.10),
        (SIX, "yüz yirmi üç", 1.80),
        (SIX, "yüz yirmi üç dört yüz elli altı yok pardon", 1.80),
        (Expectation("order_no"), "yüz yirmi üç kırk beş", 0.90),
        (SIX, "yetkiliye bağlanmak istiyorum", 0.30),
    ],
)
def test_the_pause_that_ends_an_answer_follows_question_and_words(
    expects: Expectation, text: str, patience: float
) -> None:
    call = Call([(1.0, 2.0, text)], expects=expects).run(5)
    assert call.taken() == [text]
    assert call.times(TakeWords)[0] - 2.0 == pytest.approx(patience, abs=0.021)


def test_digits_in_groups_are_waited_for() -> None:
    groups = [(1.0, 1.8, "yüz yirmi üç"), (3.2, 4.2, "dört yüz elli altı")]
    call = Call(groups, expects=SIX).run(7)
    assert call.taken() == ["yüz yirmi üç dört yüz elli altı"]
    assert call.times(TakeWords)[0] - 4.2 < 0.28


def test_recognition_runs_during_the_pause_and_is_forgotten_when_the_caller_goes_on() -> None:
    call = Call([(1.0, 2.0, "kargom"), (2.2, 3.0, "gelmedi")], recognition=0.3).run(6)
    assert call.names() == ["Transcribe", "Forget", "Transcribe", "TakeWords"]
    first, forgotten = call.log[0][1], call.log[1][1]
    assert isinstance(first, Transcribe) and isinstance(forgotten, Forget)
    assert first.number == forgotten.number
    assert call.times(Transcribe)[0] - 2.0 == pytest.approx(0.12, abs=0.021)
    assert call.taken() == ["kargom gelmedi"]


def test_a_slow_recogniser_costs_only_its_own_time() -> None:
    call = Call([(1.0, 2.0, "siparişim nerede")], recognition=1.0).run(5)
    assert call.times(TakeWords)[0] - 2.0 == pytest.approx(1.12, abs=0.041)


def test_a_recogniser_that_fails_or_hangs_leads_to_the_keypad() -> None:
    hung = Call([(1.0, 2.0, "siparişim nerede")], recognition=None).run(10)
    assert [one.step for _, one in hung.log if isinstance(one, Prompt)] == [Step.KEYPAD]
    assert hung.times(Prompt)[0] == pytest.approx(2.12 + 6, abs=0.05)
    failed = Call([(1.0, 2.0, "x")], [Transcript(2.5, 1, None)], recognition=None).run(4)
    assert [one.step for _, one in failed.log if isinstance(one, Prompt)] == [Step.KEYPAD]


def test_a_caller_who_never_stops_is_answered_and_then_not_heard_until_silence() -> None:
    call = Call([(1.0, 40.0, "bla bla"), (41.0, 42.0, "siparişim nerede")])
    call.events = [Replied(22.0)]
    call.mouth = [(22.0, 3.0, "Anlayamadım.", True)]
    call.run(44)
    assert call.times(TakeWords)[0] == pytest.approx(21.1, abs=0.2)
    assert call.times(Pause) == []
    assert call.taken()[-1] == "siparişim nerede"


@pytest.mark.parametrize("length", [0.02, 0.06])
def test_a_click_is_not_even_recognised(length: float) -> None:
    assert Call([(1.0, 1.0 + length, "tık")]).run(3).log == []


# Keys


def test_keys_interrupt_even_a_notice_and_make_an_answer_at_once() -> None:
    keys: list[Event] = [Key(2.0 + count / 5, key) for count, key in enumerate("482913")]
    call = Call(events=keys, expects=SIX)
    call.mouth = [(1.0, 5.0, "Görüşmeniz kaydedilmektedir.", False)]
    call.run(5)
    assert [type(one) for _, one in call.log] == [Drop, TakeKeys]
    assert call.log[1] == (3.0, TakeKeys("482913", 3.0, SIX))


def test_a_menus_key_is_taken_at_once_and_its_own_sound_is_not_heard() -> None:
    call = Call([(1.95, 2.15, "dıt")], [Key(2.0, "2")], expects=MENU).run(4)
    assert call.log == [(2.0, TakeKeys("2", 2.0, MENU))]


def test_keys_typed_ahead_answer_the_next_questions() -> None:
    call = Call([(1.0, 2.0, "siparişim nerede")])
    call.events = [
        *(Key(2.6 + count / 9, key) for count, key in enumerate("4829131")),
        Replied(4.0, SIX),
        Replied(4.5, YES_NO),
    ]
    call.mouth = [(3.9, 4.0, "Sipariş numaranız?", True)]
    call.run(6)
    assert [one.keys for _, one in call.log if isinstance(one, TakeKeys)] == ["482913", "1"]
    assert call.times(Drop)[-1] <= 4.5


# Silence


def test_the_ladder_ends_in_goodbye() -> None:
    call = Call().run(40)
    steps = [
        one.step.value if isinstance(one, Prompt) else one.reason
        for _, one in call.log
        if isinstance(one, Prompt | Goodbye)
    ]
    assert steps == ["again", "simpler", "keypad", "person", "silence"]
    assert call.times(Prompt) == pytest.approx([6, 12, 18, 24], abs=0.05)


def test_the_key_that_ends_a_number_is_not_the_next_answer() -> None:
    keys = [Key(1.0 + at / 10, key) for at, key in enumerate("482913")]
    answered = [Replied(1.6), Replied(4.0)]
    call = Call(events=[*keys, *answered, Key(2.5, "#"), Key(2.8, "#")], expects=SIX).run(4)
    assert [one.keys for _, one in call.log if isinstance(one, TakeKeys)] == ["482913", "#"]
    late = Call(events=[*keys, *answered, Key(5.0, "#")], expects=SIX).run(6)
    assert [one.keys for _, one in late.log if isinstance(one, TakeKeys)] == ["482913", "#"]
    soon = Call(events=[*keys, Key(1.55, "#"), *answered], expects=SIX).run(6)
    assert [one.keys for _, one in soon.log if isinstance(one, TakeKeys)] == ["482913"]


def test_who_has_muted_the_microphone_is_given_time() -> None:
    call = Call(events=[Muted(4.0, True)]).run(70)
    assert call.times(Prompt) == pytest.approx([34, 64], abs=0.05)
    assert call.state.muted
    # With the microphone on again the time begins anew: nobody is asked for words at once.
    back = Call(events=[Muted(4.0, True), Muted(30.0, False)]).run(40)
    assert back.times(Prompt) == pytest.approx([36], abs=0.05)
    keys = Call(events=[Muted(4.0, True), Key(10.0, "1")], expects=MENU).run(12)
    assert [one.keys for _, one in keys.log if isinstance(one, TakeKeys)] == ["1"]
    patient = Call(events=[Muted(0.0, True)], rules=replace(Rules(), silence=50.0)).run(52)
    assert patient.times(Prompt) == pytest.approx([50], abs=0.05), "never sooner than with a microphone"


def test_an_answer_begins_the_ladder_anew() -> None:
    call = Call([(7.0, 8.0, "siparişim nerede")], [Replied(8.5)]).run(16)
    assert [one.step for _, one in call.log if isinstance(one, Prompt)] == [Step.AGAIN, Step.AGAIN]


def test_noise_does_not_put_the_ladder_off() -> None:
    noise = [(at, at + 0.3, "") for at in range(1, 30)]
    call = Call([(float(a), b, c) for a, b, c in noise]).run(32)
    assert call.times(Prompt)[0] == pytest.approx(12, abs=1)
    assert call.times(Prompt)[1] < 26
    assert any(
        isinstance(one, Goodbye) for _, one in Call([(float(a), b, c) for a, b, c in noise * 1]).run(60).log
    )


def test_the_bots_own_words_are_no_silence() -> None:
    call = Call()
    call.mouth = [(0.0, 0.02, "Buyurun.", True), (1.0, 9.0, "Uzun bir metin.", True)]
    call.run(15)
    assert call.times(Prompt) == []


def test_a_dialogue_that_never_answers_is_not_waited_for() -> None:
    call = Call([(1.0, 2.0, "siparişim nerede")]).run(34)
    assert call.times(Prompt)[0] == pytest.approx(32.3, abs=0.1)


def test_the_longest_call_ends() -> None:
    assert Call(rules=replace(Rules(), call=3.0, silence=99)).run(5).log == [(3.0, Goodbye("long"))]


def test_what_the_call_itself_asked_is_not_taken_for_the_callers() -> None:
    """The opening is answered while the caller's own question is still worked on: nobody is silent meanwhile."""
    call = Call([(0.5, 1.5, "siparişim nerede")], [Given(0.02), Replied(2.0)]).run(12)
    assert call.state.busy == 1 and call.times(Prompt) == []


# Any order of events

MAKERS: list[Callable[[float, int], Event]] = [
    lambda at, number: Sounds(at, FRAME, True),
    lambda at, number: Sounds(at, FRAME, False),
    lambda at, number: Onset(at),
    lambda at, number: Transcript(at, number, "evet"),
    lambda at, number: Transcript(at, number, "siparişim nerede"),
    lambda at, number: Transcript(at, number, ""),
    lambda at, number: Transcript(at, number, None),
    lambda at, number: Key(at, KEYS[number % len(KEYS)]),
    lambda at, number: Replied(at, (ANYTHING, YES_NO, SIX, MENU)[number % 4]),
    lambda at, number: Speaks(at, ("Bir?", "İki.")[number % 2], number % 3 > 0),
    lambda at, number: Spoke(at),
    lambda at, number: Given(at),
    lambda at, number: Tick(at),
]
ANY_EVENTS = st.lists(
    st.tuples(
        st.sampled_from(range(len(MAKERS))), st.integers(0, 12), st.sampled_from([0.0, 0.02, 0.1, 0.4, 3.0])
    ),
    max_size=60,
)


def check(state: State, decisions: list[Decision]) -> None:
    """What is true after every step."""
    if state.over:
        assert isinstance(decisions[-1], Goodbye)
        return
    nobody = state.caller is Caller.SILENT and not state.hesitates
    assert not (state.mouth is Mouth.PAUSED and nobody), "paused for nobody"
    assert state.mouth is Mouth.PAUSED or not state.hesitates
    assert 0 <= state.step <= 4 and state.busy >= 0
    if state.mouth is Mouth.PAUSED:
        assert sum(isinstance(one, Pause) for one in decisions) <= 1


@settings(max_examples=80, deadline=None)
@given(ANY_EVENTS, st.booleans())
def test_no_order_of_events_ends_in_a_standstill(chosen: list[tuple[int, int, float]], spoke: bool) -> None:
    """Whatever happened: when nothing more comes from anybody, the call ends by itself, politely."""
    state, now, paused = State(), 0.0, False
    for kind, number, step in chosen:
        now += step
        state, decisions = advance(state, MAKERS[kind](now, number), Rules())
        check(state, decisions)
        for one in decisions:
            if isinstance(one, Pause):
                assert not paused
            paused = isinstance(one, Pause) or (paused and not isinstance(one, Resume | Drop))
    # From here on the caller is silent, recogniser and dialogue are dead; the mouth ends what it says.
    end = now + 120
    while not state.over and now < end:
        now += 0.25
        state, decisions = advance(state, Tick(now), Rules())
        check(state, decisions)
        if state.mouth is Mouth.SPEAKING:
            state, decisions = advance(state, Spoke(now), Rules())
            check(state, decisions)
    assert state.over


@given(ANY_EVENTS)
def test_after_the_end_nothing_is_decided(chosen: list[tuple[int, int, float]]) -> None:
    state, _ = advance(State(), HungUp(1.0), Rules())
    for kind, number, step in chosen:
        after, decisions = advance(state, MAKERS[kind](2.0 + step, number), Rules())
        assert after == state and decisions == []
