"""Rows that a deferred unique or exclusion constraint refuses beside others, whatever triggers have made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import psycopg
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.names import Columns
from seedkit.errors import Origin
from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.identifiers import as_texts, operator, own_rows, trusted
from seedkit.postgres.loading.mistakes.doubts import FILE, LINE, Doubts
from seedkit.postgres.loading.mistakes.mistake import SHOWN, Mistake, key_text, of_table
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import safe_path


class _Key(NamedTuple):
    """A row of the query `conflict_keys`."""

    relation: int
    expression: str
    operator: str
    predicate: str | None


def conflicting_rows(connection: Connection, doubts: Sequence[Doubts], error: psycopg.Error) -> list[Mistake]:
    """List the rows of a run that conflict with others, of two of the run the later one."""
    ours = [found for found in of_table(doubts, error) if _known(found)]
    keys = _keys(connection, error) if ours else []
    ours = [found for found in ours if keys and keys[0].relation in (found.table.oid, *found.table.partitions)]
    return list(islice(_conflicting(connection, ours, keys), SHOWN + 1)) if ours else []


def _known(doubts: Doubts) -> bool:
    """Whether rows can be found in the table by what the files say."""
    return all(doubts.stage(source).key for source in doubts.files)


def _keys(connection: Connection, error: psycopg.Error) -> list[_Key]:
    told = error.diag
    names = {"name": told.constraint_name, "schema": told.schema_name, "table": told.table_name}
    with safe_path(connection):
        return [_Key(*row) for row in connection.execute(query("conflict_keys"), names)]


def _conflicting(connection: Connection, ours: Sequence[Doubts], keys: Sequence[_Key]) -> Iterator[Mistake]:
    primary = ours[0].table.primary_key
    identity = primary.columns if primary else ()
    statement = sql.SQL(
        "with mine as materialized ({mine}), held as not materialized ({held})"
        " select mine.part, mine.file, mine.line, rival.part, rival.file, rival.line, {texts}"
        " from mine join held as one on {is_mine} join held as other on {conflict} and not ({is_itself})"
        " left join mine as rival on {is_rival}"
        " where rival.number is null or rival.number operator(pg_catalog.<) mine.number"
        " order by mine.number limit {limit}"
    ).format(
        mine=_mine(ours),
        held=_held(ours[0].table, keys, identity),
        texts=_texts(len(keys), identity),
        is_mine=_same_row("one", "mine"),
        is_itself=_same_row("other", "one"),
        is_rival=_same_row("rival", "other"),
        conflict=sql.SQL(" and ").join(
            sql.SQL("one.{0} {1} other.{0}").format(sql.Identifier(f"key {number}"), operator(key.operator))
            for number, key in enumerate(keys)
        ),
        limit=sql.Literal(SHOWN + 1),
    )
    names = [key.expression for key in keys]
    for part, file, line, *place, own, others, row in execute_alone(connection, statement):
        rival = None if place[0] is None else ours[place[0]].origin(*place[1:])
        stored = key_text(identity, row).removeprefix("Key ") if row else None
        yield Mistake(origin=ours[part].origin(file, line), text=_told(names, own, others, rival, stored))


def _told(
    names: Sequence[str], own: list[str | None], others: list[str | None], rival: Origin | None, stored: str | None
) -> str:
    there = f", at {rival}" if rival else f", in the row {stored}" if stored else ""
    if own == others:
        return f"{key_text(names, own)} {f'stands at {rival} already' if rival else f'already exists{there}'}."
    return f"{key_text(names, own)} conflicts with {key_text(names, others).removeprefix('Key ')}{there}."


def _mine(ours: Sequence[Doubts]) -> sql.Composed:
    """Select where the rows of the run stand, in the files and in the table, in the files' order."""
    parts = (
        sql.SQL(
            "select {part} as part, row.{file} as file, row.{line} as line, there.tableoid as relation,"
            " there.ctid as place from ({rows}) as row join {table} as there on {same}"
            " where row.{file} operator(pg_catalog.=) {number}"
        ).format(
            part=sql.Literal(part),
            file=FILE,
            line=LINE,
            rows=found.typed(stage.key),
            table=own_rows(found.table),
            same=found.same(stage.key),
            number=sql.Literal(number),
        )
        for part, found in enumerate(ours)
        for number, stage in enumerate(map(found.stage, found.files))
    )
    return sql.SQL("select *, pg_catalog.row_number() over (order by file, line) as number from ({}) as rows").format(
        sql.SQL(" union all ").join(parts)
    )


def _held(table: Table, keys: Sequence[_Key], identity: Columns) -> sql.Composed:
    """Select the rows that the index holds, of one partition where the table has some, by its keys."""
    columns = [
        *(
            sql.SQL("{} as {}").format(trusted(key.expression), sql.Identifier(f"key {number}"))
            for number, key in enumerate(keys)
        ),
        *(sql.SQL("{} as {}").format(sql.Identifier(name), sql.Identifier(f"id {name}")) for name in identity),
    ]
    condition = sql.SQL(" and ({})").format(trusted(keys[0].predicate)) if keys[0].predicate else sql.SQL("")
    return sql.SQL(
        "select tableoid as relation, ctid as place, {} from {} where tableoid operator(pg_catalog.=) {}{}"
    ).format(sql.SQL(", ").join(columns), own_rows(table), sql.Literal(keys[0].relation), condition)


def _texts(keys: int, identity: Columns) -> sql.Composed:
    """Give three arrays: the keys of both rows, and what identifies the other one."""
    numbered = tuple(f"key {number}" for number in range(keys))
    asked = (("one", numbered), ("other", numbered), ("other", tuple(f"id {name}" for name in identity)))
    return sql.SQL(", ").join(
        sql.SQL("array[{}]::pg_catalog.text[]").format(as_texts(names, alias)) for alias, names in asked
    )


def _same_row(alias: str, other: str) -> sql.Composed:
    return sql.SQL(
        "{0}.place operator(pg_catalog.=) {1}.place and {0}.relation operator(pg_catalog.=) {1}.relation"
    ).format(sql.Identifier(alias), sql.Identifier(other))
