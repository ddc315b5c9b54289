"""A value hangs on its row alone: it is the same whether its block is made, a part of it, or the row by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.streams import BLOCK, rows_of_block
from seedkit.runner.generation.inferred import inferred
from seedkit.runner.generation.request import GenerationRequest
from tests import generation_judge
from tests.runner.generation import golden_rows

SCHEMAS = (golden_rows.HERE / "schema.sql", Path(generation_judge.__file__).parent / "schemas" / "torture.sql")
SPANS = (range(1), range(7, 8), range(90, 140), range(BLOCK - 3, BLOCK))


def generators(connection: psycopg.Connection) -> Iterator[tuple[str, Generator]]:
    """Give what makes the columns of all tables, as if there were no rows yet."""
    _, plans = inferred(connection, GenerationRequest(asked=()))
    for oid, maker in plans.without_rows().items():
        for chosen in maker.plan.columns:
            yield f"{plans.tables[oid].name}.{chosen.column}", chosen.generator


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: str(schema.stem))
def test_a_value_is_the_same_whichever_others_are_made_with_it(connection: psycopg.Connection, schema: Path) -> None:
    connection.execute(schema.read_bytes())
    differing = []

    for column, generator in generators(connection):
        rows = rows_of_block(1)
        block = list(generator.values(rows))
        parts = [list(generator.values(rows[span.start : span.stop])) for span in SPANS]
        if parts != [block[span.start : span.stop] for span in SPANS]:
            differing.append(column)

    assert differing == []
