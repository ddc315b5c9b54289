"""A repair that is written down for later, as in a migration's script, without a database to look at."""

from __future__ import annotations

from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.errors import UsageError
from seedkit.postgres.sequences.offline import repair_block, repair_statement
from seedkit.runner.repair import RepairRequest, Target


def offline_repair(request: RepairRequest) -> str:
    """Write what moves the sequences of a request when it is run.

    A sequence that is named with its column has a plain statement, and what else there is a block that looks it up.
    """
    if request.targets is None:
        return f"{repair_block(None, request.options, schemas=request.schemas)};"
    tables = [target.table for target in request.targets if target.column is None and target.sequence is None]
    named = [target for target in request.targets if target.column is not None or target.sequence is not None]
    block = [repair_block(tables, request.options)] if tables else []
    columns = [_of_column(target, request.options) for target in named]
    return "\n\n".join(f"{statement};" for statement in (*block, *columns))


def _of_column(target: Target, options: RepairOptions) -> str:
    if target.sequence is None:
        return repair_block([target.table], options, column=target.column)
    if target.column is None:
        raise UsageError("offline, a sequence is named together with its column", hint="Give id_column, too.")
    return repair_statement(target.table, target.column, target.sequence, options)
