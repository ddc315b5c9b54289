"""Tells what is refused whatever the rows are: by a missing GRANT, by a trigger FOR EACH STATEMENT."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from seedkit.core.rows.blocks import Block
from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.loading.copying import inlined, runs
from seedkit.postgres.loading.merging.statements import merge_statement
from seedkit.postgres.loading.mistakes.pieces import Piece, loads_of
from seedkit.postgres.loading.table_loads import TableLoad


def is_refused_without_rows(connection: Connection, loads: Sequence[TableLoad], pieces: Sequence[Piece]) -> bool:
    """Whether PostgreSQL refuses to write no row at all of the kinds that some pieces are of.

    Not asked of tables with rules, nor of those that Citus keeps, whose statements are others.
    """
    empty = [piece._replace(block=Block(piece.block.shape, b"", 0)) for piece in pieces]
    parts = [load for load in loads_of(loads, empty) if not (load.table.rules or load.table.citus)]
    kinds = dict.fromkeys(run.stage for load in parts for run in runs(load))
    stages = [inlined(connection, stage, []) for stage in kinds]
    try:
        with connection.transaction():
            if stages:
                execute_alone(connection, merge_statement(stages))
    except psycopg.Error:
        return True
    return False
