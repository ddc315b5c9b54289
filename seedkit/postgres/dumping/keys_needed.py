"""Finds the rows that a dump's rows refer to by their keys, level by level, where places tell nothing.

On a cluster a row's ctid is that in its shard, and no statement goes round in a circle. So the keys of the rows that
are needed stand in temporary tables, which grow until no reference leads to a further row.
"""

from __future__ import annotations

from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.names import Columns, in_quotes
from seedkit.core.writing.dump_plan import DumpPlan, Reference, TableDump
from seedkit.errors import LoadError
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import names, own_rows, typed_condition

_FOUND = sql.Identifier("pg_temp", "seedkit_found")


def goes_by_keys(plan: DumpPlan) -> bool:
    """Whether rows of a plan lie where their places can't be told."""
    return any(dump.table.citus is not None for dump in plan.tables)


def find_needed(connection: Connection, plan: DumpPlan) -> None:
    """Collect the keys of the rows that the plan's tables are searched for; before the transaction writes no more."""
    conditions = {dump.table.oid: dump.condition for dump in plan.tables}
    for parent in {reference.parent.oid: reference.parent for reference in plan.references}.values():
        connection.execute(
            sql.SQL("create temporary table {} on commit drop as select {} from {} with no data").format(
                _needed(parent), names(_key(parent)), own_rows(parent)
            )
        )
    for reference in plan.first:
        _add(connection, reference, _asked_for(conditions[reference.child.oid]))
    while sum(_add(connection, reference, _already_found(reference)) for reference in _followed(plan)):
        pass


def among_needed(dump: TableDump) -> sql.Composed:
    """Say of a row of a table that others refer to it."""
    return sql.SQL("({0}) operator(pg_catalog.=) any (select {0} from {1})").format(
        names(_key(dump.table)), _needed(dump.table)
    )


def _followed(plan: DumpPlan) -> list[Reference]:
    """List the references from rows that were found themselves."""
    found = {reference.parent.oid for reference in plan.references}
    return [reference for reference in plan.further if reference.child.oid in found]


def _needed(table: Table) -> sql.Identifier:
    return sql.Identifier("pg_temp", f"seedkit_needed_{table.oid}")


def _key(table: Table) -> Columns:
    """Choose the columns by which rows are found again; raises LoadError where none do for sure."""
    not_null = {column.name for column in table.columns if column.not_null}
    key = next((key.columns for key in table.keys if not_null.issuperset(key.columns)), None)
    if key is None:
        raise LoadError(
            f"rows of table {in_quotes(table.name)} can not be found again: it has no key that is never null",
            hint="Name the table, for all of its rows to be dumped, or leave out --with-references.",
        )
    return key


def _asked_for(condition: str | None) -> sql.Composable:
    return sql.SQL("") if condition is None else sql.SQL(" where {}").format(typed_condition(condition))


def _already_found(reference: Reference) -> sql.Composable:
    return sql.SQL(" where ({0}) operator(pg_catalog.=) any (select {0} from {1})").format(
        names(_key(reference.child)), _needed(reference.child)
    )


def _add(connection: Connection, reference: Reference, where: sql.Composable) -> int:
    """Add the keys of the rows that some rows refer to, and count those that are new."""
    parent, key = reference.parent, names(_key(reference.parent))
    connection.execute(
        sql.SQL(
            "create temporary table {} on commit drop as select {} from {}"
            " where ({}) operator(pg_catalog.=) any (select {} from {}{})"
        ).format(
            _FOUND,
            key,
            own_rows(parent),
            names(reference.key.referenced_columns),
            names(reference.key.columns),
            own_rows(reference.child),
            where,
        )
    )
    added = connection.execute(
        sql.SQL("insert into {0} select {1} from {2} except select {1} from {0}").format(_needed(parent), key, _FOUND)
    )
    connection.execute(sql.SQL("drop table {}").format(_FOUND))
    return added.rowcount
