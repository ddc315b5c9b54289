"""Finds draws that the catalog shows in no dependency: in functions that defaults and triggers call, and in rules.

Read only where there are any: `feeding` asks first, together with all else, which functions and rules may draw.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from msgspec.structs import replace
from psycopg.rows import dict_row

from seedkit.core.names import SequenceName, TableName
from seedkit.core.sequences.default_expressions import calls_in, drawn_by_rule
from seedkit.core.sequences.function_draws import ColumnDraw, DrawingFunction, FoundDraw
from seedkit.core.sequences.late_names import LateName
from seedkit.core.sequences.sequence_names import search_path, sequence_name
from seedkit.postgres.connection import pipelined
from seedkit.postgres.queries import query
from seedkit.postgres.sequences.late_names import read_late_names
from seedkit.postgres.session import Session


def hidden_draws(
    connection: Session, functions: Sequence[dict[str, Any]], rules: Sequence[dict[str, Any]], *, here: bool
) -> list[FoundDraw]:
    """Find the draws of functions and rules that may draw, with their sequences where there are such."""
    by_oid = {row["oid"]: DrawingFunction(**row) for row in functions}
    draws = [draw for rule in rules for draw in _of_rule(rule)]
    if by_oid:
        defaults, triggers = _ask_who_calls(connection, by_oid)
        places = {(row["table_oid"], row["column_name"]) for row in defaults}
        draws += [draw for row in defaults for draw in _of_default(row, by_oid, covered=_is_covered(row, places))]
        draws += [draw for row in triggers for draw in _of_trigger(row, by_oid)]
    return _found(connection, draws, here=here)


def _ask_who_calls(
    connection: Session, functions: Mapping[int, DrawingFunction]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    drawing = [function.oid for function in functions.values() if function.draws]
    opaque = [function.oid for function in functions.values() if not function.draws]
    with pipelined(connection):
        defaults = connection.cursor(row_factory=dict_row).execute(
            query("function_defaults"), {"drawing": drawing, "opaque": opaque}
        )
        triggers = connection.cursor(row_factory=dict_row).execute(query("drawing_triggers"), {"drawing": drawing})
    return defaults.fetchall(), triggers.fetchall()


def _is_covered(row: Mapping[str, Any], places: Set[tuple[int, str]]) -> bool:
    """Whether a table above the partition has the same column in `places`: asked in SQL, that grows with the square."""
    above = (table for table in row["line"] or () if table != row["table_oid"])
    return any((table, row["column_name"]) in places for table in above)


def _of_default(
    row: Mapping[str, Any], functions: Mapping[int, DrawingFunction], *, covered: bool
) -> Iterator[ColumnDraw]:
    called = {oid: functions[oid] for oid in row["functions"] if oid in functions}
    try:
        calls = calls_in(row["tree"], frozenset(called))
    except ValueError:
        return  # its length is told by who reads the tree for calls of nextval
    owned = SequenceName(row["owned_schema"], row["owned_name"]) if row["owned_name"] else None
    for call in calls:
        function = called[call.function]
        for draw in function.returned(call):
            yield ColumnDraw(
                **_place(row, row["column_name"], row["column_number"]),
                draw=draw,
                who="its default",
                function=function.name,
                role=function.owner,
                path=function.path,
                outranks=True,
                covered=covered,
                owned=owned,
            )


def _of_trigger(row: Mapping[str, Any], functions: Mapping[int, DrawingFunction]) -> Iterator[ColumnDraw]:
    function = functions[row["function"]]
    numbers = dict(zip(row["names"], row["numbers"], strict=True))
    arguments = [argument.decode(errors="replace") for argument in bytes.fromhex(row["arguments"]).split(b"\0")[:-1]]
    found = function.for_new_rows(arguments, TableName(row["table_schema"], row["table_name"]))
    for name, draws in found.items():
        column = name or row["names"][0]
        if column in numbers:
            for draw in draws:
                yield ColumnDraw(
                    **_place(row, column, numbers[column]),
                    draw=draw,
                    who=f"its trigger {row['name']}",
                    function=function.name,
                    role=function.owner,
                    path=function.path,
                )


def _of_rule(row: Mapping[str, Any]) -> Iterator[ColumnDraw]:
    """Read a rule; where it leads is known by numbers alone, which is enough for sequences that are found."""
    try:
        found = drawn_by_rule(row["action"])
    except ValueError:
        return
    for (table, column), draws in found.items():
        for draw in draws:
            yield ColumnDraw(
                table_oid=table,
                table=TableName(row["schema"], row["relation"]),
                column=row["relation"],
                column_number=column,
                draw=draw,
                who=f"the rule {row['name']} of {row['relation']}",
                role=row["owner"],
            )


def _place(row: Mapping[str, Any], column: str, number: int) -> dict[str, Any]:
    table = TableName(row["table_schema"], row["table_name"])
    return {"table_oid": row["table_oid"], "table": table, "column": column, "column_number": number}


def _found(connection: Session, draws: Sequence[ColumnDraw], *, here: bool) -> list[FoundDraw]:
    """Look up the sequences, all at once."""
    texts = {draw.draw.sequence for draw in draws if isinstance(draw.draw.sequence, str) and draw.path is None}
    names = read_late_names(connection, sorted(texts))
    found = [_by_name(draw, names.get(str(draw.draw.sequence), LateName()), here=here) for draw in draws]
    places = [place for place, each in enumerate(found) if each.sequence is not None or each.of.path is not None]
    rows = _looked_up(connection, [found[place] for place in places]) if places else []
    for place, row in zip(places, rows, strict=True):
        found[place] = replace(found[place], **row)
    return [each for each in found if each.counts]


def _by_name(draw: ColumnDraw, name: LateName, *, here: bool) -> FoundDraw:
    """Find the sequence that a name means, by the schema of the table; a function's own search path comes later."""
    named = draw.draw.sequence
    if not isinstance(named, str) or draw.path is not None:
        return FoundDraw(of=draw, sequence=named if isinstance(named, int) else None)
    meant = name.here if here else name.in_schema(draw.table.schema)
    return FoundDraw(
        of=draw,
        sequence=meant.oid if meant else None,
        late_name=None if meant and meant.qualified else named,
        candidates=name.sequences,
    )


def _looked_up(connection: Session, asked: Sequence[FoundDraw]) -> list[dict[str, Any]]:
    names = [sequence_name(str(each.of.draw.sequence)) or (None, None) for each in asked]
    parameters = {
        "oids": [each.sequence for each in asked],
        "schemas": [schema for schema, _ in names],
        "names": [name for _, name in names],
        "paths": [_array(search_path(each.of.path or "")) for each in asked],
        "roles": [each.of.role for each in asked],
        "by_rules": [each.of.by_rule for each in asked],
        "tables": [each.of.table_oid for each in asked],
        "columns": [each.of.column_number for each in asked],
    }
    return connection.cursor(row_factory=dict_row).execute(query("sequences_drawn_from"), parameters).fetchall()


def _array(names: Sequence[str]) -> str:
    """Write a list of names as PostgreSQL writes an array."""
    escaped = (name.replace("\\", "\\\\").replace('"', '\\"') for name in names)
    return "{" + ",".join(f'"{name}"' for name in escaped) + "}"
