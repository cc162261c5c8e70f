"""Conversations that happened → stories in Rasa's YAML, which :mod:`bot.dialogue.story_reader` reads again."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import yaml

from bot import events as ev
from bot.domain import ACTION_LISTEN, ACTION_SESSION_START, ACTION_UNLIKELY_INTENT, RULE_SNIPPET
from bot.events import Event
from bot.yaml_file import resolve_plain_scalars

FORMAT_VERSION = "3.1"
_UNWRITTEN = frozenset({ACTION_LISTEN, ACTION_SESSION_START, ACTION_UNLIKELY_INTENT, RULE_SNIPPET})


class _Quoted(str):
    """Written between double quotes."""


class _Block(str):
    """Written as a block (``|-``), if YAML has one for it."""


class _Writer(yaml.SafeDumper):
    """Lists hang below their key, as designers write them; nothing is abbreviated by an alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_BREAKS = frozenset("\x85\u2028\u2029")
"""Breaks of lines for YAML, which become others on the way unless they are written between double quotes."""


def _scalar(style: str | None) -> Callable[[yaml.SafeDumper, str], yaml.ScalarNode]:
    def represent(writer: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        chosen = style if _BREAKS.isdisjoint(text) else '"'
        return writer.represent_scalar("tag:yaml.org,2002:str", text, style=chosen)

    return represent


resolve_plain_scalars(_Writer)
_Writer.add_representer(str, _scalar(None))
_Writer.add_representer(_Quoted, _scalar('"'))
_Writer.add_representer(_Block, _scalar("|"))


def write_stories(stories: Iterable[tuple[str, Sequence[Event]]], *, is_test: bool = True) -> str:
    """The text of a file with these stories.

    Args:
        stories: name and events of each. As in Rasa, what was undone later is written, too: it was said.
        is_test: write what customers said, with entities marked; else only intents and entities.
    """
    written = [
        {"story": name, "steps": [step for event in events if (step := story_step(event, is_test))]}
        for name, events in stories
    ]
    content: dict[str, Any] = {"version": _Quoted(FORMAT_VERSION)}
    if written:
        content["stories"] = written
    return yaml.dump(content, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=10_000)


def story_step(event: Event, is_test: bool = True) -> dict[str, Any] | None:
    """The step that an event is; ``None`` for those that stories leave out."""
    match event:
        case ev.UserUttered():
            return _message(event, is_test)
        case ev.ActionExecuted(name=None, action_text=text) if text:
            return {"bot": text}
        case ev.ActionExecuted(name=name) if name and name not in _UNWRITTEN:
            return {"action": name}
        case ev.SlotSet(name=name, value=value):
            return {"slot_was_set": [{name: value}]}
        case ev.ActiveLoop(name=name):
            return {"active_loop": name}
    return None


def _message(event: ev.UserUttered, is_test: bool) -> dict[str, Any]:
    step: dict[str, Any] = {}
    intent = event.full_retrieval_intent or event.intent_name
    if intent and not event.use_text:
        step["intent"] = intent
    if event.text and (is_test or event.use_text):
        step["user"] = _Block(marked_text(event.text, event.entities))
    elif event.entities:
        step["entities"] = [{str(one.get("entity")): one.get("value")} for one in event.entities]
    return step


def marked_text(text: str, entities: Iterable[Mapping[str, Any]]) -> str:
    """The text with its entities marked, as :func:`bot.entity_markup.read_markup` reads it.

    Entities without a place in the text are left out, and those that overlap an earlier one. A text like
    ``/intent{...}`` tells its entities itself.
    """
    if text.startswith("/"):
        return text
    places: dict[tuple[int, int], list[Mapping[str, Any]]] = defaultdict(list)
    for one in entities:
        start, end = one.get("start"), one.get("end")
        if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text):
            places[start, end].append(one)
    pieces: list[str] = []
    done = 0
    for (start, end), found in sorted(places.items(), key=lambda item: item[0]):
        if start < done:
            continue
        pieces += (text[done:start], _mark(text[start:end], found))
        done = end
    return "".join(pieces) + text[done:]


def _mark(text: str, entities: Sequence[Mapping[str, Any]]) -> str:
    # Several extractors may have found the same one.
    found = list({json.dumps(_told(text, one), ensure_ascii=False): one for one in entities}.items())
    if len(found) > 1:
        return f"[{text}][{', '.join(written for written, _ in found)}]"
    written, one = found[0]
    if set(_told(text, one)) == {"entity"}:
        return f"[{text}]({one['entity']})"
    return f"[{text}]{written}"


def _told(text: str, entity: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"entity": str(entity.get("entity"))}
    told |= {key: str(entity[key]) for key in ("role", "group") if entity.get(key)}
    value = entity.get("value")
    if value is not None and value != text:
        is_plain = isinstance(value, str | int | float) and not isinstance(value, bool)
        told["value"] = value if is_plain else json.dumps(value, ensure_ascii=False)
    return told
