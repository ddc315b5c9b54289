"""Turns what a seeder inserts, mappings or objects, into blocks of values by column."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any, NamedTuple

from seedkit.core.catalog import Table
from seedkit.core.names import Columns, in_quotes
from seedkit.core.rows.blocks import ValueBlock
from seedkit.core.rows.file_order import Turns, shape_rule
from seedkit.core.rows.keys import no_column_hint
from seedkit.core.rows.shapes import RowShape
from seedkit.errors import CatalogError, UsageError

BLOCK_ROWS = 2_000


class GivenRow(dict[str, Any]):
    """A row as column → value of which somebody else has made what is not plain.

    Columns in `once` are written on insert and left alone afterwards; for those of `computed`, which the row does not
    have, the server is to evaluate SQL then.
    """

    __slots__ = ("computed", "once")

    once: tuple[str, ...]
    computed: tuple[tuple[str, str], ...]


class RowNumbers:
    """Tells which of all rows the nth of a shape is, by where the shapes took turns; no row is kept for that.

    Past very many turns it tells nothing.
    """

    def __init__(self) -> None:
        self._turns: list[tuple[RowShape, int]] = []

    def turn(self, shape: RowShape, before: int) -> None:
        """Note that a row of a shape follows on so many rows."""
        if len(self._turns) < _TURNS and (not self._turns or self._turns[-1][0] != shape):
            self._turns.append((shape, before))

    def number_of(self, shape: RowShape, nth: int) -> int | None:
        """Give the number of the nth row of a shape, both from 1; None where it is not known.

        >>> numbers, a, b = RowNumbers(), RowShape(columns=("a",)), RowShape(columns=("b",))
        >>> numbers.turn(a, 0), numbers.turn(b, 2), numbers.turn(a, 3)
        (None, None, None)
        >>> numbers.number_of(a, 2), numbers.number_of(b, 1), numbers.number_of(a, 3)
        (2, 3, 4)
        """
        for (found, before), (_, after) in pairwise(self._turns):
            if found == shape and nth <= after - before:
                return before + nth
            nth -= (after - before) if found == shape else 0
        last = self._turns[-1] if 0 < len(self._turns) < _TURNS else None
        return last[1] + nth if last and last[0] == shape else None


_TURNS = 100_000


def value_blocks(
    rows: Iterable[object],
    table: Table,
    constants: Callable[[Columns], Mapping[str, str]] = lambda _: {},
    numbers: RowNumbers | None = None,
) -> Iterator[ValueBlock]:
    """Gather rows by the columns they name, in bounded memory; those whose order shows go in it.

    `constants` gives rows that name some columns the values of others; `numbers` is told where shapes take turns.

    Raises CatalogError for a column that the table doesn't have, UsageError for a row that is no mapping.
    """
    gathered: dict[RowShape, list[tuple[Any, ...]]] = {}
    kinds: dict[object, _Named] = {}
    turns = Turns(shape_rule(table))
    numbers = numbers or RowNumbers()
    passed = begun = 0
    last, named, waiting = object(), _Named(RowShape(columns=()), None, ()), list[tuple[Any, ...]]()
    for row in rows:
        if row.__class__ is dict:  # most rows are, and a call would take as long
            kind, values = tuple(row), tuple(row.values())
        else:
            kind, values = _taken(row)
        if kind != last:  # mostly the row is like the one before
            passed += len(waiting) - begun
            if kind not in kinds:
                kinds[kind] = _shape(table, constants, as_mapping(row))
            named, last = kinds[kind], kind
            if named.shape not in gathered:
                ended = turns.ended_by(named.shape)
                if ended in gathered:
                    yield ValueBlock(ended, gathered.pop(ended))
                gathered[named.shape] = []
            waiting = gathered[named.shape]
            begun = len(waiting)
            numbers.turn(named.shape, passed)
        waiting.append(named.arranged((*values, *named.further)) if named.arranged else values)
        if len(waiting) == BLOCK_ROWS:
            last = object()
            yield ValueBlock(named.shape, gathered.pop(named.shape))
    yield from (ValueBlock(shape, waiting) for shape, waiting in gathered.items())


def _taken(row: object) -> tuple[tuple[object, ...], tuple[Any, ...]]:
    """Take what a row holds now, as its author may go on with it, and what tells its kind from others."""
    values = as_mapping(row)
    names = tuple(values)
    cells = tuple([values[name] for name in names])
    return (names, values.once, values.computed) if isinstance(values, GivenRow) else names, cells


class _Named(NamedTuple):
    """A shape, what puts a row's values and the `further` ones of its key into its columns' order; None as they are."""

    shape: RowShape
    arranged: Callable[[tuple[Any, ...]], tuple[Any, ...]] | None
    further: tuple[str, ...]


def _shape(table: Table, constants: Callable[[Columns], Mapping[str, str]], row: Mapping[str, Any]) -> _Named:
    names = tuple(row)
    if not names and (hint := no_column_hint(table)):
        raise UsageError(f"a row for table {in_quotes(table.name)} names no column", hint=hint)
    given = [(table.column(str(name)), name) for name in names]
    further = constants(tuple(column.name for column, _ in given))
    added = ((table.column(name), name) for name in further)
    chosen = sorted((*given, *added), key=lambda pair: pair[0].number)
    for (column, name), (next_one, other) in pairwise(chosen):
        if column is next_one:
            raise UsageError(f'"{name}" and "{other}" of a row both mean the column "{column.name}"')
    for column, _ in chosen:
        if column.generated:
            raise CatalogError(
                f'column "{column.name}" of table {in_quotes(table.name)} is generated and can not be written'
            )
    columns = tuple(column.name for column, _ in chosen)
    once, computed = (row.once, row.computed) if isinstance(row, GivenRow) else ((), ())
    shape = RowShape(columns=columns, once=tuple(name for name in columns if name in once), computed=computed)
    places = {name: place for place, name in enumerate((*names, *further))}
    order = [places[name] for _, name in chosen]
    return _Named(shape, None if order == [*range(len(names))] else _arrangement(order), tuple(further.values()))


def _arrangement(order: Sequence[int]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    return itemgetter(*order) if len(order) > 1 else lambda values: tuple(values[place] for place in order)


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
        f"a row must be a mapping, a dataclass, a pydantic or a SQLAlchemy instance, not {type(row).__name__}",
        hint="Rows are given as a list, one alone too: db.insert(TABLE, [row]).",
    )
