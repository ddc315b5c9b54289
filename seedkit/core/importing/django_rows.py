"""Objects of Django's fixtures → rows of ours, as text: first a look at all of them, then one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from seedkit.core.fixture_language.join_rows import Join
from seedkit.core.importing.django_cells import CellWriter
from seedkit.core.importing.django_models import FieldColumn, Models, field_column
from seedkit.core.importing.django_objects import DjangoObject, taken_apart
from seedkit.core.importing.foreign_values import spelled
from seedkit.core.importing.known_rows import KnownRows, SoughtRow
from seedkit.core.importing.report import Kind, RowsFile
from seedkit.core.importing.row_texts import Cells, row_text
from seedkit.core.names import Columns, listed
from seedkit.core.values.json_reading import Foreign
from seedkit.errors import FixtureError


class ImportedRow(NamedTuple):
    """A row, and the file that it belongs into."""

    file: RowsFile
    text: str


class DjangoRows:
    """Takes objects apart, and writes them as rows; `known` is None where no database is asked."""

    def __init__(self, models: Models, known: KnownRows | None) -> None:
        self._models = models
        self._known = known
        self._cells = CellWriter(known)
        self._made: dict[str, int] = {}

    @property
    def notes(self) -> dict[str, int]:
        """What is to be known of the rows, with how often it was so."""
        return self._cells.notes

    def look_at(self, values: Mapping[str, Foreign]) -> None:
        """See what an object refers to by natural keys; raises FixtureError and CatalogError."""
        taken = taken_apart(self._models, values, self._cells.note)
        if self._known is None:
            return
        for field, value in taken.fields:
            if field.key is not None and isinstance(value, list):
                self._known.refer(field.key.references, value)
        for join, items in taken.lists:
            for item in items:
                if isinstance(item, list):
                    self._known.refer(join.other_table, item)

    def rows(self, values: Mapping[str, Foreign]) -> Iterator[ImportedRow]:
        """Write an object: its own row, and those of the tables that its lists fill."""
        taken = taken_apart(self._models, values, self._cells.note)
        file, label = self._place(taken)
        cells = {**self._key_cells(taken), **self._field_cells(taken)}
        self._cells.note_left_out(taken.model, cells)
        yield ImportedRow(file, row_text(label, cells))
        for join, items in taken.lists:
            yield from self._joining(taken, label, join, items)

    def sought(self, row: SoughtRow, typed: str) -> ImportedRow:
        """Write a row that the database is to have already, by what it is known by."""
        cells = {}
        for column, value in row.values.items():
            field = field_column(row.table, column)
            cells[column] = self._cells.cell(field, value if isinstance(value, str) else list(value))
        return ImportedRow(RowsFile(table=typed, kind=Kind.SOUGHT, key=tuple(cells)), row_text(row.label, cells))

    def _place(self, taken: DjangoObject) -> tuple[RowsFile, str | None]:
        """Say in which file a row belongs, and under which label."""
        model, known = taken.model, self._known
        if model.table is None or known is None:
            return self._kept(taken) if taken.key else self._made_up(taken)
        values = taken.by_column
        columns = None if taken.key else known.key_columns(model.table, values)
        if taken.key and not known.is_referred_to(model.table):
            return self._kept(taken)
        if not taken.key and columns is None:
            return self._made_up(taken)
        label = known.label_of(model.table, values, columns)
        if label is None:
            label = known.spare_label(model.table, "_".join(str(value) for value in taken.key.values()))
        kind = Kind.LABELLED if taken.key else Kind.BY_KEY
        return RowsFile(table=model.typed_table, kind=kind, key=columns or ()), label

    def _kept(self, taken: DjangoObject) -> tuple[RowsFile, None]:
        return RowsFile(table=taken.model.typed_table, kind=Kind.KEPT), None

    def _made_up(self, taken: DjangoObject) -> tuple[RowsFile, str]:
        """Give a row its label for a key, as nothing else tells it from others."""
        model = taken.model
        number = self._made[model.name] = self._made.get(model.name, 0) + 1
        label = f"{model.name.partition('.')[2]}_{number}"
        if model.table is not None and self._known is not None:
            label = self._known.spare_label(model.table, label)  # none of those that natural keys have
        return RowsFile(table=model.typed_table, kind=Kind.MADE), label

    def _key_cells(self, taken: DjangoObject) -> Cells:
        table = taken.model.table
        if table is None:
            return {column: spelled(value, None) for column, value in taken.key.items()}
        return {column: self._cells.cell(field_column(table, column), value) for column, value in taken.key.items()}

    def _field_cells(self, taken: DjangoObject) -> Cells:
        return {field.name: self._cells.cell(field, value) for field, value in taken.fields}

    def _joining(
        self, taken: DjangoObject, label: str | None, join: Join, items: list[Foreign]
    ) -> Iterator[ImportedRow]:
        own = self._own_key(taken, label)
        columns: Columns = (join.own_column, join.other_column)
        typed = self._models.typed(join.table)
        other = field_column(join.table, join.other_column)
        cells = dict.fromkeys(self._other_key(other, join, item) for item in items)
        for cell in cells:
            row = row_text(None, {join.own_column: own, join.other_column: cell})
            yield ImportedRow(RowsFile(table=typed, kind=Kind.JOINING, key=columns), row)

    def _own_key(self, taken: DjangoObject, label: str | None) -> str:
        keys = list(self._key_cells(taken).values())
        if len(keys) == 1:
            return keys[0]
        if label is None or taken.model.table is None or self._known is None:
            raise FixtureError(f"a list of {listed([taken.model.name])} needs a key of one column")
        return self._known.reference_to(taken.model.table, label)

    def _other_key(self, other: FieldColumn, join: Join, item: Foreign) -> str:
        if isinstance(item, list) and self._known is not None:
            return self._known.reference(join.other_table, item)
        return self._cells.cell(other, item)
