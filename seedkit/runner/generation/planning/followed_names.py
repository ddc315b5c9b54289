"""Foreign keys that nobody has declared, by names: `organization_id`, and `commentable_type` with `commentable_id`."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from msgspec import Struct

from seedkit.core.catalog import Table
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.planning.foreign_keys.soft_keys import soft_keys, with_keys
from seedkit.core.generation.planning.foreign_keys.typed_keys import TypedKeys
from seedkit.core.generation.planning.refined import Refined
from seedkit.core.generation.schema import TableRules
from seedkit.core.planning.dependency_order import load_order
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.types_there import types_there


class FollowedNames(Struct, frozen=True):
    """What says which tables are meant: their names, what people say of columns, and rows where these may be looked at.

    `counted` are the columns that have the rows' own numbers.
    """

    tables: Mapping[int, Table]
    refined: Mapping[int, Mapping[str, Refined]]
    counted: Mapping[int, Collection[str]]
    connection: Connection | None = None

    def added(self, rules: Mapping[int, TableRules]) -> dict[int, TableRules]:
        """Give the rules of tables as if they had those keys; those that would make a circle are left out."""
        taken = {oid: {*self.refined.get(oid, ()), *self.counted[oid]} for oid in rules}
        soft = soft_keys(rules, self.tables, taken, load_order)
        typed = self._typed_keys(rules, soft)
        return {oid: with_keys(each, (*soft[oid], *typed[oid])) for oid, each in rules.items()}

    def _typed_keys(
        self, rules: Mapping[int, TableRules], soft: Mapping[int, tuple[ForeignKey, ...]]
    ) -> dict[int, tuple[ForeignKey, ...]]:
        keys = {oid: (*table.foreign_keys, *soft.get(oid, ())) for oid, table in self.tables.items()}
        needed = {oid: {other for key in own for other in (key.references, *key.above)} for oid, own in keys.items()}
        typed = TypedKeys(self.tables, needed, self._said, self._there)
        ordered = sorted(rules.items(), key=lambda entry: str(entry[1].table.name))
        return {oid: tuple(typed.of(each, self._taken(oid))) for oid, each in ordered}

    def _taken(self, oid: int) -> set[str]:
        """Name the columns of which people say something else than that they refer to what a column names."""
        refined = self.refined.get(oid, {})
        return {name for name, said in refined.items() if said.parent is None}.union(self.counted[oid])

    def _said(self, rules: TableRules, column: str) -> Mapping[str, str]:
        refined = self.refined.get(rules.table.oid, {}).get(column)
        return {} if refined is None else {text: text for text in refined.texts}

    def _there(self, rules: TableRules, column: str) -> Mapping[str, str]:
        return {} if self.connection is None else types_there(self.connection, rules.table, column, self.tables)
