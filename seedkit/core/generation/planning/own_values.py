"""Whose a column's values are: what may be taken of rows that are there, and what may be somebody's own."""

from __future__ import annotations

from collections.abc import Sequence

from seedkit.core.generation.columns.texts.meanings import MAKERS
from seedkit.core.generation.expressions.tree import columns_of
from seedkit.core.generation.meanings import words_of
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.planning.partitions import Partitions
from seedkit.core.generation.planning.types.kinds import family_of

_CATEGORIES = frozenset(
    (
        *("status", "role", "plan", "priority", "size_name", "unit", "payment_method", "genre", "department", "action"),
        *("weekday", "month_name", "currency", "country", "country_code", "country_code_3", "continent", "language"),
        *("locale", "time_zone", "file_extension", "mime_type", "http_method", "log_level", "environment", "version"),
        *("color", "hex_color", "word", "words"),
    )
)
"""The meanings of texts that are nobody's own."""
_PERSONAL = frozenset(("latitude", "longitude", "age", "salary", "height", "weight", "birth"))
"""Numbers and days that are somebody's own."""


def is_nobodys_key(facts: Facts) -> bool:
    """Whether no key holds the column, and no partition asks for values of it."""
    name = facts.column.name
    keys = (key for rule in facts.rules.uniques for key in rule.keys)
    return not facts.unique and all(name not in columns_of(key) for key in keys) and not _divides(facts)


def _divides(facts: Facts) -> bool:
    return facts.column.name in Partitions.of(facts.rules).columns()


def is_personal(facts: Facts, meaning: str | None, run: Run) -> bool:
    """Whether values may be somebody's own, by the column's meaning; of a number also by what a text would mean."""
    if family_of(facts.kind) == "text":
        return meaning is not None and meaning not in _CATEGORIES
    words, table = words_of(facts.name), facts.rules.table.name.name
    as_text = run.meanings.of(facts.name, table, "text")
    own_text = as_text is not None and as_text.name in MAKERS and as_text.name not in _CATEGORIES
    begun = (run.meanings.of(" ".join(words[: place + 1]), table, "time") for place in range(len(words)))
    of_birth = any(found is not None and found.name == "birth" for found in begun)
    return meaning in _PERSONAL or own_text or of_birth or [*words[-1:]] == ["id"]


def may_name(facts: Facts, meaning: str | None, texts: Sequence[str], run: Run) -> bool:
    """Whether texts may be names: of a `customer`, or one of them is, or has a blank where the column means nothing."""
    called = run.meanings.of("name", facts.name, "text")
    if called is not None and called.name == "full_name":
        return True
    names = {*run.words.lists["given_names"], *run.words.lists["surnames"]}
    unknown = meaning is None and any(" " in text for text in texts)
    return unknown or any(word in names for text in texts for word in text.split())
