"""What a name means that is looked up at every insert, as in `nextval('users_id_seq'::text)`: a schema for each tenant.

The search path of whoever inserts decides, and it is not ours to know. A tenant's session has the tenant's schema in
front: so the sequence of the table's own schema is meant, and the report says so. Any other would be a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from seedkit.core.names import SequenceName

_LISTED = 5
"""Candidates that are named; there may be one for each of a thousand tenants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Namesake:
    """A relation that a text may mean; `kind` is `pg_class.relkind`.

    `qualified` says that the text names the schema as well, so that it means this one wherever it is looked up. `rank`
    is the place of its schema in this session's search path, None where that leaves it out.
    """

    oid: int
    name: SequenceName
    kind: str
    qualified: bool = False
    rank: int | None = None


def meant_by_table(namesakes: Sequence[Namesake], schema: str) -> Namesake | None:
    """Choose what the default of a table in a schema means, or None where only a search path could tell.

    A temporary table is this session's alone, whose path decides.
    """
    if schema.startswith("pg_temp_"):
        return meant_here(namesakes)
    fitting = (found for found in namesakes if found.qualified or found.name.schema == schema)
    return _sequence(next(fitting, None))


def meant_here(namesakes: Sequence[Namesake]) -> Namesake | None:
    """Choose what this session finds: the first relation on its path, which hides those behind it whatever it is."""
    ranked = [(0 if found.qualified else found.rank, found) for found in namesakes]
    found = [(rank, found) for rank, found in ranked if rank is not None]
    return _sequence(min(found, key=lambda pair: pair[0])[1] if found else None)


def _sequence(found: Namesake | None) -> Namesake | None:
    return found if found is not None and found.kind == "S" else None


def candidates(namesakes: Sequence[Namesake]) -> tuple[SequenceName, ...]:
    """List the sequences that a search path may find."""
    return tuple(sorted(found.name for found in namesakes if found.kind == "S"))


def why_unknown(text: str, found: Sequence[SequenceName], who: str = "its default") -> str:
    """Say why it is not known which sequence a default, or who else looks up a text, means by it.

    >>> why_unknown("ids", [SequenceName("public", "ids"), SequenceName("sales", "ids")])  # doctest: +ELLIPSIS
    'depends on search_path: its default looks up "ids" at every insert, ... candidates: public.ids, sales.ids'
    """
    looked_up = f'{who} looks up "{text}" at every insert'
    if not found:
        return f"{looked_up}, and there is no such sequence"
    listed = ", ".join(name.qualified for name in found[:_LISTED])
    more = f" and {len(found) - _LISTED} more" if len(found) > _LISTED else ""
    return f"depends on search_path: {looked_up}, and its own schema has none; candidates: {listed}{more}"
