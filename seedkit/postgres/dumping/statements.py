"""The statements of a dump: the rows of one table, and the search for rows that others refer to.

A row is found again by (tableoid, ctid), which is stable within a snapshot, needs no key, and names the partition. All
names are qualified: with a condition, which is the user's, all is asked in the user's search path.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import LiteralString, cast

from psycopg import sql

from seedkit.core.catalog import EQUALITY, Column, Table
from seedkit.core.writing.dump_plan import DumpPlan, Reference, SortColumn, TableDump
from seedkit.postgres.identifiers import is_no_view, nothing_but_tables, operator, own_rows

_NEEDED = sql.Identifier("seedkit_needed")


def rows_query(plan: DumpPlan, dump: TableDump) -> sql.Composed:
    """Ask for the rows of one table, sorted; refused where a view has taken the place of one of the plan's tables."""
    return sql.SQL("with recursive checked as ({}) {} select {} from {}{} order by {}").format(
        nothing_but_tables(table.name for table in tables_asked(plan, dump)),
        _search(plan) if plan.searches(dump) else sql.SQL(""),
        sql.SQL(", ").join(sql.Identifier(column.name) for column in dump.columns),
        own_rows(dump.table),
        _condition(plan, dump),
        _order(dump),
    )


def tables_asked(plan: DumpPlan, dump: TableDump) -> list[Table]:
    """List the tables that the query for the rows of one of them asks."""
    if not plan.searches(dump):
        return [dump.table]
    parents = (reference.parent for reference in plan.references)
    return list({table.oid: table for table in (*(dump.table for dump in plan.tables), *parents)}.values())


def _condition(plan: DumpPlan, dump: TableDump) -> sql.Composable:
    """Choose rows by one list of places: `or` beside `in` would search the list for each row of the table."""
    no_view = sql.SQL("{}{}").format(is_no_view(dump.table.name.name), _not_in(dump.elsewhere))
    places: list[sql.Composable] = []
    if plan.searches(dump):
        places.append(sql.SQL("select relation, place from {}").format(_NEEDED))
    if dump.condition is not None:
        condition = sql.SQL(" where {} and {}").format(no_view, _typed_condition(dump.condition))
        if not places:
            return condition
        places.append(sql.SQL("select tableoid, ctid from {}{}").format(own_rows(dump.table), condition))
    if not places:
        return sql.SQL(" where {}").format(no_view)
    return sql.SQL(
        " where {} and exists (select from ({}) as chosen (relation, place)"
        " where chosen.relation operator(pg_catalog.=) tableoid and chosen.place operator(pg_catalog.=) ctid)"
    ).format(no_view, sql.SQL(" union all ").join(places))


def _not_in(partitions: Sequence[int]) -> sql.Composable:
    """Leave out the rows of partitions that the dump writes by themselves."""
    if not partitions:
        return sql.SQL("")
    return sql.SQL(" and tableoid operator(pg_catalog.<>) all ({}::pg_catalog.oid[])").format(_array(partitions))


def _only_in(reference: Reference, alias: LiteralString = "") -> sql.Composable:
    """Take the rows of those partitions alone that have the key."""
    if not reference.key.only_in:
        return sql.SQL("")
    return sql.SQL(" and {}tableoid operator(pg_catalog.=) any ({}::pg_catalog.oid[])").format(
        sql.SQL(alias), _array(reference.key.only_in)
    )


def _array(oids: Sequence[int]) -> sql.Literal:
    return sql.Literal(f"{{{','.join(map(str, oids))}}}")


def _typed_condition(condition: str) -> sql.Composed:
    """Take a condition as typed: SQL by its nature, of a person who may run any; a comment may end it."""
    return sql.SQL("(\n{}\n)").format(sql.SQL(cast(LiteralString, condition)))


def _order(dump: TableDump) -> sql.Composable:
    if dump.order:
        return sql.SQL(", ").join(_sorted_by(column) for column in dump.order)
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in dump.columns)
    return sql.SQL('row({})::pg_catalog.text collate pg_catalog."C"').format(columns)


def _sorted_by(column: SortColumn) -> sql.Composed:
    expression = sql.SQL('pg_catalog.concat({}) collate pg_catalog."C"') if column.as_text else sql.SQL("{}")
    return expression.format(sql.Identifier(column.name))


def _search(plan: DumpPlan) -> sql.Composed:
    """Find the places of all rows that are referred to; a row is visited once, so circles end."""
    conditions = {dump.table.oid: dump.condition for dump in plan.tables}
    first = [_first_step(reference, conditions[reference.child.oid]) for reference in plan.first]
    search = sql.SQL(" union ").join(first)
    if plan.further:
        steps = sql.SQL(" union all ").join(_further_step(reference) for reference in plan.further)
        search = sql.SQL(
            "({}) union select found.relation, found.place from {} as needed, lateral ({}) as found"
        ).format(search, _NEEDED, steps)
    return sql.SQL(", {} (relation, place) as ({})").format(_NEEDED, search)


def _first_step(reference: Reference, condition: str | None) -> sql.Composed:
    child = sql.SQL("(select {} from {} where {}{}{})").format(
        sql.SQL(", ").join(sql.Identifier(name) for name in dict.fromkeys(reference.key.columns)),
        own_rows(reference.child),
        is_no_view(reference.child.name.name),
        _only_in(reference),
        sql.SQL("") if condition is None else sql.SQL(" and {}").format(_typed_condition(condition)),
    )
    return sql.SQL("select parent.tableoid, parent.ctid from {} as child join {} as parent on {} and {}").format(
        child, own_rows(reference.parent), is_no_view("parent"), _joined(reference)
    )


def _further_step(reference: Reference) -> sql.Composed:
    return sql.SQL(
        "select parent.tableoid as relation, parent.ctid as place"
        " from {} as child join {} as parent on {} and {} and {}"
        " where child.tableoid operator(pg_catalog.=) needed.relation"
        " and child.ctid operator(pg_catalog.=) needed.place{}"
    ).format(
        own_rows(reference.child),
        own_rows(reference.parent),
        is_no_view("child"),
        is_no_view("parent"),
        _joined(reference),
        _only_in(reference, "child."),
    )


def _joined(reference: Reference) -> sql.Composed:
    key = reference.key
    pairs = zip(key.columns, key.referenced_columns, key.equalities, strict=True)
    return sql.SQL(" and ").join(
        _equal(reference.parent.column(referenced), equality, reference.child.column(name))
        for name, referenced, equality in pairs
    )


def _equal(referenced: Column, equality: str, own: Column) -> sql.Composed:
    """Compare a column with one that refers to it; as texts, where a cast of a user's type would stand between them."""
    alike = referenced.type_sql == own.type_sql or (_is_postgresqls(referenced) and _is_postgresqls(own))
    form = "parent.{} {} child.{}" if alike else "pg_catalog.concat(parent.{}) {} pg_catalog.concat(child.{})"
    compared = operator(equality if alike else EQUALITY)
    return sql.SQL(form).format(sql.Identifier(referenced.name), compared, sql.Identifier(own.name))


def _is_postgresqls(column: Column) -> bool:
    name = column.type_sql or column.type_name
    return "." not in name or name.startswith("pg_catalog.")
