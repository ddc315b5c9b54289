"""Asks for the highest id of a column, or the lowest for a sequence that descends: of numbers, and within texts."""

from __future__ import annotations

from psycopg import sql

from seedkit.core.sequences.feeding import FedColumn
from seedkit.core.sequences.ids import whole_id
from seedkit.core.sequences.key_patterns import KeyPattern

_STRANGE = "strange "
"""Stands in front of the number of keys that are spelled otherwise, in the place of an id."""

_LONGEST_NUMBER = 40
"""Digits; more than any sequence gives, and few enough to be compared as numbers."""


def extreme_of(column: FedColumn, *, ascending: bool) -> sql.Composed:
    """Ask for the extreme id as text; its type's own output is all of the type that is used."""
    if column.spelled:
        return _extreme_in_texts(column, ascending=ascending)
    name, table = sql.Identifier(column.name), sql.Identifier(column.table.schema, column.table.name)
    return sql.SQL(
        "(select concat(id) from (select {0} as id from {1} where {0} is not null order by {0} {2} limit 1) as top)"
    ).format(name, table, sql.SQL("desc" if ascending else "asc"))


def _extreme_in_texts(column: FedColumn, *, ascending: bool) -> sql.Composed:
    """Ask for the extreme number in keys of a pattern; where one is spelled otherwise, how many are so."""
    pattern, padded = column.pattern, column.type_name.startswith("character(")
    return sql.SQL(
        """
        (
            select case
                when count(*) filter (where not spelled) > 0 then {strange} || count(*) filter (where not spelled)
                else concat({extreme}(case when spelled then ltrim(middle, {fill})::numeric end))
            end
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
                        from {table}
                        where {name} is not null
                    ) as stored
                ) as parts
            ) as numbers
        )
        """
    ).format(
        strange=sql.Literal(_STRANGE),
        extreme=sql.SQL("max" if ascending else "min"),
        fill=sql.Literal("" if pattern.fill == "0" else pattern.fill),
        prefix=sql.Literal(pattern.prefix),
        suffix=sql.Literal(pattern.suffix),
        digits=sql.Literal(_digits(pattern)),
        before=sql.Literal(len(pattern.prefix)),
        after=sql.Literal(len(pattern.suffix)),
        blank=sql.Literal(" " if padded else ""),
        name=sql.Identifier(column.name),
        table=sql.Identifier(column.table.schema, column.table.name),
    )


def _digits(pattern: KeyPattern) -> str:
    """Write the regular expression of the number between the constant texts."""
    if pattern.width is None:
        return f"^-?[0-9]{{1,{_LONGEST_NUMBER}}}$"
    if pattern.fill == "0":
        return f"^[0-9]{{{pattern.width}}}$"
    fill = "[]]" if pattern.fill == "]" else f"[{pattern.fill}]" if pattern.fill not in "^\\" else f"\\{pattern.fill}"
    return f"^(?=.{{{pattern.width}}}$){fill}*[0-9]+$"


def id_in(text: str | None, column: FedColumn, *, ascending: bool) -> int | None:
    """Read what was answered; raises ValueError where it is no id, or where keys are spelled otherwise."""
    if text is not None and text.startswith(_STRANGE):
        count = int(text.removeprefix(_STRANGE))
        keys = f"{count:,} of its keys are" if count > 1 else "one of its keys is"
        raise ValueError(f"{keys} not {'a number' if column.pattern.plain else f'spelled like {column.pattern}'}")
    return whole_id(text or None, ascending=ascending)
