"""Decides which sequences `fix-sequence TABLE [COLUMN] [SEQUENCE]` means, with errors that list what there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from seedkit.core.catalog import Column, Table
from seedkit.core.names import did_you_mean, listed, readings
from seedkit.core.sequences.feeding import Feeding, FeedingSequence, UnresolvedDefault
from seedkit.errors import CatalogError, SequenceError


def find_column(table: Table, text: str) -> Column:
    """Find a column as typed, then folded to lower case, then whatever its case if just one fits.

    Raises CatalogError with the table's columns where there is none.
    """
    by_name = {column.name: column for column in table.columns}
    for name in (name for schema, name in readings(text) if schema is None):
        namesakes = [column for column in table.columns if column.name.lower() == name.lower()]
        found = by_name.get(name) or by_name.get(name.lower()) or (namesakes[0] if len(namesakes) == 1 else None)
        if found is not None:
            return found
    near = did_you_mean(text, by_name)
    columns = f"Its columns are {listed(by_name)}."
    raise CatalogError(f'table "{table.name}" has no column "{text}"', hint=f"{near} {columns}" if near else columns)


def linked_sequences(table: Table, column: Column | None, feeding: Feeding) -> Feeding:
    """Choose what feeds the table, or one column of it; raise SequenceError where nothing does."""
    sequences = [first for sequence in feeding.sequences if (first := _asked_first(sequence, table, column))]
    unresolved = [default for default in feeding.unresolved if _is_asked(default, table, column)]
    if sequences or unresolved:
        return Feeding(sequences=tuple(sequences), unresolved=tuple(unresolved))
    where = f'table "{table.name}"' if column is None else f'column "{column.name}" of table "{table.name}"'
    raise SequenceError(f"no sequence feeds {where}", hint=_own_sequences(table, feeding.sequences))


def _is_asked(default: UnresolvedDefault, table: Table, column: Column | None) -> bool:
    return default.table_oid == table.oid and (column is None or default.column == column.name)


def _asked_first(sequence: FeedingSequence, table: Table, column: Column | None) -> FeedingSequence | None:
    def asked(fed_table: int, fed_column: str) -> bool:
        return fed_table == table.oid and (column is None or fed_column == column.name)

    ours = [fed for fed in sequence.columns if asked(fed.table_oid, fed.name)]
    others = [fed for fed in sequence.columns if fed not in ours]
    return replace(sequence, columns=(*ours, *others)) if ours else None


def _own_sequences(table: Table, sequences: Sequence[FeedingSequence]) -> str:
    fed = [
        f"{column.name} ({sequence.name})"
        for sequence in sequences
        for column in sequence.columns
        if column.table_oid == table.oid
    ]
    if fed:
        return f"Its columns with a sequence: {', '.join(fed)}."
    return "If a sequence belongs to it all the same, name it: seedkit fix-sequence TABLE COLUMN SEQUENCE."


def unknown_sequence(
    text: str, table: Table, sequences: Sequence[FeedingSequence], near: Sequence[str]
) -> CatalogError:
    """Phrase the error for a sequence that doesn't exist, with the table's own ones or those of like name."""
    own = [str(sequence.name) for sequence in sequences]
    if own:
        hint = f"Table {table.name} draws from {', '.join(own)}."
    elif near:
        hint = f"Did you mean {' or '.join(near)}?"
    else:
        hint = f"Table {table.name} has no sequence of its own."
    return CatalogError(f'sequence "{text}" does not exist', hint=hint)


def column_for(table: Table, sequence: str, sequences: Sequence[FeedingSequence]) -> Column:
    """Choose the column that a named sequence is to be compared with, where the caller names none.

    The column that it feeds, else a primary key of one column; raises SequenceError where neither is there.
    """
    fed = [
        column.name
        for found in sequences
        if str(found.name) == sequence
        for column in found.columns
        if column.table_oid == table.oid
    ]
    key = table.primary_key.columns if table.primary_key else ()
    for names in (fed, key):
        if len(names) == 1:
            return table.column(names[0])
    raise SequenceError(
        f'which column of table "{table.name}" does sequence "{sequence}" feed?', hint="Name the column as well."
    )


def refuse_foreign_sequence(table: Table, column: Column, sequence: str, feeding: Feeding) -> None:
    """Raise SequenceError where a named sequence feeds other columns while this one draws from another: a slip."""
    fed = [fed for found in feeding.sequences if str(found.name) == sequence for fed in found.columns]
    own = [
        str(found.name)
        for found in feeding.sequences
        for fed in found.columns
        if (fed.table_oid, fed.name) == (table.oid, column.name)
    ]
    if fed and own and sequence not in own:
        raise SequenceError(
            f'sequence "{sequence}" feeds {", ".join(map(str, fed))}, not {table.name}.{column.name}',
            hint=f"{table.name}.{column.name} draws from {', '.join(own)}.",
        )
