"""The tables of SQLAlchemy's metadata, made in the database of a URL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import MetaData, create_engine, create_mock_engine
from sqlalchemy.pool import NullPool

from seedkit.integrations.testing.database_url import DatabaseUrl


def create_tables(metadata: Sequence[MetaData], url: str) -> None:
    """Create all tables of some metadata."""
    engine = create_engine(DatabaseUrl(url).for_sqlalchemy(), poolclass=NullPool)
    with engine.begin() as connection:
        for each in metadata:
            each.create_all(connection)


def statements(metadata: Sequence[MetaData]) -> Iterator[bytes]:
    """Give the statements that create them, which tell what they are."""
    found: list[bytes] = []

    def note(statement: Any, *_: object, **__: object) -> None:  # noqa: ANN401 - DDL of any kind
        found.append(str(statement.compile(dialect=engine.dialect)).encode())

    engine = create_mock_engine("postgresql+psycopg://", note)
    for each in metadata:
        each.create_all(engine, checkfirst=False)
    yield from found
