"""The rows of a table that has rules and refers to itself, put in an order in which they can go one after the other.

With rules there is no statement that takes rows of several shapes. So all are read first; then they go as they stand
in the files, each run of one shape by itself, those that have a parent further down behind it. Rows that refer to each
other in a circle need one statement: then all rows of a shape go together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from msgspec.structs import replace

from seedkit.core.planning.family_order import has_circle, moved_rows
from seedkit.core.rows.blocks import Block, ValueBlock
from seedkit.core.rows.shapes import RowShape
from seedkit.postgres.connection import Connection
from seedkit.postgres.loading.copying import Run, inlined
from seedkit.postgres.loading.file_order import family_edges
from seedkit.postgres.loading.numbering import AnyBlock, joined
from seedkit.postgres.loading.stages import Stage
from seedkit.postgres.loading.table_loads import TableLoad


class _Row(NamedTuple):
    """One row as a block of its own, with its number; `kind` says whose it is and of which shape."""

    number: int
    kind: tuple[int, RowShape]
    block: AnyBlock


def runs_in_family_order(connection: Connection, load: TableLoad) -> Iterator[Run]:
    """Split a table's rows where another statement must begin; no row needs one that comes in a later statement."""
    rows = [
        _Row(number, *found)
        for number, found in enumerate(
            ((place, block.shape), row)
            for place, source in enumerate(load.sources)
            for block in source.blocks()
            for row in _single(block)
        )
    ]
    edges = family_edges(connection, _stages(connection, load, rows))
    if has_circle(edges):
        yield from (_run(load, found) for found in _by_kind(rows).values())
        return
    places = {row.number: (row.behind, row.depth) for row in moved_rows(edges)}
    rows.sort(key=lambda row: (*places.get(row.number, (row.number, 0)), row.number))
    yield from (_run(load, list(found)) for _, found in groupby(rows, key=lambda row: row.kind))


def _single(block: AnyBlock) -> Iterator[AnyBlock]:
    if isinstance(block, Block):
        return (Block(block.shape, line + b"\n", 1) for line in block.text.split(b"\n")[:-1])
    return (ValueBlock(block.shape, [values]) for values in block.values)


def _by_kind(rows: Sequence[_Row]) -> dict[tuple[int, RowShape], list[_Row]]:
    found: dict[tuple[int, RowShape], list[_Row]] = {}
    for row in rows:
        found.setdefault(row.kind, []).append(row)
    return found


def _stages(connection: Connection, load: TableLoad, rows: Sequence[_Row]) -> list[Stage]:
    """Put all rows into inline stages, with their numbers."""
    stages = []
    for found in _by_kind(rows).values():
        block = joined([row.block for row in found])._replace(numbers=[row.number for row in found])
        stages.append(inlined(connection, replace(_run(load, found), numbered=True).stage, [block]))
    return stages


def _run(load: TableLoad, rows: Sequence[_Row]) -> Run:
    source, shape = rows[0].kind
    block = joined([row.block for row in rows])
    return Run(load=load, source=load.sources[source], shape=shape, numbered=False, blocks=iter([block]), before=0)
