"""What a database calls tables, views and sequences: the relations by which a typed name is found."""

from __future__ import annotations

from dataclasses import dataclass

from seedkit.core.names import QualifiedName, quote_identifier

_KIND_NAMES = {
    "r": "a table",
    "p": "a partitioned table",
    "v": "a view",
    "m": "a materialized view",
    "f": "a foreign table",
    "S": "a sequence",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A table, partitioned table, view, foreign table or sequence by name.

    `kind` is `pg_class.relkind`: r, p, v, m, f or S. `visible` says that the bare name finds it.
    """

    oid: int
    name: QualifiedName
    kind: str
    visible: bool

    @property
    def kind_name(self) -> str:
        """What its kind is called."""
        return _KIND_NAMES[self.kind]

    @property
    def typed(self) -> str:
        """Its name as it is to be typed."""
        return quote_identifier(self.name.name) if self.visible else self.name.qualified

    def lies_in(self, schema: str | None) -> bool:
        """Whether a name with that schema, or with none, can mean it."""
        if schema is None:
            return self.visible
        return self.name.schema in (schema, schema.lower())
