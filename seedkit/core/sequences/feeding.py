"""Which sequence feeds which columns, and what we may do with it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.engines import PLAIN as POSTGRESQL
from seedkit.core.engines import Engine
from seedkit.core.names import SequenceName, TableName, column_of
from seedkit.core.sequences.ids import IdRange, whole_range
from seedkit.core.sequences.key_patterns import PLAIN, KeyPattern, holds_text
from seedkit.core.sequences.unlinked import UnlinkedSequence


class Link(StrEnum):
    """How a column is tied to a sequence: it draws from it, was named by the caller, or merely owns it."""

    DRAWS = "draws"
    NAMED = "named"
    OWNS = "owns"


class FedColumn(Struct, frozen=True, kw_only=True):
    """A column that a sequence feeds.

    `covered` says that the ids are seen through the partitioned table above it, `foreign_leaves` that some are in
    foreign tables below it, `strange_leaves` that these are other roles', whom a superuser's reading would serve.
    `read_as` is the role with whose rights it is read where ours are a superuser's and its own are not: PostgreSQL runs
    code of a table's owner when a query of the table is planned. `read_apart` says that no one role's rights would do,
    as where its schema is another's, who could put another table in its place.
    `computed` says that the ids are made from the sequence's values, as by `nextval('s') * 10`; `function` is the one
    that draws, if one does; `pattern` tells how texts are made of the values. `entitled` says that the
    table's owner has a right to the sequence: else anybody's table could use up the sequence of another. `late_name` is
    the text by which the default looks the sequence up at every insert, unless that names its schema. `filled` says
    that an insert without the column may give it a value; else it fails where the column is `not_null`. `elsewhere`
    tells of a column that was named what it draws from instead. `readable` is the right to SELECT the column;
    `row_security` says that policies may hide rows from us; `indexed` that an index gives the highest id without a scan
    of the table, which takes long where it is `large`. `inherited` says that other tables may inherit from this one,
    `own_tables` names those whose own rows count where one of them draws from a sequence of its own; else they all do.
    `without_contents` says that it or the sequence is unlogged, on a standby. `keeper` is the extension whose own the
    table is, if it is one.
    """

    table_oid: int
    table: TableName
    name: str
    type_name: str
    link: Link = Link.DRAWS
    covered: bool = False
    foreign_leaves: bool = False
    strange_leaves: bool = False
    read_as: str | None = None
    read_apart: bool = False
    entitled: bool = True
    computed: bool = False
    function: str | None = None
    pattern: KeyPattern = PLAIN
    late_name: str | None = None
    filled: bool = True
    not_null: bool = False
    elsewhere: str | None = None
    readable: bool = True
    row_security: bool = False
    indexed: bool = True
    large: bool = False
    inherited: bool = False
    own_tables: tuple[TableName, ...] = ()
    without_contents: bool = False
    keeper: str | None = None

    def __str__(self) -> str:
        return column_of(self.table, self.name)

    @property
    def long_scan(self) -> bool:
        """Whether its highest value takes long to find."""
        return self.large and (self.spelled or not self.indexed)

    @property
    def tells(self) -> bool:
        """Whether its highest value says something about the sequence: it holds the sequence's values as they are."""
        return self.entitled and not self.computed and self.held is not None

    @property
    def held(self) -> IdRange | None:
        """Which values of a sequence it can hold; None where its highest value says nothing about one."""
        if self.spelled:
            return self.pattern.numbers_within(self.type_name)
        return whole_range(self.type_name) if self.pattern.plain else None

    @property
    def limited_by(self) -> str:
        """What ends the values that it can hold: its type, or the padding of its keys."""
        return f"keys like {self.pattern}" if self.padded else self.type_name

    @property
    def padded(self) -> bool:
        """Whether its keys are texts, and end where their spelling ends, before their type does."""
        return self.spelled and self.held == self.pattern.numbers

    @property
    def spelled(self) -> bool:
        """Whether its keys are texts, with the sequence's values in them."""
        return holds_text(self.type_name)


class Place(Struct, frozen=True, kw_only=True):
    """Where ids of a column are to be looked for: a table with all that inherit from it, or `only` its own rows."""

    column: FedColumn
    table: TableName
    only: bool = False


class Nodes(Struct, frozen=True, kw_only=True):
    """The nodes of a cluster that draw from a sequence, each from its own, in its own range: `here`, and the others."""

    here: int
    others: tuple[int, ...] = ()


class FeedingSequence(Struct, frozen=True, kw_only=True):
    """A sequence with every column that it feeds, and what we may do with it.

    `role` is ours, `owner_role` the one that owns the sequence; `owned` says that ours may alter it. `identity` and
    `owner_column` tell the column that owns it. `read_as` is as in its columns. `readable`, `usable` and `settable` are
    the rights SELECT, USAGE (or UPDATE) and UPDATE. `keeper` is whose own it is, if it is not the user's: an
    extension's or PostgreSQL's. `nodes` are those that have one each, where there are several.
    """

    oid: int
    name: SequenceName
    columns: tuple[FedColumn, ...]
    increment: int
    role: str
    owner_role: str
    owner_column: tuple[TableName, str] | None = None
    read_as: str | None = None
    read_apart: bool = False
    identity: bool = False
    owned: bool = False
    readable: bool = True
    usable: bool = True
    settable: bool = True
    keeper: str | None = None
    nodes: Nodes | None = None

    @property
    def kept(self) -> bool:
        """Whether it, or each table that it feeds, is an extension's own or PostgreSQL's: not ours to judge or move."""
        return self.keeper is not None or all(column.keeper is not None for column in self.columns)

    @property
    def telling(self) -> tuple[FedColumn, ...]:
        """The columns that are read for it."""
        return tuple(column for column in self.columns if column.tells and not column.covered)

    @property
    def readers(self) -> frozenset[str]:
        """The roles with whose rights parts of it are read."""
        parts = (self.read_as, *(column.read_as for column in self.columns))
        return frozenset(role for role in parts if role is not None)

    @property
    def is_others(self) -> bool:
        """Whether any of it is read otherwise than with our rights."""
        return bool(self.readers) or self.is_apart

    @property
    def is_apart(self) -> bool:
        """Whether it can't be read with the rights of one role, and so is read without a plan."""
        apart = self.read_apart or any(column.read_apart for column in self.columns)
        return apart or len(self.readers) > 1

    def as_ours(self) -> FeedingSequence:
        """Read all of it with our rights, as whoever has just inserted, and had the owners' code run by that."""
        columns = tuple(replace(column, read_as=None, read_apart=False) for column in self.columns)
        return replace(self, read_as=None, read_apart=False, columns=columns) if self.is_others else self

    @property
    def ascending(self) -> bool:
        """Whether the next value is higher than the last."""
        return self.increment > 0

    @property
    def places(self) -> list[Place]:
        """Where the ids that decide are to be looked for."""
        return [
            place
            for column in self.telling
            for place in (
                [Place(column=column, table=table, only=True) for table in column.own_tables]
                or [Place(column=column, table=column.table)]
            )
        ]

    @property
    def idle_owner(self) -> tuple[TableName, str] | None:
        """The column that owns it and draws nothing from it, while it feeds others."""
        fed = {(column.table, column.name) for column in self.columns}
        return self.owner_column if self.owner_column not in fed and not self.identity else None


def without_idle_owner(columns: Sequence[FedColumn]) -> tuple[FedColumn, ...]:
    """Leave out a column that merely owns the sequence where another draws from it, whose ids tell.

    After a swap from integer to bigint the old column owns the sequence still, and neither its ids nor its type count.
    """
    drawn = any(column.link is Link.DRAWS and column.tells for column in columns)
    return tuple(column for column in columns if not (drawn and column.link is Link.OWNS))


class UnresolvedDefault(Struct, frozen=True, kw_only=True):
    """A column whose default may draw from a sequence, and why it can't be known from which.

    `owned` is the sequence that the column owns all the same, if there is one. `computed` says that its values are made
    from the sequence's, and say nothing about it even where the sequence is named. `late_name` is the text that the
    default looks up at every insert, if it does that; then it draws from one of the `candidates` or none.
    """

    table_oid: int
    table: TableName
    column: str
    reason: str
    owned: SequenceName | None = None
    computed: bool = False
    late_name: str | None = None
    candidates: tuple[SequenceName, ...] = ()


class Feeding(Struct, frozen=True, kw_only=True):
    """What feeds the columns of some tables; of all tables, also the sequences that nothing links to a column.

    `kept` is what extensions and PostgreSQL keep for themselves. `engine` is told where any sequence was found.
    """

    sequences: tuple[FeedingSequence, ...]
    unresolved: tuple[UnresolvedDefault, ...] = ()
    kept: tuple[FeedingSequence, ...] = ()
    unlinked: tuple[UnlinkedSequence, ...] = ()
    engine: Engine = POSTGRESQL
