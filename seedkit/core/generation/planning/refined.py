"""What planning asks of what people have said of a column: the first rung."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Protocol

from msgspec import Struct

from seedkit.core.catalog import Column, Table
from seedkit.core.generation.columns.blocks import Constant, Generator
from seedkit.core.generation.columns.derived import Derived
from seedkit.core.generation.planning.chosen import Chosen, Facts, Run, Rung
from seedkit.core.names import listed
from seedkit.errors import FixtureError

NO_OTHERS: Mapping[str, Generator] = MappingProxyType({})


class Refined(Protocol):
    """What has been said of a column."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The other columns that its values are made of."""

    @property
    def values(self) -> tuple[str, ...] | None:
        """All its values as COPY texts, each as likely as the next, where these are few: a key may be made of them."""

    @property
    def texts(self) -> tuple[str, ...]:
        """What it may have, as texts, where that is a choice or always the same; none where that is not known."""

    @property
    def like(self) -> bool:
        """Whether its values are like those that are inferred, so that a key may be carried by them."""

    @property
    def left(self) -> bool:
        """Whether the column is left to the database."""

    @property
    def parent(self) -> OfParent | None:
        """What is said of a foreign key that planning makes."""

    @property
    def counted(self) -> bool:
        """Whether the column is to have the rows' own numbers, as planning has it."""

    def chosen(self, facts: Facts, run: Run, attempt: int, others: Mapping[str, Generator]) -> Chosen:
        """Give the column's generator; `others` are those of the columns that it reads."""


class OfParent(Struct, frozen=True):
    """A key of one of a table's rows, or NULL in a share of the rows, in 256ths."""

    table: str
    nulls: int


def made_first(refined: Mapping[str, Refined]) -> frozenset[str]:
    """Name the columns of which people have said all that is to be known."""
    return frozenset(
        name for name, said in refined.items() if said.parent is None and not (said.left or said.counted or said.reads)
    )


def made_later(refined: Mapping[str, Refined]) -> frozenset[str]:
    """Name the columns that are made of others, or left to the database."""
    return frozenset(name for name, said in refined.items() if said.reads or said.left)


def parent_spelling(said: OfParent) -> str:
    """Write it in the fixture language.

    >>> parent_spelling(OfParent("users", 26))
    '!maybe [90%, !choice {ref: users}]'
    """
    key = f"!choice {{ref: {said.table}}}"
    return f"!maybe [{round(100 - said.nulls / 2.56)}%, {key}]" if said.nulls else key


def derived(
    table: Table,
    refined: Mapping[str, Refined],
    found: Mapping[str, Chosen],
    chosen: Callable[[Column, Mapping[str, Generator]], Chosen],
) -> dict[str, Chosen]:
    """Choose for the columns that are made of others, these first; raises FixtureError where they go in a circle."""
    made: dict[str, Chosen] = {}
    waiting = [name for name, said in refined.items() if said.reads and name not in found]
    while waiting:
        known = {name: one.generator for name, one in {**found, **made}.items()}
        ready = [name for name in waiting if known.keys() >= set(refined[name].reads)]
        if not ready:
            raise FixtureError(f"the columns {listed(waiting)} are made of each other, or of what the database gives")
        made |= {name: chosen(table.column(name), known) for name in ready}
        waiting = [name for name in waiting if name not in made]
    return made


def settled(found: Mapping[str, Chosen]) -> frozenset[str]:
    """Name the columns that drawing again would not change: the same in every row, or made of others."""
    return frozenset(
        name
        for name, chosen in found.items()
        if chosen.rung is Rung.REFINED
        and (
            isinstance(chosen.generator, Constant) or (isinstance(chosen.generator, Derived) and chosen.generator.reads)
        )
    )
