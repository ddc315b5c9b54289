"""Turns rows of the query `feeding_sequences` into sequences with the columns that they feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct

from seedkit.core.names import SequenceName, TableName
from seedkit.core.sequences.feeding import FedColumn, FeedingSequence, Link, Nodes, without_idle_owner
from seedkit.core.sequences.key_patterns import PLAIN

if TYPE_CHECKING:
    from seedkit.core.sequences.default_expressions import Draw

Place: TypeAlias = "tuple[int | None, int, int]"
"""A sequence, a table and the number of a column."""


_UNTOLD = Nodes(here=0)
"""Citus is there: which nodes have the sequence has to be asked."""


class Known(Struct, frozen=True, kw_only=True):
    """What is known of a link that no dependency shows."""

    draw: Draw
    function: str | None = None
    entitled: bool = True
    late_name: str | None = None


def feeding_sequence(rows: Sequence[dict[str, Any]], known: Mapping[Place, list[Known]]) -> FeedingSequence:
    """Put the rows of one sequence together, with what is known of its links besides."""
    first = rows[0]
    owner = TableName(first["owner_schema"], first["owner_table"]) if first["owner_table"] else None
    fed = {row["table_oid"] for row in rows}
    return FeedingSequence(
        oid=first["sequence_oid"],
        name=SequenceName(first["sequence_schema"], first["sequence_name"]),
        columns=without_idle_owner(
            [_fed(row, known.get(_place(row), []), covered=_is_covered(row, fed)) for row in rows]
        ),
        increment=first["increment"],
        role=first["role"],
        owner_role=first["owner_role"],
        owner_column=(owner, first["owner_column"]) if owner else None,
        read_as=first["sequence_read_as"],
        read_apart=first["sequence_read_apart"],
        keeper=first["sequence_keeper"],
        nodes=_UNTOLD if first["on_citus"] else None,
        **{name: first[name] for name in ("identity", "owned", "readable", "usable", "settable")},
    )


def _place(row: dict[str, Any]) -> Place:
    return row["sequence_oid"], row["table_oid"], row["column_number"]


def _is_covered(row: dict[str, Any], fed: Set[int]) -> bool:
    """Whether the same sequence feeds a table above the partition: its rows are that one's too."""
    return any(table in fed for table in row["line"] or () if table != row["table_oid"])


def _fed(row: dict[str, Any], links: Sequence[Known], *, covered: bool) -> FedColumn:
    known = [link for link in links if link.entitled or not row["rightful"]]
    spellings = {each.draw.pattern for each in known}
    functions = [each.function for each in known if each.function]
    return FedColumn(
        table_oid=row["table_oid"],
        table=TableName(row["table_schema"], row["table_name"]),
        name=row["column_name"],
        type_name=row["type_name"].removeprefix(row["type_found_in"]),
        covered=covered,
        foreign_leaves=row["foreign_leaves"],
        strange_leaves=row["strange_leaves"],
        read_as=row["read_as"],
        read_apart=row["read_apart"],
        entitled=row["entitled"] and all(each.entitled for each in known),
        link=Link(row["link"]),
        computed=row["computed"] or len(spellings) > 1,
        function=functions[0] if functions else None,
        pattern=spellings.pop() if len(spellings) == 1 else PLAIN,
        late_name=next((each.late_name for each in known if each.late_name is not None), None),
        filled=row["filled"] or bool(known),
        not_null=row["not_null"],
        readable=row["column_readable"],
        row_security=row["row_security"],
        indexed=row["indexed"],
        large=row["large"],
        inherited=row["inherited"],
        without_contents=row["without_contents"],
        keeper=row["table_keeper"],
    )
