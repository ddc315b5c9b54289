"""What a project's settings say of generated rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedkit.runner.generation.refinements import WhatIsSaid, refinements_of
from seedkit.runner.guards import Guard

if TYPE_CHECKING:
    from seedkit.config import Settings


def guard_of(settings: Settings, *, force: bool) -> Guard:
    """Give what decides whether a database counts as production."""
    return Guard(
        environment=settings.environment,
        named_environments=settings.named_environments,
        protected_hosts=settings.protected_hosts,
        force=force,
    )


def said_by(settings: Settings) -> WhatIsSaid:
    """Read what a project says of generated rows."""
    return WhatIsSaid(
        refinements=refinements_of(settings.refinements, settings.limits),
        version=settings.generator,
        variables=settings.variables,
        limits=settings.limits,
    )
