"""Reads rows that SQLAlchemy maps as it would insert them: its defaults, its types, the keys of related rows.

It is imported where SQLAlchemy is. A default holds where SQLAlchemy lets it hold: for a row that is new.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import Column, inspect
from sqlalchemy import Table as SQLTable
from sqlalchemy.orm import Mapper

from seedkit.core.catalog import Table
from seedkit.core.rows.python_rows import GivenRow
from seedkit.errors import UsageError
from seedkit.orm.mapped_columns import MappedColumn, RowSoFar, mapped_columns
from seedkit.orm.related_rows import Relations
from seedkit.orm.table_names import mapper_of

_Read: TypeAlias = "Callable[[Any], GivenRow]"


def read_rows(rows: Iterable[object], model: object, table: Table, key: Collection[str]) -> Iterator[object]:
    """Read instances of mapped classes, and mappings that are meant for the `model`; leave all other rows as they are.

    `key` are the columns that their author has chosen to recognise them by.
    """
    readers: dict[type, _Read | None] = {}
    for row in rows:
        kind = type(row)
        if kind not in readers:
            readers[kind] = _reader(row, model, table, key)
        read = readers[kind]
        yield row if read is None else read(row)


def column_names(model: object, key: Sequence[str]) -> tuple[str, ...]:
    """Give the columns of attributes; what the model does not know is a column by itself."""
    columns = _columns(model, _mapper(model)) if key else {}
    return tuple(columns[name].name if name in columns else name for name in key)


def may_compute(model: object) -> bool:
    """Whether a mapped class or a Table has defaults that the server is to evaluate."""
    defaults = (column.default for column in _columns(model, _mapper(model)).values())
    return any(default.is_clause_element for default in defaults if default is not None)


def _reader(row: object, model: object, table: Table, key: Collection[str]) -> _Read | None:
    mapper = mapper_of(type(row))
    if mapper is not None:
        reader = _RowReader(_columns(row, mapper), mapper, table, key)
        _refuse_another_table(mapper, model)
        if not may_compute(model):
            reader.refuse_computing()
        return reader.read_instance
    columns = _columns(model, _mapper(model)) if isinstance(row, Mapping) else {}
    return _RowReader(columns, _mapper(model), table, key).read_mapping if columns else None


def _refuse_another_table(mapper: Mapper[Any], model: object) -> None:
    """Raise UsageError for an instance whose class has another table than the model that was named with it.

    A table that is named by a text may be any that has the columns: an archive, a copy.
    """
    if isinstance(model, str):
        return
    meant, own = _mapper(model), mapper.class_.__name__
    table = model if meant is None else meant.local_table
    if str(mapper.local_table) != str(table):
        named = table if meant is None else meant.class_.__name__
        raise UsageError(
            f"a row for {named} is a {own}, whose table is {mapper.local_table}",
            hint=f"Insert it by itself: db.insert({own}, rows).",
        )


def _mapper(model: object) -> Mapper[Any] | None:
    return None if isinstance(model, str) else mapper_of(model)


def _columns(model: object, mapper: Mapper[Any] | None) -> dict[str, Column[Any]]:
    """Give the columns that rows may name, each by its attribute; none where there is no model."""
    if mapper is None:
        return {column.key: column for column in model.columns} if isinstance(model, SQLTable) else {}
    if len(mapper.tables) > 1:
        raise UsageError(
            f"each {mapper.class_.__name__} has its row spread over {' and '.join(map(str, mapper.tables))}",
            hint="db.insert fills one table; db.session().add_all(rows) fills each of them.",
        )
    found = ((attribute.key, attribute.columns[0]) for attribute in mapper.column_attrs)
    return {key: column for key, column in found if isinstance(column, Column)}


class _RowReader:
    """Reads rows of a model; what it says of its columns is looked up once."""

    def __init__(
        self, columns: Mapping[str, Column[Any]], mapper: Mapper[Any] | None, table: Table, key: Collection[str]
    ) -> None:
        self._columns = mapped_columns(columns, mapper, table, key)
        self._by_name = {column.name: column for column in self._columns.values()}
        self._with_default = [each for each in self._columns.values() if each.default is not None]
        self._computed = tuple((each.name, each.sql) for each in self._columns.values() if each.sql is not None)
        self._relations = Relations(mapper)
        self._attributes = self._columns.keys() | self._relations.names
        self._identifying = {name for unique in table.keys for name in unique.columns} | set(key)

    def refuse_computing(self) -> None:
        """Raise UsageError where a default is SQL, for rows of which nobody knew that beforehand."""
        for each in self._columns.values():
            if each.sql is not None:
                class_ = each.place.partition(".")[0]
                raise UsageError(
                    f"{each.place} has a default that is SQL: {each.sql}",
                    hint=f"Name the table by its class, db.insert({class_}, rows): then the server evaluates it.",
                )

    def read_mapping(self, row: Mapping[str, Any]) -> GivenRow:
        """Read a mapping whose keys are attributes or columns; what else there is, the table may know."""
        given = {self._by_name[key].key if self._is_a_columns(key) else key: value for key, value in row.items()}
        others = {key: value for key, value in given.items() if key not in self._attributes}
        return self._completed(given, others, ())

    def _is_a_columns(self, key: str) -> bool:
        return key not in self._attributes and key in self._by_name

    def read_instance(self, row: object) -> GivenRow:
        """Read an instance of a mapped class; what SQLModel has set by itself is a default of the class."""
        for key in inspect(row, raiseerr=True).expired_attributes & self._attributes:
            getattr(row, key)
        given = {key: value for key, value in vars(row).items() if key in self._attributes}
        fields_set = getattr(row, "model_fields_set", None)
        return self._completed(given, {}, () if fields_set is None else given.keys() - fields_set)

    def _completed(self, given: Mapping[str, Any], others: Mapping[str, Any], unset: Collection[str]) -> GivenRow:
        found, once = GivenRow(others), []
        for key in given:
            column = self._columns.get(key)
            if column is None or (given[key] is None and (column.none_is_left_out or key in unset)):
                continue
            found[column.name] = column.bind(given[key])
            if key in unset and column.name not in self._identifying:
                once.append(column.name)
        found.update((name, self._by_name[name].bind(value)) for name, value in self._relations.keys(given))
        self._relations.warn_of_others(given)
        once += self._defaults(found, given)
        found.computed = tuple(pair for pair in self._computed if pair[0] not in found)
        found.once = tuple(once)
        return found

    def _defaults(self, found: GivenRow, given: Mapping[str, Any]) -> Iterator[str]:
        """Add what the row leaves to a default; give the columns that a row which is there keeps."""
        missing = [column for column in self._with_default if column.name not in found]
        if not missing:
            return
        values = {each.parameter: given[each.key] for each in self._columns.values() if each.key in given}
        for column in missing:
            values[column.parameter] = _drawn(column, values)
            found[column.name] = column.bind(values[column.parameter])
            if column.once:
                yield column.name


def _drawn(column: MappedColumn, values: Mapping[str, Any]) -> Any:  # noqa: ANN401
    return None if column.default is None else column.default(RowSoFar(values))
