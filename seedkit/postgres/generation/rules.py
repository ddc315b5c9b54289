"""Reads what a schema says of rows, in a fixed number of round trips; waits for locks of the tables asked for only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from seedkit.core.catalog import Column as TableColumn
from seedkit.core.catalog import Table
from seedkit.core.generation.citext_operators import plainly, with_plain_operators
from seedkit.core.generation.expressions.parser import parsed, parsed_check
from seedkit.core.generation.expressions.substitution import SqlFunction, sql_function, substituted
from seedkit.core.generation.expressions.tree import And, Column, Constant, Expression, Operation
from seedkit.core.generation.expressions.type_names import modifiers, without_modifier
from seedkit.core.generation.schema import Check, Exclusion, Leaf, TableRules, Trigger, UniqueRule, with_not_nulls
from seedkit.core.generation.shapes import Shape
from seedkit.core.generation.statistics import Statistics
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.asking import AskedRules, ask_rules
from seedkit.postgres.generation.shapes import Shapes, shapes, without_xml
from seedkit.postgres.search_path import asked_safely


class Rules(Struct, frozen=True):
    """The rules of some tables by OID, and the functions in SQL that these use."""

    tables: Mapping[int, TableRules]
    functions: Mapping[str, SqlFunction] = field(default_factory=dict)

    def with_statistics(self, found: Mapping[int, Statistics]) -> Rules:
        """Add what is known of the rows that are there."""
        return replace(self, tables={oid: replace(each, existing=found.get(oid)) for oid, each in self.tables.items()})


def read_rules(connection: Connection, tables: Mapping[int, Table], asked: AskedRules | None = None) -> Rules:
    """Read the rules of some tables, unless they were asked for: one round trip in a `safe_path`."""
    if asked is None:
        with asked_safely(connection, lambda: ask_rules(connection, tables)) as answers:
            return _rules_of(connection, tables, answers)
    return _rules_of(connection, tables, asked)


def _rules_of(connection: Connection, tables: Mapping[int, Table], asked: AskedRules) -> Rules:
    rows, shape = asked.described.fetchall(), shapes(asked.types.fetchall())
    found = without_xml(connection, {row["table"]: _shapes_of(row, shape) for row in rows})
    return Rules(
        {row["table"]: with_plain_operators(_rules(tables[row["table"]], row, found[row["table"]])) for row in rows},
        dict(_seen_through(asked.functions.fetchall())),
    )


def _seen_through(rows: Iterable[tuple[str, list[str], str, bool]]) -> Iterable[tuple[str, SqlFunction]]:
    for name, parameters, source, strict in rows:
        function = sql_function(tuple(parameters), source, strict=strict)
        if function is not None:
            yield name, replace(function, body=plainly(function.body, set()))


def _shapes_of(row: Mapping[str, Any], shape: Shapes) -> dict[str, Shape]:
    return {
        column["name"]: replace(shape(column["type"], column["type_name"]), dimensions=max(1, column["dimensions"]))
        for column in row["columns"]
    }


def _rules(table: Table, row: Mapping[str, Any], found: Mapping[str, Shape]) -> TableRules:
    columns = row["columns"]
    checks = (
        *map(_check, row["checks"]),
        *(check for column in columns for check in _domain_checks(column)),
        *(check for column in columns if column["virtual"] for check in _room(table.column(column["name"]))),
    )
    return TableRules(
        table=with_not_nulls(table, checks),
        checks=checks,
        partitioned=row["partitioned"],
        uniques=tuple(map(_unique, row["uniques"])),
        exclusions=tuple(Exclusion(**rule) for rule in row["exclusions"]),
        leaves=tuple(map(_leaf, row["leaves"])),
        triggers=tuple(Trigger(**trigger) for trigger in row["triggers"]),
        insteads=tuple(row["insteads"]),
        defaults=_expressions(columns, "default"),
        generated=_expressions(columns, "generated"),
        comments={column["name"]: column["comment"] for column in columns if column["comment"]},
        match_full=frozenset(row["match_full"]),
        shapes=found,
    )


def _check(rule: Mapping[str, Any]) -> Check:
    return Check(rule["name"], parsed_check(rule["definition"]), rule["definition"], rule["partition"])


def _domain_checks(column: Mapping[str, Any]) -> Iterable[Check]:
    """Read the CHECKs of a column's domains as if they were the column's own."""
    for rule in column["domain_checks"] or ():
        expression = substituted(parsed_check(rule["definition"]), {"value": Column(column["name"])})
        yield Check(rule["name"], expression, rule["definition"])


def _room(column: TableColumn) -> Iterable[Check]:
    """Say what a virtual column has room for: its rows would be taken, and could not be read."""
    limits = modifiers(column.type_name)
    if without_modifier(column.base_type) == "numeric" and limits:
        bound, name = Decimal(10) ** (limits[0] - limits[1]), Column(column.name)
        inside = And((Operation("<", name, Constant(bound)), Operation(">", name, Constant(-bound))))
        yield Check(f"{column.name} is {column.type_name}", inside, column.type_name)


def _unique(rule: Mapping[str, Any]) -> UniqueRule:
    return UniqueRule(
        name=rule["name"],
        keys=tuple(map(parsed, rule["keys"])),
        primary=rule["primary"],
        predicate=_optional(rule["predicate"]),
        nulls_not_distinct=rule["nulls_not_distinct"],
        partition=rule["partition"],
    )


def _leaf(row: Mapping[str, Any]) -> Leaf:
    return Leaf(row["oid"], row["name"], _optional(row["bound"]), tuple(row["above"]))


def _optional(text: str | None) -> Expression | None:
    return None if text is None else parsed(text)


def _expressions(columns: Iterable[Mapping[str, Any]], kind: str) -> dict[str, Expression]:
    return {column["name"]: parsed(column[kind]) for column in columns if column[kind] is not None}
