"""How many rows tables get that are counted by their parents, where these are filled in the same run, from none."""

from __future__ import annotations

from collections.abc import Mapping

from seedkit.core.catalog import Table
from seedkit.core.generation.columns.per_parent import PerParent
from seedkit.core.generation.refinements.meant import Per
from seedkit.core.generation.refinements.per import key_to
from seedkit.core.generation.streams import Stream


def counts_by_parents(
    counts: Mapping[int, int], per: Mapping[int, Per], tables: Mapping[int, Table], random_seed: int
) -> dict[int, int]:
    """Give the rows of all tables: those that parents count as they will be drawn, parents before their children."""
    found = {oid: rows for oid, rows in counts.items() if oid not in per or per[oid].parent not in counts}
    waiting = {oid: per[oid] for oid in counts if oid not in found}
    while ready := {oid: said for oid, said in waiting.items() if said.parent in found}:
        for oid, said in ready.items():
            table = tables[oid]
            stream = Stream.named(random_seed, str(table.name), "per", key_to(table, said.parent, tables).name)
            found[oid] = PerParent(found[said.parent], said.least, said.most, stream).total
            del waiting[oid]
    return {oid: found.get(oid, rows) for oid, rows in counts.items()}
