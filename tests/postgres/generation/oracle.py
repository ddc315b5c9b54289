"""PostgreSQL as the judge: it deparses an expression, and says what its value is on each row of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
from psycopg import sql

from seedkit.core.generation.expressions.casting import cast
from seedkit.core.generation.expressions.evaluation import Surroundings, evaluator
from seedkit.core.generation.expressions.parser import parsed_check
from seedkit.core.generation.expressions.tree import Expression, IsNull, Unread
from seedkit.core.generation.expressions.values import Interval, Json, Unevaluated

COLUMNS = {
    "a": "bigint",
    "b": "integer",
    "n": "numeric",
    "m": "numeric(8,2)",
    "f": "double precision",
    "yes": "boolean",
    "no": "boolean",
    "t": "text",
    "u": "text",
    "v": "character varying(20)",
    "c": "character(5)",
    "d": "date",
    "e": "date",
    "ts": "timestamp without time zone",
    "tz": "timestamp with time zone",
    "clock": "time without time zone",
    "iv": "interval",
    "id": "uuid",
    "raw": "bytea",
    "words": "text[]",
    "numbers": "integer[]",
    "j": "jsonb",
}
"""A column of each type that is evaluated."""

NULL_ROW: dict[str, str | None] = dict.fromkeys(COLUMNS)
ROWS: list[dict[str, str | None]] = [
    NULL_ROW,
    {
        **{
            "a": "1",
            "b": "0",
            "n": "1.50",
            "m": "12.34",
            "f": "0.5",
            "yes": "t",
            "no": "f",
            "t": "Ada",
            "u": "ada@example.com",
        },
        **{
            "v": "",
            "c": "de",
            "d": "2024-02-29",
            "e": "2024-03-31",
            "ts": "2024-02-29 12:30:45.5",
            "tz": "2024-02-29 23:59:59+00",
        },
        **{"clock": "08:15:00", "iv": "1 year 2 mons 3 days 04:05:06", "id": "0f0e0d0c-0b0a-4908-8706-050403020100"},
        **{"raw": r"\x00ff", "words": "{a,b}", "numbers": "{3,1,2}", "j": '{"a": 1, "b": [1, 2.50], "c": null}'},
    },
    {
        **{
            "a": "-7",
            "b": "2",
            "n": "-0.001",
            "m": "-5.00",
            "f": "-3.25",
            "yes": "f",
            "no": None,
            "t": "",
            "u": "a%b_c\\d",
        },
        **{"v": " x ", "c": "ab cd", "d": "1999-12-31", "e": "1999-12-31", "ts": "2000-01-01 00:00:00", "tz": None},
        **{
            "clock": "23:59:59.999999",
            "iv": "-3 days",
            "id": None,
            "raw": r"\x",
            "words": "{}",
            "numbers": "{}",
            "j": "[1, 2]",
        },
    },
    {
        **{
            "a": "123456789012",
            "b": "100",
            "n": "20000",
            "m": "99999.99",
            "f": "10000000000",
            "yes": None,
            "no": "t",
            "t": "ÄÖ ü",
        },
        **{
            "u": "T-345.246.800-1",
            "v": "tab\there",
            "c": "",
            "d": "2030-01-01",
            "e": None,
            "ts": "2023-12-31 23:59:59",
        },
        **{
            "tz": "2025-06-30 00:00:00+00",
            "clock": "00:00:00",
            "iv": "36:00:00",
            "id": "ffffffff-ffff-4fff-bfff-ffffffffffff",
        },
        **{"raw": r"\x616263", "words": '{NULL,"b c",""}', "numbers": "{1,NULL}", "j": '"text"'},
    },
    {
        **{
            "a": "0",
            "b": "-1",
            "n": "3",
            "m": "0.00",
            "f": "0",
            "yes": "t",
            "no": "t",
            "t": "line\nbreak",
            "u": "ABC-123",
        },
        **{
            "v": "a",
            "c": "A",
            "d": "2024-12-30",
            "e": "2024-01-01",
            "ts": "1970-01-01 00:00:00.000001",
            "tz": "1969-12-31 23:00:00+00",
        },
        **{"clock": "12:00:00", "iv": "00:00:00.000001", "id": "00000000-0000-0000-0000-000000000000", "raw": None},
        **{"words": "{a,a,NULL}", "numbers": "{0}", "j": "true"},
    },
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the server and we say of one row; `theirs` is the server's error, where it has one."""

    expression: str
    deparsed: str
    row: int
    theirs: object
    ours: object

    @property
    def differs(self) -> bool:
        """Whether both have a value, and not the same; to an error of the server's we must have none."""
        if isinstance(self.ours, Unevaluated):
            return False
        return isinstance(self.theirs, psycopg.Error) or comparable(self.ours) != self.theirs


class Oracle:
    """A table with a column of each type, and some rows."""

    def __init__(self, connection: psycopg.Connection, rows: Sequence[Mapping[str, str | None]]) -> None:
        self._connection = connection
        connection.execute("set time zone 'UTC'")
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(name), sql.SQL(type_)) for name, type_ in COLUMNS.items()
        )
        connection.execute(sql.SQL("create table judged (row integer, {})").format(columns))
        for number, row in enumerate(rows):
            names = sql.SQL(", ").join(map(sql.Identifier, row))
            values = sql.SQL(", ").join(map(sql.Literal, row.values()))
            connection.execute(sql.SQL("insert into judged (row, {}) values ({}, {})").format(names, number, values))
        self._rows = [dict(self._typed(row)) for row in self._texts()]

    def _texts(self) -> list[tuple[str | None, ...]]:
        texts = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in COLUMNS)
        return self._connection.execute(sql.SQL("select {} from judged order by row").format(texts)).fetchall()

    @staticmethod
    def _typed(row: Sequence[str | None]) -> Iterator[tuple[str, object]]:
        for (name, type_), text in zip(COLUMNS.items(), row, strict=True):
            yield name, None if text is None else cast(text, type_)

    def judged(self, expression: str) -> list[Verdict]:
        """Evaluate an expression on all rows, here and there."""
        deparsed, tree = self._read(expression)
        evaluate = evaluator(tree, Surroundings(now=datetime.now(UTC), types=COLUMNS))
        return [
            Verdict(expression, deparsed, number, self._value(expression, number), evaluate(row))
            for number, row in enumerate(self._rows)
        ]

    def _read(self, expression: str) -> tuple[str, Expression]:
        """Have the server write the expression down as it writes CHECKs."""
        add = sql.SQL("alter table judged add constraint asked check (({}) is null) not valid").format(
            sql.SQL(expression)
        )
        self._connection.execute(add)
        found = self._connection.execute("select pg_get_constraintdef(oid) from pg_constraint where conname = 'asked'")
        deparsed = found.fetchone()[0]  # type: ignore[index]
        self._connection.execute("alter table judged drop constraint asked")
        tree = parsed_check(deparsed)
        return deparsed, tree.operand if isinstance(tree, IsNull) else Unread(
            deparsed, getattr(tree, "reason", "no test")
        )

    def _value(self, expression: str, number: int) -> object:
        query = sql.SQL("select {} from judged where row = {}").format(sql.SQL(expression), number)
        try:
            return self._connection.execute(query).fetchone()[0]  # type: ignore[index]
        except psycopg.Error as error:
            return error


def comparable(value: object) -> object:
    """Give one of our values as psycopg gives it."""
    match value:
        case Json(document):
            return document
        case Interval(months, days, microseconds):
            years, rest = divmod(abs(months), 12)
            sign = -1 if months < 0 else 1
            return timedelta(days=days + sign * (years * 365 + rest * 30), microseconds=microseconds)
        case _:
            return value
