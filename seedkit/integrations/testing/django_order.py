"""Has tests that empty Django's tables come last: pytest-django has them before those that are none of its own."""

from __future__ import annotations

import sys

import pytest

_FIXTURES = frozenset({"transactional_db", "live_server", "django_db_reset_sequences"})


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put them at the end, where others read the rows of the same database without Django."""
    ours = (name for item in items for name in getattr(item, "fixturenames", ()) if name.startswith("seedkit_"))
    if "django.test" in sys.modules and any(ours):
        items.sort(key=_empties_tables)


def _empties_tables(item: pytest.Item) -> bool:
    """Whether a test commits, so that Django empties all tables behind it."""
    from django.test import TestCase, TransactionTestCase

    class_ = getattr(item, "cls", None)
    if isinstance(class_, type) and issubclass(class_, TransactionTestCase):
        return not issubclass(class_, TestCase)
    marker = item.get_closest_marker("django_db")
    asked = [] if marker is None else [*marker.args[:2], *map(marker.kwargs.get, ("transaction", "reset_sequences"))]
    return any(asked) or not _FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
