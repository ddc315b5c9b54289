"""The keys of rows: by which a second run recognises them, or by the whole row; and which are left to a default."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from seedkit.core.catalog import Table, UniqueKey
from seedkit.core.names import Columns, in_quotes, listed, quote_identifier
from seedkit.core.rows.shapes import RowShape
from seedkit.errors import LoadError, Origin, UsageError


class OnConflict(StrEnum):
    """What becomes of a row whose key is in the table already."""

    UPDATE = "update"
    SKIP = "skip"
    ERROR = "error"


def on_conflict_named(text: str, origin: Origin | None = None) -> OnConflict:
    """Read an `on_conflict` option; raises UsageError with the three that there are."""
    try:
        return OnConflict(text)
    except ValueError:
        raise UsageError(
            f'on_conflict can not be "{text}"', origin=origin, hint="Write update, skip or error."
        ) from None


def row_key(
    table: Table,
    columns: Sequence[str],
    asked: Sequence[str],
    on_conflict: OnConflict,
    origin: Origin | None,
    *,
    labelled: bool = False,
) -> tuple[str, ...]:
    """Choose the columns that identify rows which name `columns`; empty means the whole row.

    `asked` is the author's own choice; else the primary key, else the one unique key whose columns the rows all name;
    of several the first that is never NULL, where there is no primary key, as a dump sorts by it. The whole row in a
    table without any key, or where rows that are there are to be an error. Raises LoadError where none of these
    applies.
    """
    if asked:
        return tuple(_named(table, name, columns, origin) for name in asked)
    primary = told_by(table, table.primary_key) if table.primary_key else None
    if primary and set(primary) <= set(columns):
        return primary
    fitting = _fitting(table, columns)
    if len(fitting) == 1:
        return fitting[0]
    if not table.keys or on_conflict is OnConflict.ERROR:
        return ()
    raise _unrecognisable(table, fitting, origin, columns if labelled else ())


def key_constants(
    table: Table, columns: Sequence[str], asked: Sequence[str], on_conflict: OnConflict
) -> dict[str, str]:
    """Give what rows that name only `columns` need to be recognised and leave to a default that is a constant.

    A column → the text of its value: of the asked key, else of the primary key or the one unique key that is complete
    by them, where the rows bring no other.
    """
    if asked:
        names = [column.name for name in asked if (column := table.find_column(name))]
        return _constants(table, names, columns) or {}
    keys = list(dict.fromkeys(told_by(table, key) for key in table.keys))
    primary = told_by(table, table.primary_key) if table.primary_key else None
    fitting = _fitting(table, columns)
    if on_conflict is OnConflict.ERROR or len(fitting) == 1 or primary in fitting:
        return {}
    completed = {key: found for key in keys if (found := _constants(table, key, columns))}
    if primary in completed:
        return completed[primary]
    return next(iter(completed.values())) if len(completed) == 1 else {}


def _fitting(table: Table, columns: Sequence[str]) -> list[Columns]:
    """List the keys whose columns rows name; where there is no primary key, the first alone that is never NULL."""
    keys = dict.fromkeys(told_by(table, key) for key in table.keys)
    fitting = [key for key in keys if key and set(key) <= set(columns)]
    if table.primary_key is None:
        return [key for key in fitting if all(table.column(name).not_null for name in key)][:1] or fitting
    return fitting


def told_by(table: Table, key: UniqueKey) -> Columns:
    """Return the columns by which rows tell a key: in place of generated ones those that these are computed from.

    No row can name a generated one, and rows that agree in what it is computed from have the same key.
    """
    columns = [table.column(name) for name in key.columns]
    if not any(column.generated for column in columns):
        return key.columns
    numbers = {column.number for column in columns}.union(*(column.computed_from for column in columns))
    named = (column for column in table.columns if not column.generated)
    return tuple(column.name for column in named if column.number in numbers or 0 in numbers)


def _constants(table: Table, key: Sequence[str], columns: Sequence[str]) -> dict[str, str] | None:
    """Give what rows leave out of a key, None where something of it is no constant."""
    missing = [table.column(name) for name in key if name not in columns]
    found = {column.name: column.constant for column in missing if column.constant is not None}
    return found if len(found) == len(missing) else None


def _named(table: Table, name: str, columns: Sequence[str], origin: Origin | None) -> str:
    column = table.column(name, origin).name
    if column not in columns:
        raise LoadError(
            f'the key column "{column}" is missing in a row of table {in_quotes(table.name)}', origin=origin
        )
    return column


def no_column_hint(table: Table) -> str | None:
    """Say why a row must name a column of its table; None where it may be a row of defaults, as nothing is a key."""
    if not table.keys:
        return None
    key = told_by(table, table.primary_key or table.keys[0])
    return (
        f"A second run could not recognise it: name {listed(key)}. "
        "Only in a table without a key is {} a row of defaults."
    )


def refuse_unplaced(table: Table, shape: RowShape, key: Sequence[str], origin: Callable[[], Origin | None]) -> None:
    """Raise LoadError for rows that don't tell on which node of a cluster they lie, or that are recognised without."""
    column = table.citus.column if table.citus is not None else None
    if column is None:
        return
    if column not in {*shape.columns, *(name for name, _ in shape.computed)}:
        raise LoadError(
            f'a row of table {in_quotes(table.name)} leaves out "{column}", by which Citus distributes them',
            origin=origin(),
            hint=f'Write "{column}" in every row: it decides on which node a row lies.',
        )
    if key and column not in key:
        raise LoadError(
            f'the key {listed(key)} of table {in_quotes(table.name)} lacks "{column}", by which Citus distributes it',
            origin=origin(),
            hint=f'Add "{column}" to the option key: rows of different nodes may agree in all else.',
        )


def refuse_unnamed(table: Table, shape: RowShape, on_conflict: OnConflict, origin: Origin | None) -> None:
    """Raise LoadError for rows that name no column and must be new: nothing could tell whether they are."""
    if on_conflict is OnConflict.ERROR and not (shape.columns or shape.computed):
        raise LoadError(
            f"any row of table {in_quotes(table.name)} is like one that names no column: none can be refused as there",
            origin=origin,
            hint="Write on_conflict: skip, by which as many rows as the file has are there after each run.",
        )


def _unrecognisable(
    table: Table, fitting: Sequence[Sequence[str]], origin: Origin | None, labelled: Sequence[str]
) -> LoadError:
    """Say what is missing, and what to do; `labelled` are the columns of rows that have labels."""
    if fitting:
        detail = f"Several unique keys fit: {'; '.join(listed(key) for key in fitting)}."
        hint = f"Choose one by the option key: _fixture: {{key: [{', '.join(map(quote_identifier, fitting[0]))}]}}."
    else:
        detail = "The rows name neither the primary key nor all columns of a unique key."
        key = told_by(table, table.keys[0])
        hint = f"Name {listed(key)} in every row, or choose the identifying columns with the option key."
    if labelled and table.key_column and not fitting:
        hint = (
            f"Write _fixture: {{key: [{labelled[0]}]}}, with the columns that tell the rows apart;"
            " _fixture: {ids: from-labels}, for ids that are made from the labels;"
            f' or "{table.key_column}" in every row.'
        )
    return LoadError(
        f"a second run could not recognise its rows of table {in_quotes(table.name)}",
        origin=origin,
        detail=detail,
        hint=hint,
    )


def drawn_columns(table: Table, shape: RowShape) -> tuple[str, ...]:
    """List the columns of a table's keys that rows of a shape leave to their default."""
    given = {*shape.columns, *(name for name, _ in shape.computed)}
    keys = {name for key in table.keys for name in key.columns}
    return tuple(
        column.name
        for column in table.columns
        if column.name in keys
        and column.name not in given
        and column.category == "N"
        and (column.has_default or column.identity)
    )
