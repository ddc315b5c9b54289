"""Says what would make the columns of tables, and why; reads the catalog alone, and writes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from seedkit.core.catalog import Table
from seedkit.core.generation.columns.blocks import Sometimes
from seedkit.core.generation.planning.capacity import Capacity
from seedkit.core.generation.planning.choosing import chosen_for
from seedkit.core.generation.planning.chosen import Chosen, Facts, Run, Rung
from seedkit.core.generation.planning.existing import null_share_there
from seedkit.core.generation.planning.facts import facts_of
from seedkit.core.generation.planning.listing import few_values
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.planning.types.kinds import family_of
from seedkit.core.generation.requests.asked import ROWS
from seedkit.core.generation.rows.asked import doubtful
from seedkit.core.generation.rows.making import RowMaker
from seedkit.core.generation.schema import TableRules
from seedkit.core.generation.streams import VERSION
from seedkit.core.names import TableName
from seedkit.core.reports.explained import ExplainedColumn, ExplainedTable, Explanation
from seedkit.postgres.connection import Connection, identify
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.time_outs import work_without_time_outs
from seedkit.runner.concealment import concealed
from seedkit.runner.generation.inferred import inferred
from seedkit.runner.generation.request import GenerationRequest

_REFERENCE = re.compile("!ref|!per")


def explain(connection: Connection, request: GenerationRequest) -> Explanation:
    """Say of some tables, by default of all, what makes their columns, and what bounds their rows."""
    secrets = request.said.secrets
    with concealed(secrets), explained("explaining tables"), work_without_time_outs(connection, roll_back=True):
        counts, plans = inferred(connection, request)
        makers = plans.without_rows()
    explanations = (_explained(plans.tables[oid], makers[oid], plans.tables, plans.run) for oid in counts)
    return Explanation(
        server=identify(connection),
        tables=tuple(sorted(explanations, key=lambda table: str(table.table))),
        parent_rows=ROWS,
        generator=VERSION,
        random_seed=request.random_seed,
        now=plans.run.today,
        locale=request.locale,
        words_from=plans.run.words.source,
        like_existing=request.like_existing,
    )


def _explained(table: Table, maker: RowMaker, tables: Mapping[int, Table], run: Run) -> ExplainedTable:
    plan = maker.plan
    checks, uniques = doubtful(plan, maker.surroundings)
    return ExplainedTable(
        table=table.name,
        columns=tuple(_columns(table, maker, tables, run)),
        most_rows=plan.capacity.rows,
        bound_by=_bound(table, plan.capacity),
        looks=tuple(dict.fromkeys([*(check.name for check in checks), *(rule.name for rule in uniques)])),
        notes=(*plan.notes, *(existing.note for existing in [plan.rules.existing] if existing and existing.note)),
    )


def _columns(table: Table, maker: RowMaker, tables: Mapping[int, Table], run: Run) -> Iterator[ExplainedColumn]:
    chosen = {each.column: each for each in maker.plan.columns}
    for column in table.columns:
        made = chosen.get(column.name)
        parent = None if made is None else _parent(made, maker.plan, tables)
        yield ExplainedColumn(
            name=column.name,
            type_name=column.type_name,
            generator="" if made is None else _written(made, maker.plan, parent, run),
            why="computed by the server" if made is None else _why(made, maker.plan.rules, parent),
        )


def _parent(made: Chosen, plan: PlannedTable, tables: Mapping[int, Table]) -> TableName | None:
    """Name the table that a column refers to: of several the one that its values are taken from."""
    keys = [key for key in plan.rules.table.foreign_keys if made.column in key.columns]
    names = [tables[key.references].name for key in keys]
    return next((name for name in names if f"{{ref: {name}}}" in made.spelling), names[-1] if names else None)


def _bound(table: Table, capacity: Capacity) -> str | None:
    """Name what has no more: a key, or the type of a column that is counted."""
    column = next((column for column in table.columns if column.name == capacity.key), None)
    return capacity.key or capacity.reason if column is None else f"{column.name} is {column.type_name}"


def _written(made: Chosen, plan: PlannedTable, parent: TableName | None, run: Run) -> str:
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


def _why(made: Chosen, rules: TableRules, parent: TableName | None) -> str:
    """Say what decided about a column; of what refers to another table, to which; and about its NULLs."""
    found = str(made.rung) if parent is None or made.rung in (Rung.NONE, Rung.NAME) else f"foreign key to {parent}"
    inferred = made.rung not in (Rung.REFINED, Rung.EXISTING) and isinstance(made.generator, Sometimes)
    known = inferred and null_share_there(rules, made.column) is not None
    return f"{found}, {Rung.EXISTING}" if known else found
