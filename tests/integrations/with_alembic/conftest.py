"""What tests of integrations share."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from psycopg.conninfo import conninfo_to_dict


@pytest.fixture
def alembic_url(database: str) -> str:
    from sqlalchemy import URL

    parts = conninfo_to_dict(database)
    return URL.create(
        "postgresql+psycopg",
        username=str(parts["user"]),
        database=str(parts["dbname"]),
        query={name: str(parts[name]) for name in ("host", "port") if name in parts},
    ).render_as_string()


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """Alembic's env.py configures logging for the whole process."""
    root, loggers = logging.getLogger(), dict(logging.root.manager.loggerDict)
    before = root.level, root.handlers[:]
    yield
    root.level, root.handlers[:] = before
    for logger in loggers.values():
        if isinstance(logger, logging.Logger):
            logger.disabled = False
