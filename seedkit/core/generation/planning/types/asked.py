"""What is asked for where a type alone decides."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.streams import Stream


class Asked(Struct, frozen=True):
    """A column, or a part of its values; the run; and the stream to draw from."""

    facts: Facts
    run: Run
    stream: Stream


Make = Callable[[Asked], Generator]
"""Gives the generator of a type's values."""
