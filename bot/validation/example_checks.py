"""Do the examples fit the domain, and can intents be told apart?"""

from __future__ import annotations

from bot.domain import DEFAULT_INTENTS, Domain
from bot.errors import Complaints, Place
from bot.nlu.data import Example, TrainingData
from bot.project_config import Config
from bot.validation.places import DomainPlaces
from bot.yaml_shape import did_you_mean, shortened

FEWEST_EXAMPLES = 2
"""Rasa's limit; with fewer an intent cannot be learned."""


class ExampleChecks:
    def __init__(self, domain: Domain, config: Config, places: DomainPlaces, complaints: Complaints) -> None:
        self.domain = domain
        self.config = config
        self.places = places
        self.complaints = complaints

    def check(self, data: TrainingData) -> None:
        intents: dict[str, list[Place | None]] = {}
        entities: dict[str, Place | None] = {}
        texts: dict[str, Example] = {}
        for example in data.examples:
            intents.setdefault(example.intent or "", []).append(example.place)
            for span in example.entities:
                entities.setdefault(span.entity, example.place)
            first = texts.setdefault(example.text, example)
            if first.intent != example.intent:
                message = (
                    f"'{shortened(example.text)}' is an example of '{first.intent}' ({first.place}) too."
                )
                self.complaints.warn("example-ambiguous", message, "Keep it in one intent.", example.place)
        self._intents(intents)
        for name, place in entities.items():
            if name not in self.domain.entities:
                message = f"An example marks the entity '{name}', which the domain does not declare."
                mend = did_you_mean(name, self.domain.entities, f"Add '{name}' to the domain's entities.")
                self.complaints.warn("entity-undeclared", message, mend, place)
        self._retrieval(intents)

    def _intents(self, intents: dict[str, list[Place | None]]) -> None:
        known = {*self.domain.intents, *DEFAULT_INTENTS}
        for name, places in intents.items():
            base = name.split("/", 1)[0]
            if base not in known:
                message = f"Examples are given for the intent '{base}', which the domain does not declare."
                mend = did_you_mean(base, known, f"Add '{base}' to the domain's intents.")
                self.complaints.warn("intent-undeclared", message, mend, places[0])
            if len(places) < FEWEST_EXAMPLES and "/" not in name:
                message = f"The intent '{name}' has only one example."
                self.complaints.warn("intent-few-examples", message, "Give it ten or more.", places[0])
        given = {name.split("/", 1)[0] for name in intents}
        for name in self.domain.intents:
            if name not in given and name not in DEFAULT_INTENTS and intents:
                message = f"The intent '{name}' has no examples."
                place = self.places.of("intents", name)
                self.complaints.warn("intent-no-examples", message, "Add some under 'nlu:'.", place)

    def _retrieval(self, intents: dict[str, list[Place | None]]) -> None:
        full = {name: places[0] for name, places in intents.items() if "/" in name}
        for name, place in full.items():
            base = name.split("/", 1)[0]
            if base in intents:
                message = f"'{base}' has examples with and without a response key."
                self.complaints.warn("intent-mixed", message, "Give all of them a key.", intents[base][0])
            if f"utter_{name}" not in self.domain.responses:
                message = f"The retrieval intent '{name}' has no response."
                self.complaints.warn("response-missing", message, f"Add 'utter_{name}:'.", place)
        names = [str(one["name"]) for one in self.config.pipeline]
        if full and not any("ResponseSelector" in one for one in names):
            message = "There are retrieval intents, but no ResponseSelector in the pipeline."
            mend = "Add '- name: ResponseSelector' to the pipeline."
            self.complaints.warn("selector-missing", message, mend, next(iter(full.values())))
