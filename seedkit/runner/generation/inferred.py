"""Plans tables that nobody fills now, as if none had rows yet: of the catalog alone."""

from __future__ import annotations

from seedkit.core.generation.requests.asked import ROWS
from seedkit.postgres.connection import Connection
from seedkit.postgres.search_path import safe_path
from seedkit.postgres.sequences.feeding import read_feeding_of
from seedkit.runner.generation.filling.engine import EngineRequest, Plans
from seedkit.runner.generation.planning.planned import meant_counts
from seedkit.runner.generation.request import GenerationRequest


def inferred(connection: Connection, request: GenerationRequest) -> tuple[dict[int, int], Plans]:
    """Give the rows of the tables that are meant, by OID, and the plans of these and of all that they refer to."""
    with safe_path(connection):
        counts, tables, found, draws = meant_counts(
            connection, request.asked, request.excluded, request.said.refinements
        )
        wanted = EngineRequest(
            counts=dict.fromkeys((table.oid for table in tables), ROWS) | counts,
            random_seed=request.random_seed,
            today=request.today,
            locale=request.locale,
            refine=request.said.refine(found, connection),
            like_existing=request.like_existing,
        )
        feeding, _ = read_feeding_of(connection, wanted.counts, draws)
        return counts, Plans(connection, wanted, {table.oid: table for table in tables}, feeding.sequences)
