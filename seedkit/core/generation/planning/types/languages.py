"""One language of several for each row: its person, its place and whatever else is told in words."""

from __future__ import annotations

from collections.abc import Callable

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.columns.choices import Turned
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.words import Words


def by_language(facts: Facts, run: Run, make: Callable[[Words], Generator]) -> Generator:
    """Make values with the run's words; where they are of several languages, a row's columns have the same one."""
    shares = run.words.shares
    if not shares:
        return make(run.words)
    weights, words = zip(*shares, strict=True)
    return Turned(tuple(map(make, words)), weights, facts.shared(run).apart("language"))
