"""``config.yml``: the language, the pipeline that understands, the policies that decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.errors import Complaints, Place
from bot.yaml_file import Map
from bot.yaml_shape import Shape, plain

DEFAULT_PIPELINE: tuple[Mapping[str, Any], ...] = (
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
    {"name": "EntitySynonymMapper"},
    {"name": "ResponseSelector", "epochs": 100, "constrain_similarities": True},
    {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
)
"""What Rasa takes when ``pipeline`` is absent or empty."""

DEFAULT_POLICIES: tuple[Mapping[str, Any], ...] = (
    {"name": "MemoizationPolicy"},
    {"name": "RulePolicy"},
    {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": 100},
    {"name": "TEDPolicy", "max_history": 5, "epochs": 100, "constrain_similarities": True},
)
"""What Rasa takes when ``policies`` is absent or empty."""

DEFAULT_LANGUAGE = "en"
DEFAULT_RECIPE = "default.v1"
PLACEHOLDER_ASSISTANT_ID = "placeholder_default"

KNOWN_KEYS = (
    "version",
    "recipe",
    "assistant_id",
    "language",
    "pipeline",
    "policies",
    "importers",
    "imports",
    "spaces",
    "menus",
)


@dataclass(frozen=True, slots=True)
class Config:
    """What ``config.yml`` says. Entries of the lists have ``name`` and the component's parameters."""

    language: str = DEFAULT_LANGUAGE
    pipeline: tuple[Mapping[str, Any], ...] = DEFAULT_PIPELINE
    policies: tuple[Mapping[str, Any], ...] = DEFAULT_POLICIES
    recipe: str = DEFAULT_RECIPE
    assistant_id: str | None = None
    menus: bool = True
    """Whether messages are held against the buttons last offered before they are understood."""
    raw: Mapping[str, Any] = field(default_factory=dict)
    """The file as it stands."""
    places: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    """``pipeline`` and ``policies`` → where each entry stands; empty for the defaults."""
    place: Place | None = None

    @property
    def policy_names(self) -> list[str]:
        return [one["name"] for one in self.policies]


def read_config(content: Any, file: str, complaints: Complaints) -> Config:
    """Read the content of ``config.yml``; what is absent gets Rasa's default."""
    shape = Shape(complaints, "config")
    place = Place(file)
    if content is None:
        return Config(place=place)
    found = shape.mapping(content, place, "The file")
    if found is None:
        return Config(place=place)
    shape.keys(found, KNOWN_KEYS, "The config", warning=True)
    pipeline = _components(found, "pipeline", shape)
    policies = _components(found, "policies", shape)
    recipe = _text(found, "recipe", shape) or DEFAULT_RECIPE
    assistant_id = _text(found, "assistant_id", shape)
    _check_identity(found, recipe, assistant_id, complaints)
    return Config(
        language=_text(found, "language", shape) or DEFAULT_LANGUAGE,
        pipeline=DEFAULT_PIPELINE if pipeline is None else tuple(one for one, _ in pipeline),
        policies=DEFAULT_POLICIES if policies is None else tuple(one for one, _ in policies),
        recipe=recipe,
        assistant_id=assistant_id,
        menus=_flag(found, "menus", True, shape),
        raw=plain(found),
        places={
            "pipeline": tuple(where for _, where in pipeline or ()),
            "policies": tuple(where for _, where in policies or ()),
        },
        place=place,
    )


def _text(found: Map, key: str, shape: Shape) -> str | None:
    if found.get(key) is None:
        return None
    return shape.text(found[key], found.place_of(key), f"'{key}'")


def _flag(found: Map, key: str, default: bool, shape: Shape) -> bool:
    value = found.get(key)
    if value is None or isinstance(value, bool):
        return default if value is None else value
    message = f"'{key}' must be true or false."
    shape.complaints.error(
        "config-flag", message, f"Write '{key}: false' or leave it out.", found.place_of(key)
    )
    return default


def _components(found: Map, key: str, shape: Shape) -> list[tuple[dict[str, Any], Place]] | None:
    """Entries with their places; ``None`` where the default applies."""
    if found.get(key) is None:
        return None
    entries = shape.sequence(found[key], found.place_of(key), f"'{key}'")
    if entries is None:
        return None
    good: list[tuple[dict[str, Any], Place]] = []
    for index, entry in enumerate(entries):
        place = entries.place_of(index)
        if isinstance(entry, str):
            message = f"An entry of '{key}' must be a mapping with a name, but is the text '{entry}'."
            shape.complaints.error("config-component", message, f"Write '- name: {entry}'.", place)
            continue
        component = shape.mapping(entry, place, f"An entry of '{key}'")
        if component is None:
            continue
        name = component.get("name")
        if not isinstance(name, str) or not name:
            message = f"An entry of '{key}' has no name."
            shape.complaints.error("config-component", message, "Add 'name: ' and the component.", place)
            continue
        good.append((plain(component), place))
    return good


def _check_identity(found: Map, recipe: str, assistant_id: str | None, complaints: Complaints) -> None:
    if recipe != DEFAULT_RECIPE:
        message = f"The recipe '{recipe}' is unknown."
        mend = f"Write 'recipe: {DEFAULT_RECIPE}'."
        complaints.error("config-recipe", message, mend, found.place_of("recipe"))
    for key, value in (("recipe", DEFAULT_RECIPE), ("language", "tr"), ("assistant_id", "my_shop")):
        if key not in found:
            message = f"The config has no '{key}'."
            complaints.warn("config-missing-key", message, f"Add '{key}: {value}'.", found.place)
    for key in ("importers", "imports", "spaces"):
        if found.get(key) and found[key] != [{"name": "RasaFileImporter"}]:
            message = f"'{key}' has no effect: files are only read from this project."
            mend = "Name further folders with --data and --domain, and remove it."
            complaints.warn("config-importers", message, mend, found.place_of(key))
    if assistant_id == PLACEHOLDER_ASSISTANT_ID:
        message = "The assistant_id is still the template's placeholder."
        mend = "Give the bot a name of its own."
        complaints.warn("config-placeholder", message, mend, found.place_of("assistant_id"))
