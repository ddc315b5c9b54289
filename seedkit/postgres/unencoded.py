"""Databases without an encoding (SQL_ASCII): what they hold is bytes, most of them UTF-8, and a name may be others.

The server checks all that goes to and fro in UTF-8, and refuses a whole list of tables for one name. It lets everything
pass to a client in an encoding of single bytes; what they mean is then our affair: UTF-8, and what is none stays in the
text as a lone surrogate (Python's `surrogateescape`, which is how arguments of the command line and names of files come
as well), goes back as the byte that it was, and is shown escaped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

import psycopg
from psycopg import sql
from psycopg.abc import Buffer, Params
from psycopg.adapt import Loader
from psycopg.pq import Format
from psycopg.types.json import set_json_loads
from psycopg.types.string import StrDumperUnknown

from seedkit.postgres.queries import query

CARRIER = "LATIN1"
"""The encoding in which the server takes us to read and write."""

_TYPES = ("text", "varchar", "bpchar", "name", '"char"', "xml")
_NO_TYPE = 0
_Any: TypeAlias = Any
"""What psycopg takes: some of it has no public name."""


def has_no_encoding(connection: psycopg.Connection[Any]) -> bool:
    """Whether the database takes bytes of any kind for text; asks the server nothing."""
    return connection.info.parameter_status("server_encoding") == "SQL_ASCII"


def has_odd_names(connection: psycopg.Connection[Any]) -> bool:
    """Whether the catalog of a database without an encoding holds names that are not UTF-8."""
    try:
        connection.execute(query("names_as_utf8"))
    except (psycopg.errors.CharacterNotInRepertoire, psycopg.errors.UntranslatableCharacter):
        return True
    return False


def passes_bytes(connection: psycopg.Connection[Any]) -> bool:
    """Whether what is no UTF-8 passes."""
    return issubclass(connection.cursor_factory, BytesCursor)


def bytes_of(statement: str | bytes | sql.Composable, connection: psycopg.Connection[Any] | None = None) -> bytes:
    """Write a statement as it is sent where bytes pass through."""
    return statement if isinstance(statement, bytes) else text_of(statement, connection).encode("utf-8", _OTHERS)


def text_of(statement: str | sql.Composable, connection: psycopg.Connection[Any] | None = None) -> str:
    """Write a statement as text, with what is no UTF-8 in its names kept; psycopg would refuse to write it."""
    if isinstance(statement, str):
        return statement
    if isinstance(statement, sql.Composed):
        return "".join(text_of(part, connection) for part in statement)
    if isinstance(statement, sql.Identifier):
        return ".".join(_quoted(part) for part in statement._obj)
    if isinstance(statement, sql.Literal) and connection is not None and passes_bytes(connection):
        return statement.as_bytes(connection).decode("utf-8", _OTHERS)
    return statement.as_string(connection)


_OTHERS = "surrogateescape"


def _quoted(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'


class _Text(Loader):
    """Reads text."""

    def load(self, data: Buffer) -> str:
        """Read bytes."""
        return bytes(data).decode("utf-8", _OTHERS)


class _BinaryText(_Text):
    """Reads text where results come in binary: it is the same."""

    format = Format.BINARY


class _Str(StrDumperUnknown):
    """Writes text."""

    def dump(self, obj: str) -> bytes:
        """Write bytes; raises psycopg.DataError for a NUL, as psycopg does."""
        if "\0" in obj:
            raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
        return obj.encode("utf-8", _OTHERS)


class BytesCursor(psycopg.Cursor[Any]):
    """A cursor whose statements go out as UTF-8, whatever the encoding that the server takes us to write in."""

    def execute(self, query: _Any, params: Params | None = None, **options: _Any) -> BytesCursor:
        """Execute a statement."""
        return super().execute(bytes_of(query, self.connection), params, **options)

    def executemany(self, query: _Any, params_seq: Iterable[Params], **options: _Any) -> None:
        """Execute a statement many times."""
        super().executemany(bytes_of(query, self.connection), params_seq, **options)

    def stream(self, query: _Any, params: Params | None = None, **options: _Any) -> Iterator[Any]:
        """Give rows as they come."""
        return super().stream(bytes_of(query, self.connection), params, **options)

    @contextmanager
    def copy(self, statement: _Any, params: Params | None = None, **options: _Any) -> Iterator[psycopg.Copy]:
        """Copy rows in or out."""
        with super().copy(bytes_of(statement, self.connection), params, **options) as copy:
            yield copy


def read_json_in(encoding: str, connection: psycopg.Connection[Any]) -> None:
    """Read JSON documents in an encoding that psycopg does not expect them in."""

    def loads(document: str | bytes) -> object:
        return json.loads(document if isinstance(document, str) else bytes(document).decode(encoding, _OTHERS))

    set_json_loads(loads, connection)


def let_bytes_pass(connection: psycopg.Connection[Any]) -> None:
    """Read and write text as UTF-8 on a connection that the server takes for one in another encoding."""
    for type_name in (*_TYPES, _NO_TYPE):
        for loader in (_Text, _BinaryText):
            connection.adapters.register_loader(type_name, loader)
    connection.adapters.register_dumper(str, _Str)
    read_json_in("utf-8", connection)
    connection.cursor_factory = BytesCursor
