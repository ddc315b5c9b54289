"""`generate.yml` at work: read, and its tables found; what it is read with is what fixtures are read with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from seedkit.core.fixture_language.row_values import Setting
from seedkit.core.fixtures import DEFAULT_LIMITS, FixtureLimits
from seedkit.core.generation.expressions.evaluation import Surroundings
from seedkit.core.generation.planning.chosen import Run
from seedkit.core.generation.planning.refined import Refined
from seedkit.core.generation.refinements.fixture_likes import FixtureLikes
from seedkit.core.generation.refinements.refining import Refining
from seedkit.core.generation.refinements.said import NOTHING, Refinements
from seedkit.core.generation.schema import TableRules
from seedkit.files.refinement_files import read_refinements


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadWith:
    """What refinements are read with: the environment's variables, and what the project's settings allow."""

    variables: Mapping[str, str] = field(default_factory=dict, repr=False)  # secrets among them
    limits: FixtureLimits = DEFAULT_LIMITS


READ_WITH_NOTHING = ReadWith()


def refinements_of(path: Path, limits: FixtureLimits) -> Refinements:
    """Read a project's refinements, none where it has no such file."""
    return read_refinements(path, limits.folders) if path.exists() else NOTHING


def refine(
    found: Refining, read_with: ReadWith
) -> Callable[[TableRules, Run, Surroundings, Sequence[str]], Mapping[str, Refined]]:
    """Give what gives the engine a table's refined columns."""

    def columns(
        rules: TableRules, run: Run, surroundings: Surroundings, counted: Sequence[str]
    ) -> Mapping[str, Refined]:
        return found.columns(rules, run, _setting(run, read_with), surroundings, counted)

    return columns


def _setting(run: Run, read_with: ReadWith) -> Setting:
    return Setting(
        random_seed=run.random_seed,
        now=_midnight(run.today),
        variables=read_with.variables,
        limits=read_with.limits,
        like=FixtureLikes(run, number_of=lambda row: row.number - 1),
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
