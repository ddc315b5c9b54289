"""Adds columns to rows that are COPY text already: with the same value in all of them, or with one for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter

from seedkit.core.catalog import Table
from seedkit.core.fixtures import Value
from seedkit.core.rows.column_recogniser import Recognised
from seedkit.core.values.copy_text import field_text
from seedkit.core.values.encoder_choice import encoder_for


def with_constants(
    rows: Recognised, table: Table, values: Mapping[str, Value], *, are_plain: Callable[[Mapping[str, Value]], bool]
) -> Recognised | None:
    """Add values by column to all rows, or give None where they are no plain values of their columns."""
    known = {column.name: column for column in table.columns}
    if not values.keys() <= known.keys() or not are_plain(values):
        return None
    constants = [field_text(encoder_for(known[name])(value)) for name, value in values.items()]
    names = (*rows.columns, *values)
    order = sorted(range(len(names)), key=lambda place: known[names[place]].number)
    arranged = itemgetter(*order)
    lines = ["\t".join(arranged([*line.split("\t"), *constants])) for line in rows.text.decode().split("\n")[:-1]]
    return Recognised(tuple(names[place] for place in order), "\n".join([*lines, ""]).encode(), rows.rows)


def with_column(rows: Recognised, table: Table, name: str, texts: Sequence[str]) -> Recognised:
    """Add a column with one plain text for each row."""
    number = table.column(name).number
    place = sum(table.column(other).number < number for other in rows.columns)
    lines = rows.text.decode().split("\n")[:-1]
    if place == 0:
        added = [f"{text}\t{line}" for text, line in zip(texts, lines, strict=True)]
    else:
        fields = ((text, line.split("\t")) for text, line in zip(texts, lines, strict=True))
        added = ["\t".join([*before[:place], text, *before[place:]]) for text, before in fields]
    return Recognised((*rows.columns[:place], name, *rows.columns[place:]), "\n".join([*added, ""]).encode(), rows.rows)
