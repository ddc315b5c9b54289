"""Decides which sequences `fix-sequence TABLE [COLUMN] [SEQUENCE]` means, with errors that list what there is."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from seedkit.core.catalog import Column, Table
from seedkit.core.names import column_of, did_you_mean, in_quotes, listed, readings
from seedkit.core.sequences.feeding import Feeding, FeedingSequence, UnresolvedDefault
from seedkit.core.sequences.parent_keys import KeyOrigin
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
    raise CatalogError(
        f"table {in_quotes(table.name)} has no column {in_quotes(text)}", hint=f"{near} {columns}" if near else columns
    )


def linked_sequences(table: Table, column: Column | None, feeding: Feeding, origin: KeyOrigin | None = None) -> Feeding:
    """Choose what feeds the table, or one column of it; raise SequenceError where nothing does.

    `origin` is where the key of a child takes its values from.
    """
    sequences = [first for sequence in feeding.sequences if (first := _asked_first(sequence, table, column))]
    unresolved = [default for default in feeding.unresolved if _is_asked(default, table, column)]
    if sequences or unresolved:
        return Feeding(sequences=tuple(sequences), unresolved=tuple(unresolved))
    for kept in feeding.kept:
        if first := _asked_first(kept, table, column):
            raise refuse_kept(first)
    where = (
        f"table {in_quotes(table.name)}"
        if column is None
        else f'column "{column.name}" of table {in_quotes(table.name)}'
    )
    hint = _own_sequences(table, feeding.sequences)
    if origin is not None:
        hint = _origin(table, column, origin)
    raise SequenceError(f"no sequence feeds {where}", detail=_without_default(table, column), hint=hint)


def refuse_kept(sequence: FeedingSequence) -> SequenceError:
    """Phrase the error for a sequence that is PostgreSQL's or an extension's own, or feeds a table that is."""
    table = sequence.columns[0]
    whose = sequence.keeper or table.keeper
    if sequence.keeper is not None:
        message = f"sequence {in_quotes(sequence.name)} belongs to {whose}, which alone moves it"
    else:
        message = f"table {in_quotes(table.table)} belongs to {whose}, which sees to its sequence itself"
    hint = "Of an extension, only what pg_extension_config_dump made its users' data is judged and moved."
    return SequenceError(message, hint="What lies in pg_catalog is left alone." if whose == "PostgreSQL" else hint)


def _origin(table: Table, column: Column | None, origin: KeyOrigin) -> str:
    place = column_of(table.name, column.name if column else table.key_column or "")
    return f"{place} takes its values from {origin}{f': {origin.command}' if origin.sequences else '.'}"


def _without_default(table: Table, column: Column | None) -> str | None:
    """Say that an insert needs the column, as far as the column tells: a domain may have a default."""
    asked = column or (table.column(table.key_column) if table.key_column else None)
    if asked is None or not asked.not_null or asked.has_default or asked.identity or asked.type_name != asked.base_type:
        return None
    return f'"{asked.name}" has no default: unless a trigger fills it, an insert without it fails'


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
    return CatalogError(f"sequence {in_quotes(text)} does not exist", hint=hint)


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
        f"which column of table {in_quotes(table.name)} does sequence {in_quotes(sequence)} feed?",
        hint="Name the column as well.",
    )
