"""Fills tables with rows from the schema alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from seedkit.core.catalog import Table
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.columns.parents import Key, numbered
from seedkit.core.generation.planning.chosen import Run
from seedkit.core.generation.planning.tables import (
    Parents,
    PlannedTable,
    Situation,
    counted_columns,
    planned_table,
)
from seedkit.core.generation.rows import RowMaker, told
from seedkit.core.planning.dependency_order import load_order
from seedkit.core.reports.runs import SequenceReport
from seedkit.core.rows.blocks import Block, RowSource
from seedkit.core.rows.keys import OnConflict
from seedkit.core.rows.shapes import RowShape
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.files.generation.meanings import read_meanings, read_words
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.rows import RowsThere, copy_rows, key_texts, rows_as_copied, rows_there
from seedkit.postgres.generation.rules import Rules, read_rules
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.loading.ways import load_tables
from seedkit.postgres.sequences.feeding import read_feeding
from seedkit.postgres.sequences.repair import repair_sequences


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """How many rows to add to which tables, by OID, and what decides about their values."""

    counts: Mapping[int, int]
    random_seed: int = 0
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOutcome:
    """What a table was given, and why it is not more where it is not."""

    table: str
    rows: int
    asked: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationReport:
    """What a run has added, table by table, and the sequences that it has seen to."""

    tables: tuple[TableOutcome, ...]
    sequences: tuple[SequenceReport, ...]


def generate(connection: Connection, request: GenerationRequest) -> GenerationReport:
    """Add rows, referenced tables first, and repair the sequences; the transaction that is open stays open."""
    connection.execute("set local time zone 'UTC'")
    work = _Work(connection, request)
    outcomes = [outcome for group in work.groups() for outcome in work.filled(group)]
    feeding = read_feeding(connection, list(request.counts))
    repaired = repair_sequences(connection, feeding.sequences, RepairOptions())
    return GenerationReport(tables=tuple(outcomes), sequences=tuple(repaired))


@dataclass(slots=True)
class _Work:
    """A run at work: what was read of the schema, and the rows that were made so far."""

    connection: Connection
    request: GenerationRequest
    tables: dict[int, Table] = field(init=False)
    rules: Rules = field(init=False)
    run: Run = field(init=False)
    _fed: dict[int, frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        oids = [relation.oid for relation in read_catalog(self.connection).relations if relation.kind in "rp"]
        self.tables = read_tables(self.connection, oids)
        self.rules = read_rules(self.connection, {oid: self.tables[oid] for oid in self.request.counts})
        self.run = Run(
            random_seed=self.request.random_seed,
            today=self.request.today,
            meanings=read_meanings(),
            words=read_words(),
        )
        fed: dict[int, set[str]] = {}
        for sequence in read_feeding(self.connection, list(self.request.counts)).sequences:
            for column in sequence.columns:
                fed.setdefault(column.table_oid, set()).add(column.name)
        self._fed = {oid: frozenset(names) for oid, names in fed.items()}

    def groups(self) -> list[list[int]]:
        """Order the tables, those of a circle together."""
        return load_order(sorted(self.request.counts, key=lambda oid: str(self.tables[oid].name)), self._needed)

    def _needed(self, oid: int) -> list[int]:
        return [key.references for key in self.tables[oid].foreign_keys if key.references != oid]

    def filled(self, group: Sequence[int]) -> list[TableOutcome]:
        """Fill a table, or all of a circle at once."""
        there = {oid: rows_there(self.connection, self.tables[oid], self._counted(oid)) for oid in group}
        makers = {oid: self._maker(oid, there) for oid in group}
        if len(group) == 1:
            return [self._copied(group[0], makers[group[0]], there[group[0]])]
        loads = [self._load(oid, makers[oid], there[oid]) for oid in group]
        reports = load_tables(self.connection, loads)
        return [self._outcome(oid, makers[oid], report.inserted) for oid, report in zip(group, reports, strict=True)]

    def _counted(self, oid: int) -> list[str]:
        return counted_columns(self.rules.tables[oid], self._fed.get(oid, frozenset()))

    def _first(self, oid: int, there: RowsThere) -> int:
        """Give the number of the first new row: past those that are there, and past the highest counted key."""
        return max([there.count, *(there.highest[name] for name in self._counted(oid))])

    def _count(self, oid: int, plan: PlannedTable, there: RowsThere) -> int:
        asked = 0 if plan.refused else self.request.counts[oid]
        return asked if plan.capacity.rows is None else max(0, min(asked, plan.capacity.rows - there.count))

    def _situation(self, oid: int, there: Mapping[int, RowsThere]) -> Situation:
        return Situation(
            counted=self._counted(oid),
            parents={key.name: self._parents(key, there) for key in self.tables[oid].foreign_keys},
            empty=not there[oid].count,
        )

    def _parents(self, key: ForeignKey, there: Mapping[int, RowsThere]) -> Parents:
        """Give the rows that a key may refer to: those of its own circle by their numbers, others as they are."""
        if key.references in there:
            first = self._first(key.references, there[key.references])
            count = self.request.counts[key.references]
            return Parents(count, dict.fromkeys(key.referenced_columns, numbered(first + 1)), first)
        texts = key_texts(self.connection, self.tables[key.references], key.referenced_columns)
        keys: dict[str, Key] = {
            name: [row[place] for row in texts].__getitem__ for place, name in enumerate(key.referenced_columns)
        }
        return Parents(len(texts), keys)

    def _maker(self, oid: int, there: Mapping[int, RowsThere]) -> RowMaker:
        rules, situation = self.rules.tables[oid], self._situation(oid, there)
        surroundings = rules.surroundings(self.rules.functions)
        maker = RowMaker(lambda attempt: planned_table(rules, self.run, situation, attempt), surroundings)
        if there[oid].count and maker.keys_to_note:
            names = [chosen.column for chosen in maker.plan.columns]
            maker.note(rows_as_copied(self.connection, self.tables[oid], names, maker.keys_to_note))
        return maker

    def _copied(self, oid: int, maker: RowMaker, there: RowsThere) -> TableOutcome:
        columns = [chosen.column for chosen in maker.plan.columns]
        blocks = maker.texts(self._first(oid, there), self._count(oid, maker.plan, there))
        return self._outcome(oid, maker, copy_rows(self.connection, self.tables[oid], columns, blocks))

    def _load(self, oid: int, maker: RowMaker, there: RowsThere) -> TableLoad:
        first, count = self._first(oid, there), self._count(oid, maker.plan, there)
        shape = RowShape(columns=tuple(chosen.column for chosen in maker.plan.columns))
        source = RowSource(
            name="generate",
            blocks=lambda: (Block(shape, text.encode(), rows) for text, rows in maker.texts(first, count)),
            on_conflict=OnConflict.ERROR,
            key=(),
            origin=None,
            locate=lambda _shape, _number: None,
            locate_key=lambda _key, _texts: [],
        )
        return TableLoad(table=self.tables[oid], sources=(source,))

    def _outcome(self, oid: int, maker: RowMaker, rows: int) -> TableOutcome:
        table, asked, capacity = str(self.tables[oid].name), self.request.counts[oid], maker.plan.capacity
        reasons = [*maker.plan.refused, *(told(shortfall, table) for shortfall in maker.short.values())]
        if capacity.rows is not None and rows < asked and not maker.plan.refused:
            reasons.append(f"table {table} holds {capacity.rows:,} rows: {capacity.key} has no more")
        return TableOutcome(table=table, rows=rows, asked=asked, reasons=tuple(reasons))
