"""Plans a run: which tables it fills, with how many rows, and whose rows those need."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from msgspec import Struct, field

from seedkit.core.catalog import Table
from seedkit.core.engines import refuse_worker
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.planning.foreign_keys.typed_keys import pairs_of
from seedkit.core.generation.refinements.meant import Per
from seedkit.core.generation.refinements.per_parents import counts_by_parents
from seedkit.core.generation.refinements.refining import NOTHING_SAID, Refining, refining
from seedkit.core.generation.refinements.said import NOTHING, Refinements
from seedkit.core.generation.requests.asked import ROWS, AskedRows
from seedkit.core.generation.requests.choice import Choice
from seedkit.core.generation.requests.parents import is_needed, needed_parents, parent_rows, parents_of
from seedkit.core.names import TableName
from seedkit.core.relations import Catalog
from seedkit.core.reports.runs import SkippedStep
from seedkit.postgres.catalog.tables import ask_catalog, catalog_of, read_tables
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.tables import apart_of, ask_apart, empty_tables
from seedkit.postgres.search_path import asked_safely
from seedkit.postgres.sequences.feeding import AskedDraws, ask_draws
from seedkit.postgres.session import Answer
from seedkit.runner.others_code import left_to_others


class CountPlan(Struct, kw_only=True):
    """The tables of a run with their rows, by OID; `parent_of` says for whose rows those are that nobody named.

    `tables` are all that the run may look at; of these `empty` ones have no row, as far as it matters. `said` is what
    generate.yml says of them, `per` of which the rows are counted by their parents. `draws` were asked for beside.
    """

    counts: dict[int, int]
    tables: Mapping[int, Table]
    draws: AskedDraws
    said: Refining = NOTHING_SAID
    per: Mapping[int, Per] = field(default_factory=dict)
    parent_of: dict[int, list[TableName]] = field(default_factory=dict)
    left_alone: tuple[SkippedStep, ...] = ()
    empty: set[int] = field(default_factory=set)
    no_tables: bool = False

    @property
    def filled(self) -> list[Table]:
        """The tables that get rows."""
        return [self.tables[oid] for oid in self.counts]


def planned_counts(
    connection: Connection,
    asked: Sequence[AskedRows],
    excluded: Sequence[str],
    refinements: Refinements = NOTHING,
    random_seed: int = 0,
) -> CountPlan:
    """Say which tables get how many rows; raises CatalogError and UsageError for what can't be meant.

    Begins on the safe path, and leaves it before the first look at rows.
    """
    choice, tables, said, draws = _read(connection, excluded, refinements)
    refuse_worker(choice.catalog.engine, "a run fills tables")
    counts = _meant(choice, asked)
    left_to_others(connection, _reachable(counts, tables))
    numbered = choice.numbered(asked)
    per = said.counted_by_parents([oid for oid in counts if oid not in numbered], tables)
    plan = CountPlan(counts=counts, tables=tables, draws=draws, said=said, per=per, no_tables=not counts)
    if asked:
        _add_parents(connection, plan, choice)
    else:
        needed = {oid for table in plan.filled for oid in needed_parents(table)} - counts.keys()
        plan.empty = empty_tables(connection, [tables[oid] for oid in (*counts, *sorted(needed)) if oid in tables])
        filled = {oid: rows for oid, rows in counts.items() if oid in plan.empty}
        plan.counts = counts_by_parents(filled, per, tables, random_seed)
        plan.left_alone = tuple(
            SkippedStep(name=str(relation.name), reason=reason) for relation, reason in choice.left_alone().items()
        )
    return plan


def meant_counts(
    connection: Connection, asked: Sequence[AskedRows], excluded: Sequence[str], refinements: Refinements = NOTHING
) -> tuple[dict[int, int], list[Table], Refining, AskedDraws]:
    """Say which tables are meant, whether they are empty or not, and which these refer to; looks at no row."""
    choice, tables, said, draws = _read(connection, excluded, refinements)
    counts = _meant(choice, asked)
    found = _reachable(counts, tables)
    if any(next(pairs_of(table), None) for table in found):  # whose columns may name any table
        found = list(tables.values())
    return counts, found, said, draws


def _read(
    connection: Connection, excluded: Sequence[str], refinements: Refinements
) -> tuple[Choice, dict[int, Table], Refining, AskedDraws]:
    def ask() -> tuple[Answer, Answer, AskedDraws]:
        return ask_catalog(connection), ask_apart(connection), ask_draws(connection)

    with asked_safely(connection, ask) as (relations, apart, draws):
        catalog = catalog_of(connection, relations)
        tables = read_tables(connection, [relation.oid for relation in catalog.relations if relation.kind in "rp"])
    said = refining(refinements, tables, partial(_find, catalog))
    alone = [oid for oid in tables if said.leaves_alone(oid)]
    choice = Choice(catalog, apart_of(apart), excluded, said.usual(ROWS), alone)
    choice.refuse_unknown_exceptions()
    return choice, tables, said, draws


def _meant(choice: Choice, asked: Sequence[AskedRows]) -> dict[int, int]:
    return choice.counted(asked) if asked else {rel.oid: choice.usual(rel.oid) for rel in choice.everything()}


def _find(catalog: Catalog, name: str) -> int | None:
    relation = catalog.find(name, kinds="rp")
    return None if relation is None else relation.oid


def _reachable(oids: Collection[int], tables: Mapping[int, Table]) -> list[Table]:
    """List tables and all that they refer to, directly or not: rows of these may be looked at, and filled."""
    found: dict[int, Table] = {}
    waiting = list(oids)
    while waiting:
        oid = waiting.pop()
        if oid in tables and oid not in found:
            found[oid] = tables[oid]
            waiting += [key.references for key in tables[oid].foreign_keys]
            waiting += parents_of(tables[oid])
    return list(found.values())


def _add_parents(connection: Connection, plan: CountPlan, choice: Choice) -> None:
    """Have the empty tables filled, too, that named ones refer to, and those that the rows of these can't do without.

    What can stay NULL is followed from a named table alone: a table of its own would else bring half of a schema.
    """
    relations = {relation.oid: relation for relation in choice.catalog.relations}
    named, waiting = set(plan.counts), list(plan.counts)
    known = set(named)
    plan.empty |= empty_tables(connection, [table for table in plan.filled if not plan.counts[table.oid]])
    while waiting:
        child = plan.tables[waiting.pop()]
        wanted = _wanted_parents(plan, child, named)
        plan.empty |= empty_tables(connection, [plan.tables[parent] for parent in wanted if parent not in known])
        known |= wanted.keys()
        for parent, keys in wanted.items():
            if parent not in plan.empty or choice.why_left_alone(relations[parent]) is not None:
                continue
            rows = max(parent_rows(child, key, plan.counts[child.oid]) for key in keys)
            rows = rows if plan.said.rows_of(parent) is None else choice.usual(parent)
            if child.name not in plan.parent_of.setdefault(parent, []):
                plan.parent_of[parent].append(child.name)
            if rows > plan.counts.get(parent, 0):
                plan.counts[parent] = rows
                waiting.append(parent)


def _wanted_parents(plan: CountPlan, child: Table, named: Collection[int]) -> dict[int, list[ForeignKey]]:
    """Give the tables whose rows those of a table are to have, which nobody named, and the keys that lead there."""
    if not plan.counts[child.oid]:
        return {}
    found = {
        parent: [key for key in keys if child.oid in named or is_needed(child, key)]
        for parent, keys in parents_of(child).items()
        if parent not in named and parent in plan.tables
    }
    return {parent: keys for parent, keys in found.items() if keys}
