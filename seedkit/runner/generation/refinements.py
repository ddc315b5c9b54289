"""`generate.yml` at work: read, and its tables found; what it is read with is what fixtures are read with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from seedkit.core.fixtures import DEFAULT_LIMITS, FixtureLimits
from seedkit.core.generation.refinements.said import NOTHING, Refinements
from seedkit.core.generation.requests.asked import AskedRows
from seedkit.core.generation.streams import VERSION
from seedkit.core.read_secrets import Secrets
from seedkit.errors import ConfigurationError, UsageError
from seedkit.postgres.connection import Connection

if TYPE_CHECKING:
    from seedkit.core.fixture_language.row_values import Setting
    from seedkit.core.generation.expressions.evaluation import Surroundings
    from seedkit.core.generation.planning.chosen import Run
    from seedkit.core.generation.planning.numbering import Numbering
    from seedkit.core.generation.planning.refined import Refined
    from seedkit.core.generation.refinements.refining import Refining
    from seedkit.core.generation.schema import TableRules

Refine: TypeAlias = "Callable[[TableRules, Run, Surroundings, Mapping[str, Numbering]], Mapping[str, Refined]]"
"""Gives what people have said of a table's columns, some of which are counted; raises what is wrong with it."""


class WhatIsSaid(Struct, frozen=True, kw_only=True):
    """What people say of generated rows, and what that is read with: variables, and what the settings allow.

    `version` is the generator that the project has named, None for any. What is taken from variables and files goes
    into `secrets`.
    """

    refinements: Refinements = NOTHING
    version: int | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    limits: FixtureLimits = DEFAULT_LIMITS
    secrets: Secrets = field(default_factory=Secrets)

    __repr__ = object.__repr__  # secrets are among the variables

    def refuse_another_version(self) -> None:
        """Raise ConfigurationError where another generator is asked for: its values would be others."""
        if self.version not in (None, VERSION):
            hint = f"Write version = {VERSION} under [tool.seedkit.generate] for other values, or install its release."
            raise ConfigurationError(
                f"the project asks for version {self.version} of the generator, and this one is {VERSION}", hint=hint
            )

    def refine(self, found: Refining, connection: Connection) -> Refine:
        """Give what gives the engine a table's refined columns; of what only the server reads it is asked."""

        def columns(
            rules: TableRules, run: Run, surroundings: Surroundings, counted: Mapping[str, Numbering]
        ) -> Mapping[str, Refined]:
            if not found.speaks_of(rules.table.oid):
                return {}
            from seedkit.postgres.loading.mistakes.invalid_inputs import refused_texts

            refused = partial(refused_texts, connection)
            return found.columns(rules, run, self.setting(run), surroundings, counted, refused=refused)

        return columns

    def setting(self, run: Run) -> Setting:
        """Give what values are read with; imported here, as most runs have nothing to read."""
        from seedkit.core.fixture_language.row_values import Setting
        from seedkit.core.generation.refinements.fixture_likes import FixtureLikes

        return Setting(
            random_seed=run.random_seed,
            now=_midnight(run.today),
            variables=self.variables,
            limits=self.limits,
            secrets=self.secrets,
            like=FixtureLikes(run, number_of=lambda row: row.number - 1),
        )


NOTHING_IS_SAID = WhatIsSaid()


def said_in(
    path: Path | None, version: int | None, variables: Mapping[str, str], limits: FixtureLimits, secrets: Secrets
) -> WhatIsSaid:
    """Read what a project says of generated rows, if it has a file for that."""
    refinements = NOTHING if path is None else refinements_of(path, limits)
    return WhatIsSaid(refinements=refinements, version=version, variables=variables, limits=limits, secrets=secrets)


def with_columns(said: WhatIsSaid, asked: Sequence[AskedRows], columns: Mapping[str, object]) -> WhatIsSaid:
    """Add what a program says of the columns of the table that it asks for; raises UsageError where that is not one."""
    if not columns:
        return said
    if len(asked) != 1 or asked[0].is_pattern:
        hint = 'Write generate("users", 1000, plan="free"), or say it in generate.yml.'
        raise UsageError("columns are those of one table that is named", hint=hint)
    return replace(said, refinements=said.refinements.with_columns(asked[0].name, columns))


def refinements_of(path: Path, limits: FixtureLimits) -> Refinements:
    """Read a project's refinements, none where it has no such file."""
    if not path.exists():
        return NOTHING
    from seedkit.files.refinement_files import read_refinements

    return read_refinements(path, limits.folders)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
