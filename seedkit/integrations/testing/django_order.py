"""Which tests empty Django's tables when they are over: pytest-django has them before those that are not its own."""

from __future__ import annotations

import pytest
from django.test import TestCase, TransactionTestCase

_FIXTURES = frozenset({"transactional_db", "live_server", "django_db_reset_sequences"})


def empties_tables(item: pytest.Item) -> bool:
    """Whether a test commits, so that Django empties all tables behind it."""
    class_ = getattr(item, "cls", None)
    if isinstance(class_, type) and issubclass(class_, TransactionTestCase):
        return not issubclass(class_, TestCase)
    marker = item.get_closest_marker("django_db")
    asked = [] if marker is None else [*marker.args[:2], *map(marker.kwargs.get, ("transaction", "reset_sequences"))]
    return any(asked) or not _FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
