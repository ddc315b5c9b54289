"""Reads and writes the comment of the current database, which carries the mark of a protected one."""

from __future__ import annotations

from psycopg import sql

from seedkit.postgres.connection import Connection
from seedkit.postgres.search_path import asked_safely


def database_name(connection: Connection) -> str:
    """Read the name of the current database; a pooler may know it by another one."""
    with asked_safely(connection, lambda: connection.execute("select current_database()")) as asked:
        row = asked.fetchone()
    return str(row[0]) if row else connection.info.dbname


def database_comment(connection: Connection) -> str | None:
    """Read the comment of the current database."""
    question = "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()"
    with asked_safely(connection, lambda: connection.execute(question)) as asked:
        row = asked.fetchone()
    return row[0] if row else None


def write_database_comment(connection: Connection, comment: str | None) -> None:
    """Write the comment of the current database; its owner alone may."""
    name = sql.Identifier(database_name(connection))
    connection.execute(sql.SQL("comment on database {} is {}").format(name, sql.Literal(comment)))
