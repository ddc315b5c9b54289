"""What a name means that is looked up at every insert, as in `nextval('users_id_seq'::text)`: a schema for each tenant.

The search path of whoever inserts decides, and it is not ours to know. A tenant's session has the tenant's schema in
front: so the sequence of the table's own schema is meant, and the report says so. Any other would be a guess.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from msgspec import Struct

from seedkit.core.names import SequenceName, in_quotes

_LISTED = 5
"""Candidates that are named; there may be one for each of a thousand tenants."""


class Namesake(Struct, frozen=True, kw_only=True):
    """A relation that a text may mean; `kind` is `pg_class.relkind`.

    `qualified` says that the text names the schema as well, so that it means this one wherever it is looked up. `rank`
    is the place of its schema in this session's search path, None where that leaves it out.
    """

    oid: int
    name: SequenceName
    kind: str
    qualified: bool = False
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class LateName:
    """A text that is looked up at every insert, with all relations that it may mean and, of these, the sequences."""

    relations: tuple[Namesake, ...] = ()
    sequences: tuple[SequenceName, ...] = field(init=False)
    _by_schema: Mapping[str, Namesake] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "sequences", tuple(sorted(found.name for found in self.relations if found.kind == "S"))
        )
        object.__setattr__(self, "_by_schema", {found.name.schema: found for found in self.relations})

    def in_schema(self, schema: str) -> Namesake | None:
        """Return the sequence that the default of a table in a schema means, or None where only a path could tell.

        A temporary table is this session's alone, whose path decides.
        """
        if schema.startswith("pg_temp_"):
            return self.here
        qualified = (found for found in self.relations if found.qualified)
        return _sequence(next(qualified, self._by_schema.get(schema)))

    @property
    def here(self) -> Namesake | None:
        """The sequence that this session finds: its first relation of that name hides those behind, whatever it is."""
        found = [(0 if found.qualified else found.rank, found) for found in self.relations]
        ranked = [(rank, namesake) for rank, namesake in found if rank is not None]
        return _sequence(min(ranked, key=itemgetter(0))[1]) if ranked else None


def _sequence(found: Namesake | None) -> Namesake | None:
    return found if found is not None and found.kind == "S" else None


def why_unknown(text: str, candidates: Sequence[SequenceName], who: str = "its default") -> str:
    """Say why it is not known which sequence a default, or who else looks up a text, means by it.

    >>> why_unknown("ids", [SequenceName("public", "ids"), SequenceName("sales", "ids")])  # doctest: +ELLIPSIS
    'depends on search_path: its default looks up "ids" at every insert, ... candidates: public.ids, sales.ids'
    """
    looked_up = f"{who} looks up {in_quotes(text)} at every insert"
    if not candidates:
        return f"{looked_up}, and there is no such sequence"
    return f"depends on search_path: {looked_up}, and its own schema has none; candidates: {some_of(candidates)}"


def some_of(candidates: Sequence[SequenceName]) -> str:
    """List candidates, the first of very many.

    >>> some_of([SequenceName(f"tenant_{number}", "ids") for number in range(1, 8)])
    'tenant_1.ids, tenant_2.ids, tenant_3.ids, tenant_4.ids, tenant_5.ids and 2 more'
    """
    listed = ", ".join(name.qualified for name in candidates[:_LISTED])
    return f"{listed} and {len(candidates) - _LISTED} more" if len(candidates) > _LISTED else listed
