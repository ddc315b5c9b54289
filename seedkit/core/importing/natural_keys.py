"""Natural keys of Django: which columns a list such as `["add_post", "blog", "post"]` gives.

A model says so in code. Here it is a unique key of as many values, in which a foreign key stands for the natural key of
the row that it refers to; where several fit, a person says which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from seedkit.core.catalog import Table
from seedkit.core.importing.django_models import field_column
from seedkit.core.names import Columns, in_quotes, listed, listed_or
from seedkit.core.values.json_reading import Foreign
from seedkit.errors import CatalogError, FixtureError

KeyText: TypeAlias = "tuple[str, ...]"
"""The texts of a natural key, flat as Django writes it."""
KeyValues: TypeAlias = "Mapping[str, str | KeyText]"
"""A natural key by column: a text, or what the row is known by that the column refers to."""

_DEEPEST = 5
_LONGEST = 16
"""Of how many texts a natural key may be made."""

DJANGOS_OWN: Mapping[str, Columns] = {
    "auth_permission": ("codename", "content_type_id"),
    "auth_group": ("name",),
    "auth_user": ("username",),
    "django_content_type": ("app_label", "model"),
    "django_site": ("domain",),
}
"""By which columns the models are known that come with Django."""


class NaturalKeys:
    """Which columns make up natural keys; `given` are columns by the bare name of a table."""

    def __init__(self, given: Mapping[str, Sequence[str]], table: Callable[[int], Table]) -> None:
        self._given = {**DJANGOS_OWN, **given}
        self._table = table

    def values(self, table: Table, key: Foreign) -> KeyValues:
        """Say what a natural key gives; raises CatalogError where no unique key fits it, or several do."""
        texts = key_texts(key)
        found = list(self._fitting(table, texts, _DEEPEST))
        if len(found) == 1:
            return found[0]
        shown = listed(texts)
        hint = f"Say which columns they are: --natural-key MODEL={','.join('COLUMN' for _ in texts)}."
        if not found:
            raise CatalogError(f"no unique key of {in_quotes(table.name)} has what {shown} would give", hint=hint)
        names = listed_or([", ".join(values) for values in found])
        raise CatalogError(f"{shown} could be {names} of {in_quotes(table.name)}", hint=hint)

    def candidates(self, table: Table) -> list[Columns]:
        """List the columns that may make up natural keys of a table."""
        if given := self._given.get(table.name.name):
            return [tuple(table.column(name).name for name in given)]
        return list(dict.fromkeys(key.columns for key in table.keys if not key.primary))

    def referred_table(self, table: Table, column: str) -> Table | None:
        """Give the table that a column refers to."""
        key = field_column(table, column).key
        return None if key is None else self._table(key.references)

    def _fitting(self, table: Table, texts: KeyText, depth: int) -> Iterator[KeyValues]:
        if depth:
            for columns in self.candidates(table):
                yield from self._shared_out(table, columns, texts, depth)

    def _shared_out(self, table: Table, columns: Columns, texts: KeyText, depth: int) -> Iterator[KeyValues]:
        """Give each way in which columns may take all texts, in their order."""
        if not columns:
            if not texts:
                yield {}
            return
        column, *rest = columns
        referred = self.referred_table(table, column)
        widths = [1] if referred is None else range(1, len(texts) - len(rest) + 1)
        for width in widths:
            head = texts[:width]
            if not head or (referred is not None and not any(self._fitting(referred, head, depth - 1))):
                continue
            if referred is None and table.column(column).category == "N" and not head[0].lstrip("-").isdecimal():
                continue
            for others in self._shared_out(table, tuple(rest), texts[width:], depth):
                yield {column: head[0] if referred is None else head, **others}


def key_texts(key: Foreign) -> KeyText:
    """Give the texts of a natural key; raises FixtureError for a list that is none."""
    if isinstance(key, list) and 0 < len(key) <= _LONGEST and all(isinstance(part, (str, bool)) for part in key):
        return tuple(str(part) for part in key)
    raise FixtureError("a list in place of a key is a natural key: texts and numbers, and at least one")


def own_key(columns: Columns, fields: Mapping[str, Foreign]) -> KeyText | None:
    """Give what a row itself is known by, from its values by column; None where it lacks some of them."""
    texts: list[str] = []
    for column in columns:
        value = fields.get(column)
        if value is None or isinstance(value, dict):
            return None
        texts += key_texts(value) if isinstance(value, list) else [str(value)]
    return tuple(texts)
