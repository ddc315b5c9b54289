"""Seeders that do what a test says, in functions of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from seedkit.context.seeder import SeedContext

Body: TypeAlias = Callable[[SeedContext], object]

bodies: dict[str, Body] = {}
"""What the seeders of a test do, by their names."""


def seeder_files(given: Mapping[str, Body]) -> dict[str, str]:
    """Give the files of seeders by their paths, each of which calls the function of its name."""
    bodies.clear()
    bodies.update(given)
    return {f"seeders/{name}.py": _seeder(name) for name in given}


def _seeder(name: str) -> str:
    return f"""
        from seedkit import seeder
        from {__name__} import bodies

        @seeder
        def {name}(db):
            return bodies["{name}"](db)
    """
