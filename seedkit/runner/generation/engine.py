"""The run's calls into what makes rows: a table's rows are counted, planned, made and loaded here, and nowhere else."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from seedkit.core.catalog import Table
from seedkit.core.generation.planning.chosen import Run
from seedkit.core.generation.planning.refined import Refined
from seedkit.core.generation.planning.tables import TablePlanner
from seedkit.core.generation.refinements.meant import Per
from seedkit.core.generation.rows.by_column import MadeRows
from seedkit.core.generation.rows.making import RowMaker
from seedkit.core.generation.rows.shortfalls import swallowed, told
from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.files.generation.locales import words_of
from seedkit.files.generation.meanings import read_meanings
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.asking import AskedRules
from seedkit.postgres.generation.filling import TableFilling
from seedkit.postgres.generation.rows import RowsThere, rows_added, rows_as_copied
from seedkit.postgres.generation.rules import Rules, read_rules
from seedkit.postgres.generation.statistics import read_statistics
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.runner.generation.around import Around
from seedkit.runner.generation.circles import planners
from seedkit.runner.generation.loads import as_load
from seedkit.runner.generation.refinements import Refine
from seedkit.runner.generation.sequences import fed_columns
from seedkit.runner.generation.situations import Situations
from seedkit.runner.generation.workers import made_by, workers_for


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineRequest:
    """How many rows tables get, by OID, and what decides about their values; `total` counts those that are there in.

    `refine` gives what people have said of a table's columns, and raises what is wrong with it. So many `workers` make
    the rows of a table; None where as many as pay. `hidden` takes out of errors what nobody is to see. Values are
    `like_existing` ones, as the server's statistics tell of these.
    """

    counts: Mapping[int, int]
    random_seed: int = 0
    today: date
    locale: str = "en"
    total: bool = False
    refine: Refine = lambda _rules, _run, _surroundings, _counted: {}
    per: Mapping[int, Per] = field(default_factory=dict)
    workers: int | None = None
    hidden: Callable[[str], str] = str
    like_existing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOutcome:
    """What a table was given, beside the rows that were `there`, and why it is not more where it is not.

    A `full` one holds no more; a `failed` one was given up. Of one with `taken` keys rows were refused for these.
    """

    table: str
    rows: int
    asked: int
    reasons: tuple[str, ...] = ()
    there: int = 0
    full: bool = False
    failed: bool = False
    taken: bool = False


@dataclass(slots=True)
class Plans:
    """What was read of a schema: of the tables that are filled, among `tables`, which are all that these refer to.

    `sequences` are those that feed columns of the tables that are filled. Rules are read, unless they were `asked` for.
    """

    connection: Connection
    request: EngineRequest
    tables: Mapping[int, Table]
    sequences: Sequence[FeedingSequence]
    asked: AskedRules | None = field(default=None, kw_only=True)
    rules: Rules = field(init=False)
    run: Run = field(init=False)
    situations: Situations = field(init=False)
    _fed: dict[int, frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        filled = {oid: self.tables[oid] for oid in self.request.counts}
        self.rules = read_rules(self.connection, filled, self.asked)
        if self.request.like_existing:
            self.rules = self.rules.with_statistics(read_statistics(self.connection, filled))
        said = self.request
        self.run = Run(
            random_seed=said.random_seed, today=said.today, meanings=read_meanings(), words=words_of(said.locale)
        )
        self._fed, sharing = fed_columns(self.sequences)
        self.situations = Situations(
            connection=self.connection,
            run=self.run,
            tables=self.tables,
            rules=self.rules.tables,
            counts=self.request.counts,
            total=self.request.total,
            fed=self._fed,
            sharing=sharing,
            per=self.request.per,
            looks=isinstance(self, Engine),
        )
        self.situations.refined = {oid: self._refined(oid) for oid in self.request.counts}
        self.rules = replace(self.rules, tables=self.situations.follow_names())

    def _refined(self, oid: int) -> Mapping[str, Refined]:
        rules = self.rules.tables[oid]
        surroundings = rules.surroundings(self.rules.functions)
        return self.request.refine(rules, self.run, surroundings, self.situations.counted(oid))

    def without_rows(self) -> dict[int, RowMaker]:
        """Give what would make the rows of all tables; looks at none."""
        return {oid: self._made_by(oid, planner) for oid, planner in self.planners_without_rows().items()}

    def planners_without_rows(self) -> dict[int, TablePlanner]:
        """Plan all tables as if none had rows yet, and each were given those that are asked for; looks at none."""
        nothing = {oid: RowsThere(0, dict.fromkeys(self.situations.counted(oid), 0)) for oid in self.request.counts}
        return planners(self.situations, nothing)

    def _made_by(self, oid: int, planner: TablePlanner) -> RowMaker:
        return RowMaker(planner.planned, self.rules.tables[oid].surroundings(self.rules.functions))


@dataclass(slots=True)
class Engine(Plans):
    """A run at work: the rows that were made so far. Nothing here commits."""

    around: Around
    _begun: bool = field(default=False, init=False)

    def groups(self) -> list[list[int]]:
        """Order the tables, those of a circle together."""
        return self.situations.groups()

    def filled(self, group: Sequence[int]) -> list[TableOutcome]:
        """Fill a table, or all of a circle at once; those that have all their rows are as any other parents."""
        found = {oid: self.situations.there(oid) for oid in group}
        there = {oid: rows for oid, rows in found.items() if self.situations.asked(oid, rows.count)}
        filled = self._filled(there) if there else {}
        return [filled.get(oid) or _nothing_to_do(self.tables[oid], found[oid]) for oid in group]

    def _filled(self, there: Mapping[int, RowsThere]) -> dict[int, TableOutcome]:
        if self._begun:
            gc.collect(1)  # what made the rows before is a circle, with tables of texts; Python would let it lie
        self._begun = True
        planned = planners(self.situations, there)
        makers = {oid: self._maker(oid, planned[oid]) for oid in there}
        for oid in there:
            self._make_ready(oid, planned[oid])
        group = list(there)
        if len(group) == 1 and not (self.tables[group[0]].row_security or self.tables[group[0]].rules):
            return {group[0]: self._copied(group[0], makers[group[0]], planned[group[0]])}
        loads = [self._load(oid, makers[oid], planned[oid], group) for oid in group]
        from seedkit.postgres.loading.ways import load_tables

        reports = load_tables(self.connection, loads)
        return {
            oid: self._loaded(oid, makers[oid], planned[oid], report.inserted)
            for oid, report in zip(group, reports, strict=True)
        }

    def _make_ready(self, oid: int, planner: TablePlanner) -> None:
        fed = [name for name in self.situations.counted(oid) if name in self._fed.get(oid, ())]
        count = self.situations.fitting(planner, oid)
        if fed and count:
            self.around.make_ready(self.tables[oid], fed, planner.situation.first + count)

    def _maker(self, oid: int, planner: TablePlanner) -> RowMaker:
        maker = self._made_by(oid, planner)
        if planner.situation.there and maker.keys_to_note and self.situations.fitting(planner, oid):
            maker.note(rows_as_copied(self.connection, self.tables[oid], maker.plan.column_names, maker.keys_to_note))
        return maker

    def _copied(self, oid: int, maker: RowMaker, planner: TablePlanner) -> TableOutcome:
        table, first, count = self.tables[oid], planner.situation.first, self.situations.fitting(planner, oid)
        filling = TableFilling(self.connection, maker, self.request.hidden, self._heard(table, maker, ()))
        with made_by(workers_for(count, self.request.workers), maker, first, count) as blocks:
            for piece in self.around.pieces(table, blocks):
                taken = filling.taken
                filling.fill(piece)
                self.around.loaded(table, filling.taken - taken)
                if filling.given_up:
                    break
        filled = filling.outcome(count, planner.situation.there)
        return replace(self._outcome(oid, maker, planner, filled.rows, filled.reasons), taken=filled.taken)

    def _heard(self, table: Table, maker: RowMaker, group: Sequence[int]) -> Callable[[str], None]:
        return self.around.taking(table, maker.plan.column_names, group)

    def _load(self, oid: int, maker: RowMaker, planner: TablePlanner, group: Sequence[int]) -> TableLoad:
        table, first, count = self.tables[oid], planner.situation.first, self.situations.fitting(planner, oid)

        def made() -> Iterator[MadeRows]:
            heard = self._heard(table, maker, group)
            for block in self.around.sent(table, maker.blocks(first, count)):
                heard(block.text)
                yield block

        return as_load(table, maker, made)

    def _loaded(self, oid: int, maker: RowMaker, planner: TablePlanner, inserted: int) -> TableOutcome:
        """Say what came of rows that were loaded as those of a fixture are; what rules and triggers did to them too."""
        table, triggers = self.tables[oid], [trigger.name for trigger in maker.plan.rules.triggers]
        if not (triggers or table.rules):
            return self._outcome(oid, maker, planner, inserted)
        made = self.situations.fitting(planner, oid) - sum(shortfall.rows for shortfall in maker.short.values())
        sent = max(made, inserted)
        rows = rows_added(self.connection, table, planner.situation.there, sent)
        reasons = [swallowed(str(table.name), sent - rows, sent, triggers)] if rows < sent else []
        return self._outcome(oid, maker, planner, rows, reasons)

    def _outcome(
        self, oid: int, maker: RowMaker, planner: TablePlanner, rows: int, refusals: Sequence[str] = ()
    ) -> TableOutcome:
        table, there, capacity = str(self.tables[oid].name), planner.situation.there, maker.plan.capacity
        asked = self.situations.asked(oid, there)
        reasons = [*maker.plan.notes, *(told(shortfall, table) for shortfall in maker.short.values()), *refusals]
        none_left = capacity.rows is not None and rows < asked and there + rows >= capacity.rows
        if none_left:
            reasons.append(capacity.told(table))
        full = none_left and capacity.reason is None
        return TableOutcome(table=table, rows=rows, asked=asked, there=there, reasons=tuple(reasons), full=full)


def _nothing_to_do(table: Table, there: RowsThere) -> TableOutcome:
    return TableOutcome(table=str(table.name), rows=0, asked=0, there=there.count)
