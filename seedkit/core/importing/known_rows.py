"""Rows that natural keys refer to: their labels, which of them the files hold, and which only the database can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from seedkit.core.catalog import Table
from seedkit.core.importing.django_models import Tables
from seedkit.core.importing.natural_keys import KeyText, KeyValues, NaturalKeys, key_texts, own_key
from seedkit.core.importing.row_texts import LabelMaker
from seedkit.core.names import Columns
from seedkit.core.values.json_reading import Foreign
from seedkit.core.writing.yaml_text import text_scalar


class SoughtRow(NamedTuple):
    """A row that is referred to and in no file."""

    table: Table
    label: str
    values: KeyValues


class KnownRows:
    """What is known of the rows with natural keys; first all references are seen, then all rows."""

    def __init__(self, keys: NaturalKeys, tables: Tables) -> None:
        self._keys = keys
        self._tables = tables
        self._labels: dict[int, LabelMaker] = {}
        self._sought: dict[tuple[int, KeyText], KeyValues] = {}
        self._columns: dict[int, dict[Columns, None]] = {}
        self._found: set[tuple[int, KeyText]] = set()

    def refer(self, oid: int, key: Foreign) -> None:
        """See that a row is referred to by its natural key, and so are those that the key itself refers to."""
        place = (oid, key_texts(key))
        if place in self._sought:
            return
        table = self._tables.table(oid)
        values = self._sought[place] = self._keys.values(table, key)
        self._columns.setdefault(oid, {})[tuple(values)] = None
        self._label(oid, place[1])
        for column, value in values.items():
            referred = self._keys.referred_table(table, column)
            if referred is not None and not isinstance(value, str):
                self.refer(referred.oid, list(value))

    def is_referred_to(self, table: Table) -> bool:
        """Whether rows of a table need labels."""
        return table.oid in self._columns

    def key_columns(self, table: Table, values: Mapping[str, Foreign]) -> Columns | None:
        """Give the columns by which a row without a primary key can be known, None where it lacks all of them."""
        used = list(self._columns.get(table.oid, {}))
        for columns in dict.fromkeys([*used, *self._keys.candidates(table)]):
            if own_key(columns, values) is not None:
                return columns
        return None

    def label_of(self, table: Table, values: Mapping[str, Foreign], columns: Columns | None) -> str | None:
        """Give the label of a row of the files, None where nothing that it is known by is complete."""
        for each in dict.fromkeys([*self._columns.get(table.oid, {}), *([columns] if columns else [])]):
            key = own_key(each, values)
            if key is not None:
                self._found.add((table.oid, key))
                return self._label(table.oid, key)
        return None

    def spare_label(self, table: Table, text: str) -> str:
        """Make a label for a row that nothing refers to by a natural key."""
        return self._label(table.oid, ("", text))

    def reference(self, oid: int, key: Foreign) -> str:
        """Write a reference to a row by its natural key."""
        return self.reference_to(self._tables.table(oid), self._label(oid, key_texts(key)))

    def reference_to(self, table: Table, label: str) -> str:
        """Write a reference to a labelled row."""
        return f"!ref {text_scalar(f'{self._tables.typed(table)}.{label}')}"

    def missing(self) -> Iterator[SoughtRow]:
        """Give the rows that are referred to and that no file has had."""
        for (oid, key), values in self._sought.items():
            if (oid, key) not in self._found:
                yield SoughtRow(self._tables.table(oid), self._label(oid, key), values)

    def _label(self, oid: int, key: KeyText) -> str:
        return self._labels.setdefault(oid, LabelMaker()).label(key)
