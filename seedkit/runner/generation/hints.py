"""What a schema means and does not say: which tables columns are named for, and which ones triggers write into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from seedkit.core.catalog import Table
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.planning.mirrors import lent
from seedkit.core.generation.planning.soft_keys import soft_keys, written_by
from seedkit.core.generation.schema import Check, TableRules
from seedkit.core.names import TableName


@dataclass
class Hints:
    """The hints of the tables that get rows, by their `rules`; there are none for columns that are `said` otherwise."""

    tables: Mapping[int, Table]
    rules: Mapping[int, TableRules]
    said: Mapping[int, frozenset[str]]

    def wanted(self, oid: int) -> list[int]:
        """List the tables that a table's columns are named for, and those whose triggers write into it."""
        return [*(key.references for key in self.keys[oid]), *self._writers.get(self.tables[oid].name, ())]

    @cached_property
    def keys(self) -> dict[int, list[ForeignKey]]:
        """The keys that columns are by their names alone, by table."""
        found = {oid: soft_keys(rules, self._by_name, self.said[oid]) for oid, rules in self.rules.items()}
        return {oid: [key for key in keys if key.references != oid] for oid, keys in found.items()}

    def mirrored(self, oid: int) -> TableRules:
        """Give a table's rules, with what others lend it that its rows are copied into."""
        rules = self.rules[oid]
        more = self._lent.get(rules.table.name, ())
        return replace(rules, checks=(*rules.checks, *more)) if more else rules

    @cached_property
    def _by_name(self) -> dict[TableName, Table]:
        return {table.name: table for table in self.tables.values()}

    @cached_property
    def _writers(self) -> dict[TableName, list[int]]:
        found: dict[TableName, list[int]] = {}
        for oid, rules in self.rules.items():
            for name in written_by(rules):
                found.setdefault(name, []).append(oid)
        return found

    @cached_property
    def _lent(self) -> dict[TableName, list[Check]]:
        known = {rules.table.name: rules for rules in self.rules.values()}
        found: dict[TableName, list[Check]] = {}
        for rules in self.rules.values():
            for name, check in lent(rules, self._by_name, known):
                found.setdefault(name, []).append(check)
        return found
