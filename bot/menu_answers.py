"""What a message means while choices are open: a button, the next page, a step back, or something else.

The choices last offered are read from the conversation's own events; nothing else is kept. A button is understood
as what it sends, though the customer's words stay in the log. What the menu itself answers (another page, a step
back, asking again) is undone at once, as Rasa's default fallback does: policies never see it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bot import events as ev
from bot.domain import ACTION_LISTEN, NLU_FALLBACK
from bot.events import Event
from bot.menu import MORE, MORE_NUMBER, Choice, choices_of, page_count, read_answer
from bot.message import Message
from bot.nlg import DomainResponses
from bot.tracker import Tracker
from bot.turkish import fold, normalise

ASK_AGAIN = "utter_menu_again"
"""A domain's response of this name replaces the built-in words."""
AGAIN = {
    "tr": "Tam anlayamadım, lütfen seçeneklerden birini seçin.",
    "en": "I did not quite get that, please choose one of the options.",
}
"""Said before the question when an answer was unclear."""
MENU_CHOICE, MENU_COMMAND, MENU_PAGE = "menu_choice", "menu_command", "menu_page"
"""Keys of metadata: what was chosen or wanted, on the customer's message; which page is meant, on the bot's."""
MENU_QUESTION, MENU_BACK = "menu_question", "menu_back"
"""Of a menu that is shown again: what was asked at first; where in the log the menu stands that was gone back to."""

MAIN, BACK, REPEAT, PERSON = "help", "back", "repeat", "human_handoff"
"""Commands, by the intents that they stand for."""
_COMMANDS = {
    MAIN: r"(?:ana ?menü|menü)(?:ye)?(?: (?:dön|git|geç)\w*)?|(?:en )?başa dön\w*|main menu|menu",
    BACK: r"geri(?:ye)?(?: (?:dön|git|gel|al)\w*)?|(?:(?:bir )?önceki|üst) menü(?:ye)?(?: dön\w*)?|(?:go )?back",
    REPEAT: r"tekrar(?:la\w*)?(?: (?:et|eder|söyle|oku|de)\w*)?(?: m[iı]s\w+)?|(?:bir )?daha söyle\w*(?: m[iı]s\w+)?"
    r"|repeat",
    PERSON: r"(?:müşteri )?temsilci(?:si)?(?:(?:ye|sine|yle|siyle) (?:bağla|aktar|görüş)\w*)?|canlı destek"
    r"|operatör|agent",
}
_COMMAND = {name: re.compile(fold(pattern)) for name, pattern in _COMMANDS.items()}
_KEYS = {"*": MAIN, "#": REPEAT}
_MORE = re.compile(
    fold(
        r"(?:başka|diğer|sonraki) seçenek\w*(?: neler| var m[iı]| göster\w*)?|diğer(?:leri|lerini)?"
        r"|daha fazla(?:sı)?|devamı?|sonraki(?: sayfa)?|ilerle|more|next"
    )
)
_SENTENCE = re.compile(r"[^.!?…]+[.!?…]+(?=\s|$)|[^.!?…]+$")


class Parser(Protocol):
    """Understands a text: Rasa's parse JSON."""

    async def understand(self, text: str, metadata: Mapping[str, Any]) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Offer:
    """Choices that the bot offered."""

    position: int
    """Where in the log."""
    event: ev.BotUttered
    choices: Sequence[Choice]

    @property
    def titles(self) -> list[str]:
        return [one.title for one in self.choices]

    @property
    def page(self) -> int:
        return int(self.event.metadata.get(MENU_PAGE) or 0)

    @property
    def question(self) -> str:
        """What was said with the choices when they were first offered."""
        return str(self.event.metadata.get(MENU_QUESTION) or self.event.text or "")


@dataclass(frozen=True, slots=True)
class Heard:
    """How a message is to be taken."""

    message: Message
    """With what it means as its ``parse``, where the menu told that."""
    events: Sequence[Event] = field(default=())
    """What the menu itself answers; empty: the message is to be understood and acted upon."""


@dataclass(frozen=True, slots=True)
class Menus:
    """Takes messages for answers to menus.

    Args:
        language: of what is said when an answer was unclear.
    """

    language: str = "tr"

    async def hear(self, message: Message, tracker: Tracker, parser: Parser) -> Heard:
        """How a message is to be taken in this conversation."""
        text = message.text.strip()
        if not text or text.startswith("/") or message.parse is not None or tracker.current.paused:
            return Heard(message)
        if message.trigger_intent is not None:
            return Heard(message)
        offer = open_offer(tracker.events)
        if offer is None:
            return await self._obey(message, tracker, parser, None) or Heard(message)
        pages = page_count(offer.choices, message.capabilities)
        if pages > 1 and _is_next_page(text, offer):
            return self._show_page(message, tracker, offer, (offer.page + 1) % pages)
        answer = read_answer(offer.titles, text)
        index = next((i for i, one in enumerate(offer.choices) if one.payload == text), answer.index)
        if index is not None:
            return Heard(await _understood(message, _chosen(message, offer.choices, index), parser))
        if pages > 1 and _MORE.fullmatch(_folded(text)):
            return self._show_page(message, tracker, offer, (offer.page + 1) % pages)
        if (obeyed := await self._obey(message, tracker, parser, offer)) is not None:
            return obeyed
        in_loop = tracker.current.loop_name is not None
        # Inside a form the words may still be its answer: "ikisi de", or a reason that is no button.
        unclear = answer.unclear == "no_such_place" if in_loop else answer.unclear is not None
        if not unclear:
            parse = await parser.understand(message.text, message.metadata)
            message = replace(message, parse=parse)
            unclear = not in_loop and (parse.get("intent") or {}).get("name") == NLU_FALLBACK
        return await self._unclear(message, tracker, offer, parser) if unclear else Heard(message)

    async def _obey(
        self, message: Message, tracker: Tracker, parser: Parser, offer: Offer | None
    ) -> Heard | None:
        """ "Ana menü", "geri", "tekrar", "temsilci"; ``None``: it is none of these, or the bot has no such thing."""
        command = command_of(message)
        if command is None:
            return None
        if command == BACK:
            if offer is not None and offer.page > 0:
                return self._show_page(message, tracker, offer, offer.page - 1)
            if (previous := previous_offer(tracker, offer)) is not None:
                return Heard(message, _step_back(message, tracker, previous))
            command = MAIN
        if command not in tracker.domain.all_intents:
            if command == REPEAT and offer is not None:
                return self._show_page(message, tracker, offer, offer.page)
            return None
        return Heard(await _understood(message, _commanded(message, command), parser))

    def _show_page(self, message: Message, tracker: Tracker, offer: Offer, page: int) -> Heard:
        shown = _again(offer, offer.question, page)
        return Heard(message, [_said(message, None), shown, *_undone(tracker)])

    async def _unclear(self, message: Message, tracker: Tracker, offer: Offer, parser: Parser) -> Heard:
        """Ask again the first time; from the second on the bot's own fallback answers."""
        known = NLU_FALLBACK in tracker.domain.all_intents
        last = next((one for one in reversed(tracker.events) if isinstance(one, ev.UserUttered)), None)
        if last is not None and last.intent_name == NLU_FALLBACK:
            if not known:
                return Heard(message)
            parse = dict(message.parse or await parser.understand(message.text, message.metadata))
            intent = {"name": NLU_FALLBACK, "confidence": 1.0}
            return Heard(replace(message, parse={**parse, "intent": intent, "entities": []}))
        asked = await self._ask_again(tracker)
        text = f"{asked} {_last_sentence(offer.question)}".strip()
        said = _said(message, NLU_FALLBACK)
        return Heard(message, [said, _again(offer, text, offer.page), *_undone(tracker)])

    async def _ask_again(self, tracker: Tracker) -> str:
        channel = tracker.latest_input_channel() or ""
        draft = await DomainResponses().draft(ASK_AGAIN, tracker, channel, {})
        return str((draft or {}).get("text") or AGAIN.get(self.language, AGAIN["en"]))


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is to be understood in place of a message's words."""

    payload: str
    said: str
    """What counts as said: the payload of a button, but for a command the customer's words."""
    key: str
    note: Any
    """Goes into the message's metadata, under ``key``."""
    own_intent: bool = False
    """The customer's own sentence may tell an intent, which the text of the button seldom has."""

    def parse(self, of_payload: Mapping[str, Any], of_words: Mapping[str, Any] | None) -> dict[str, Any]:
        """The parse of the message, from that of the payload and, with ``own_intent``, of the words."""
        own = ((of_words or {}).get("intent") or {}).get("name")
        chosen = of_words if of_words is not None and own not in (None, NLU_FALLBACK) else of_payload
        return {**chosen, "text": self.said}


def meaning_of(message: Message, choices: Sequence[Choice], intents: Collection[str]) -> Meaning | None:
    """What a message means that chooses one of these, or is a command: what needs no conversation.

    Args:
        intents: those of the domain.
    """
    index = read_answer([one.title for one in choices], message.text).index if choices else None
    if index is not None:
        return _chosen(message, choices, index)
    command = command_of(message)
    return _commanded(message, command) if command is not None and command in intents else None


def command_of(message: Message) -> str | None:
    """The command that a message is, from anywhere in a conversation: an intent's name, or ``back``."""
    text = message.text.strip()
    if message.capabilities.keys and text in _KEYS:
        return _KEYS[text]
    folded = _folded(text)
    return next((name for name, pattern in _COMMAND.items() if pattern.fullmatch(folded)), None)


def open_offer(events: Sequence[Event]) -> Offer | None:
    """The choices that an answer may mean: those offered last, since the customer spoke last.

    A question without choices that was asked after them closes them.
    """
    for position in range(len(events) - 1, -1, -1):
        match events[position]:
            case ev.UserUttered() | ev.SessionStarted() | ev.Restarted() | ev.AgentUttered():
                return None
            case ev.BotUttered() as said:
                if choices := choices_of(said.data):
                    return Offer(position, said, choices)
                if "?" in (said.text or ""):
                    return None
    return None


def previous_offer(tracker: Tracker, present: Offer | None) -> Offer | None:
    """The menu before this one, in this session: the last other one that can be returned to.

    A question of a form that has ended since is not asked again: what it led to is done.
    """
    end = len(tracker.events)
    if present is not None:
        end = int(present.event.metadata.get(MENU_BACK, present.position))
    for offer in _offers_before(tracker, end):
        if present is not None and offer.titles == present.titles:
            continue
        loop = _situation_at(tracker, offer).current.loop_name
        if loop in (None, tracker.current.loop_name):
            return offer
    return None


def _offers_before(tracker: Tracker, end: int) -> Iterator[Offer]:
    events = tracker.events
    for position in range(end - 1, tracker.session_start - 1, -1):
        event = events[position]
        if isinstance(event, ev.BotUttered) and (choices := choices_of(event.data)):
            later = open_offer(events[: _listen_after(events, position)])
            if later is not None and later.position == position:
                yield Offer(position, event, choices)


def _listen_after(events: Sequence[Event], position: int) -> int:
    """Where the turn ends in which something was said: behind its listen."""
    for at in range(position, len(events)):
        event = events[at]
        if isinstance(event, ev.ActionExecuted) and event.name == ACTION_LISTEN:
            return at + 1
    return len(events)


def _situation_at(tracker: Tracker, offer: Offer) -> Tracker:
    end = _listen_after(tracker.events, offer.position)
    return Tracker(tracker.conversation_id, tracker.domain, tracker.events[:end])


def _step_back(message: Message, tracker: Tracker, offer: Offer) -> list[Event]:
    """Offer an earlier menu again, with everything as it was then.

    Messages since then are undone for the policies. Turns within a form are folded into one for them, so what
    such turns set is put back by itself.
    """
    end = _listen_after(tracker.events, offer.position)
    since = {id(event) for event in tracker.events[end:]}
    turns = sum(isinstance(one.event, ev.UserUttered) and id(one.event) in since for one in tracker.history())
    back = int(offer.event.metadata.get(MENU_BACK, offer.position))
    shown = replace(
        _again(offer, offer.question, 0), metadata={**_again(offer, "", 0).metadata, MENU_BACK: back}
    )
    events: list[Event] = [_said(message, None), shown, *[ev.UserUtteranceReverted()] * (1 + turns)]
    trial = tracker.copy()
    trial.update_all(events)
    then, now = _situation_at(tracker, offer).current, trial.current
    events += [ev.SlotSet(name, value) for name, value in then.slots.items() if now.slots.get(name) != value]
    if now.loop_name != then.loop_name:
        events.append(ev.ActiveLoop(then.loop_name))
    listen = tracker.events[end - 1]
    return [*events, listen if isinstance(listen, ev.ActionExecuted) else ev.ActionExecuted(ACTION_LISTEN)]


def _undone(tracker: Tracker) -> list[Event]:
    """Take back the message before it, and wait again as before it."""
    listens = (
        one.event
        for one in tracker.history()
        if isinstance(one.event, ev.ActionExecuted) and one.event.name == ACTION_LISTEN
    )
    return [ev.UserUtteranceReverted(), next(listens, ev.ActionExecuted(ACTION_LISTEN))]


def _said(message: Message, intent: str | None) -> ev.UserUttered:
    """The customer's message as it is logged when the menu answers it."""
    found = {"name": intent, "confidence": 1.0 if intent else 0.0}
    parse = {
        "text": message.text,
        "intent": found,
        "entities": [],
        "intent_ranking": [found] if intent else [],
    }
    return ev.UserUttered(
        message.text, found, (), parse, message.channel, message.message_id, metadata=dict(message.metadata)
    )


def _again(offer: Offer, text: str, page: int) -> ev.BotUttered:
    metadata = {key: one for key, one in offer.event.metadata.items() if key != MENU_BACK}
    kept = {**metadata, MENU_QUESTION: offer.question, MENU_PAGE: page}
    return ev.BotUttered(text, offer.event.data, metadata=kept)


def _chosen(message: Message, choices: Sequence[Choice], index: int) -> Meaning:
    choice = choices[index]
    by_place = read_answer([""] * len(choices), message.text).index is not None
    own = not choice.payload.startswith("/") and not by_place
    note = {"index": index, "title": choice.title}
    return Meaning(choice.payload, choice.payload, MENU_CHOICE, note, own)


def _commanded(message: Message, command: str) -> Meaning:
    return Meaning(f"/{command}", message.text, MENU_COMMAND, command)


async def _understood(message: Message, meaning: Meaning, parser: Parser) -> Message:
    """The message with what it means as its ``parse``."""
    payload = await parser.understand(meaning.payload, message.metadata)
    words = await parser.understand(message.text, message.metadata) if meaning.own_intent else None
    metadata = {**message.metadata, meaning.key: meaning.note}
    return replace(message, parse=meaning.parse(payload, words), metadata=metadata)


def _is_next_page(text: str, offer: Offer) -> bool:
    """Whether a message is the choice that turns the page, and no button of that name."""
    folded = _folded(text)
    if any(_folded(title) == folded for title in offer.titles):
        return False
    return folded == _folded(MORE) or text == str(MORE_NUMBER)


def _folded(text: str) -> str:
    return fold(normalise(text, keep_emoji=False).text).strip(" .,!?'\"")


def _last_sentence(text: str) -> str:
    """The question of a text, without what was said before it."""
    found = [one.strip() for one in _SENTENCE.findall(text)]
    return next((one for one in reversed(found) if one.endswith("?")), text)
