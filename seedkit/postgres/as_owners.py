"""Evaluates what reads others' tables with the rights of their owners, so that nothing of theirs runs with ours.

PostgreSQL evaluates functions while it plans a query: those in a table's index expressions and predicates, in extended
statistics and partition keys. They run with the rights of whoever asks, and could make a superuser's their own. Within
a function that is SECURITY DEFINER they have their owner's alone, and can not SET ROLE back to ours.
"""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql

from seedkit.postgres.unencoded import text_of

_FUNCTION: LiteralString = "seedkit_as_owner_{}"


def rows_as_owner(
    role: str, rows: sql.Composable, columns: sql.Composable
) -> tuple[list[sql.Composed], sql.Composable]:
    """Write what makes a function that gives a query's rows, and the query that calls it; roll back as above.

    `columns` are the names of its columns with their types.
    """
    function = sql.Identifier("pg_temp", _FUNCTION.format("rows"))
    made = _made_by(function, role, rows, sql.SQL("setof record"))
    return made, sql.SQL("select * from {}() as found ({})").format(function, columns)


class AsOwners:
    """Gathers expressions of type text, and writes for each role a function in pg_temp that evaluates its own.

    The transaction must be rolled back: that takes back the functions, and whatever the roles' code has set or begun.
    They are STABLE: they see what the statement that calls them sees.
    """

    def __init__(self) -> None:
        self._expressions: dict[str, list[sql.Composable]] = {}

    def __bool__(self) -> bool:
        return bool(self._expressions)

    def evaluate(self, role: str | None, expression: sql.Composable) -> sql.Composable:
        """Give what stands for the expression in the statement: itself where there is no role to evaluate it as."""
        if role is None:
            return expression
        expressions = self._expressions.setdefault(role, [])
        expressions.append(expression)
        function = self._function(list(self._expressions).index(role))
        return sql.SQL("(select found[{}] from {})").format(sql.Literal(len(expressions)), function)

    def statements(self) -> list[sql.Composed]:
        """Write what makes the functions."""
        return [
            statement
            for number, (role, expressions) in enumerate(self._expressions.items())
            for statement in _made_by(
                sql.Identifier("pg_temp", _FUNCTION.format(number)),
                role,
                sql.SQL("select array[{}]").format(sql.SQL(", ").join(expressions)),
                sql.SQL("pg_catalog.text[]"),
            )
        ]

    def common_tables(self) -> list[sql.Composed]:
        """Write the common table expressions that call the functions, once each."""
        return [
            sql.SQL("{} as materialized (select {}() as found)").format(
                self._function(number), sql.Identifier("pg_temp", _FUNCTION.format(number))
            )
            for number in range(len(self._expressions))
        ]

    @staticmethod
    def _function(number: int) -> sql.Identifier:
        return sql.Identifier(_FUNCTION.format(number))


def _made_by(
    function: sql.Identifier, role: str, query: sql.Composable, returned: sql.Composable
) -> list[sql.Composed]:
    return [
        sql.SQL(
            "create function {}() returns {} language sql stable security definer set search_path from current as {}"
        ).format(function, returned, sql.Literal(text_of(query))),
        sql.SQL("alter function {}() owner to {}").format(function, sql.Identifier(role)),
    ]
