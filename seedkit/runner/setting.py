"""What the fixtures of a run are read with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache

from seedkit.context.run import SeedRun
from seedkit.core.fixture_language.row_values import RowValues, Setting
from seedkit.core.fixtures import FixtureLimits, Value
from seedkit.core.read_secrets import Secrets
from seedkit.postgres.connection import reads_backslashes


def setting_for(run: SeedRun, variables: Mapping[str, str], limits: FixtureLimits, secrets: Secrets) -> Setting:
    """Tell what a run's fixtures are read with; what they read that is secret is collected in `secrets`."""
    return Setting(
        random_seed=run.random_seed,
        now=run.now,
        variables=variables,
        limits=limits,
        secrets=secrets,
        backslash_escapes=reads_backslashes(run.connection),
        like=likes(run.random_seed, run.now),
    )


def likes(random_seed: int, now: datetime) -> Callable[[RowValues, str, str], Value]:
    """Give what `!like` asks for; words and meanings are read with the first one, and other runs go without."""

    @cache
    def opened() -> Callable[[RowValues, str, str], Value]:
        from seedkit.core.generation.planning.chosen import Run
        from seedkit.core.generation.refinements.fixture_likes import FixtureLikes, row_number
        from seedkit.files.generation.meanings import read_meanings, read_words

        run = Run(random_seed=random_seed, today=now.date(), meanings=read_meanings(), words=read_words())
        return FixtureLikes(run, row_number)

    def like(row: RowValues, column: str, name: str) -> Value:
        return opened()(row, column, name)

    return like
