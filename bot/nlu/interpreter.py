"""Understanding from start to finish: a text goes through the pipeline's components, in order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.archive import Part
from bot.errors import Complaint, Complaints, ModelError, Place, ProjectError
from bot.nlu.component import Component, Corpus, Draft
from bot.nlu.data import TrainingData
from bot.nlu.payload import Known, read_payload
from bot.nlu.rasa_options import tell_unheeded
from bot.nlu.registry import Entry, read_pipeline
from bot.nlu.selector import ResponseSelector

log = logging.getLogger(__name__)

LONG_TEXT = 500
"""Characters; longer texts are understood in a thread, so that nobody waits for them."""
Progress = Callable[[str, float], None]
"""Told the component that is being trained, and how much of the pipeline is done, from 0 to 1."""


class Interpreter:
    """A trained pipeline. It keeps nothing between messages."""

    def __init__(
        self, language: str, steps: Sequence[tuple[Entry, Component]], known: Known | None = None
    ) -> None:
        self.language = language
        self.steps = list(steps)
        self.known = known or Known()

    @classmethod
    def train(
        cls,
        pipeline: Sequence[Mapping[str, Any] | str] | None,
        language: str,
        data: TrainingData,
        *,
        seed: int = 42,
        progress: Progress | None = None,
        complaints: Complaints | None = None,
        places: Sequence[Place] = (),
    ) -> Interpreter:
        """Train every component on what those before it made of the examples.

        Args:
            places: where each entry of the pipeline stands, for complaints.

        Raises:
            ProjectError: there are unknown components, or data or options that one of them cannot use.
        """
        entries = read_pipeline(pipeline, complaints=complaints, places=places)
        for entry in entries:
            tell_unheeded(entry.name, entry.given)
        corpus = Corpus(data, [Draft(one.text, language) for one in data.examples], language, seed)
        corpus.names = {name: Draft(readable(name), language) for name in data.intents}
        steps: list[tuple[Entry, Component]] = []
        for done, entry in enumerate(entries):
            if progress is not None:
                progress(entry.name, done / len(entries))
            steps.append((entry, _trained(entry, corpus)))
        if progress is not None and entries:
            progress(entries[-1].name, 1.0)
        return cls(language, steps)

    def renew(self, data: TrainingData) -> None:
        """Take over what of the data needs no training: the words of responses."""
        for _, component in self.steps:
            if isinstance(component, ResponseSelector):
                component.renew(data)

    def with_domain(self, intents: Collection[str], entities: Collection[str]) -> Interpreter:
        """The same pipeline, with the names that ``/intent{...}`` messages may use."""
        return Interpreter(self.language, self.steps, Known(frozenset(intents), frozenset(entities)))

    def parse(self, text: str, metadata: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Rasa's JSON for one message: ``text``, ``intent``, ``entities``, ``intent_ranking`` and so on.

        Args:
            metadata: what the channel tells of the message.
        """
        draft, steps = self._begin(text, metadata)
        for entry, component in steps:
            try:
                _process(entry, component, draft)
            except Exception as error:
                _tell_failure(entry, error)
        return draft.as_dict()

    async def understand(self, text: str, metadata: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """As :meth:`parse`; while a component waits for somebody else, other conversations go on."""
        draft, steps = self._begin(text, metadata)
        for entry, component in steps:
            try:
                if getattr(entry.kind, "waits", False):
                    await component.ask(draft)
                elif len(text) > LONG_TEXT:
                    await asyncio.to_thread(_process, entry, component, draft)
                else:
                    _process(entry, component, draft)
            except Exception as error:
                _tell_failure(entry, error)
        return draft.as_dict()

    def _begin(
        self, text: str, metadata: Mapping[str, Any] | None
    ) -> tuple[Draft, Sequence[tuple[Entry, Component]]]:
        """The draft, and the components that it is to pass through."""
        told = read_payload(text, self.known)
        if told is not None:
            return told, ()
        return Draft(text, self.language, metadata or {}), self.steps if text.strip() else ()

    def save(self, part: Part) -> None:
        """Write the pipeline below ``part``, each component in a folder of its own."""
        entries = [{"name": entry.name, "options": dict(entry.options)} for entry, _ in self.steps]
        part.write_json("interpreter.json", {"language": self.language, "pipeline": entries})
        for at, (_, component) in enumerate(self.steps):
            component.save(part.part(str(at)))

    @classmethod
    def load(cls, part: Part, *, trusted: Collection[str] = ()) -> Interpreter:
        """Read what :meth:`save` wrote.

        Only those of the project's own components are imported whose class paths are ``trusted``.
        Raises :class:`ModelError` when the archive is not such a model.
        """
        try:
            document = part.read_json("interpreter.json")
            pipeline = [{**item["options"], "name": item["name"]} for item in document["pipeline"]]
            entries = read_pipeline(pipeline, complaints=Complaints(), trusted=trusted)
            steps = [
                (entry, entry.kind.load(entry.options, part.part(str(at))))
                for at, entry in enumerate(entries)
            ]
            return cls(str(document["language"]), steps)
        except ModelError:
            raise
        except ProjectError as error:
            raise ModelError(f"The model does not fit this program: {error}") from error
        except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
            raise ModelError(f"The model is damaged ({error!r}). Train it again.") from error


def _trained(entry: Entry, corpus: Corpus) -> Component:
    """The component, after it has learnt from the corpus and added to it what those behind it learn from.

    Raises:
        ProjectError: it cannot learn from this; the complaint has the line of ``config.yml``.
    """
    try:
        component = entry.kind.train(entry.options, corpus)
        if getattr(entry.kind, "prepares", False):
            copies = (draft for _, draft in corpus.entity_copies)
            for draft in (*corpus.drafts, *corpus.names.values(), *copies):
                component.process(draft)
        return component
    except ProjectError as error:
        placed = [one if one.place else replace(one, place=entry.place) for one in error.complaints]
        raise ProjectError(placed) from error
    except Exception as error:
        if not entry.is_custom:
            raise
        message = f"{entry.name} failed while it was trained ({type(error).__name__}: {error})."
        mend = "Correct it; santral train --debug shows where."
        raise ProjectError([Complaint("component-failed", message, mend, entry.place)]) from error


def _process(entry: Entry, component: Component, draft: Draft) -> None:
    component.process(draft)
    if getattr(entry.kind, "prepares", False):
        for sentence in draft.parts:
            component.process(sentence)


def _tell_failure(entry: Entry, error: Exception) -> None:
    """A component failed: the others still understand what they can, and the message is not lost.

    The text of an error may quote what the customer wrote, so only its kind is told.
    """
    log.error("The component %s failed (%s); it is passed over.", entry.name, type(error).__name__)
    log.debug("Where it failed:", exc_info=True)


def readable(name: str) -> str:
    """The words of an intent's name: ``check_order`` → ``check order``."""
    return " ".join(name.replace("_", " ").replace("-", " ").replace("+", " ").split())


def class_paths(pipeline: Sequence[Mapping[str, Any] | str] | None) -> list[str]:
    """Class paths of a project's own components: what :meth:`Interpreter.load` may trust."""
    names = [item if isinstance(item, str) else item.get("name") for item in pipeline or ()]
    return [name for name in names if isinstance(name, str) and "." in name and not name.startswith("rasa.")]
