"""Writes statements with their parameters as one text, as drivers differ in how they take them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql

from seedkit.postgres.session import Statement
from seedkit.postgres.unencoded import text_of

_PLACEHOLDER = re.compile(r"%(?:%|s|\((\w+)\)s)")


def rendered(statement: Statement, parameters: Sequence[Any] | Mapping[str, Any] | None = None) -> str:
    """Write a statement; its placeholders are psycopg's.

    >>> rendered("select %(ids)s::oid[], 7 %% 2", {"ids": [1, 2]})
    'select array[1, 2]::oid[], 7 % 2'
    >>> rendered(sql.SQL("select {}, '%'").format(sql.Literal("Ada's")))
    "select 'Ada''s', '%'"
    """
    text = "".join(_parts(statement))
    if parameters is None:
        return text
    values = iter(() if isinstance(parameters, Mapping) else parameters)

    def filled(match: re.Match[str]) -> str:
        if match[0] == "%%":
            return "%"
        return literal(parameters[match[1]] if isinstance(parameters, Mapping) else next(values))

    return _PLACEHOLDER.sub(filled, text)


def _parts(statement: Statement | sql.Composable) -> Iterator[str]:
    if isinstance(statement, sql.Composed):
        for part in statement:
            yield from _parts(part)
    elif isinstance(statement, sql.Literal):
        yield literal(statement._obj)
    else:
        yield text_of(statement)


def literal(value: object) -> str:
    r"""Write a value, whatever the session says of backslashes; a list as an array, whose type follows it.

    >>> literal("back\\slash"), literal(None), literal([True, -1]), literal([])
    (" E'back\\\\slash'", 'null', 'array[true,  -1]', 'array[]')
    """
    if isinstance(value, list | tuple):
        return f"array[{', '.join(map(literal, value))}]"
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "null"
    if not isinstance(value, int):
        raise TypeError(f"no literal is written for {type(value).__name__}")
    return f" {value}" if value < 0 else str(value)


def _quoted(text: str) -> str:
    if "\0" in text:
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    quoted = "'" + text.replace("'", "''") + "'"
    return " E" + quoted.replace("\\", "\\\\") if "\\" in quoted else quoted
