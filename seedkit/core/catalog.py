"""What PostgreSQL knows about tables, as plain values, and how a typed name finds its table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from seedkit.core.column_types import ColumnType
from seedkit.core.names import KIND_NAMES, QualifiedName, TableName, did_you_mean, in_quotes, listed, nearest, readings
from seedkit.errors import CatalogError, Origin

EQUALITY = "pg_catalog.="
"""The operator that tells values of PostgreSQL's own types apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A table, partitioned table, view, foreign table or sequence by name.

    `kind` is `pg_class.relkind`: r, p, v, m, f or S. `visible` says that the bare name finds it.
    """

    oid: int
    name: QualifiedName
    kind: str
    visible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column; `type_name` as `format_type` shows it in the user's search path, `base_type` below all domains.

    `type_sql` is the type's name whatever the search path, None where that is the same. `equality` is the operator that
    tells its values apart, `schema.=`.
    `category` is `pg_type.typcategory` of the base type (B boolean, N numeric, S text, A array ...). `structure` says
    what the type is made of, where it is more than a scalar. `draws` says that its default tells which row came first.
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
    draws: bool = False
    collation: str | None = None
    spelled_variously: bool = False
    spelling_stays: bool = False
    structure: ColumnType | None = None
    type_sql: str | None = None
    equality: str = EQUALITY

    @property
    def value_type(self) -> ColumnType:
        """The type as values are written for it."""
        return self.structure or ColumnType(name=self.type_name, base_type=self.base_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class UniqueKey:
    """A primary key or a unique constraint or index over plain columns; `equalities` are its operators, `schema.=`."""

    name: str
    columns: tuple[str, ...]
    primary: bool
    deferrable: bool = False
    equalities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey:
    """A foreign key; `references` is the OID of the referenced table.

    `equalities` are the operators, `schema.=`, between the referenced columns and those that refer to them.
    """

    name: str
    columns: tuple[str, ...]
    references: int
    referenced_columns: tuple[str, ...]
    equalities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with all that loading needs to know of it.

    `row_security` says that policies may hide or refuse rows of ours; `rules` that rules rewrite what is inserted or
    updated; `statement_triggers` that a statement fires triggers even if it writes no row, `row_triggers` that each row
    fires some when it is inserted; `foreign_leaves` that some of its rows are in foreign tables, `strange_leaves` that
    these are other roles' and we a superuser; `read_as` is the role with whose rights a superuser has to read it,
    `read_apart` says that no one role's rights would do.
    """

    oid: int
    name: TableName
    kind: str
    columns: tuple[Column, ...]
    keys: tuple[UniqueKey, ...]
    foreign_keys: tuple[ForeignKey, ...]
    row_security: bool
    rules: bool = False
    statement_triggers: bool = False
    row_triggers: bool = False
    foreign_leaves: bool = False
    strange_leaves: bool = False
    read_as: str | None = None
    read_apart: bool = False

    def column(self, name: str, origin: Origin | None = None) -> Column:
        """Return the column of that name; raise CatalogError with the table's columns where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        names = [column.name for column in self.columns]
        raise CatalogError(
            f'table {in_quotes(self.name)} has no column "{name}"',
            origin=origin,
            hint=did_you_mean(name, names) or f"Its columns: {listed(names)}.",
        )

    @property
    def primary_key(self) -> UniqueKey | None:
        """The primary key, or None."""
        return next((key for key in self.keys if key.primary), None)

    def enforces(self, key: Iterable[str]) -> bool:
        """Whether no statement can leave two rows with the same values in these columns; NULLs are never the same."""
        enforced = any(set(unique.columns) <= set(key) for unique in self.keys if not unique.deferrable)
        return enforced and all(self.column(name).not_null for name in key)

    def equalities(self, columns: Sequence[str]) -> tuple[str, ...]:
        """Return the operators that tell a key's values apart: those of its index, else of each column's type."""
        for key in self.keys:
            if set(key.columns) == set(columns) and key.equalities:
                by_column = dict(zip(key.columns, key.equalities, strict=True))
                return tuple(by_column[name] for name in columns)
        return tuple(self.column(name).equality for name in columns)

    @property
    def key_column(self) -> str | None:
        """The column of a primary key of one column, or None."""
        key = self.primary_key
        return key.columns[0] if key is not None and len(key.columns) == 1 else None

    @property
    def refers_to_itself(self) -> bool:
        """Whether a foreign key of the table references the table."""
        return any(key.references == self.oid for key in self.foreign_keys)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All relations of a database by name.

    A typed name is looked up as typed, then folded to lower case as PostgreSQL does, then whatever its case if
    just one fits.
    """

    relations: tuple[Relation, ...]
    _by_name: Mapping[str, list[Relation]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name: dict[str, list[Relation]] = {}
        for relation in self.relations:
            by_name.setdefault(relation.name.name.lower(), []).append(relation)
        object.__setattr__(self, "_by_name", by_name)

    def find(self, text: str, *, kinds: str) -> Relation | None:
        """Return the relation that a typed name means, or None; `kinds` are the relkinds that count.

        A name without a schema means a relation on the search path. Raises CatalogError where the name, whatever
        its case, fits several alike.
        """
        for schema, name in readings(text):
            namesakes = [r for r in self._by_name.get(name.lower(), ()) if r.kind in kinds and _lies_in(r, schema)]
            for spelling in (name, name.lower(), None):
                fitting = [r for r in namesakes if spelling in (r.name.name, None)]
                if len(fitting) > 1:
                    raise _ambiguous(text, fitting)
                if fitting:
                    return fitting[0]
        return None

    def table(self, text: str, *, kinds: str = "rp", origin: Origin | None = None) -> Relation:
        """Return the table that a typed name means; raise CatalogError with near names where there is none."""
        relation = self.find(text, kinds=kinds)
        if relation is not None:
            return relation
        raise self._missing("table", text, kinds, origin)

    def sequence(self, text: str) -> Relation | None:
        """Return the sequence that a typed name means, or None."""
        return self.find(text, kinds="S")

    def near(self, text: str, *, kinds: str) -> list[str]:
        """List the relations whose names look like the typed one, in whatever schema, as they are to be typed."""
        namesakes: dict[str, list[str]] = {}
        for relation in self.relations:
            if relation.kind in kinds:
                namesakes.setdefault(relation.name.name, []).append(_typed(relation))
        close = (near for _, name in readings(text) for near in nearest(name, namesakes))
        return list(dict.fromkeys(typed for name in close for typed in namesakes[name]))[:5]

    def _missing(self, what: str, text: str, kinds: str, origin: Origin | None) -> CatalogError:
        other = self.find(text, kinds="rpvmfS")
        if other is not None:
            return CatalogError(f"{in_quotes(text)} is {KIND_NAMES[other.kind]}, not a {what}", origin=origin)
        close = self.near(text, kinds=kinds)
        hint = f"Did you mean {' or '.join(close)}?" if close else self._overview(kinds)
        return CatalogError(f"{what} {in_quotes(text)} does not exist", origin=origin, hint=hint)

    def _overview(self, kinds: str) -> str:
        names = sorted(str(relation.name) for relation in self.relations if relation.kind in kinds)
        if not names:
            return "The database has no tables yet: run your migrations, or `seedkit db migrate` with schema files."
        more = f" and {len(names) - 10} more" if len(names) > 10 else ""
        return f"The database has {', '.join(names[:10])}{more}."


def _typed(relation: Relation) -> str:
    return relation.name.alone if relation.visible else relation.name.qualified


def _lies_in(relation: Relation, schema: str | None) -> bool:
    if schema is None:
        return relation.visible
    return relation.name.schema in (schema, schema.lower())


def _ambiguous(text: str, fitting: Iterable[Relation]) -> CatalogError:
    names = " or ".join(f"'{relation.name}'" for relation in fitting)
    return CatalogError(f"{in_quotes(text)} fits several names", hint=f"Write {names}, with the double quotes.")
