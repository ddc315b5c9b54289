"""The rules of a table as they are read, what is chosen for its columns, and rows of that as the server takes them."""

from __future__ import annotations

from datetime import date

import psycopg
from psycopg import sql

from seedkit.core.generation.planning.choosing import chosen_for
from seedkit.core.generation.planning.chosen import Chosen, Run
from seedkit.core.generation.planning.facts import facts_of
from seedkit.core.generation.schema import TableRules
from seedkit.core.generation.streams import rows_of_block
from seedkit.files.generation.meanings import read_meanings, read_words
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.generation.rules import read_rules

RUN = Run(random_seed=0, today=date(2026, 11, 30), meanings=read_meanings(), words=read_words())


def rules_of(connection: psycopg.Connection, table: str) -> TableRules:
    """Read the rules of a table."""
    (oid,) = [relation.oid for relation in read_catalog(connection).relations if relation.name.name == table]
    return read_rules(connection, read_tables(connection, [oid])).tables[oid]


def chosen(rules: TableRules, name: str) -> Chosen:
    """Give what is chosen for a column."""
    return chosen_for(facts_of(rules, rules.table.column(name)), RUN)


def copied(connection: psycopg.Connection, rules: TableRules, rows: int) -> None:
    """Make the first rows of a table, and have the server copy them."""
    names = [column.name for column in rules.sent_columns]
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(rules.table.name.name), columns)
    made = zip(*(chosen(rules, name).generator.values(rows_of_block(0)) for name in names), strict=True)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write("".join("\t".join(row) + "\n" for row, _ in zip(made, range(rows), strict=False)))
