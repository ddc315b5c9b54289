"""Foreign keys, also across the boundary of partitions: a key may stand on a root or a leaf, and refer to either."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct


class ForeignKey(Struct, frozen=True, kw_only=True):
    """A foreign key; `references` is the OID of the referenced table, `above` those that it is a partition of.

    `equalities` are the operators, `schema.=`, between the referenced columns and those that refer to them.
    `only_in` are the OIDs of the partitions whose rows alone it holds for; empty says that it holds for all.
    A `soft` one is none of the database's: names say so. It may hold `when` a column beside it has some text alone.
    """

    name: str
    columns: tuple[str, ...]
    references: int
    referenced_columns: tuple[str, ...]
    equalities: tuple[str, ...] = ()
    above: tuple[int, ...] = ()
    only_in: tuple[int, ...] = ()
    soft: bool = False
    when: tuple[str, str] | None = None

    def leads_to(self, lineage: Sequence[int]) -> bool:
        """Whether a table, of that lineage, may have the rows that are referred to: it, a part of it, or the whole.

        >>> key = ForeignKey(name="k", columns=("visit_id",), references=7, referenced_columns=("id",), above=(5, 4))
        >>> [key.leads_to(lineage) for lineage in ([7, 5, 4], [8, 7, 5, 4], [4], [6, 5, 4])]
        [True, True, True, False]
        """
        return self.references in lineage or lineage[0] in self.above


def distinct(keys: Iterable[ForeignKey]) -> list[ForeignKey]:
    """Leave out keys that say the same as another one."""
    found: dict[object, ForeignKey] = {}
    for key in keys:
        pairs = frozenset(zip(key.columns, key.referenced_columns, strict=True))
        found.setdefault((key.references, pairs), key)
    return list(found.values())
