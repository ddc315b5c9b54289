"""Tables whose rows each need a row of another that has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seedkit.core.generation.requests.parents import needed_parents
from seedkit.core.names import in_quotes
from seedkit.core.reports.generation import GeneratedTable
from seedkit.errors import LoadError
from seedkit.runner.generation.planning.planned import CountPlan


def refuse_orphans(plan: CountPlan, group: Sequence[int], made: Mapping[int, GeneratedTable], *, alone: bool) -> None:
    """Raise LoadError where no row of a table can be made; `made` are the tables that had their turn.

    What to do is said where the error is not the table's `alone`.
    """
    for table in (plan.tables[oid] for oid in group if plan.counts[oid]):
        for parent, key in needed_parents(table).items():
            found = made.get(parent)
            if parent in plan.empty and parent not in group and not (found and found.rows):
                name = plan.tables[parent].name
                raise LoadError(
                    f"table {in_quotes(table.name)} refers by {', '.join(key.columns)} to {name}, which has no rows",
                    hint=None if alone else f"Name {name} as well, or fill it first.",
                )
