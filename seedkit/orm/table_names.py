"""What a program has in place of a table's name: a mapped class or a Table of SQLAlchemy, a model of Django.

Neither library is imported here: whoever has such a class has done so.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from seedkit.core.names import ExactName, identifiers, in_quotes
from seedkit.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import FromClause

TableLike: TypeAlias = "str | type[Any] | FromClause"
"""A typed name; a class that SQLAlchemy or SQLModel maps, in whatever way; a model of Django; a Table.

A class's `__table__` is typed as what a Table is a kind of, and is one nearly always.
"""

_HINT = "Name the table, or give a class that SQLAlchemy or SQLModel maps, a Table, or a model of Django."


def as_name(given: TableLike, connection: object = None) -> str:
    """Give the name of the table that is meant: a text is what somebody has typed, all else is meant exactly.

    Of a class in a joined inheritance its own table counts. A `connection` of SQLAlchemy may translate its schema.
    Raises UsageError for what has no table of its own.
    """
    if isinstance(given, str):
        return given
    name = _of_sqlalchemy(given, connection) or _of_django(given)
    if name is None:
        raise UsageError(f"{_shown(given)} names no table", hint=_hint(given))
    return name


def numbered_name(given: TableLike, connection: object = None) -> str:
    """Give the name of the table whose sequence numbers the rows: of a model of Django with parents the topmost one's.

    No other column of such a model's own table can draw from a sequence. What else is given means its own table.
    """
    return as_name(topmost(given) if _is_django(given) else given, connection)


def numbered_names(given: Iterable[TableLike], connection: object = None) -> list[str]:
    """Give the names of several; raises UsageError for one that stands alone."""
    return [numbered_name(each, connection) for each in several("tables", given)]


def names_of(argument: str, given: Iterable[TableLike]) -> tuple[str, ...]:
    """Give the names of those in an argument; raises UsageError for one that stands alone."""
    return tuple(map(as_name, several(argument, given)))


def schema_names(given: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Give the schemas of an argument that takes one, or several; None is any."""
    if given is None:
        return None
    return (given,) if isinstance(given, str) else several("schema", given)


def several(argument: str, given: object) -> tuple[Any, ...]:
    """Give what stands in an argument that takes several; raises UsageError for one that stands alone."""
    if isinstance(given, str):
        raise UsageError(f'{argument} must be a list of names: write ["{given}"]')
    if not isinstance(given, Iterable):
        one = getattr(given, "__name__", None)
        raise UsageError(f"{argument} must be a list" + (f": write [{one}]" if one else f", not {given!r}"))
    return tuple(given)


def counted_names(tables: TableLike | Mapping[Any, int], rows: int | None) -> dict[str, int | None]:
    """Give the names of tables with how many rows each is to have: those of the mapping, or `rows` of the one table.

    Raises UsageError for what is neither.
    """
    if isinstance(tables, Mapping):
        if rows is not None:
            raise UsageError("a mapping of tables has their numbers of rows, and rows was given too")
        return {as_name(table): count for table, count in tables.items()}
    if isinstance(tables, (list, tuple, set)):
        raise UsageError("tables must be a table, or a mapping of tables to numbers", hint='Write {"users": 1000}.')
    return {as_name(tables): rows}


def topmost(model: Any) -> Any:  # noqa: ANN401
    """Go up from a model of Django whose key is its parent's, as of multi-table inheritance."""
    link = model._meta.pk and model._meta.pk.remote_field
    return topmost(link.model) if link is not None and link.parent_link else model


def mapper_of(given: object) -> Any | None:  # noqa: ANN401 - SQLAlchemy is not there for everybody, nor are its types
    """Give the Mapper of a class that SQLAlchemy maps, also of an alias of one; None for all else."""
    found = inspected(given)
    mapper = getattr(found, "mapper", None)
    return None if mapper is None or getattr(found, "is_instance", False) else mapper


def inspected(given: object) -> Any | None:  # noqa: ANN401
    """Give what SQLAlchemy's `inspect` says of something, None where it knows nothing, or is not even imported."""
    sqlalchemy = sys.modules.get("sqlalchemy")
    return None if sqlalchemy is None else sqlalchemy.inspect(given, raiseerr=False)


def name_of_table(table: Any, schema: str | None) -> ExactName:  # noqa: ANN401
    """Give the name of SQLAlchemy's Table, which is in a schema, or where the search path finds it."""
    return ExactName(_folded(table.name), None if schema is None else _folded(schema))


def _of_sqlalchemy(given: object, connection: object) -> ExactName | None:
    mapper = mapper_of(given)
    table: Any = inspected(given) if mapper is None else mapper.local_table
    if table is None or getattr(table, "is_instance", False):
        return None
    if not isinstance(table, sys.modules["sqlalchemy"].Table):
        if mapper is None:
            return None
        raise UsageError(f"{_shown(given)} is mapped to no one table", hint=f"It is mapped to this: {table}.")
    return name_of_table(table, _translations(connection).get(table.schema, table.schema))


def _translations(connection: object) -> Mapping[str | None, str | None]:
    """Read the `schema_translate_map` of a Session, a Connection or an Engine, as tenants with schemas have it."""
    orm: Any = sys.modules.get("sqlalchemy.orm")
    found: Any = connection
    if orm is not None and isinstance(found, orm.Session | orm.scoped_session):
        found = found.connection()
    options = getattr(found, "get_execution_options", None)
    return {} if options is None else options().get("schema_translate_map") or {}


def _folded(name: str) -> str:
    """Spell a name as PostgreSQL gets it from SQLAlchemy: one that is never to be quoted is in lower case there."""
    return name.lower() if getattr(name, "quote", None) is False else str(name)


def _of_django(given: object) -> ExactName | None:
    if not _is_django(given):
        return None
    options: Any = getattr(given, "_meta", None)
    if options is None or options.abstract:
        raise UsageError(f"{_shown(given)} is abstract and has no table", hint="Give a model that is derived from it.")
    if options.swapped:
        raise UsageError(f"{_shown(given)} is swapped for {options.swapped}", hint="Give that model: get_user_model().")
    return name_in_django(options.db_table)


def _is_django(given: object) -> bool:
    models = sys.modules.get("django.db.models")
    return models is not None and isinstance(given, type) and issubclass(given, models.Model)


def name_in_django(db_table: str) -> ExactName:
    """Read a name as Django writes it into SQL: between double quotes, unless it has them; `app"."users` has a schema.

    >>> name_in_django("Users"), name_in_django('"app"."users"'), name_in_django('app"."users').schema
    ('"Users"', 'app.users', 'app')
    """
    parts = identifiers(quoted_by_django(db_table))
    if len(parts) not in (1, 2):
        raise UsageError(f"{in_quotes(db_table)} is no name of a table", hint=_HINT)
    return ExactName(parts[-1], parts[0] if len(parts) == 2 else None)


def quoted_by_django(db_table: str) -> str:
    """Put a name in double quotes as Django does, which leaves one that has them as it is.

    >>> quoted_by_django("Users"), quoted_by_django('"app"."users"'), quoted_by_django('app"."users')
    ('"Users"', '"app"."users"', '"app"."users"')
    """
    return db_table if db_table.startswith('"') and db_table.endswith('"') else f'"{db_table}"'


def _shown(given: object) -> str:
    return f"{given.__module__}.{given.__qualname__}" if isinstance(given, type) else repr(given)


def _hint(given: object) -> str:
    if mapper_of(type(given)) is not None or _of_django(type(given)) is not None:
        return f"It is a row: give its class, {type(given).__name__}."
    if isinstance(given, type) and any(base.__module__.startswith("sqlmodel") for base in given.__mro__):
        return "SQLModel maps a class that is declared with table=True."
    if isinstance(given, type) and "sqlalchemy" in sys.modules:
        return "SQLAlchemy does not map it: derive it from your declarative base, and give it a __tablename__."
    return _HINT
