"""Says what would make the columns of tables, and why; reads the catalog alone, and writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seedkit.core.catalog import Table
from seedkit.core.generation.columns.blocks import Sometimes
from seedkit.core.generation.planning.capacity import Capacity
from seedkit.core.generation.planning.chosen import Chosen, Run, Rung
from seedkit.core.generation.planning.existing import null_share_there
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.requests.asked import ROWS
from seedkit.core.generation.rows.asked import doubtful
from seedkit.core.generation.rows.making import RowMaker
from seedkit.core.generation.streams import VERSION
from seedkit.core.names import TableName
from seedkit.core.reports.explained import ExplainedColumn, ExplainedTable, Explanation
from seedkit.postgres.connection import Connection, identify
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.time_outs import work_without_time_outs
from seedkit.runner.concealment import concealed
from seedkit.runner.generation.inferred import inferred
from seedkit.runner.generation.request import GenerationRequest
from seedkit.runner.generation.written import parent_of, written


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
        parent = None if made is None else parent_of(made, maker.plan, tables)
        yield ExplainedColumn(
            name=column.name,
            type_name=column.type_name,
            generator="" if made is None else written(made, maker.plan, parent, run),
            why="computed by the server" if made is None else _why(made, maker.plan, parent),
        )


def _bound(table: Table, capacity: Capacity) -> str | None:
    """Name what has no more: a key, or the type of a column that is counted."""
    column = next((column for column in table.columns if column.name == capacity.key), None)
    return capacity.key or capacity.reason if column is None else f"{column.name} is {column.type_name}"


def _why(made: Chosen, plan: PlannedTable, parent: TableName | None) -> str:
    """Say what decided about a column; of what refers to another table, to which; and about its NULLs."""
    found = str(made.rung) if parent is None or made.rung in (Rung.NONE, Rung.NAME) else f"foreign key to {parent}"
    inferred = made.rung not in (Rung.REFINED, Rung.EXISTING) and isinstance(made.generator, Sometimes)
    if made.column in plan.left:
        return f"{found}, left to the trigger that fills it"
    known = inferred and null_share_there(plan.rules, made.column) is not None
    return f"{found}, {Rung.EXISTING}" if known else found
