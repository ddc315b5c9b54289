"""Keys of columns of which a row needs one: as many rows fit as all of them leave together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seedkit.core.generation.expressions.evaluation import evaluator
from seedkit.core.generation.planning.capacity import Capacity
from seedkit.core.generation.schema import TableRules


def together_most(rules: TableRules, optional: Mapping[str, Capacity], there: int) -> Iterator[Capacity]:
    """Say how many rows there can be for each CHECK that refuses NULL in all of its columns, which are keys.

    `optional` says how many rows could have a value in each column that is a key by itself, and may be NULL.
    """
    for check in rules.checks:
        known = check.partition is None and len(check.columns) > 1 and check.columns <= optional.keys()
        if known and evaluator(check.expression, rules.surroundings({}))(dict.fromkeys(check.columns)) is False:
            each = [optional[name] for name in sorted(check.columns)]
            yield Capacity(there + sum((most.rows or there) - there for most in each), each[0].key)
