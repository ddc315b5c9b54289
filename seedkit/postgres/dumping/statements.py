"""The statements of a dump: the rows of one table, and the search for rows that others refer to.

A row is found again by (tableoid, ctid), which is stable within a snapshot, needs no key, and names the partition. All
names are qualified: with a condition, which is the user's, all is asked in the user's search path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import LiteralString

from psycopg import sql

from seedkit.core.catalog import EQUALITY, Column, Table
from seedkit.core.writing.dump_levels import Level, levels_to, tables_of
from seedkit.core.writing.dump_plan import DumpPlan, Reference, SortColumn, TableDump
from seedkit.postgres.dumping.keys_needed import among_needed, goes_by_keys
from seedkit.postgres.identifiers import array_of, is_no_view, nothing_but_tables, operator, own_rows, typed_condition


def rows_query(plan: DumpPlan, dump: TableDump) -> sql.Composed:
    """Ask for the rows of one table, sorted; refused where a view has taken the place of one of the plan's tables."""
    levels = _levels(plan, dump)
    circular = any(level.circular for level in levels)
    return sql.SQL("with {}checked as ({}){} select {} from {}{} order by {}").format(
        sql.SQL("recursive " if circular else ""),
        nothing_but_tables(table.name for table in tables_asked(plan, dump)),
        sql.SQL("").join(_search(plan, levels)),
        sql.SQL(", ").join(sql.Identifier(column.name) for column in dump.columns),
        own_rows(dump.table),
        _by_keys(dump) if _goes_by_keys(plan, dump) else _condition(dump, levels),
        _order(dump),
    )


def tables_asked(plan: DumpPlan, dump: TableDump) -> list[Table]:
    """List the tables that the query for the rows of one of them asks."""
    tables = (dump.table, *tables_of(_levels(plan, dump)))
    return list({table.oid: table for table in tables}.values())


def _levels(plan: DumpPlan, dump: TableDump) -> list[Level]:
    return levels_to(plan, dump.table) if plan.searches(dump) and not goes_by_keys(plan) else []


def _goes_by_keys(plan: DumpPlan, dump: TableDump) -> bool:
    return plan.searches(dump) and goes_by_keys(plan)


def _by_keys(dump: TableDump) -> sql.Composable:
    """Choose the rows whose keys were found to be needed, and those that were asked for."""
    chosen = [among_needed(dump), *([] if dump.condition is None else [typed_condition(dump.condition)])]
    return sql.SQL(" where {} and ({})").format(is_no_view(dump.table.name.name), sql.SQL(" or ").join(chosen))


def _condition(dump: TableDump, levels: Sequence[Level]) -> sql.Composable:
    """Choose rows by one list of places: `or` beside `in` would search the list for each row of the table."""
    no_view = sql.SQL("{}{}").format(is_no_view(dump.table.name.name), _not_in(dump.elsewhere))
    places: list[sql.Composable] = []
    if levels:
        places.append(sql.SQL("select relation, place from {}").format(_needed(len(levels) - 1)))
    if dump.condition is not None:
        condition = sql.SQL(" where {} and {}").format(no_view, typed_condition(dump.condition))
        if not places:
            return condition
        places.append(sql.SQL("select tableoid, ctid from {}{}").format(own_rows(dump.table), condition))
    if not places:
        return sql.SQL(" where {}").format(no_view)
    return sql.SQL(
        " where {} and exists (select 1 from ({}) as chosen (relation, place)"
        " where chosen.relation operator(pg_catalog.=) tableoid and chosen.place operator(pg_catalog.=) ctid)"
    ).format(no_view, sql.SQL(" union all ").join(places))


def _not_in(partitions: Sequence[int]) -> sql.Composable:
    """Leave out the rows of partitions that the dump writes by themselves."""
    if not partitions:
        return sql.SQL("")
    return sql.SQL(" and tableoid operator(pg_catalog.<>) all ({}::pg_catalog.oid[])").format(array_of(partitions))


def _only_in(reference: Reference, alias: LiteralString = "") -> sql.Composable:
    """Take the rows of those partitions alone that have the key."""
    if not reference.key.only_in:
        return sql.SQL("")
    return sql.SQL(" and {}tableoid operator(pg_catalog.=) any ({}::pg_catalog.oid[])").format(
        sql.SQL(alias), array_of(reference.key.only_in)
    )


def _order(dump: TableDump) -> sql.Composable:
    if dump.order:
        return sql.SQL(", ").join(_sorted_by(column) for column in dump.order)
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in dump.columns)
    return sql.SQL('row({})::pg_catalog.text collate pg_catalog."C"').format(columns)


def _sorted_by(column: SortColumn) -> sql.Composed:
    expression = sql.SQL('pg_catalog.concat({}) collate pg_catalog."C"') if column.as_text else sql.SQL("{}")
    return expression.format(sql.Identifier(column.name))


_NONE = sql.Composed([sql.SQL("select null::pg_catalog.oid, null::pg_catalog.tid where false")])


def _needed(level: int) -> sql.Identifier:
    return sql.Identifier(f"seedkit_needed_{level}")


def _search(plan: DumpPlan, levels: Sequence[Level]) -> Iterator[sql.Composed]:
    """Find the places of rows that are referred to, level by level; in a circle a row is visited once, so it ends."""
    conditions = {dump.table.oid: dump.condition for dump in plan.tables}
    for number, level in enumerate(levels):
        steps = [_first_step(reference, conditions[reference.child.oid]) for reference in level.first]
        steps += [_further_step(reference, _needed(before)) for before, reference in level.further]
        search = sql.SQL("select distinct found.relation, found.place from ({}) as found (relation, place)").format(
            sql.SQL(" union all ").join(steps or [_NONE])
        )
        if level.circular:
            around = sql.SQL(" union all ").join(_circular_step(reference) for reference in level.circular)
            search = sql.SQL(
                "({}) union select found.relation, found.place from {} as needed, lateral ({}) as found"
            ).format(search, _needed(number), around)
        materialized = sql.SQL("" if level.circular else "materialized ")
        yield sql.SQL(", {} (relation, place) as {}({})").format(_needed(number), materialized, search)


def _first_step(reference: Reference, condition: str | None) -> sql.Composed:
    child = sql.SQL("(select {} from {} where {}{}{})").format(
        sql.SQL(", ").join(sql.Identifier(name) for name in dict.fromkeys(reference.key.columns)),
        own_rows(reference.child),
        is_no_view(reference.child.name.name),
        _only_in(reference),
        sql.SQL("") if condition is None else sql.SQL(" and {}").format(typed_condition(condition)),
    )
    return sql.SQL("select parent.tableoid, parent.ctid from {} as child join {} as parent on {} and {}").format(
        child, own_rows(reference.parent), is_no_view("parent"), _joined(reference)
    )


def _further_step(reference: Reference, needed: sql.Identifier) -> sql.Composed:
    """Go on from rows that an earlier level has found."""
    return sql.SQL("select parent.tableoid, parent.ctid from {} as needed{}").format(
        needed, _found_from(reference, sql.SQL(" join "), sql.SQL(" on "))
    )


def _circular_step(reference: Reference) -> sql.Composed:
    """Go on from one row that the same level has found."""
    return sql.SQL("select parent.tableoid as relation, parent.ctid as place{}").format(
        _found_from(reference, sql.SQL(" from "), sql.SQL(" where "))
    )


def _found_from(reference: Reference, joined: sql.SQL, where: sql.SQL) -> sql.Composed:
    """Join the parents of `needed` rows to these, which are in the child table's tree."""
    return sql.SQL(
        "{}({} as child join {} as parent on {} and {} and {}{}){}child.tableoid operator(pg_catalog.=) needed.relation"
        " and child.ctid operator(pg_catalog.=) needed.place"
    ).format(
        joined,
        own_rows(reference.child),
        own_rows(reference.parent),
        is_no_view("child"),
        is_no_view("parent"),
        _joined(reference),
        _only_in(reference, "child."),
        where,
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
