"""Rows of a partitioned table's fixture and of its partition's that have the same key and other values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from psycopg import sql

from seedkit.core.names import Columns, in_quotes, listed
from seedkit.errors import LoadError, lines
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import as_texts, images_differ
from seedkit.postgres.loading.blame import shown_row
from seedkit.postgres.loading.mistakes.doubts import FILE, LINE, Doubts, doubt
from seedkit.postgres.loading.mistakes.giving_up import asked
from seedkit.postgres.loading.mistakes.mistake import SHOWN, Mistake, key_text, listed_below
from seedkit.postgres.loading.table_loads import TableLoad


def same_keys(connection: Connection, earlier: TableLoad, later: TableLoad, *, alike: bool = False) -> LoadError | None:
    """Name rows of two loads that have a key in common and update each other; with `alike`, those that agree, too.

    None where there are none, or where neither table is a partition of the other.
    """
    whole, part = (later, earlier) if later.table.oid in earlier.table.partition_of else (earlier, later)
    found = _found(connection, earlier, later, alike=alike) if whole.table.oid in part.table.partition_of else []
    if not found:
        return None
    [key, first], *others = found
    below = listed_below([mistake for _, mistake in others])
    partition = f"table {in_quotes(part.table.name)} is a partition of {in_quotes(whole.table.name)}"
    return LoadError(
        f"two rows of table {in_quotes(whole.table.name)} have the same key, {key}",
        origin=first.origin,
        detail=lines([first.text, *below, partition]),
        hint="Take one of them out." if alike else "Write the same in both, or take one of them out.",
    )


def _found(connection: Connection, earlier: TableLoad, later: TableLoad, *, alike: bool) -> list[tuple[str, Mistake]]:
    """List later rows, each with its key; none where the server refuses to be asked, for lack of rights."""

    def find() -> Iterator[tuple[str, Mistake]]:
        laid_out = [doubt(connection, number, load.table, load.sources) for number, load in enumerate((later, earlier))]
        for ours, theirs in product(*laid_out):
            yield from _twice(connection, ours, theirs, alike=alike)

    return asked(connection, find)


def _twice(connection: Connection, ours: Doubts, theirs: Doubts, *, alike: bool) -> Iterator[tuple[str, Mistake]]:
    for own, other in product(range(len(ours.files)), range(len(theirs.files))):
        stage, before = ours.stage(ours.files[own]), theirs.stage(theirs.files[other])
        both = tuple(name for name in stage.updatable if name in before.updatable)
        updates = stage.updates and before.updates and both
        if stage.key and set(stage.key) == set(before.key) and (alike or updates):
            yield from _twice_in(connection, (ours, own), (theirs, other), stage.key, both, alike=alike)


def _twice_in(
    connection: Connection,
    ours: tuple[Doubts, int],
    theirs: tuple[Doubts, int],
    key: Columns,
    both: Columns,
    *,
    alike: bool,
) -> Iterator[tuple[str, Mistake]]:
    (rows, own), (before, other) = ours, theirs
    wanted = tuple(dict.fromkeys((*key, *both)))
    statement = sql.SQL(
        "select {there_line}, {line}, array[{differing}]::pg_catalog.text[], {texts}"
        " from ({before}) as there join ({rows}) as row on {same}"
        " where {there_file} operator(pg_catalog.=) {other} and {file} operator(pg_catalog.=) {own} and {differ}"
        " order by 2 limit {limit}"
    ).format(
        there_line=_of("there", LINE),
        line=_of("row", LINE),
        differing=sql.SQL(", ").join(map(difference, both)),
        texts=as_texts(key, "row"),
        before=before.typed(wanted),
        rows=rows.typed(wanted),
        same=rows.same(key),
        there_file=_of("there", FILE),
        other=sql.Literal(other),
        file=_of("row", FILE),
        own=sql.Literal(own),
        differ=sql.SQL("true") if alike else images_differ(both, "there", "row"),
        limit=sql.Literal(SHOWN + 1),
    )
    for there_line, line, differing, *texts in connection.execute(statement):
        place, told = before.origin(other, there_line), told_differences(tuple(name for name in differing if name))
        text = f"{key_text(key, texts)} stands at {place} already{told}"
        yield shown_row(key, texts), Mistake(origin=rows.origin(own, line), text=text)


def _of(alias: str, column: sql.Identifier) -> sql.Composed:
    return sql.SQL("{}.{}").format(sql.Identifier(alias), column)


def difference(name: str) -> sql.Composed:
    """Give a column's name where its values differ."""
    return sql.SQL("case when {} then {} end").format(images_differ((name,), "there", "row"), sql.Literal(name))


def told_differences(columns: Sequence[str]) -> str:
    """Name the columns in which two rows differ, behind what is said of them."""
    if not columns:
        return ""
    return f", with {'another value' if len(columns) == 1 else 'other values'} in {listed(columns)}"
