"""The values of Django's rows, spelled for their columns, and what is to be known of them."""

from __future__ import annotations

import re

from seedkit.core.importing.django_models import FieldColumn, Model
from seedkit.core.importing.foreign_values import spelled
from seedkit.core.importing.known_rows import KnownRows
from seedkit.core.importing.row_texts import Cells
from seedkit.core.values.json_reading import Foreign

_WITHOUT_ZONE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+\Z")


class CellWriter:
    """Spells values; `notes` are what is to be known of them, with how often it was so."""

    def __init__(self, known: KnownRows | None) -> None:
        self._known = known
        self.notes: dict[str, int] = {}

    def cell(self, field: FieldColumn, value: Foreign) -> str:
        """Spell a value for its column, a natural key as a reference."""
        if field.key is not None and isinstance(value, list) and self._known is not None:
            return self._known.reference(field.key.references, value)
        column = field.column
        if column is not None and column.category == "S" and isinstance(value, bool):
            written = f'{str(value).lower()} is written into a column of text as "{value}"'
            self.note(f"{column.name}: {written}, as Django does")
        if column is not None and column.base_type == "timestamp with time zone" and _is_without_zone(value):
            self.note(f"{column.name}: times without a time zone are read as UTC; Django reads them in its TIME_ZONE")
        return spelled(value, column, refers=field.key is not None)

    def note_left_out(self, model: Model, cells: Cells) -> None:
        """Note what a row leaves out and the database has no default for."""
        for column in model.table.columns if model.table else ():
            if column.required and column.name not in cells and column.name not in model.primary_key:
                self.note(
                    f'{model.typed_table}: rows leave out "{column.name}", which has no default in the database; '
                    f"the model's is given by --settings MODULE, or --default {model.name}.{column.name}=VALUE"
                )

    def note(self, text: str) -> None:
        """Note something once more."""
        self.notes[text] = self.notes.get(text, 0) + 1


def _is_without_zone(value: Foreign) -> bool:
    return isinstance(value, str) and _WITHOUT_ZONE.match(value) is not None
