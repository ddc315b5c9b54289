"""Encodes the rows of a template by the column: a value that many have once, all others looked through together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TypeAlias

from seedkit.core.fixture_language.template_columns import Made, Picked, SomeRows, TemplateColumn
from seedkit.core.fixture_language.template_rows import TemplateRows
from seedkit.core.rows.blocks import BLOCK_BYTES, Block, WaitingRows
from seedkit.core.rows.row_encoders import RowEncoder, code_zero
from seedkit.core.values.copy_text import field_text, field_texts
from seedkit.core.values.encoder_choice import Encoder
from seedkit.errors import FixtureError, Origin, blamed_on

_MOST_ROWS = 4_096

_Fields: TypeAlias = Callable[[SomeRows], Sequence[str]]
"""Gives what some rows have in a column as it stands in COPY text."""


def template_blocks(
    template: TemplateRows, encoder: RowEncoder, place: Origin, waiting: WaitingRows
) -> Iterator[Block]:
    """Encode a template's rows, have them wait with others of their shape, and give the blocks that are full.

    Raises FixtureError at the template's place.
    """
    with blamed_on(place):
        columns = {name: _fields(_column(template, encoder, name), encode) for name, encode in encoder.encoders}
        for rows, text in _texts(template, columns.values()):
            if "\0" in text:
                raise code_zero(_with_zero(columns, rows), place)
            if full := waiting.add(encoder.shape, text, len(rows.names)):
                yield full


def _with_zero(columns: Mapping[str, _Fields], rows: SomeRows) -> str:
    return next(name for name, fields in columns.items() if any("\0" in text for text in fields(rows)))


def _texts(template: TemplateRows, columns: Collection[_Fields]) -> Iterator[tuple[SomeRows, str]]:
    """Give the text of some rows, and of some more: of as many as make about a block, to judge by those before."""
    start, some = 0, 1
    while start < template.count:
        rows = template.rows(start, min(start + some, template.count))
        text = "\n".join(map("\t".join, zip(*(fields(rows) for fields in columns), strict=True))) + "\n"
        yield rows, text
        start += len(rows.names)
        some = max(1, min(2 * some, _MOST_ROWS, BLOCK_BYTES * len(rows.names) // len(text)))


def _column(template: TemplateRows, encoder: RowEncoder, name: str) -> TemplateColumn:
    return Picked([encoder.constants[name]]) if name in encoder.constants else template.columns[name]


def _fields(column: TemplateColumn, encode: Encoder) -> _Fields:
    if isinstance(column, Made):
        values = column.values
        return lambda rows: field_texts(list(map(encode, values(rows))))
    options, picks = column
    with suppress(FixtureError):  # of a value that no row may have
        fields = [field_text(encode(option)) for option in options]
        return lambda rows: [fields[pick] for pick in picks(rows)] if picks else fields * len(rows.names)
    return lambda rows: [field_text(encode(options[pick])) for pick in (picks(rows) if picks else (0,))]
