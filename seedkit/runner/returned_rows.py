"""Rows that a seeder returns in place of inserting them: a function of another tool, or one that was to be awaited."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

from seedkit.core.planning.seeders import Seeder
from seedkit.core.rows.python_rows import as_mapping
from seedkit.errors import SeederError, UsageError


def refuse_returned_rows(seeder: Seeder, returned: object, has_inserted: Callable[[], bool]) -> None:
    """Raise SeederError for what was returned and is inserted by nobody; whoever `has_inserted` may return anything."""
    if inspect.iscoroutine(returned):
        returned.close()  # or Python would warn of it as well
        raise SeederError(
            f'seeder "{seeder.name}" returned a coroutine, which nobody awaits',
            origin=seeder.origin,
            hint="Run it in the seeder: asyncio.run(...).",
        )
    if _are_rows(returned) and not has_inserted():
        raise SeederError(
            f'seeder "{seeder.name}" returned rows and inserted none',
            origin=seeder.origin,
            hint='Give them to db.insert, with the name of their table: db.insert("users", rows).',
        )


def _are_rows(returned: object) -> bool:
    return isinstance(returned, Iterator) or (
        isinstance(returned, list | tuple) and bool(returned) and all(map(_is_row, returned))
    )


def _is_row(value: object) -> bool:
    try:
        as_mapping(value)
    except UsageError:
        return False
    return True
