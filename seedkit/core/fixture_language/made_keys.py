"""The keys that rows get from their labels; no two labels of a table may make the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from seedkit.core.fixture_language.row_plans import RowPlan
from seedkit.core.names import in_quotes
from seedkit.errors import FixtureError, Origin

if TYPE_CHECKING:
    from seedkit.core.fixture_language.row_values import Surroundings


def keys_of_labels(around: Surroundings, plan: RowPlan, labels: Sequence[str], lines: Sequence[int]) -> list[str]:
    """Make the keys of rows from their labels: together, where no id of theirs was made before."""
    made = list(map(plan.label_key, labels)) if plan.label_key else []
    ids, known = around.fixture.ids_from_labels and set(made), around.labels_of_ids
    if ids and len(ids) == len(made) and made[0].isdigit() and known.keys().isdisjoint(ids):
        path = around.fixture.origin.path
        known.update({key: (label, path, line) for key, label, line in zip(made, labels, lines, strict=True)})
        return made
    return [key_of_label(around, plan, label, line) for label, line in zip(labels, lines, strict=True)]


def key_of_label(around: Surroundings, plan: RowPlan, label: str, line: int) -> str:
    """Make a row's key from its label; ids from labels are too short for no two to be the same."""
    made = plan.label_key(label) if plan.label_key else ""
    if not around.fixture.ids_from_labels or not made.isdigit():
        return made
    other, path, first = around.labels_of_ids.setdefault(made, (label, around.fixture.origin.path, line))
    if other != label:
        raise FixtureError(
            f'the labels "{other}" and "{label}" of table {in_quotes(around.table.name)} make the same id {made}',
            detail=f"The first one is at {Origin(path=path, line=first)}.",
            hint=f'Write the "{plan.missing_key}" of one of them, or change its label.',
        )
    return made
