"""The run's calls into what makes rows: a table's rows are counted, planned, made and loaded here, and nowhere else."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date

from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.generation.planning.chosen import Run
from seedkit.core.generation.planning.numbering import Numbering
from seedkit.core.generation.planning.refined import Refined
from seedkit.core.generation.planning.tables import TablePlanner
from seedkit.core.generation.refinements.meant import Per
from seedkit.core.generation.rows.making import RowMaker
from seedkit.core.generation.rows.tallies import Tally
from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.files.generation.locales import words_of
from seedkit.files.generation.meanings import read_meanings
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.asking import AskedRules
from seedkit.postgres.generation.filling import TableFilling
from seedkit.postgres.generation.rows import RowsThere, rows_as_copied
from seedkit.postgres.generation.rules import Rules, read_rules
from seedkit.postgres.generation.statistics import read_statistics
from seedkit.postgres.generation.writers import read_writers
from seedkit.runner.generation.filling.around import Around
from seedkit.runner.generation.filling.outcomes import TableOutcome, TableRows, nothing_to_do
from seedkit.runner.generation.filling.workers import made_by, workers_for
from seedkit.runner.generation.planning.circles import planners
from seedkit.runner.generation.planning.fed import fed_columns
from seedkit.runner.generation.planning.situations import Situations
from seedkit.runner.generation.refinements import Refine

_ROUNDS = 5
"""How often rows are made up for, or tables planned again, as others are at work meanwhile."""


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
    _fed: dict[int, dict[str, Numbering]] = field(init=False)

    def __post_init__(self) -> None:
        filled = {oid: self.tables[oid] for oid in self.request.counts}
        self.rules = read_rules(self.connection, filled, self.asked)
        if self.request.like_existing:
            self.rules = self.rules.with_statistics(read_statistics(self.connection, filled))
        said = self.request
        self.run = Run(
            random_seed=said.random_seed, today=said.today, meanings=read_meanings(), words=words_of(said.locale)
        )
        self._fed, sharing = fed_columns(self.connection, self.sequences)
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
        nothing = {oid: RowsThere(0, {}) for oid in self.request.counts}
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
        return [filled.get(oid) or nothing_to_do(self.tables[oid], found[oid]) for oid in group]

    def _filled(self, there: Mapping[int, RowsThere]) -> dict[int, TableOutcome]:
        if self._begun:
            gc.collect(1)  # what made the rows before is a circle, with tables of texts; Python would let it lie
        self._begun = True
        rows = self._ready(there)
        group = list(there)
        if len(group) == 1:
            return {group[0]: self._alone(group[0], rows[group[0]])}
        from seedkit.runner.generation.filling.circle_loads import circle_filled  # few schemas have circles

        def again() -> list[TableRows]:
            return [self._rows(oid, rows[oid].planner) for oid in group]

        return circle_filled(self.connection, list(rows.values()), self.around, again, self.request.hidden)

    def _ready(self, there: Mapping[int, RowsThere]) -> dict[int, TableRows]:
        return {oid: self._rows(oid, planner) for oid, planner in self._planners(there).items()}

    def _planners(self, there: Mapping[int, RowsThere]) -> dict[int, TablePlanner]:
        """Plan tables, and move their sequences past their rows: behind rows of others that nobody can see yet."""
        moved: dict[int, int] = {}
        while True:
            planned = planners(self.situations, there)
            begins = {oid: planner.situation.first for oid, planner in planned.items()}
            given = {oid: self._make_ready(oid, planner) for oid, planner in planned.items()}
            ahead = {oid: row for oid, row in given.items() if row > max(begins[oid], moved.get(oid, 0))}
            seen = self._seen_by_now(there, ahead) if ahead else there
            if seen == there:
                return planned
            moved = {oid: begins[oid] + self.situations.fitting(planner, oid) for oid, planner in planned.items()}
            there = seen

    def _seen_by_now(self, there: Mapping[int, RowsThere], ahead: Mapping[int, int]) -> dict[int, RowsThere]:
        """Look again at tables whose sequences have given more numbers than are there.

        Others may be at work there, or policies hide rows.
        """
        writers = read_writers(self.connection, [self.tables[oid] for oid in ahead])
        found = {oid: self.situations.there(oid) for oid in ahead}
        unseen = {oid for oid in ahead if oid in writers or self.tables[oid].row_security}
        return {**there, **{oid: rows.past(ahead[oid]) if oid in unseen else rows for oid, rows in found.items()}}

    def _make_ready(self, oid: int, planner: TablePlanner) -> int:
        """Move the sequences of a table; say which row comes after the numbers that they had given."""
        counted = {name: how for name, how in self.situations.counted(oid).items() if name in self._fed.get(oid, ())}
        count = self.situations.fitting(planner, oid)
        if not counted or not count:
            return 0
        last = planner.situation.first + count - 1
        given = self.around.make_ready(self.tables[oid], {name: how.value(last) for name, how in counted.items()})
        return max((counted[name].row_of(value) + 1 for name, value in given.items() if name in counted), default=0)

    def _rows(self, oid: int, planner: TablePlanner) -> TableRows:
        maker, count = self._made_by(oid, planner), self.situations.fitting(planner, oid)
        if planner.situation.there and maker.keys_to_note and count:
            columns, noted = maker.plan.column_names, maker.keys_to_note
            with closing(rows_as_copied(self.connection, self.tables[oid], columns, noted)) as rows:
                maker.note(rows)
        asked = self.situations.asked(oid, planner.situation.there)
        return TableRows(table=self.tables[oid], planner=planner, maker=maker, asked=asked, count=count)

    def _alone(self, oid: int, rows: TableRows) -> TableOutcome:
        """Fill a table; rows whose keys somebody else's have by then are made up for behind them."""
        last, tally = rows, Tally()
        heard = self.around.taking(rows.table, rows.columns, rows.maker.plan.left, ())
        filling = self._sent(rows, tally, heard)
        for _ in range(_ROUNDS):
            before = tally.taken
            displaced = 0 if oid in self.request.per else tally.forget_displaced()
            if not displaced:
                break
            self.situations.still[oid] = displaced
            last = self._ready({oid: self.situations.there(oid)})[oid]
            del self.situations.still[oid]
            filling = self._sent(last, tally, heard)
            if tally.taken == before:
                break
        filled = filling.outcome(rows.count, rows.there)
        return replace(rows.outcome(filled.rows, filled.reasons, last), taken=filled.taken)

    def _sent(self, rows: TableRows, tally: Tally, heard: Callable[[str], None]) -> TableFilling:
        filling = TableFilling(self.connection, rows.maker, self.request.hidden, heard, tally, rows.send)
        with made_by(workers_for(rows.count, self.request.workers), rows.maker, rows.first, rows.count) as blocks:
            for piece in self.around.pieces(rows.table, blocks):
                taken = filling.taken
                filling.fill(piece)
                self.around.loaded(rows.table, filling.taken - taken)
                if filling.given_up:
                    break
        return filling
