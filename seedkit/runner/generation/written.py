"""How what makes a column is written in the fixture language, where planning says only that a key decides."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from seedkit.core.catalog import Table
from seedkit.core.generation.planning.choosing import chosen_for
from seedkit.core.generation.planning.chosen import Chosen, Facts, Run
from seedkit.core.generation.planning.facts import facts_of
from seedkit.core.generation.planning.listing import few_values
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.planning.types.kinds import family_of
from seedkit.core.names import TableName

_REFERENCE = re.compile("!ref|!per")


def parent_of(made: Chosen, plan: PlannedTable, tables: Mapping[int, Table]) -> TableName | None:
    """Name the table that a column refers to: of several the one that its values are taken from."""
    keys = [key for key in plan.rules.table.foreign_keys if made.column in key.columns and key.when is None]
    names = [tables[key.references].name for key in keys]
    return next((name for name in names if f"{{ref: {name}}}" in made.spelling), names[-1] if names else None)


def written(made: Chosen, plan: PlannedTable, parent: TableName | None, run: Run) -> str:
    """Write a generator of a key's column in the fixture language, which says nothing of what else is in the key."""
    if parent is not None:
        return _REFERENCE.sub(f"!choice {{ref: {parent}}}", made.spelling)
    facts = facts_of(plan.rules, plan.rules.table.column(made.column))
    return _REFERENCE.sub(lambda _: _in_a_key(facts, run), made.spelling)


def _in_a_key(facts: Facts, run: Run) -> str:
    """Write what a key takes its values from: a list, the words that a text would have anywhere, or numbers."""
    if few := few_values(facts):
        return f"!choice {json.dumps(few, ensure_ascii=False)}"
    return chosen_for(facts, run).spelling if family_of(facts.kind) == "text" else "!range"
