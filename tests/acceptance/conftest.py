"""Roles with passwords, on whatever way a test comes to its database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import psycopg
import pytest

from tests.passwords import asked_by_the_pool, asked_by_the_server

Asked = Callable[[str], AbstractContextManager[None]]


@pytest.fixture
def asked_for_its_password(connection: psycopg.Connection[Any], database: str, pytestconfig: pytest.Config) -> Asked:
    """Have a role asked for its password by all who stand on the way to the test's database."""

    @contextmanager
    def asked(role: str) -> Iterator[None]:
        with ExitStack() as rules:
            rules.enter_context(asked_by_the_server(role, connection))
            if pytestconfig.getoption("--pgbouncer"):
                rules.enter_context(asked_by_the_pool(role, database))
            yield

    return asked


@pytest.fixture
def wrong_password(pytestconfig: pytest.Config) -> str:
    """The words in which a wrong password is refused: PgBouncer has its own."""
    return "SASL authentication failed" if pytestconfig.getoption("--pgbouncer") else "password authentication failed"
