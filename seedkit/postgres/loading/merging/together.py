"""Inserts the missing rows of several stages as one, in the order of their numbers.

A column that a row leaves out is given the value of its default, by the expression that the table has for it: an INSERT
can leave a column out for all of its rows, not for some.
"""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from seedkit.core.catalog import Column
from seedkit.core.names import Columns
from seedkit.postgres.identifiers import array_of, trusted, type_of
from seedkit.postgres.loading.merging.inserting import insert_into, missing_rows
from seedkit.postgres.loading.stages import NUMBER, FileOrder, Stage

_PART = sql.Identifier("seedkit_part")
_NUMBER = sql.Identifier(NUMBER)
_SHORTENED = frozenset({"character varying", "character"})
"""Types that a cast shortens texts for without a word, where an INSERT refuses them."""
_OF_A_LENGTH = frozenset({"bit", "bit varying"})


def insert_together(stages: Sequence[Stage]) -> sql.Composed:
    """Insert what is missing of stages of one table by their numbers; the statement goes on after its WHERE.

    A sort in a query of its own comes before anything that is drawn.
    """
    columns, order = _written(stages), stages[0].file_order or FileOrder()
    return sql.SQL("{} select {} from (select ordered.* from ({}) as ordered{}) as staged where true").format(
        insert_into(stages[0].target, columns),
        sql.SQL(", ").join(_value(stages, order, name) for name in columns),
        numbered_rows(stages, tuple(name for name in columns if any(name in stage.shape.columns for stage in stages))),
        _in_order(order),
    )


def numbered_rows(stages: Sequence[Stage], columns: Columns) -> sql.Composed:
    """Select the missing rows of stages with their numbers, and NULL for columns that they leave out."""
    return sql.SQL(" union all ").join(
        sql.SQL("({})").format(missing_rows(stage, _selected(stages, part, columns)))
        for part, stage in enumerate(stages)
    )


def _written(stages: Sequence[Stage]) -> Columns:
    given = {name for stage in stages for name in _given(stage)}
    return tuple(column.name for column in stages[0].table.columns if column.name in given)


def left_out_columns(stages: Sequence[Stage]) -> Columns:
    """List the columns that some of the stages write and others don't."""
    return tuple(name for name in _written(stages) if not all(name in _given(stage) for stage in stages))


def _given(stage: Stage) -> set[str]:
    return {*stage.shape.columns, *(name for name, _ in stage.shape.computed)}


def _selected(stages: Sequence[Stage], part: int, columns: Columns) -> sql.Composed:
    listed = [sql.SQL("{}::pg_catalog.int4 as {}").format(sql.Literal(part), _PART)]
    listed += [sql.SQL("staged.{}").format(_NUMBER)]
    for name in columns:
        column = sql.Identifier(name)
        if name in stages[part].shape.columns:
            listed.append(sql.SQL("staged.{}").format(column))
        else:  # of the right type, which a cast of NULL has not where that is a domain
            holder = next(stage for stage in stages if name in stage.shape.columns)
            listed.append(sql.SQL("(select {0} from {1} limit 0) as {0}").format(column, holder.identifier))
    return sql.SQL(", ").join(listed)


def _value(stages: Sequence[Stage], order: FileOrder, name: str) -> sql.Composable:
    """Give a column what its row has for it: its own value, one that the server computes, or the default."""
    parts: dict[str | None, list[int]] = {}
    for part, stage in enumerate(stages):
        parts.setdefault(_expression(stage, order, name), []).append(part)
    column = stages[0].table.column(name)
    *cases, last = parts
    if not cases:
        return _typed(column, last)
    listed = (
        sql.SQL("when staged.{} operator(pg_catalog.=) any ({}::pg_catalog.int4[]) then {}").format(
            _PART, array_of(parts[text]), _typed(column, text)
        )
        for text in cases
    )
    return sql.SQL("case {} else {} end").format(sql.SQL(" ").join(listed), _typed(column, last))


def _expression(stage: Stage, order: FileOrder, name: str) -> str | None:
    """Return the SQL that gives a column its value in rows of a stage; None where they bring it."""
    if name in stage.shape.columns:
        return None
    return dict(stage.shape.computed).get(name) or dict(order.left_out)[name]


def _typed(column: Column, text: str | None) -> sql.Composable:
    """Write a value as one of the column's type, whatever stands beside it in a CASE."""
    if text is None:
        return sql.SQL("staged.{}").format(sql.Identifier(column.name))
    value = sql.SQL("({}\n)").format(trusted(text))
    if column.base_type in _OF_A_LENGTH:
        return value
    kind = sql.SQL("pg_catalog.text") if column.base_type in _SHORTENED else type_of(column)
    return sql.SQL("{}::{}").format(value, kind)


def _in_order(order: FileOrder) -> sql.Composable:
    number = sql.SQL("ordered.{}").format(_NUMBER)
    if not order.moved:
        return sql.SQL(" order by {}").format(number)
    return sql.SQL(
        " left join rows from ({}) as moved (number, behind, depth) on moved.number operator(pg_catalog.=) {}"
        " order by coalesce(moved.behind, {}), coalesce(moved.depth, 0), {}"
    ).format(
        sql.SQL(", ").join(
            sql.SQL("pg_catalog.unnest({}::pg_catalog.int8[])").format(array_of(numbers))
            for numbers in zip(*order.moved, strict=True)
        ),
        number,
        number,
        number,
    )
