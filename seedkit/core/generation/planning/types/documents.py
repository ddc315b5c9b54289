"""JSON documents: of the kind that CHECKs ask for, of the shape that the default has, by the column's name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import islice, product
from typing import TypeAlias

from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.planning.chosen import Facts, Made, Run
from seedkit.core.generation.streams import Stream
from seedkit.core.values.copy_text import field_text

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

DOCUMENTS = frozenset(("json", "jsonb"))
_MOST = 256
_SIZES = (1, 2, 3, 5)
_KINDS: Mapping[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
}


def document_generator(facts: Facts, meaning: str | None, run: Run, stream: Stream) -> Made:
    """Give the generator of a document, and its spelling."""
    default = _default(facts)
    kind = _kind(facts, meaning, default)
    alike = _alike(default, run) if _of_kind(default) == kind else []
    documents = alike or list(islice(_documents(kind, meaning, run), _MOST))
    texts = tuple(field_text(json.dumps(document, ensure_ascii=False)) for document in documents)
    name = meaning if _KINDS_BY_MEANING.get(meaning or "") == kind else _NAMES[kind]
    return Choice(texts, stream), f"!like {name}"


def _kind(facts: Facts, meaning: str | None, default: Json) -> str:
    """Say what `jsonb_typeof` is to say of the documents: by the CHECKs, else by their name, else by the default."""
    asked = facts.narrowing.document
    if asked is not None and asked in _NAMES:
        return asked
    named = _KINDS_BY_NAME.get(meaning or "") or _of_kind(default) or _KINDS_BY_MEANING.get(meaning or "")
    return named or "object"


def _default(facts: Facts) -> Json:
    """Give the document that is the column's default; None where it has none, or that is a null."""
    text = facts.column.constant
    if text is None or facts.part is not None:
        return None
    try:
        found: Json = json.loads(text)
    except ValueError:
        return None
    return found


def _of_kind(default: Json) -> str | None:
    return _KINDS.get(type(default))


def _alike(default: Json, run: Run) -> list[Json]:
    """Give documents of a default's shape: the same keys, other values of the same kinds."""
    if not isinstance(default, dict) or not default:
        return []
    choices = [_values_like(value, run) for value in default.values()]
    return [dict(zip(default, values, strict=True)) for values in islice(_turning(choices), 64)]


def _turning(choices: list[list[Json]]) -> list[tuple[Json, ...]]:
    """Combine values so that each of them turns up, however many keys there are."""
    return [
        tuple(values[(row * (place + 1)) % len(values)] for place, values in enumerate(choices)) for row in range(64)
    ]


def _values_like(value: Json, run: Run) -> list[Json]:
    match value:
        case bool():
            return [value, not value]
        case int():
            return [value, *range(1, 6)]
        case str():
            return [value, *run.words.lists["colors"][:5]]
        case _:
            return [value]


def _settings(_run: Run) -> list[Json]:
    languages = ("en", "de", "fr", "es")
    return [
        {"theme": theme, "language": language, "notifications": notifications}
        for theme, language, notifications in product(("light", "dark"), languages, (True, False))
    ]


def _metadata(run: Run) -> list[Json]:
    nouns = run.words.lists["nouns"][:24]
    return [{"source": source, "campaign": noun} for source, noun in product(("web", "mail", "app"), nouns)]


def _objects(run: Run) -> list[Json]:
    return [{"color": color, "size": size} for color, size in product(run.words.lists["colors"], _SIZES)]


def _lists(run: Run) -> list[Json]:
    nouns = run.words.lists["nouns"]
    return [list(nouns[place : place + 1 + place % 3]) for place in range(0, min(len(nouns) - 3, _MOST))]


_BY_KIND: Mapping[str, Callable[[Run], list[Json]]] = {
    "object": _objects,
    "array": _lists,
    "string": lambda run: list(run.words.lists["colors"]),
    "number": lambda _run: list(range(1, 50)),
    "boolean": lambda _run: [True, False],
    "null": lambda _run: [None],
}
_BY_MEANING: Mapping[str, Callable[[Run], list[Json]]] = {"settings": _settings, "metadata": _metadata, "list": _lists}
_KINDS_BY_MEANING: Mapping[str, str] = {"settings": "object", "metadata": "object", "list": "array"}
_NAMES: Mapping[str, str] = {
    "object": "json_object",
    "array": "json_array",
    "string": "json_string",
    "number": "json_number",
    "boolean": "json_boolean",
    "null": "json_null",
}
_KINDS_BY_NAME: Mapping[str, str] = {name: kind for kind, name in _NAMES.items()}
MEANINGS = frozenset((*_BY_MEANING, *_NAMES.values()))
"""The meanings that a document can have."""


def _documents(kind: str, meaning: str | None, run: Run) -> list[Json]:
    if _KINDS_BY_MEANING.get(meaning or "") == kind:
        return _BY_MEANING[meaning or ""](run)
    return _BY_KIND[kind](run)
