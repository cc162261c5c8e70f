"""Understanding from start to finish: a text goes through the pipeline's components, in order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from bot.archive import Part
from bot.errors import Complaints, ModelError, ProjectError
from bot.nlu.component import Component, Corpus, Draft
from bot.nlu.data import TrainingData
from bot.nlu.payload import Known, read_payload
from bot.nlu.registry import Entry, read_pipeline
from bot.nlu.selector import ResponseSelector

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
    ) -> Interpreter:
        """Train every component on what those before it made of the examples.

        Raises :class:`ProjectError` for unknown components and for data that one of them cannot use.
        """
        entries = read_pipeline(pipeline, complaints=complaints)
        corpus = Corpus(data, [Draft(one.text, language) for one in data.examples], language, seed)
        corpus.names = {name: Draft(readable(name), language) for name in data.intents}
        steps: list[tuple[Entry, Component]] = []
        for done, entry in enumerate(entries):
            if progress is not None:
                progress(entry.name, done / len(entries))
            component = entry.kind.train(entry.options, corpus)
            if entry.kind.prepares:
                copies = (draft for _, draft in corpus.entity_copies)
                for draft in (*corpus.drafts, *corpus.names.values(), *copies):
                    component.process(draft)
            steps.append((entry, component))
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

    def parse(self, text: str) -> dict[str, Any]:
        """Rasa's JSON for one message: ``text``, ``intent``, ``entities``, ``intent_ranking`` and so on."""
        draft = read_payload(text, self.known)
        if draft is None:
            draft = Draft(text, self.language)
            if text.strip():
                for entry, component in self.steps:
                    component.process(draft)
                    if entry.kind.prepares:
                        for sentence in draft.parts:
                            component.process(sentence)
        return draft.as_dict()

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


def readable(name: str) -> str:
    """The words of an intent's name: ``check_order`` → ``check order``."""
    return " ".join(name.replace("_", " ").replace("-", " ").replace("+", " ").split())


def class_paths(pipeline: Sequence[Mapping[str, Any] | str] | None) -> list[str]:
    """Class paths of a project's own components: what :meth:`Interpreter.load` may trust."""
    names = [item if isinstance(item, str) else item.get("name") for item in pipeline or ()]
    return [name for name in names if isinstance(name, str) and "." in name and not name.startswith("rasa.")]
