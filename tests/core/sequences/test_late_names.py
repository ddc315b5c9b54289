"""What a text means that is looked up at every insert: by the table's schema, and for a session that inserts itself."""

from __future__ import annotations

import pytest

from seedkit.core.names import SequenceName
from seedkit.core.sequences.late_names import LateName, Namesake

SCHEMAS = {"public": 3, "acme": 2, "zeta": None, "pg_temp_4": 1}


def ids(**kinds: str) -> LateName:
    """Relations called `ids` in schemas, as schema=kind; on the path are pg_temp_4, acme and public, in this order."""
    return LateName(
        tuple(
            Namesake(oid=oid, name=SequenceName(schema, "ids"), kind=kind, rank=SCHEMAS[schema])
            for oid, (schema, kind) in enumerate(kinds.items(), start=1)
        )
    )


@pytest.mark.parametrize(
    ("kinds", "schema", "found"),
    [
        ({"public": "S", "acme": "S", "zeta": "S"}, "zeta", "zeta"),
        ({"public": "S", "acme": "S"}, "zeta", None),
        ({"public": "S", "zeta": "v"}, "zeta", None),
        ({"public": "S", "acme": "S"}, "pg_temp_4", "acme"),
        ({}, "public", None),
    ],
)
def test_a_table_means_the_sequence_of_its_own_schema(kinds: dict[str, str], schema: str, found: str | None) -> None:
    """§1 The table's schema decides what a late-bound name means; what is no sequence there is no link elsewhere."""
    meant = ids(**kinds).in_schema(schema)

    assert (meant.name.schema if meant else None) == found


@pytest.mark.parametrize(
    ("kinds", "found"),
    [
        ({"public": "S", "acme": "S", "zeta": "S"}, "acme"),
        ({"public": "S", "acme": "v"}, None),
        ({"public": "S", "pg_temp_4": "S"}, "pg_temp_4"),
        ({"zeta": "S"}, None),
    ],
)
def test_a_session_finds_the_first_of_its_path(kinds: dict[str, str], found: str | None) -> None:
    """§1 What this session would find is the first relation of its path, which hides others whatever it is."""
    here = ids(**kinds).here

    assert (here.name.schema if here else None) == found


def test_a_text_with_its_schema_means_one_wherever_it_is_looked_up() -> None:
    """§1 A text that names the schema means one sequence, for every table and every session."""
    named = Namesake(oid=1, name=SequenceName("zeta", "ids"), kind="S", qualified=True)
    text = LateName((named,))

    assert (text.in_schema("acme"), text.here) == (named, named)
