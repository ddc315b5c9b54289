"""Judges a tool over a schema: in four databases that it fills anew, one of them twice, one with more columns."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from tests.generation_judge.databases import Contents, Fresh, read_contents
from tests.generation_judge.plausibility import implausible
from tests.generation_judge.schema import Connection, FedColumn, Rule, Table, read_fed_columns, read_tables, rules_of
from tests.generation_judge.verdict import Category, Finding, Verdict

Reasons = Mapping[str, str]
Tool = Callable[[str, int], Reasons]
"""Adds a number of rows to every table of a database, and gives for each table that is left short the reason.

A reason that begins with "full" says that the table holds no more rows, and whose key "has no more". A table that is
left alone is somebody else's, such as a migration tool's, and is not judged.
"""

LEFT_ALONE = "left alone"


def judged(name: str, fresh: Fresh, tool: Tool, rows: int = 20) -> Verdict:
    """Judge a tool over a schema."""
    began = time.monotonic()
    with fresh() as database, psycopg.connect(database, autocommit=True) as connection:
        judge = _Judge(connection, database, tool, rows)
        findings = [*judge.first_run(), *judge.second_run()]
    findings += judge.compared(Category.SAME, _filled_anew(fresh, tool, rows, judge.tables))
    findings += judge.compared(Category.STABLE, _filled_anew(fresh, tool, rows, judge.tables, altered=True))
    return Verdict(name, findings, time.monotonic() - began)


@dataclass(slots=True)
class _Judge:
    connection: Connection
    database: str
    tool: Tool
    rows: int
    tables: list[Table] = field(init=False)
    rules: list[Rule] = field(init=False)
    fed: list[FedColumn] = field(init=False)
    reasons: dict[str, str] = field(default_factory=dict)
    contents: Contents = field(default_factory=dict)
    filled: list[Table] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tables = read_tables(self.connection)
        self.rules = list(rules_of(self.connection, self.tables))
        self.fed = read_fed_columns(self.connection)

    def first_run(self) -> Iterator[Finding]:
        """Look at a database that was empty."""
        self.reasons = dict(self.tool(self.database, self.rows))
        self.tables = [table for table in self.tables if self.reasons.get(table.name) != LEFT_ALONE]
        self.contents = read_contents(self.connection, self.tables)
        for table in self.tables:
            why = self._short(table, len(self.contents[table.name].rows), self.rows, self.reasons)
            yield Finding(Category.FILLED, table.name, why)
            if why is None:
                self.filled.append(table)
        broken = self._broken()
        for table in self.filled:
            yield Finding(Category.VALID, table.name, broken.get(table.name))
        yield from self._sequences()
        for table in self.filled:
            yield from implausible(table, self.contents[table.name])

    def second_run(self) -> Iterator[Finding]:
        """Look at a database that was filled before."""
        reasons = self.tool(self.database, self.rows)
        after = read_contents(self.connection, self.tables)
        broken = self._broken() | {f.subject: f.why for f in self._sequences() if f.why}
        for table in self.filled:
            before, now = (len(contents[table.name].rows) for contents in (self.contents, after))
            why = self._short(table, now - before, self.rows, reasons) or broken.get(table.name)
            lost = set(self.contents[table.name].rows) - set(after[table.name].rows)
            yield Finding(
                Category.AGAIN, table.name, why or (f"{len(lost)} rows are no longer there" if lost else None)
            )

    def compared(self, category: Category, other: Contents) -> Iterator[Finding]:
        """Compare what another database was filled with, column by column."""
        for table in self.filled:
            names = [column.name for column in table.columns]
            differing = self.contents[table.name].differing(other[table.name], names)
            yield Finding(category, table.name, f"other values in {', '.join(differing)}" if differing else None)

    def _short(self, table: Table, rows: int, asked: int, reasons: Reasons) -> str | None:
        """Say why a table counts as short; that it is full is believed of a key or a column that is named."""
        reason = reasons.get(table.name) or reasons.get("*", "no reason given")
        keys = [rule.name for rule in self.rules if rule.table == table.name and rule.kind in ("unique", "exclusion")]
        named = any(f" {name} has no more" in reason for name in (*keys, *table.sent))
        if rows >= asked or (reason.startswith("full") and named):
            return None
        return f"{rows} of {asked} rows: {reason}"

    def _broken(self) -> dict[str, str]:
        """Say which tables have rows that break a rule; each is asked for by a query of its own."""
        found: dict[str, list[str]] = {}
        for rule in self.rules:
            ((rows,),) = self.connection.execute(rule.broken.encode()).fetchall()
            if rows:
                found.setdefault(rule.table, []).append(f"{rows} × {rule.kind} {rule.name}")
        return {table: ", ".join(broken) for table, broken in found.items()}

    def _sequences(self) -> Iterator[Finding]:
        """Say of every sequence of a filled table whether its next value lies past all that are there."""
        filled = {table.name for table in self.filled}
        for fed in self.fed:
            if fed.table in filled:
                yield Finding(Category.SEQUENCES, fed.table, _behind(self.connection, fed))


def _behind(connection: Connection, fed: FedColumn) -> str | None:
    furthest = sql.SQL("select {}({}) from {}").format(
        sql.SQL("max" if fed.increment > 0 else "min"), sql.Identifier(fed.column), _as_is(fed.table)
    )
    ((key,),) = connection.execute(furthest).fetchall()
    ((last, called),) = connection.execute(
        sql.SQL("select last_value, is_called from {}").format(_as_is(fed.sequence))
    ).fetchall()
    following = last + fed.increment if called else last
    if key is None or (following > key if fed.increment > 0 else following < key):
        return None
    return f"{fed.sequence} would give {following}, and {fed.column} {key} is there"


def _as_is(name: str) -> sql.SQL:
    """Take a name as the server has written it, quotes and schema included."""
    return sql.SQL(name)


def _filled_anew(fresh: Fresh, tool: Tool, rows: int, tables: Sequence[Table], *, altered: bool = False) -> Contents:
    """Fill a further database; an altered one has one more column in every third table, and one more table."""
    with fresh() as database, psycopg.connect(database, autocommit=True) as connection:
        if altered:
            for table in tables[::3]:
                connection.execute(sql.SQL("alter table {} add column judged_since date").format(_as_is(table.name)))
            connection.execute("create table judged_besides (id serial primary key, label text not null unique)")
        tool(database, rows)
        return read_contents(connection, tables)
