"""Keys that triggers draw: where written rows are loaded, they are others than those that were referred to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from seedkit.core.catalog import Table
from seedkit.core.generation.planning.overwriting import overwritten
from seedkit.core.generation.schema import TableRules
from seedkit.core.names import in_quotes, listed
from seedkit.errors import LoadError

_DRAWS = re.compile(
    r"\b(?:nextval|random|clock_timestamp|gen_random_uuid|uuidv\d|uuid_generate_\w+)\s*\(", re.IGNORECASE
)


def refuse_drawn_keys(group: Sequence[int], tables: Mapping[int, Table], rules: Mapping[int, TableRules]) -> None:
    """Raise LoadError for a table that refers to another of the run by what a trigger draws for that one's rows."""
    for oid in group:
        for key in tables[oid].foreign_keys:
            drawn = _drawn(rules[key.references]) if key.references in rules else frozenset()
            if drawn & {*key.referenced_columns}:
                parent = in_quotes(tables[key.references].name)
                raise LoadError(
                    f"a trigger draws {listed(key.referenced_columns)} of table {parent} anew where rows are loaded:"
                    f" those of {in_quotes(tables[oid].name)} would refer to rows that are not there",
                    hint="Fill a scratch database, and dump that.",
                )


def _drawn(rules: TableRules) -> frozenset[str]:
    draws = any(trigger.before and _DRAWS.search(trigger.source or "") for trigger in rules.triggers)
    return overwritten(rules) if draws else frozenset()
