"""What a schema makes now that it did not make before, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct


class Named(NamedTuple):
    """A thing that a schema makes: its kind and name, and the relation that it belongs to, if there is one."""

    kind: str
    name: str
    relation: str | None


Definitions = Mapping[Named, str]
"""How each thing is defined, in PostgreSQL's words."""


class SchemaChange(Struct, frozen=True):
    """A thing whose definition differs; None where there is no such thing, before or now."""

    named: Named
    before: str | None
    now: str | None


def schema_changes(before: Definitions, now: Definitions) -> Iterator[SchemaChange]:
    """Compare what is there with what would be, relation by relation; what belongs to a new or lost one is part of it.

    >>> users, name = Named("table", "users", None), Named("column", "users.name", "users")
    >>> list(schema_changes({}, {users: "", name: "text"}))
    [SchemaChange(named=Named(kind='table', name='users', relation=None), before=None, now='')]
    """
    either = dict.fromkeys((*before, *now))
    changed = [named for named in either if before.get(named) != now.get(named)]
    whole = {named.name for named in changed if (named in before) != (named in now) and named.relation is None}
    for named in sorted(changed, key=lambda named: (named.relation or named.name, named.relation is not None, named)):
        if named.relation not in whole:
            yield SchemaChange(named, before.get(named), now.get(named))
