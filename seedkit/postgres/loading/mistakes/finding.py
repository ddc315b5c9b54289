"""Finds all rows of a failed load that have the mistake PostgreSQL named, each with its place in the files.

PostgreSQL stops at the first one. Asked again about the same rows as text, set by set, it tells them all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import psycopg
from psycopg import sql

from seedkit.core.catalog import Column, ForeignKey, Table, UniqueKey
from seedkit.errors import LoadError, Origin
from seedkit.postgres.connection import Connection, query
from seedkit.postgres.identifiers import as_texts, names, trusted, type_of
from seedkit.postgres.loading.errors import TableLoad
from seedkit.postgres.loading.mistakes.doubts import FILE, LINE, Doubts, doubt
from seedkit.postgres.loading.stages import table_identifier

SHOWN = 10

_log = logging.getLogger("seedkit")
_SOFT_INPUT_SINCE = 160_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """One row that is wrong, and what is wrong with it."""

    origin: Origin | None
    text: str


def find_mistakes(connection: Connection, loads: Sequence[TableLoad], error: psycopg.Error) -> list[Mistake]:
    """List the rows with the mistake that an error is about, one more than are shown; none where that can't be told.

    Works in a savepoint that it rolls back. Sources that can't be read again, such as a seeder's rows, are left out.
    """
    find = next((found for kind, found in _FINDERS.items() if isinstance(error, kind)), None)
    if find is None or connection.info.transaction_status != psycopg.pq.TransactionStatus.INTRANS:
        return []
    try:
        with connection.transaction(force_rollback=True):
            doubts = [
                found
                for number, load in enumerate(loads)
                for found in doubt(connection, number, load.table, load.sources)
            ]
            return list(islice(find(connection, doubts, error), SHOWN + 1))
    except psycopg.Error as refused:  # the error itself stands; only what else is wrong stays untold
        if connection.closed:
            raise
        _log.debug("could not look for further mistakes: %s", refused)
        return []


def with_all_mistakes(connection: Connection, loads: Sequence[TableLoad], error: LoadError) -> LoadError:
    """Name in an error on one row all that share its mistake, each with its place, the first as the error's own."""
    if isinstance(error.__cause__, psycopg.Error):
        mistakes = find_mistakes(connection, loads, error.__cause__)
        if mistakes:
            first, *others = mistakes
            error.origin = first.origin or error.origin
            error.detail = "\n  ".join([first.text, *_listed(others)])
    return error


def _listed(mistakes: Sequence[Mistake]) -> list[str]:
    shown = [f"also at {mistake.origin}: {mistake.text}" for mistake in mistakes[: SHOWN - 1]]
    return [*shown, "and more"] if len(mistakes) >= SHOWN else shown


def _invalid_inputs(
    connection: Connection,
    doubts: Sequence[Doubts],
    error: psycopg.Error,  # noqa: ARG001 - as the other finders
) -> Iterator[Mistake]:
    """Find values that are no input for the type of their column, or too long for it."""
    for found in doubts:
        columns = [column for column in _columns(found) if column.type_name not in ("text", "character varying")]
        if columns:
            yield from _invalid_in(connection, found, columns)


def _invalid_in(connection: Connection, doubts: Doubts, columns: Sequence[Column]) -> Iterator[Mistake]:
    values = [
        sql.SQL("({}, {}, {})").format(
            sql.Literal(column.name), sql.Identifier(column.name), _input_error(connection, doubts.table, column)
        )
        for column in columns
    ]
    statement = sql.SQL(
        "select {}, {}, given.name, given.value, given.problem from {} "
        "cross join lateral (values {}) as given (name, value, problem)"
        " where given.problem is not null order by 1, 2 limit {}"
    ).format(FILE, LINE, doubts.name, sql.SQL(", ").join(values), sql.Literal(SHOWN + 1))
    for file, line, name, value, problem in connection.execute(statement):
        shown = "" if value in problem else f': "{value[:60]}{"…" if len(value) > 60 else ""}"'
        yield Mistake(origin=doubts.origin(file, line), text=f'column "{name}": {problem}{shown}')


def _input_error(connection: Connection, table: Table, column: Column) -> sql.Composed:
    """Put down an expression that tells what is wrong with a text as input of a column's type, NULL if nothing is."""
    value, type_name = sql.Identifier(column.name), sql.Literal(column.type_name)
    if connection.info.server_version >= _SOFT_INPUT_SINCE:
        return sql.SQL(
            "case when not pg_input_is_valid({0}, {1}) then (pg_input_error_info({0}, {1})).message end"
        ).format(value, type_name)
    function = sql.Identifier("pg_temp", f"seedkit_input_error_{table.oid}_{column.number}")
    body = sql.SQL(
        "declare taken {}; begin taken := given; return null; exception when others then return sqlerrm; end"
    ).format(type_of(column))
    connection.execute(
        sql.SQL("create or replace function {}(given text) returns text language plpgsql as {}").format(
            function, sql.Literal(body.as_string(connection))
        )
    )
    return sql.SQL("{}({})").format(function, value)


def _nulls(connection: Connection, doubts: Sequence[Doubts], error: psycopg.Error) -> Iterator[Mistake]:
    """Find rows that have no value in the column that must have one."""
    name = error.diag.column_name
    for found in _of_table(doubts, error):
        given = name in found.shape.columns
        if name is None or name in (column for column, _ in found.shape.computed):
            continue
        missing = sql.SQL("{} is null").format(sql.Identifier(name)) if given else sql.SQL("true")
        told = f'column "{name}" is {"null" if given else "left out and has no default"}'
        yield from _told(connection, found, found.name, missing, told)


def _failed_checks(connection: Connection, doubts: Sequence[Doubts], error: psycopg.Error) -> Iterator[Mistake]:
    """Find rows for which a CHECK is false; that of a domain is a matter of the value's input."""
    if error.diag.table_name is None:
        yield from _invalid_inputs(connection, doubts, error)
    for found in _of_table(doubts, error):
        row = connection.execute(
            "select pg_get_expr(conbin, conrelid) from pg_constraint where conrelid = %s::oid and conname = %s",
            (found.table.oid, error.diag.constraint_name),
        ).fetchone()
        if row is not None and row[0] is not None:
            rows = sql.SQL("({}) as row").format(found.typed())
            failing = sql.SQL("not {}").format(trusted(row[0]))
            yield from _told(connection, found, rows, failing, f"it must be that {row[0]}")


def _missing_parents(connection: Connection, doubts: Sequence[Doubts], error: psycopg.Error) -> Iterator[Mistake]:
    """Find rows whose foreign key names a row that is neither in the table nor among the rows of the load."""
    for found in _of_table(doubts, error):
        key = next((key for key in found.table.foreign_keys if key.name == error.diag.constraint_name), None)
        if key is not None:
            parents = [_stored_parent(connection, key)]
            parents += [other.typed(key.referenced_columns) for other in doubts if other.table.oid == key.references]
            yield from _orphans(connection, found, key, parents, error.diag.message_detail or "")


def _stored_parent(connection: Connection, key: ForeignKey) -> sql.Composed:
    row = connection.execute(query("table_name"), {"table": key.references}).fetchone() or ("", "")
    return sql.SQL("select * from {}").format(sql.Identifier(*row))


def _orphans(
    connection: Connection, doubts: Doubts, key: ForeignKey, parents: Sequence[sql.Composed], detail: str
) -> Iterator[Mistake]:
    pairs = list(zip(key.columns, key.referenced_columns, strict=True))
    same = sql.SQL(" and ").join(
        sql.SQL("parent.{} = row.{}").format(sql.Identifier(theirs), sql.Identifier(own)) for own, theirs in pairs
    )
    conditions = [sql.SQL("row.{} is not null").format(sql.Identifier(name)) for name in key.columns]
    conditions += [
        sql.SQL("not exists (select from ({}) as parent where {})").format(parent, same) for parent in parents
    ]
    rows = sql.SQL("({}) as row").format(doubts.typed(key.columns))
    ending = detail.rpartition(") ")[2] or "is not present in the table that it refers to."
    for place, texts in _rows(connection, doubts, rows, sql.SQL(" and ").join(conditions), key.columns):
        yield Mistake(origin=place, text=f"{_key_text(key.columns, texts)} {ending}")


def _taken_keys(connection: Connection, doubts: Sequence[Doubts], error: psycopg.Error) -> Iterator[Mistake]:
    """Find rows that have a unique key in common with another row of the load, or with one in the table."""
    ours = [
        found
        for found in _of_table(doubts, error)
        if (key := _unique_key(found.table, error)) and set(key.columns) <= set(found.shape.columns)
    ]
    if ours and (key := _unique_key(ours[0].table, error)):
        yield from _twins(connection, ours, key)
        for found in ours:
            yield from _taken(connection, found, key)


def _unique_key(table: Table, error: psycopg.Error) -> UniqueKey | None:
    return next((key for key in table.keys if key.name == error.diag.constraint_name), None)


def _twins(connection: Connection, doubts: Sequence[Doubts], key: UniqueKey) -> Iterator[Mistake]:
    rows = sql.SQL(" union all ").join(
        sql.SQL("select {}::int as part, typed.* from ({}) as typed").format(
            sql.Literal(part), found.typed(key.columns)
        )
        for part, found in enumerate(doubts)
    )
    statement = sql.SQL(
        "select part, {file}, {line}, {texts} from (select *, count(*) over (partition by {names}) as times,"
        " dense_rank() over (order by {names}) as twin from ({rows}) as rows) as counted where times > 1"
        " order by twin, {file}, {line} limit {limit}"
    ).format(
        file=FILE,
        line=LINE,
        texts=as_texts(key.columns),
        names=names(key.columns),
        rows=rows,
        limit=sql.Literal(SHOWN + 1),
    )
    first: dict[tuple[str | None, ...], Origin | None] = {}
    for part, file, line, *texts in connection.execute(statement):
        place = doubts[part].origin(file, line)
        if tuple(texts) in first:
            told = f"{_key_text(key.columns, texts)} stands at {first[tuple(texts)]} already."
            yield Mistake(origin=place, text=told)
        first.setdefault(tuple(texts), place)


def _taken(connection: Connection, doubts: Doubts, key: UniqueKey) -> Iterator[Mistake]:
    """Find rows whose unique key already exists."""
    primary = doubts.table.primary_key
    known = primary if primary and primary != key and set(primary.columns) <= set(doubts.shape.columns) else None
    columns = tuple(dict.fromkeys([*key.columns, *(known.columns if known else ())]))
    other = sql.SQL(" and not ({})").format(_same(known.columns)) if known else sql.SQL("")
    condition = sql.SQL("exists (select from {} as taken where {}{})").format(
        table_identifier(doubts.table), _same(key.columns), other
    )
    rows = sql.SQL("({}) as row").format(doubts.typed(columns))
    for place, texts in _rows(connection, doubts, rows, condition, key.columns):
        yield Mistake(origin=place, text=f"{_key_text(key.columns, texts)} already exists.")


def _same(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(" and ").join(sql.SQL("taken.{0} = row.{0}").format(sql.Identifier(name)) for name in columns)


def _rows(
    connection: Connection,
    doubts: Doubts,
    rows: sql.Composable,
    condition: sql.Composable,
    columns: Sequence[str] = (),
) -> Iterator[tuple[Origin | None, list[str | None]]]:
    """Give the places of the rows that meet a condition, and some columns of theirs as text."""
    texts = [sql.SQL("row.{}::text").format(sql.Identifier(name)) for name in columns]
    statement = sql.SQL("select {} from {} where {} order by 1, 2 limit {}").format(
        sql.SQL(", ").join([FILE, LINE, *texts]),
        rows,
        condition,
        sql.Literal(SHOWN + 1),
    )
    for file, line, *found in connection.execute(statement):
        yield doubts.origin(file, line), found


def _told(
    connection: Connection, doubts: Doubts, rows: sql.Composable, condition: sql.Composable, text: str
) -> Iterator[Mistake]:
    return (Mistake(origin=place, text=text) for place, _ in _rows(connection, doubts, rows, condition))


def _of_table(doubts: Sequence[Doubts], error: psycopg.Error) -> list[Doubts]:
    """Choose the rows of the table that an error names; of them all, where it names a partition or none."""
    named = [found for found in doubts if found.table.name.name == error.diag.table_name]
    return named or list(doubts)


def _columns(doubts: Doubts) -> list[Column]:
    return [doubts.table.column(name) for name in doubts.shape.columns]


def _key_text(columns: Sequence[str], texts: Sequence[str | None]) -> str:
    return f"Key ({', '.join(columns)})=({', '.join('null' if text is None else text for text in texts)})"


_Finder = Callable[[Connection, Sequence[Doubts], psycopg.Error], Iterator[Mistake]]
_FINDERS: Mapping[type[psycopg.Error], _Finder] = {
    psycopg.errors.NotNullViolation: _nulls,
    psycopg.errors.CheckViolation: _failed_checks,
    psycopg.errors.ForeignKeyViolation: _missing_parents,
    psycopg.errors.UniqueViolation: _taken_keys,
    psycopg.DataError: _invalid_inputs,
}
