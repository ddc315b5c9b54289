"""What JSON Schema says of generate.yml: tables, their columns, and how many rows."""

from __future__ import annotations

from collections.abc import Iterable

from seedkit.core.writing.described_tables import TableToDescribe, stems, told, written
from seedkit.core.writing.value_schema import Schema

REFINEMENTS = "generate.yml"
"""The definition that the file of that name follows."""

_ROWS: Schema = {
    "description": "how many rows: 1000, or !per {users: 0..8}",
    "type": ["integer", "string", "object"],
}


def refinement_schema(tables: Iterable[TableToDescribe]) -> Schema:
    """Describe what people say of generated rows: a row a table, columns and tables also by patterns."""
    return {
        "title": "what is generated",
        "type": ["object", "null"],
        "properties": {"_rows": _ROWS, **{table.name: _refined(table) for table in tables}},
        "patternProperties": {r"\*|\.": {}},
        "additionalProperties": {"not": {}, "errorMessage": "there is no such table"},
    }


def _refined(table: TableToDescribe) -> Schema:
    columns = {column.name: {"description": "; ".join(told(table, column))} for column in written(table.table)}
    names = [stem for column in written(table.table) for stem in stems(table.table, column)]
    by_label: Schema = {name: {} for name in names if name not in columns}
    return {
        "description": "~ leaves it alone",
        "type": ["object", "null"],
        "properties": {"_rows": _ROWS, **by_label, **columns},
        "additionalProperties": {"not": {}, "errorMessage": f"{table.name} has no such column"},
    }
