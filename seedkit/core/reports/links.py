"""What a person should know of the way in which a sequence feeds its columns, though its next value may be free."""

from __future__ import annotations

from seedkit.core.names import column_of
from seedkit.core.sequences.feeding import FedColumn, FeedingSequence


def remarks_on_links(sequence: FeedingSequence) -> list[str]:
    """Tell what the next insert, or the next DROP, may bring."""
    late = [
        _by_its_schema(column) for column in sequence.columns if column.late_name is not None and not column.covered
    ]
    alone = [told for column in sequence.columns if (told := _without_default(column))]
    elsewhere = [column.elsewhere for column in sequence.columns if column.elsewhere is not None]
    return [*late[:1], *alone, *(f"{told}, not from this sequence" for told in elsewhere), *_idle_owner(sequence)]


def _by_its_schema(column: FedColumn) -> str:
    return (
        f'depends on search_path: {column} looks up "{column.late_name}" at every insert, '
        "and was judged by the sequence of its own schema"
    )


def _without_default(column: FedColumn) -> str | None:
    if column.filled:
        return None
    return f"{column} has no default: an insert without it {'fails' if column.not_null else 'leaves it null'}"


def _idle_owner(sequence: FeedingSequence) -> list[str]:
    if sequence.idle_owner is None:
        return []
    owner = column_of(*sequence.idle_owner)
    return [f"it belongs to {owner}, which draws nothing from it: dropping that column takes the sequence along"]


def owner_hint(sequence: FeedingSequence) -> str | None:
    """Write down what gives a sequence to a column that draws from it, None where the owner does.

    PostgreSQL wants both in one schema.
    """
    if sequence.idle_owner is None:
        return None
    near = (column for column in sequence.columns if column.table.schema == sequence.name.schema and not column.covered)
    column = next(near, None)
    owner = column_of(column.table, column.name) if column else "none"
    return f"alter sequence {sequence.name} owned by {owner};"
