"""Finds rows of a load that mean one row of their table by different keys: one statement updates a row once.

Where they agree the other update is made up for; where they don't they would update each other at every run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from psycopg import sql

from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.identifiers import images_differ, names
from seedkit.postgres.loading.merging.merge import Counts
from seedkit.postgres.loading.stages import Stage, same_key, with_stages

_RELATION, _PLACE, _LOST = map(sql.Identifier, ("seedkit relation", "seedkit place", "seedkit lost"))


class MeantTwice(NamedTuple):
    """The first of two stages with rows for one row, of which one was not updated; whether they `contradict`."""

    stage: Stage
    contradict: bool


def meant_twice(connection: Connection, stages: Sequence[Stage], counts: Sequence[Counts]) -> MeantTwice | None:
    """Look for a row that two stages mean, after both were merged.

    Nothing is asked but of stages of one table with different keys, of which one has updated something.
    """
    found = (_of_two(connection, one, other) for one, other in _pairs(stages, counts))
    return next((twice for twice in found if twice), None)


def _pairs(stages: Sequence[Stage], counts: Sequence[Counts]) -> Iterator[tuple[Stage, Stage]]:
    of_table: dict[int, list[tuple[Stage, int]]] = {}
    for stage, (updated, _) in zip(stages, counts, strict=True):
        if stage.updates:
            of_table.setdefault(stage.table.oid, []).append((stage, updated))
    for updating in of_table.values():
        if len({stage.key for stage, _ in updating}) == 1:
            continue
        for (one, updated), (other, also) in combinations(updating, 2):
            if one.key != other.key and updated + also:
                yield one, other


def _of_two(connection: Connection, one: Stage, other: Stage) -> MeantTwice | None:
    row = execute_alone(connection, meant_twice_statement(one, other)).fetchone()
    contradict, lost = row or (None, None)
    return MeantTwice(one, bool(contradict)) if contradict or lost else None


def meant_twice_statement(one: Stage, other: Stage) -> sql.Composed:
    """Ask whether rows of two stages that mean one row contradict each other, and whether one was not updated."""
    both = tuple(name for name in one.updatable if name in other.updatable)
    return sql.SQL(
        "{stages} select pg_catalog.bool_or({contradict}), pg_catalog.bool_or(one.{lost} or other.{lost})"
        " from ({one}) as one join ({other}) as other on one.{place} operator(pg_catalog.=) other.{place}"
        " and one.{relation} operator(pg_catalog.=) other.{relation}"
    ).format(
        stages=with_stages([one, other]),
        contradict=images_differ(both, "one", "other") if both else sql.SQL("false"),
        lost=_LOST,
        one=_found_by(one),
        other=_found_by(other),
        place=_PLACE,
        relation=_RELATION,
    )


def _found_by(stage: Stage) -> sql.Composed:
    """Select a stage's rows with those of the table that they mean, and whether these are otherwise."""
    return sql.SQL(
        "select target.tableoid as {}, target.ctid as {}, {} as {}, {} from {} as target join {} as staged on {}"
    ).format(
        _RELATION,
        _PLACE,
        images_differ(stage.updatable),
        _LOST,
        names(stage.updatable, "staged"),
        stage.rows_there,
        stage.identifier,
        same_key(stage),
    )
