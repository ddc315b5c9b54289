"""What the fixtures of a run are read with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from seedkit.context.run import SeedRun
from seedkit.core.catalog import Table
from seedkit.core.fixture_language.row_values import RowValues, Setting
from seedkit.core.fixtures import FixtureLimits, Value
from seedkit.core.read_secrets import Secrets
from seedkit.postgres.connection import reads_backslashes

if TYPE_CHECKING:
    from seedkit.core.generation.schema import TableRules


def setting_for(run: SeedRun, variables: Mapping[str, str], limits: FixtureLimits, secrets: Secrets) -> Setting:
    """Tell what a run's fixtures are read with; what they read that is secret is collected in `secrets`."""
    return Setting(
        random_seed=run.random_seed,
        now=run.now,
        variables=variables,
        limits=limits,
        secrets=secrets,
        backslash_escapes=reads_backslashes(run.connection),
        like=likes(run),
    )


def likes(run: SeedRun) -> Callable[[RowValues, str, str], Value]:
    """Give what `!like` asks for, and what is generated; what that needs is read with the first one alone."""

    @cache
    def opened() -> Callable[[RowValues, str, str], Value]:
        from seedkit.core.generation.planning.chosen import Run
        from seedkit.core.generation.refinements.fixture_likes import FixtureLikes, row_number
        from seedkit.files.generation.meanings import read_meanings, read_words
        from seedkit.postgres.generation.rules import read_rules

        generating = Run(
            random_seed=run.random_seed, today=run.now.date(), meanings=read_meanings(), words=read_words()
        )

        def rules(table: Table) -> TableRules:
            return read_rules(run.connection, {table.oid: table}).tables[table.oid]

        return FixtureLikes(generating, row_number, rules)

    def like(row: RowValues, column: str, name: str) -> Value:
        return opened()(row, column, name)

    return like
