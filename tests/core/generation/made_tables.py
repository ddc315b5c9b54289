"""Tables that no server has: their rules, and the rows that are made for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from seedkit.core.catalog import Column, Table
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.expressions.parser import parsed, parsed_check
from seedkit.core.generation.planning.chosen import Run
from seedkit.core.generation.schema import Check, TableRules, UniqueRule
from seedkit.core.names import TableName
from seedkit.files.generation.meanings import read_meanings, read_words

TODAY = date(2026, 11, 30)


def a_run(random_seed: int = 0) -> Run:
    """A run of a day."""
    return Run(random_seed=random_seed, today=TODAY, meanings=read_meanings(), words=read_words())


def a_table(
    columns: Mapping[str, str],
    *,
    name: str = "things",
    checks: Sequence[str] = (),
    uniques: Sequence[tuple[str, ...]] = (),
    foreign_keys: Sequence[ForeignKey] = (),
) -> TableRules:
    """Describe a table by its columns' types, such as `integer not null`, and constraints as PostgreSQL writes them."""
    found = tuple(_column(number, *column) for number, column in enumerate(columns.items(), 1))
    table = Table(
        oid=len(name),
        name=TableName("public", name),
        kind="r",
        columns=found,
        keys=(),
        foreign_keys=tuple(foreign_keys),
        row_security=False,
    )
    return TableRules(
        table=table,
        checks=tuple(Check(f"check_{n}", parsed_check(f"CHECK ({check})"), check) for n, check in enumerate(checks)),
        uniques=tuple(
            UniqueRule("_".join(key) + "_key", tuple(parsed(part) for part in key), primary=not place)
            for place, key in enumerate(uniques)
        ),
    )


def _column(number: int, name: str, described: str) -> Column:
    type_name = described.removesuffix(" not null")
    return Column(
        number=number,
        name=name,
        type_name=type_name,
        base_type=type_name.partition("(")[0] if type_name.startswith("character") else type_name,
        category="S",
        not_null=described.endswith(" not null"),
        has_default=False,
        identity="",
        generated=False,
    )
