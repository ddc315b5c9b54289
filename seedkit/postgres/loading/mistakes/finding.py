"""Finds all rows of a failed load that have the mistake PostgreSQL named, each with its place in the files.

PostgreSQL stops at the first one. Asked again about the same rows as text, set by set, it tells them all, where what
the rows bring says enough. Where it does not (a trigger changes them, the mistake is in no column) halves of the load
are loaded again until the rows are found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

import psycopg

from seedkit.errors import LoadError, Origin, SeedkitError, lines
from seedkit.postgres.connection import Connection, takes_statements
from seedkit.postgres.loading.blame import MeantTwiceError, RepeatedKeyError, copies_a_row
from seedkit.postgres.loading.causes import is_about_a_row
from seedkit.postgres.loading.mistakes.doubts import Doubts, doubt
from seedkit.postgres.loading.mistakes.expressions import wrong_expressions
from seedkit.postgres.loading.mistakes.failed_checks import failed_checks
from seedkit.postgres.loading.mistakes.giving_up import asked, give_up
from seedkit.postgres.loading.mistakes.halving import LoadRows
from seedkit.postgres.loading.mistakes.invalid_inputs import invalid_inputs
from seedkit.postgres.loading.mistakes.meant_twice import rows_meant_twice
from seedkit.postgres.loading.mistakes.missing_parents import missing_parents
from seedkit.postgres.loading.mistakes.missing_values import missing_values
from seedkit.postgres.loading.mistakes.mistake import Mistake, listed_below
from seedkit.postgres.loading.mistakes.other_values import same_keys
from seedkit.postgres.loading.mistakes.refusals import Look, refusals
from seedkit.postgres.loading.mistakes.row_triggers import row_triggers
from seedkit.postgres.loading.mistakes.taken_keys import taken_keys, twins
from seedkit.postgres.loading.table_loads import TableLoad

_Finder = Callable[[Connection, Sequence[Doubts], psycopg.Error], Iterator[Mistake]]
_FINDERS: Mapping[type[psycopg.Error], _Finder] = {
    psycopg.errors.NotNullViolation: missing_values,
    psycopg.errors.CheckViolation: failed_checks,
    psycopg.errors.ForeignKeyViolation: missing_parents,
    psycopg.errors.UniqueViolation: taken_keys,
    psycopg.DataError: invalid_inputs,
}


def find_mistakes(
    connection: Connection,
    loads: Sequence[TableLoad],
    error: psycopg.Error,
    load_rows: LoadRows,
    place: Origin | None = None,
) -> list[Mistake]:
    """List the rows with the mistake that an error is about, one more than are shown; none where that can't be told.

    `place` is that of the row in the error, if that is known.
    Works in savepoints that it rolls back. Sources that can't be read again, such as a seeder's rows, are left out.
    """
    if not is_about_a_row(error) or not takes_statements(connection):
        return []
    try:
        look = look_at(connection, loads, load_rows)
        return by_what_they_bring(look, error, place) or _by_halving(look, error)
    except psycopg.Error as refused:
        give_up(connection, refused)
        return []


def look_at(connection: Connection, loads: Sequence[TableLoad], load_rows: LoadRows) -> Look:
    """Ask for what is needed to look into an error of some loads."""
    return Look(connection=connection, loads=loads, load_rows=load_rows, triggers=row_triggers(connection, loads))


def by_what_they_bring(look: Look, error: psycopg.Error, place: Origin | None = None) -> list[Mistake]:
    """Ask about the rows as they stand in the files; not where a trigger may have changed them, but for their spelling.

    Rows that refer to each other can't be halved, so that their parents are looked for all the same.
    """
    find = next((found for kind, found in _FINDERS.items() if isinstance(error, kind)), None)
    changed = any(trigger.before for trigger in look.triggers)
    unmoved = isinstance(error, psycopg.DataError) or (look.circular and isinstance(error, _MISSING_PARENT))
    if find is None or (changed and not unmoved) or _sees_no_column(look, error):
        return []
    by_row = psycopg.DataError if look.triggers else _ROW_BY_ROW
    since = place if isinstance(error, by_row) and copies_a_row(error) and len(look.loads) == 1 else None
    return asked(look.connection, lambda: find(look.connection, doubts_of(look.connection, look.loads, since), error))


def _sees_no_column(look: Look, error: psycopg.Error) -> bool:
    """Whether a unique index is partial or of expressions, which is asked for no rows as they stand."""
    keys = {key.name for load in look.loads for key in load.table.keys}
    return isinstance(error, psycopg.errors.UniqueViolation) and error.diag.constraint_name not in keys


_ROW_BY_ROW = (psycopg.DataError, psycopg.errors.CheckViolation, psycopg.errors.NotNullViolation)
"""What a COPY looks at before it goes on to the next row, where no trigger does anything."""

_MISSING_PARENT = psycopg.errors.ForeignKeyViolation


def doubts_of(connection: Connection, loads: Sequence[TableLoad], since: Origin | None = None) -> list[Doubts]:
    """Lay out the rows of some loads; `since` as in `doubt`."""
    return [
        found
        for number, load in enumerate(loads)
        for found in doubt(connection, number, load.table, load.sources, since)
    ]


def _by_halving(look: Look, error: psycopg.Error) -> list[Mistake]:
    """Load halves again. Of rows that refer to each other one half may miss the other, which would be blamed for it."""
    after = any(not trigger.before for trigger in look.triggers)
    if look.circular and (after or isinstance(error, _MISSING_PARENT)):
        return []
    return refusals(look, error)


def with_all_mistakes(
    connection: Connection, loads: Sequence[TableLoad], error: LoadError, load_rows: LoadRows
) -> LoadError:
    """Name in an error on one row all that share its mistake, each with its place, the first as the error's own."""
    if isinstance(error, MeantTwiceError):
        mistakes = rows_meant_twice(connection, error.load)
    else:
        mistakes = _repeated(connection, error) if isinstance(error, RepeatedKeyError) else []
    if not mistakes and isinstance(error.__cause__, psycopg.Error):
        mistakes = wrong_expressions(connection, loads, error.__cause__) or find_mistakes(
            connection, loads, error.__cause__, load_rows, error.origin
        )
    if not mistakes and (twice := _in_one_tree(connection, loads, error)):
        return twice
    if mistakes:
        tell(error, mistakes)
    elif isinstance(error, RepeatedKeyError):
        error.locate()
    if _may_be_hidden(loads, error):
        error.hint = error.hint or _HIDDEN
    return error


_HIDDEN = (
    "No row that this role sees has the key: row-level security may hide the one that does. Seed as a role "
    "with BYPASSRLS, or give the row another key."
)


def _may_be_hidden(loads: Sequence[TableLoad], error: LoadError) -> bool:
    """Whether a key that is taken, and that nothing has told, may be one of a row that policies hide."""
    cause, told = error.__cause__, "Key (" in (error.detail or "")
    secured = any(load.table.row_security for load in loads)
    return isinstance(cause, psycopg.errors.UniqueViolation) and secured and not told


def _in_one_tree(connection: Connection, loads: Sequence[TableLoad], error: LoadError) -> LoadError | None:
    """Find a key that rows of a table and of its partition have, which load together as they refer to each other."""
    if not isinstance(error.__cause__, psycopg.errors.UniqueViolation) or not takes_statements(connection):
        return None
    found = (same_keys(connection, one, other, alike=True) for one, other in combinations(loads, 2))
    return next((twice for twice in found if twice), None)


def _repeated(connection: Connection, error: RepeatedKeyError) -> list[Mistake]:
    """Find the rows whose key others of the load have as well, in whatever spelling."""
    if not takes_statements(connection):
        return []

    def find() -> Iterator[Mistake]:
        doubts = [found for found in doubts_of(connection, [error.load]) if set(error.key) <= set(found.shape.columns)]
        if doubts:
            yield from twins(connection, doubts, error.key, with_nulls=error.__cause__ is None)

    return asked(connection, find)


def tell(error: SeedkitError, mistakes: Sequence[Mistake]) -> None:
    """Name in an error the rows that make its mistake, the first as the error's own."""
    first, *others = mistakes
    error.origin = first.origin or error.origin
    error.message = first.message or error.message
    error.detail = lines([*_details(first, error), *listed_below(others)]) or error.detail


def _details(first: Mistake, error: SeedkitError) -> list[str]:
    """Tell what is wrong with the first row, but for what the message says already."""
    text = _beyond(error.message, first.text.removeprefix(error.message).removeprefix("; "))
    return [text] if text else []


def _beyond(message: str, text: str) -> str:
    """Leave out of what is told of a row the sentence that the error tells already."""
    return text.replace(f": {message}", "", 1)
