"""Reads what PostgreSQL knows about tables; takes no lock on any of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from msgspec.structs import replace
from psycopg.rows import dict_row

from seedkit.core.catalog import EQUALITY, Column, Table, UniqueKey
from seedkit.core.column_types import ColumnType
from seedkit.core.engines import PLAIN, Engine
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.names import QualifiedName, TableName
from seedkit.core.relations import Catalog, Relation
from seedkit.core.values.literals import literal_value
from seedkit.postgres.catalog.types import read_types
from seedkit.postgres.connection import pipelined
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import asked_safely, safe_path
from seedkit.postgres.session import Answer, Session

_engines: WeakKeyDictionary[Session, Engine] = WeakKeyDictionary()
"""What the catalogs of connections, read last, say of who keeps the rows of their tables."""

_OF_CITUS = "pg_dist_groupid_seq"


def read_catalog(connection: Session) -> Catalog:
    """Read the names of all tables and views outside PostgreSQL's own schemas, and of all sequences, in one query."""
    with asked_safely(connection, lambda: ask_catalog(connection)) as asked:
        return catalog_of(connection, asked)


def ask_catalog(connection: Session) -> Answer:
    """Ask for these names, on the safe path."""
    return connection.execute(query("relations"))


def catalog_of(connection: Session, asked: Answer) -> Catalog:
    """Take the answer, which shows where Citus is there: what it tells besides is read then."""
    relations = tuple(
        Relation(oid=oid, name=QualifiedName(schema, name), kind=kind, visible=visible)
        for oid, schema, name, kind, visible in asked.fetchall()
    )
    _engines[connection] = engine = _engine(connection) if any(map(_is_of_citus, relations)) else PLAIN
    return Catalog(relations, engine)


def _is_of_citus(relation: Relation) -> bool:
    """Whether it is a sequence that the extension makes; nobody else makes any in that schema."""
    return relation.kind == "S" and relation.name.schema == "pg_catalog" and relation.name.name == _OF_CITUS


def _engine(connection: Session) -> Engine:
    from seedkit.postgres.catalog.engine import read_citus

    return read_citus(connection)


def read_base_tables(connection: Session, view: int) -> list[TableName]:
    """Read which tables a view (OID) shows the rows of, through whatever views between them."""
    with asked_safely(connection, lambda: connection.execute(query("base_tables"), {"view": view})) as asked:
        return [TableName(schema, name) for schema, name in asked.fetchall()]


def read_tables(connection: Session, oids: Iterable[int]) -> dict[int, Table]:
    """Read the columns, keys and foreign keys of some tables by OID: one query, two where types are made of parts."""
    with asked_safely(connection, lambda: _described(connection, oids)) as described:
        return _tables(connection, described.fetchall())


def read_tables_and_joins(
    connection: Session, oids: Iterable[int], joined: Iterable[int]
) -> tuple[dict[int, Table], dict[int, Table]]:
    """Read some tables as `read_tables` does, and those that do nothing but join one of the `joined` with a table.

    Mostly there are none, so both are asked for in one round trip.
    """
    with safe_path(connection):
        with pipelined(connection):
            described = _described(connection, oids)
            joins = connection.execute(query("join_tables"), {"tables": list(joined)})
        found = [oid for (oid,) in joins.fetchall()]
        return _tables(connection, described.fetchall()), read_tables(connection, found) if found else {}


def _described(connection: Session, oids: Iterable[int]) -> Answer:
    return connection.cursor(row_factory=dict_row).execute(query("tables"), {"tables": list(oids)})


def _tables(connection: Session, rows: Sequence[dict[str, Any]]) -> dict[int, Table]:
    structures = {column["structure"] for row in rows for column in row["columns"]}
    types = read_types(connection, structures - {None})
    spread = _engines.get(connection, PLAIN).tables
    tables = {row["oid"]: _table(row, types) for row in rows}
    return {oid: table.kept_by(spread[oid]) if oid in spread else table for oid, table in tables.items()}


def _table(row: dict[str, Any], types: Mapping[int, ColumnType]) -> Table:
    return Table(
        oid=row["oid"],
        name=TableName(row["schema"], row["name"]),
        kind=row["kind"],
        columns=tuple(_column(column, types) for column in row["columns"]),
        keys=tuple(
            UniqueKey(**(key | {"columns": tuple(key["columns"]), "equalities": tuple(key["equalities"] or ())}))
            for key in row["keys"]
        ),
        foreign_keys=_foreign_keys(row["foreign_keys"], row["tree"] or []),
        row_security=row["row_security"],
        further_indexes=row["further_indexes"],
        rules=row["rules"],
        statement_triggers=row["statement_triggers"],
        insert_triggers=row["insert_triggers"],
        row_triggers=row["row_triggers"],
        without_identity=row["without_identity"],
        foreign_leaves=row["foreign_leaves"],
        strange_leaves=row["strange_leaves"],
        read_as=row["read_as"],
        read_apart=row["read_apart"],
        partition_of=tuple(row["partition_of"] or ()),
        partitions=tuple(oid for oid, _ in row["tree"] or ()),
    )


def _column(column: dict[str, Any], types: Mapping[int, ColumnType]) -> Column:
    found_in, base_found_in = column.pop("found_in"), column.pop("base_found_in")
    read: dict[str, Any] = {
        "type_name": column["type_sql"].removeprefix(found_in),
        "base_type": column["base_type"].removeprefix(base_found_in),
        "structure": types.get(column["structure"]),
        "equality": column["equality"] or EQUALITY,
        "computed_from": tuple(column["computed_from"]),
        "constant": literal_value(column["constant"]) if column["constant"] else None,
    }
    return Column(**(column | read))


def _foreign_keys(keys: Sequence[dict[str, Any]], tree: Sequence[tuple[int, int]]) -> tuple[ForeignKey, ...]:
    """Make foreign keys; those that stand on partitions below the table, and are alike, are one."""
    found: dict[tuple[object, ...], ForeignKey] = {}
    only_in: dict[tuple[object, ...], list[int]] = {}
    below: dict[int, list[int]] = {}
    for partition, above in tree:
        below.setdefault(above, []).append(partition)
    for described in keys:
        key = _foreign_key(described)
        place = (key.columns, key.references, key.referenced_columns)
        if described["stands_on"] is None:
            found[(*place, key.name)] = key
        else:
            found[place] = key
            only_in.setdefault(place, []).extend(_with_partitions(described["stands_on"], below))
    return tuple(
        replace(key, only_in=tuple(only_in[place])) if place in only_in else key for place, key in found.items()
    )


def _foreign_key(key: dict[str, Any]) -> ForeignKey:
    return ForeignKey(
        name=key["name"],
        columns=tuple(key["columns"]),
        references=key["references"],
        referenced_columns=tuple(key["referenced_columns"]),
        equalities=tuple(key["equalities"]),
        above=tuple(key["above"] or ()),
    )


def _with_partitions(oid: int, below: Mapping[int, Sequence[int]]) -> list[int]:
    """List a table and all partitions below it.

    >>> _with_partitions(2, {3: [5], 4: [6], 2: [4], 1: [2, 3]})
    [2, 4, 6]
    """
    found = [oid]
    for table in found:  # it grows meanwhile
        found += below.get(table, ())
    return found
