"""What PostgreSQL knows about tables, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.column_types import ColumnType
from seedkit.core.engines import CitusTable, Spread
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.names import TableName, did_you_mean, in_quotes, listed, meant_name
from seedkit.errors import CatalogError, Origin

EQUALITY = "pg_catalog.="
"""The operator that tells values of PostgreSQL's own types apart."""

_ORDERED_CATEGORIES = frozenset("BDENST")
"""All types of these have an order: booleans, dates and times, enums, numbers, texts, intervals."""


class Column(Struct, frozen=True, kw_only=True):
    """A column; `type_name` as `format_type` shows it in the user's search path, `base_type` below all domains.

    `type_sql` is the type's name whatever the search path, None where that is the same. `equality` is the operator that
    tells its values apart, `schema.=`. `category` is `pg_type.typcategory` of the base type (B boolean, N numeric, S
    text, A array ...). `structure` says what the type is made of, where it is more than a scalar. `computed_from` are
    the numbers of the columns that a generated one's expression uses, 0 for all. `draws` says that a column's default
    tells which row came first, `constant` is its value as text, where that is a literal; `required` that an
    insert must give the column a value, unless a trigger does.
    Values `spelled_variously` can be equal and yet not the same (1.0 and 1.00), by a user's `collation` too; where the
    `spelling_stays` no update may bring a key in line, for want of a right or by an ON UPDATE RESTRICT.
    """

    number: int
    name: str
    type_name: str
    base_type: str
    category: str
    not_null: bool
    has_default: bool
    identity: str
    generated: bool
    computed_from: tuple[int, ...] = ()
    draws: bool = False
    collation: str | None = None
    spelled_variously: bool = False
    spelling_stays: bool = False
    structure: ColumnType | None = None
    type_sql: str | None = None
    equality: str = EQUALITY
    required: bool = False
    constant: str | None = None

    @property
    def value_type(self) -> ColumnType:
        """The type as values are written for it."""
        return self.structure or ColumnType(name=self.type_name, base_type=self.base_type)

    @property
    def may_be_null(self) -> bool:
        """Whether rows may be given NULL here; what is generated nobody gives."""
        return not (self.not_null or self.generated)


class UniqueKey(Struct, frozen=True, kw_only=True):
    """A primary key or a unique constraint or index over plain columns; `equalities` are its operators, `schema.=`."""

    name: str
    columns: tuple[str, ...]
    primary: bool
    deferrable: bool = False
    equalities: tuple[str, ...] = ()


class Table(Struct, frozen=True, kw_only=True):
    """A table with all that loading needs to know of it.

    `further_indexes` says that others than `keys` refuse rows, partial ones, those over expressions, exclusions;
    `row_security` that policies may hide or refuse rows of ours; `rules` that rules rewrite what is written;
    `statement_triggers` that a statement fires triggers even if it writes no row, `row_triggers` that each insert of a
    row does, `insert_triggers` that these may change it before; `without_identity` that it is published, and may have
    nothing that tells a subscriber which row an update means; `foreign_leaves` that some rows are in foreign tables,
    `strange_leaves` that these are other roles' and we a superuser; `read_as` is the role with whose rights a superuser
    has to read it, `read_apart` that no one's do. `partition_of` are the OIDs of the tables above a partition, the root
    last, `partitions` those of all below. `citus` says how Citus keeps the rows, None where it doesn't know the table;
    `copy` names a temporary table with rows of it that are looked at in their place.
    """

    oid: int
    name: TableName
    kind: str
    columns: tuple[Column, ...]
    keys: tuple[UniqueKey, ...]
    foreign_keys: tuple[ForeignKey, ...]
    row_security: bool
    further_indexes: bool = False
    rules: bool = False
    statement_triggers: bool = False
    insert_triggers: bool = False
    row_triggers: bool = False
    without_identity: bool = False
    foreign_leaves: bool = False
    strange_leaves: bool = False
    read_as: str | None = None
    read_apart: bool = False
    partition_of: tuple[int, ...] = ()
    partitions: tuple[int, ...] = ()
    citus: CitusTable | None = None
    copy: str = ""

    @property
    def minds_empty_updates(self) -> bool:
        """Whether a statement that could update rows is felt, or refused, though it updates none."""
        return self.statement_triggers or self.without_identity

    def kept_by(self, citus: CitusTable) -> Table:
        """Have Citus keep the rows, which refuses NULL in a distribution column, and to change what stands there."""
        columns = tuple(
            replace(column, not_null=True, spelling_stays=True) if column.name == citus.column else column
            for column in self.columns
        )
        return replace(self, columns=columns, citus=citus)

    def column(self, name: str, origin: Origin | None = None) -> Column:
        """Return the column that a name means; raise CatalogError with the table's columns where there is none."""
        names = [column.name for column in self.columns]
        if name in names or (name := meant_name(name, names, f"columns of table {self.name}", origin) or name) in names:
            return self.columns[names.index(name)]
        raise CatalogError(
            f'table {in_quotes(self.name)} has no column "{name}"',
            origin=origin,
            hint=did_you_mean(name, names) or f"Its columns: {listed(names)}.",
        )

    def find_column(self, name: str) -> Column | None:
        """Return the column that a name means, None where it means none; CatalogError where it means several."""
        names = [column.name for column in self.columns]
        meant = meant_name(name, names, f"columns of table {self.name}")
        return None if meant is None else self.columns[names.index(meant)]

    @property
    def primary_key(self) -> UniqueKey | None:
        """The primary key, or None."""
        return next((key for key in self.keys if key.primary), None)

    def enforces(self, key: Iterable[str]) -> bool:
        """Whether no statement can leave two rows with the same values in these columns; NULLs are never the same."""
        return self.keeps_apart(key) and all(self.column(name).not_null for name in key)

    def keeps_apart(self, key: Iterable[str]) -> bool:
        """Whether no statement can leave two rows with the same values in these columns, none of them NULL."""
        return any(set(unique.columns) <= set(key) for unique in self.keys if not unique.deferrable)

    def equalities(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Return the operators that tell a key's values apart: those of its index, else of each column's type."""
        for key in self.keys:
            if set(key.columns) == set(columns) and key.equalities:
                by_column = dict(zip(key.columns, key.equalities, strict=True))
                return tuple(by_column[name] for name in columns)
        return tuple(self.column(name).equality for name in columns)

    def told_apart_in_records(self, columns: Sequence[str]) -> frozenset[str]:
        """List the columns of a key of which a record says what the key does: both ask the type's own operator.

        A record can be sorted if all of its types have an order, which those of an index have.
        """
        indexed = any(set(key.columns) == set(columns) and key.equalities for key in self.keys)
        operators = zip(map(self.column, columns), self.equalities(columns), strict=True)
        return frozenset(
            column.name
            for column, operator in operators
            if operator == column.equality and (indexed or column.category in _ORDERED_CATEGORIES)
        )

    @property
    def is_apart(self) -> bool:
        """Whether Citus keeps rows of the table on one node alone: those of all others have to go in before."""
        return self.citus is not None and self.citus.spread in (Spread.HASH, Spread.SINGLE_SHARD)

    @property
    def key_column(self) -> str | None:
        """The column of a primary key of one column, or None."""
        key = self.primary_key
        return key.columns[0] if key is not None and len(key.columns) == 1 else None

    @property
    def lineage(self) -> tuple[int, ...]:
        """The OIDs of the table and of those above it."""
        return (self.oid, *self.partition_of)

    @property
    def refers_to_itself(self) -> bool:
        """Whether a foreign key of the table may lead to other rows of it."""
        return any(key.leads_to(self.lineage) for key in self.foreign_keys)
