"""Which tables are meant, by names and patterns or by nothing at all, and which are left alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from seedkit.core.generation.requests.asked import ROWS, AskedRows, fits, hinting_at_numbers
from seedkit.core.generation.requests.bookkeeping import keeps_books
from seedkit.core.names import in_quotes
from seedkit.core.relations import Catalog, Relation
from seedkit.errors import CatalogError, UsageError


class Apart(Struct, frozen=True, kw_only=True):
    """What sets a table apart from those that a run without names fills, and that a pattern means.

    `columns` are named where the table's own name leaves it in doubt whether a tool keeps its books there.
    """

    root: str | None = None
    extension: str | None = None
    temporary: bool = False
    forbidden: bool = False
    columns: Sequence[str] = ()

    @property
    def reason(self) -> str | None:
        """Why it is left alone unless it is named; None for a partition, whose rows come with the whole."""
        if self.extension is not None:
            return f"belongs to extension {self.extension}"
        if self.temporary:
            return "is temporary"
        return "this role may not read it, or not insert into it" if self.forbidden else None


class Choice(Struct, frozen=True):
    """Which tables are meant by names, patterns or nothing at all, and which are left alone, with the reason.

    `usual` gives the rows of a table, by OID, where nobody has named a number; `alone` is left alone by generate.yml.
    """

    catalog: Catalog
    apart: Mapping[int, Apart]
    excluded: Sequence[str] = ()
    usual: Callable[[int], int] = lambda _: ROWS
    alone: Collection[int] = ()

    def everything(self) -> list[Relation]:
        """List the tables that a run without names means."""
        return [relation for relation in self._tables() if self.why_left_alone(relation) is None]

    def left_alone(self) -> dict[Relation, str]:
        """Say of the tables that a run without names leaves alone why; partitions are no tables of their own."""
        reasons = ((relation, self.why_left_alone(relation)) for relation in self._tables())
        return {relation: reason for relation, reason in reasons if reason is not None}

    def why_left_alone(self, relation: Relation) -> str | None:
        """Say why a table gets no rows unless it is named, or None."""
        if self.is_excluded(relation):
            return "--except"
        if relation.oid in self.alone:
            return "generate.yml leaves it alone"
        apart = self.apart.get(relation.oid)
        if keeps_books(relation.name.name, () if apart is None else apart.columns):
            return "keeps what a tool has done"
        return None if apart is None else apart.reason

    def is_excluded(self, relation: Relation) -> bool:
        """Whether a table was excepted."""
        return any(self._means(name, relation) for name in self.excluded)

    def refuse_unknown_exceptions(self) -> None:
        """Raise CatalogError for what was excepted and is no table: it may be a slip."""
        for name in self.excluded:
            if AskedRows(name, 0).is_pattern:
                self._fitting(name)
            else:
                self.catalog.table(name)

    def counted(self, asked: Iterable[AskedRows]) -> dict[int, int]:
        """Give the rows of each table, by OID: a name counts before a pattern, of two patterns the later one.

        Raises CatalogError for what is no table, UsageError for one that is asked for twice or can't be.
        """
        counts: dict[int, int] = {}
        named: dict[int, AskedRows] = {}
        for each in asked:
            if each.is_pattern:
                with hinting_at_numbers(each):
                    fitting = self._fitting(each.name)
                found = [relation for relation in fitting if self.why_left_alone(relation) is None]
                counts |= {relation.oid: self._rows(relation.oid, each) for relation in found}
                continue
            with hinting_at_numbers(each):
                relation = self._named(each.name)
            if relation.oid in named:
                first, second = (self._rows(relation.oid, asked) for asked in (named[relation.oid], each))
                raise UsageError(
                    f"table {in_quotes(relation.name)} is asked for twice: with {first:,} and {second:,} rows",
                    hint="Name it once.",
                )
            named[relation.oid] = each
        return counts | {oid: self._rows(oid, each) for oid, each in named.items()}

    def numbered(self, asked: Iterable[AskedRows]) -> set[int]:
        """List the tables, by OID, for which a number was asked."""
        return {
            relation.oid
            for each in asked
            if each.rows is not None
            for relation in (self._fitting(each.name) if each.is_pattern else [self._named(each.name)])
        }

    def _rows(self, oid: int, asked: AskedRows) -> int:
        return self.usual(oid) if asked.rows is None else asked.rows

    def _named(self, name: str) -> Relation:
        relation = self.catalog.table(name)
        apart = self.apart.get(relation.oid)
        if apart is not None and apart.root is not None:
            raise UsageError(
                f"table {in_quotes(relation.name)} is a partition of {apart.root}",
                hint=f"Name {apart.root}: its rows go to the partitions that they belong to.",
            )
        if self.is_excluded(relation):
            raise UsageError(f"table {in_quotes(relation.name)} is named and excepted", hint="Leave out one of them.")
        return relation

    def _fitting(self, pattern: str) -> list[Relation]:
        found = [relation for relation in self._tables() if fits(pattern, relation)]
        if not found:
            close = self.catalog.near(re.sub(r"[*?]", "", pattern), kinds="rp")
            hint = f"Did you mean {' or '.join(close)}?" if close else None
            raise CatalogError(f'no table fits "{pattern}"', hint=hint)
        return found

    def _means(self, name: str, relation: Relation) -> bool:
        if AskedRows(name, 0).is_pattern:
            return fits(name, relation)
        found = self.catalog.find(name, kinds="rp")
        return found is not None and found.oid == relation.oid

    def _tables(self) -> list[Relation]:
        partitions = {oid for oid, apart in self.apart.items() if apart.root is not None}
        return [
            relation for relation in self.catalog.relations if relation.kind in "rp" and relation.oid not in partitions
        ]
