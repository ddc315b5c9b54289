"""What SQLAlchemy's model says of a column: how its values are bound, and what it holds where a row leaves it out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Any, TypeAlias

from msgspec import Struct
from sqlalchemy import Column, bindparam
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import Mapper
from sqlalchemy.sql.expression import ClauseElement

from seedkit.core.catalog import Table
from seedkit.errors import UsageError

_BY_SESSION = "Use db.session().add(...), by which SQLAlchemy writes the row itself."


class RowSoFar:
    """What a default is called with: SQLAlchemy's own context knows the row's values by these names, too."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.current_parameters = values

    def get_current_parameters(self, isolate_multiinsert_params: bool = True) -> Mapping[str, Any]:  # noqa: ARG002, FBT001, FBT002 - SQLAlchemy's own signature
        """Give the row's values by the keys of their columns."""
        return self.current_parameters


Default: TypeAlias = "Callable[[RowSoFar], Any]"


class MappedColumn(Struct, frozen=True, kw_only=True):
    """A column, by its attribute's key and its own name; defaults know it as `parameter`, `place` is for errors.

    None leaves it out where `none_is_left_out`. Then it has its `default`, or what the server makes of `sql`; `once`
    says that a row which is there keeps what it has.
    """

    key: str
    name: str
    parameter: str
    place: str
    bind: Callable[[Any], Any]
    none_is_left_out: bool
    default: Default | None
    sql: str | None
    once: bool


def mapped_columns(
    columns: Mapping[str, Column[Any]], mapper: Mapper[Any] | None, table: Table, asked: Collection[str]
) -> dict[str, MappedColumn]:
    """Read the columns of a model, each by the key of its attribute; `asked` are those that identify a row.

    A default that is one value may identify it as well. Raises UsageError for what only SQLAlchemy can do.
    """
    keys = {name for unique in table.keys for name in unique.columns}
    found = {}
    for key, column in columns.items():
        default, constant = _default(column, mapper, table)
        sql = None if default is not None else _sql_default(column, table)
        found[key] = MappedColumn(
            key=key,
            name=column.name,
            parameter=column.key,
            place=_place(column, mapper),
            bind=_binding(column, _place(column, mapper)),
            none_is_left_out=_none_is_left_out(column, has_default=default is not None or sql is not None),
            default=default,
            sql=sql,
            once=column.name not in asked and not (constant and column.name in keys),
        )
    return found


def _place(column: Column[Any], mapper: Mapper[Any] | None) -> str:
    owner = column.table.name if mapper is None else mapper.class_.__name__
    return f"{owner}.{column.name}"


def _none_is_left_out(column: Column[Any], *, has_default: bool) -> bool:
    """Whether None stands for what the column has by itself, as it does where SQLAlchemy inserts a mapped row."""
    if column.type.should_evaluate_none:
        return False
    return column.primary_key or has_default or column.server_default is not None


def _default(column: Column[Any], mapper: Mapper[Any] | None, table: Table) -> tuple[Default | None, bool]:
    """Give what Python makes of a column that a row leaves out, and whether that is the same for every row."""
    default = column.default
    if mapper is not None and column is mapper.polymorphic_on:
        return (lambda _: mapper.polymorphic_identity), True
    if mapper is not None and column is mapper.version_id_col and callable(mapper.version_id_generator):
        first = mapper.version_id_generator(None)
        return (lambda _: first), False
    if default is None or _draws_by_itself(column, table):
        return None, False
    argument: Any = getattr(default, "arg", None)
    if default.is_callable:
        return argument, False
    return ((lambda _: argument), True) if default.is_scalar else (None, False)


def _draws_by_itself(column: Column[Any], table: Table) -> bool:
    """Whether a default is a Sequence, which the table's own default draws from as well."""
    if column.default is None or not column.default.is_sequence:
        return False
    there = table.find_column(column.name)
    if there is None or there.has_default or there.identity:
        return True
    raise UsageError(f"{_place(column, None)} draws its values by SQLAlchemy's Sequence", hint=_BY_SESSION)


def _sql_default(column: Column[Any], table: Table) -> str | None:
    """Write a default that the server is to evaluate; where the table has one by itself, that holds."""
    if column.default is None or not column.default.is_clause_element:
        return None
    there = table.find_column(column.name)
    if there is not None and there.has_default:
        return None
    expression: Any = getattr(column.default, "arg", None)
    return str(expression.compile(dialect=_plain_dialect(), compile_kwargs={"literal_binds": True}))


def _binding(column: Column[Any], place: str) -> Callable[[Any], Any]:
    """Give what turns a value into what the driver takes: an enum's member into its name, a decorated type's by it."""
    dialect = _driver_dialect()
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    in_sql = column.type.bind_expression(bindparam(None, type_=column.type)) is not None

    def bind(value: Any) -> Any:  # noqa: ANN401
        if in_sql or isinstance(value, ClauseElement):
            raise UsageError(f"{place} is to be computed by SQL from what the row has", hint=_BY_SESSION)
        return value if process is None else process(value)

    return bind


@cache
def _driver_dialect() -> Any:  # noqa: ANN401 - SQLAlchemy leaves dialects untyped
    """Give the dialect whose types give psycopg what it takes."""
    dialect: Any = PGDialect_psycopg
    return dialect(dbapi=dialect.import_dbapi())


@cache
def _plain_dialect() -> Any:  # noqa: ANN401
    """Give the dialect that writes SQL without a driver's placeholders, for which signs of percent are doubled."""
    dialect: Any = PGDialect
    return dialect(paramstyle="named")
