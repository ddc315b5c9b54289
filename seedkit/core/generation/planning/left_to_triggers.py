"""Columns that are better left to triggers: sharding keys, say, which have to be those of the row's parent.

A trigger fills each of them where it is NULL, by what it reads of another row, and a CHECK compares them: what is made
up for one of them would stand beside what the trigger reads for another. Only a refused row is sent with values.
"""

from __future__ import annotations

from collections.abc import Mapping

from seedkit.core.generation.planning.chosen import Chosen, Rung
from seedkit.core.generation.planning.overwriting import looked_up
from seedkit.core.generation.schema import TableRules


def left_to_triggers(rules: TableRules, columns: Mapping[str, Chosen]) -> frozenset[str]:
    """Name those columns, but for what people have said of some, what keys or other rows need, and what has a default.

    Without one a fixture can leave such a column out, which comes to the same.
    """
    compared = [check.columns for check in rules.checks if len(check.columns) > 1]
    filled = looked_up(rules) if compared else frozenset[str]()
    named = frozenset[str]().union(*(names for names in compared if names <= filled))
    kept = frozenset(rules.defaults).union(*(rule.columns for rule in rules.uniques))
    return frozenset(
        name
        for name in named - kept
        if name in columns and columns[name].rung is not Rung.REFINED and not rules.table.column(name).not_null
    )
