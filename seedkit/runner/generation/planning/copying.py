"""What triggers write into other tables: which these are, and what they ask of the rows that are copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.generation.planning.mirrors import copies_of, lent, written_by
from seedkit.core.generation.schema import Check, TableRules
from seedkit.core.names import TableName


class Copying(Struct, dict=True):
    """What the triggers of the tables that get rows, by their `rules`, say of others."""

    tables: Mapping[int, Table]
    rules: Mapping[int, TableRules]

    def writers(self, oid: int) -> list[int]:
        """List the tables whose triggers write into a table."""
        return self._writers.get(self.tables[oid].name, [])

    def mirrored(self, oid: int) -> TableRules:
        """Give a table's rules, with what others lend it that its rows are copied into."""
        rules = self.rules[oid]
        more = self._lent.get(rules.table.name, ())
        return replace(rules, checks=(*rules.checks, *more)) if more else rules

    def copied_keys(self, oid: int) -> Mapping[str, Sequence[tuple[int, str]]]:
        """Give, by a table's columns, the keys of other tables, by OID, that triggers copy them into."""
        return self._copied_keys.get(self.tables[oid].name, {})

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

    @cached_property
    def _copied_keys(self) -> dict[TableName, dict[str, list[tuple[int, str]]]]:
        found: dict[TableName, dict[str, list[tuple[int, str]]]] = {}
        for rules in self.rules.values():
            for copy in copies_of(rules, self._by_name):
                target = self._by_name[copy.target]
                if copy.into == target.key_column:
                    found.setdefault(copy.source, {}).setdefault(copy.column, []).append((target.oid, copy.into))
        return found
