"""Turns what a seeder inserts, mappings or objects, into blocks of values by column."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from seedkit.core.catalog import Table
from seedkit.core.names import in_quotes
from seedkit.core.rows.blocks import ValueBlock
from seedkit.core.rows.file_order import Turns, shape_rule
from seedkit.core.rows.keys import no_column_hint
from seedkit.core.rows.shapes import RowShape
from seedkit.errors import CatalogError, UsageError

BLOCK_ROWS = 2_000


def value_blocks(rows: Iterable[object], table: Table) -> Iterator[ValueBlock]:
    """Gather rows by the columns they name, in bounded memory; those whose order shows go in it.

    Raises CatalogError for a column that the table doesn't have, UsageError for a row that is no mapping.
    """
    gathered: dict[RowShape, list[tuple[Any, ...]]] = {}
    shapes: dict[tuple[str, ...], RowShape] = {}
    turns = Turns(shape_rule(table))
    for row in rows:
        values = as_mapping(row)
        names = tuple(values)
        if names not in shapes:
            shapes[names] = _shape(names, table)
        shape = shapes[names]
        if shape not in gathered:
            ended = turns.ended_by(shape)
            if ended in gathered:
                yield ValueBlock(ended, gathered.pop(ended))
            gathered[shape] = []
        waiting = gathered[shape]
        waiting.append(tuple(values[name] for name in shape.columns))
        if len(waiting) == BLOCK_ROWS:
            yield ValueBlock(shape, gathered.pop(shape))
    yield from (ValueBlock(shape, waiting) for shape, waiting in gathered.items())


def _shape(names: tuple[str, ...], table: Table) -> RowShape:
    if not names and (hint := no_column_hint(table)):
        raise UsageError(f"a row for table {in_quotes(table.name)} names no column", hint=hint)
    chosen = [table.column(str(name)) for name in names]
    for column in chosen:
        if column.generated:
            raise CatalogError(
                f'column "{column.name}" of table {in_quotes(table.name)} is generated and can not be written'
            )
    return RowShape(columns=tuple(column.name for column in sorted(chosen, key=lambda column: column.number)))


def as_mapping(row: object) -> Mapping[str, Any]:
    """Read a row as column → value: a mapping, a dataclass, a pydantic or a SQLAlchemy instance.

    Attributes that a SQLAlchemy instance was never given are left to the database's defaults.

    >>> as_mapping({"id": 1})
    {'id': 1}
    """
    if isinstance(row, Mapping):
        return row
    if dataclasses.is_dataclass(row) and not isinstance(row, type):
        return {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    if hasattr(row, "model_dump"):
        return dict(row.model_dump())
    if hasattr(row, "__mapper__"):
        given = vars(row)
        attributes = row.__mapper__.column_attrs
        return {item.columns[0].name: given[item.key] for item in attributes if item.key in given}
    raise UsageError(
        f"a row must be a mapping, a dataclass, a pydantic or a SQLAlchemy instance, not {type(row).__name__}"
    )
