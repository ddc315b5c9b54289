"""What a tag takes up of the row's other columns."""

from __future__ import annotations

from seedkit.core.fixture_language.row_values import RowValues
from seedkit.core.fixtures import Tagged
from seedkit.core.names import did_you_mean, listed
from seedkit.errors import FixtureError


def other_name(row: RowValues, name: str, tag: str) -> str:
    """Find the column that a tag names, of those that its row gives; raises FixtureError."""
    meant = row.around.table.find_column(name)
    other = row.plan.columns.get(name) or (meant.name if meant else name)
    if other not in row.given:
        hint = did_you_mean(name, row.given) or f"It gives {listed(row.given)}."
        raise FixtureError(f'{tag} names "{name}", which the row does not give', hint=hint)
    return other


def other_text(row: RowValues, column: str, name: str, tag: str) -> str | None:
    """Give the text of a column that the tag of another one names, None where it is NULL; raises FixtureError.

    What is written on insert only makes the other one so, too.
    """
    other = other_name(row, name, tag)
    value = row.value(other)
    if other in row.computed or isinstance(value, (list, dict, Tagged)):
        raise FixtureError(f'{tag} names "{name}", which is no text')
    if other in row.once:
        row.once.add(column)
    return value
