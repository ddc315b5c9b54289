"""Has an error about rows tell all that is wrong with a run's fixtures. What looks for it is imported when needed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from seedkit.context.run import SeedRun
from seedkit.core.fixture_language.row_values import Setting
from seedkit.core.planning.load_plan import LoadPlan, Project
from seedkit.core.reports.mistakes import Mistake, tell_together
from seedkit.errors import CatalogError, FixtureError, LoadError, TooManyRowsError
from seedkit.postgres.connection import takes_statements
from seedkit.progress import current
from seedkit.runner.fixture_loads import FixtureLoads
from seedkit.runner.project import Further


@contextmanager
def mistakes_told(run: SeedRun, fixtures: FixtureLoads, plan: LoadPlan) -> Iterator[None]:
    """Have an error about rows tell what else is wrong with those of the plan."""
    try:
        yield
    except TooManyRowsError:
        raise  # it is a question
    except (FixtureError, CatalogError, LoadError) as error:
        from seedkit.postgres.loading.known_mistakes import is_about_rows

        if is_about_rows(error) and takes_statements(run.connection):
            from seedkit.runner.looks import mistakes_in_plan

            with current().at("looking for further mistakes", as_one=True):
                tell_together(error, mistakes_in_plan(run, fixtures, plan, error))
        raise


def further_mistakes(run: SeedRun, setting: Setting, environment: str | None) -> Further:
    """Offer to look what else is wrong with a project of which some files can't be used."""

    def further(project: Project, broken: Collection[Path]) -> list[Mistake]:
        from seedkit.runner.looks import mistakes_before, unordered_plan

        run.tables = dict(project.tables)
        plan = unordered_plan(project, environment)
        with current().at("looking for further mistakes", as_one=True):
            return mistakes_before(run, FixtureLoads(run, project, plan, environment, setting), plan, broken)

    return further
