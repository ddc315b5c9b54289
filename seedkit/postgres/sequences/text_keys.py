"""Asks for ids within texts: keys of a pattern, such as INV-000041, with the sequence's values in them."""

from __future__ import annotations

from psycopg import sql

from seedkit.core.sequences.feeding import FedColumn, Place
from seedkit.core.sequences.ids import whole_id
from seedkit.core.sequences.key_patterns import STRANGE
from seedkit.core.sequences.reach import MOST_COUNTED

_NUMBERS = sql.SQL(
    """
    select spelled, case when spelled then ltrim(middle, {fill})::numeric end as number
    from (
        select
            middle,
            starts_with(key, {prefix})
                and right(key, {after}) = {suffix}
                and middle operator(pg_catalog.~) {digits} as spelled
        from (
            select
                key,
                substr(key, {before} + 1, greatest(length(key) - {before} - {after}, 0)) as middle
            from (
                select rtrim(concat({name}), {blank}) collate pg_catalog."C" as key
                from {relation} as fed
                where {name} is not null{no_view}
            ) as stored
        ) as parts
    ) as looked_at
    """
)


def extreme_in_texts(
    place: Place, bound: int | None, relation: sql.Composable, no_view: sql.Composable, *, ascending: bool
) -> sql.Composed:
    """Ask for the extreme number up to a bound; where a key is spelled otherwise, how many are so."""
    return sql.SQL(
        """
        (
            select case
                when count(*) filter (where not spelled) > 0 then {strange} || count(*) filter (where not spelled)
                else concat({extreme}(number){within})
            end
            from ({numbers}) as numbers
        )
        """
    ).format(
        strange=sql.Literal(STRANGE),
        extreme=sql.SQL("max" if ascending else "min"),
        within=sql.SQL("")
        if bound is None
        else sql.SQL(" filter (where number {} {})").format(sql.SQL("<=" if ascending else ">="), sql.Literal(bound)),
        numbers=_numbers(place, relation, no_view),
    )


def texts_beyond(
    place: Place, bound: int, relation: sql.Composable, no_view: sql.Composable, *, ascending: bool
) -> sql.Composed:
    """Ask for the number of keys past a bound, up to one more than are counted."""
    return sql.SQL("(select concat(least(count(*), {})) from ({}) as numbers where number {} {})").format(
        sql.Literal(MOST_COUNTED + 1),
        _numbers(place, relation, no_view),
        sql.SQL(">" if ascending else "<"),
        sql.Literal(bound),
    )


def _numbers(place: Place, relation: sql.Composable, no_view: sql.Composable) -> sql.Composed:
    pattern, padded = place.column.pattern, place.column.type_name.startswith("character(")
    return _NUMBERS.format(
        fill=sql.Literal("" if pattern.fill == "0" else pattern.fill),
        prefix=sql.Literal(pattern.prefix),
        suffix=sql.Literal(pattern.suffix),
        digits=sql.Literal(pattern.digits),
        before=sql.Literal(len(pattern.prefix)),
        after=sql.Literal(len(pattern.suffix)),
        blank=sql.Literal(" " if padded else ""),
        name=sql.Identifier(place.column.name),
        relation=relation,
        no_view=no_view,
    )


def id_in(text: str | None, column: FedColumn, *, ascending: bool) -> int | None:
    """Read what was answered; raises ValueError where it is no id, or where keys are spelled otherwise."""
    if text is not None and text.startswith(STRANGE):
        count = int(text.removeprefix(STRANGE))
        keys = f"{count:,} of its keys are" if count > 1 else "one of its keys is"
        raise ValueError(f"{keys} not {'a number' if column.pattern.plain else f'spelled like {column.pattern}'}")
    return whole_id(text or None, ascending=ascending)
