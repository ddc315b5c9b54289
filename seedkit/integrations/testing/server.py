"""Which server the tests' databases are made on: one that is named for tests, else the embedded one.

DATABASE_URL does not count: whoever has set it, for a program or a shell, has not thought of tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from seedkit.config import TEST_URL_VARIABLE, Settings
from seedkit.errors import EmbeddedServerError
from seedkit.integrations.testing.template import refuse_a_production_server
from seedkit.runner.database import server_for_tests

_HINT = 'Install it: pip install "pg-seedkit[embedded]"; or name a server: pytest --seedkit-url=postgresql://…, {}.'


@contextmanager
def chosen_server(settings: Settings, named: str | None) -> Iterator[str]:
    """Give the URL of a database on the server for tests."""
    url, source = (named, "--seedkit-url") if named else (settings.variables.get(TEST_URL_VARIABLE), TEST_URL_VARIABLE)
    if url:
        refuse_a_production_server(url, source, settings)
        yield url
        return
    with ExitStack() as stack:
        try:
            embedded = stack.enter_context(server_for_tests(settings.project))
        except EmbeddedServerError as error:
            error.hint = _HINT.format(TEST_URL_VARIABLE) if "not installed" in error.message else error.hint
            raise
        yield embedded
