"""The names of a database's relations, and how a typed name finds its table or sequence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

from msgspec import Struct

from seedkit.core.engines import PLAIN, Engine
from seedkit.core.names import ExactName, QualifiedName, in_quotes, nearest, quote_identifier, readings
from seedkit.errors import CatalogError, Origin

_KIND_NAMES = {
    "r": "a table",
    "p": "a partitioned table",
    "v": "a view",
    "m": "a materialized view",
    "f": "a foreign table",
    "S": "a sequence",
}


class Relation(Struct, frozen=True, kw_only=True):
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
        """Whether a name with just that schema, or with none, can mean it."""
        return self.visible if schema is None else self.name.schema == schema


@dataclass(frozen=True, slots=True)
class Catalog:
    """All relations of a database by name.

    A typed name is looked up as typed, then in lower case as PostgreSQL does, then whatever its case if just one fits,
    its schema as typed, then in lower case; an `ExactName` as it is. `engine` is what keeps them.
    """

    relations: tuple[Relation, ...]
    engine: Engine = PLAIN
    _by_name: Mapping[str, list[Relation]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name: dict[str, list[Relation]] = {}
        for relation in self.relations:
            by_name.setdefault(relation.name.name.lower(), []).append(relation)
        object.__setattr__(self, "_by_name", by_name)

    def find(self, text: str, *, kinds: str) -> Relation | None:
        """Return the relation that a typed name means, or None; `kinds` are the relkinds that count.

        Without a schema it means one on the search path. Raises CatalogError where it fits several alike.
        """
        exact = isinstance(text, ExactName)
        for schema, name in readings(text):
            known = [relation for relation in self._by_name.get(name.lower(), ()) if relation.kind in kinds]
            spellings = (name,) if exact else (name, name.lower(), None)
            places = (schema,) if exact or schema is None else (schema, schema.lower())
            for spelling, place in product(spellings, places):
                fitting = [each for each in known if spelling in (each.name.name, None) and each.lies_in(place)]
                if len(fitting) > 1:
                    raise _fits_several(text, fitting)
                if fitting:
                    return fitting[0]
        return None

    def table(self, text: str, *, kinds: str = "rp", origin: Origin | None = None) -> Relation:
        """Return the table that a typed name means; raise CatalogError with near names where there is none."""
        relation = self.find(text, kinds=kinds)
        if relation is not None:
            return relation
        raise self._missing("table", text, kinds, origin)

    def sequence(self, text: str) -> Relation | None:
        """Return the sequence that a typed name means, or None."""
        return self.find(text, kinds="S")

    def near(self, text: str, *, kinds: str) -> list[str]:
        """List the relations whose names look like the typed one, in whatever schema, as they are to be typed."""
        namesakes: dict[str, list[str]] = {}
        for relation in self.relations:
            if relation.kind in kinds:
                namesakes.setdefault(relation.name.name, []).append(relation.typed)
        close = (near for _, name in readings(text) for near in nearest(name, namesakes))
        return list(dict.fromkeys(typed for name in close for typed in namesakes[name]))[:5]

    def _missing(self, what: str, text: str, kinds: str, origin: Origin | None) -> CatalogError:
        other = self.find(text, kinds="rpvmfS")
        if other is not None:
            return CatalogError(f"{in_quotes(text)} is {other.kind_name}, not a {what}", origin=origin)
        close = self.near(text, kinds=kinds)
        hint = f"Did you mean {' or '.join(close)}?" if close else self._overview(kinds)
        return CatalogError(f"{what} {in_quotes(text)} does not exist", origin=origin, hint=hint)

    def _overview(self, kinds: str) -> str:
        names = sorted(str(relation.name) for relation in self.relations if relation.kind in kinds)
        if not names:
            return "The database has no tables yet: run your migrations, or `seedkit db migrate` with schema files."
        more = f" and {len(names) - 10} more" if len(names) > 10 else ""
        return f"The database has {', '.join(names[:10])}{more}."


def _fits_several(text: str, fitting: Iterable[Relation]) -> CatalogError:
    names = " or ".join(f"'{relation.typed}'" for relation in fitting)
    return CatalogError(f"{in_quotes(text)} fits several names", hint=f"Write {names}, with the double quotes.")
