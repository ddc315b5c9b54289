"""What the rows of a template have, by the column: each tag is read once, and its values for many rows made together.

They are the values that `RowValues` gives row by row. Whatever is not known here to be so is left to it: labelled
rows, columns made of others, tags inside of values, and what takes long by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from seedkit.core.fixture_language.bounds import WHOLE_NUMBERS, bounds_for
from seedkit.core.fixture_language.choices import by_weight, is_of_a_table
from seedkit.core.fixture_language.drawn_values import drawn_below, further_bits
from seedkit.core.fixture_language.fakes import random_seeds_for
from seedkit.core.fixture_language.row_plans import NO_LANGUAGE, holds_tag
from seedkit.core.fixture_language.row_templates import TEMPLATE_TAGS, Template
from seedkit.core.fixture_language.row_values import RowValues
from seedkit.core.fixture_language.tags import weights_of
from seedkit.core.fixtures import UNREAD, Tagged, Value
from seedkit.core.values.dates import TIMES

WIDEST = 64 * 1024
"""A longer text would be in memory as often as rows are made together."""
_BITS = 64
_SAME_IN_ALL = frozenset({"!ago", "!ahead", "!env", "!file", "!ref", "!sql"})
"""Tags that stand for the same in each row of a template."""


class SomeRows(Struct, frozen=True):
    """Rows of a template: their numbers, and the names that generated values go by."""

    numbers: range
    names: Sequence[str]
    random_seed: int
    table: str

    def draw(self, column: str, *further: str) -> Sequence[int]:
        """Draw for each row the number of 64 bits that belongs to its place, as `RowValues.draw` does."""
        return random_seeds_for(self.random_seed, self.table, self.names, [column, *further])


class Picked(NamedTuple):
    """A column of a few values: `picks` tells which of them each row has, None where there is but one."""

    options: Sequence[Value]
    picks: Callable[[SomeRows], Sequence[int]] | None = None


class Made(NamedTuple):
    """A column of texts that are made for some rows."""

    texts: Callable[[SomeRows], Sequence[str | None]]


TemplateColumn: TypeAlias = "Picked | Made"


class TemplateRows(Struct, frozen=True):
    """The rows of a template; `first` is the first one, `rows` gives those from a place up to another, from 0."""

    first: RowValues
    columns: Mapping[str, TemplateColumn]
    count: int
    rows: Callable[[int, int], SomeRows]


def by_column(template: Template, first: RowValues) -> TemplateRows | None:
    """Read a template by its first row; None where its rows have to be made one by one. Raises FixtureError."""
    plan, written = first.plan, template.row.values.values()
    if template.row.label is not None or plan.renames or plan.fills or plan.told or not all(map(_is_known, written)):
        return None
    columns: dict[str, TemplateColumn] = {}
    for name, value in first.all().items():
        column = _column(template, first, name, value)
        if column is None:
            return None
        columns[name] = column
    if not columns or any(column.value_type.innermost.base_type in TIMES for column in first.around.table.columns):
        return None  # what a column of times drops is told of each row
    names, numbers = _naming(template, first), template.numbers
    random_seed, table = first.around.setting.random_seed, str(first.around.table.name)
    return TemplateRows(
        first,
        columns,
        len(numbers),
        lambda start, stop: SomeRows(numbers[start:stop], names(start, stop), random_seed, table),
    )


def _is_known(value: Value) -> bool:
    """Whether no tag stands in a value that has to be asked in the order of its rows, and once for each."""
    if isinstance(value, Tagged):
        return value.tag in _KNOWN and _is_known(value.value)
    if isinstance(value, list):
        return all(map(_is_known, value))
    return not isinstance(value, dict) or all(map(_is_known, value.values()))


def _naming(template: Template, first: RowValues) -> Callable[[int, int], Sequence[str]]:
    """Return what gives the names of rows from one place up to another, as `RowValues.name` has them."""
    key = first.around.table.primary_key
    columns = key.columns if key else ()
    values, numbers = first.row.values, template.numbers
    if columns == (template.name,):
        return lambda start, stop: list(map(str, numbers[start:stop]))
    if columns and all(isinstance(values.get(column), str) for column in columns):
        texts = [None if column == template.name else values[column] for column in columns]
        return lambda start, stop: [
            "\x1f".join(str(number) if text is None else str(text) for text in texts) for number in numbers[start:stop]
        ]
    file, place = first.around.fixture.origin.path.name, first.number
    return lambda start, stop: [f"{file}:{number}" for number in range(place + start, place + stop)]


def _column(template: Template, first: RowValues, name: str, value: Value) -> TemplateColumn | None:
    written = template.row.values.get(name)
    if name == template.name:
        return None if _may_be_labels(first, name) else Made(lambda rows: list(map(str, rows.numbers)))
    if isinstance(written, Tagged) and written.tag not in _SAME_IN_ALL:
        return _drawn(first, name, written)
    return None if not isinstance(written, Tagged) and holds_tag(written) else Picked([value])


def _may_be_labels(first: RowValues, name: str) -> bool:
    """Whether numbers in a column may be labels: not where whole numbers are what it holds."""
    return name in first.plan.literals and first.around.table.column(name).base_type not in WHOLE_NUMBERS


def _drawn(first: RowValues, name: str, written: Value) -> TemplateColumn | None:
    if isinstance(written, Tagged):
        read = _DRAWN.get(written.tag)
        return read(first, name, written.value) if read else None
    return _picked(first, name, [written])


def _picked(
    first: RowValues, name: str, options: Sequence[Value], picks: Callable[[SomeRows], Sequence[int]] | None = None
) -> TemplateColumn | None:
    """Offer values that need no look at their row: none of them is a label, holds tags, or is a long text."""
    is_literal = first.plan.literals.get(name)
    for option in options:
        if isinstance(option, str):
            if len(option) > WIDEST or (is_literal and not is_literal(option)):
                return None
        elif option is not None:
            return None
    return Picked(options, picks)


def _choice(first: RowValues, name: str, value: Value) -> TemplateColumn | None:
    if isinstance(value, list):
        count = len(value)
        return _picked(first, name, value, lambda rows: [drawn * count >> _BITS for drawn in rows.draw(name)])
    if is_of_a_table(value):
        return _key(first, name, value["ref"])
    if not isinstance(value, dict):
        return None
    names, weighed = by_weight(weights_of(value))
    return _picked(first, name, names, lambda rows: list(map(weighed, rows.draw(name))))


def _key(first: RowValues, name: str, table: Value) -> TemplateColumn | None:
    keys = first.around.candidates.get(str(table))
    if keys is None or keys.longest > WIDEST:
        return None
    return Made(lambda rows: keys.winners(rows.draw(name)))


def _between(first: RowValues, name: str, value: Value) -> TemplateColumn | None:
    low, high = (first.plain(name, end) if _is_same_in_all(end) else None for end in _pair(value))
    if _may_be_labels(first, name) or not isinstance(low, str) or not isinstance(high, str):
        return None
    bounds = bounds_for(first.around.table.column(name), low, high)

    def texts(rows: SomeRows) -> Sequence[str]:
        drawn, bits = rows.draw(name), _BITS
        for further in further_bits(bounds):
            drawn = [number << _BITS | more for number, more in zip(drawn, rows.draw(name, str(further)), strict=True)]
            bits = further + _BITS
        return [bounds.text(number * bounds.count >> bits) for number in drawn]

    return Made(texts)


def _pair(value: Value) -> tuple[Value, Value]:
    """Take what stands behind a tag that takes two; another one's first row was refused."""
    return (value[0], value[1]) if isinstance(value, list) and len(value) == 2 else (UNREAD, UNREAD)


def _is_same_in_all(value: Value) -> bool:
    return isinstance(value, str) or (isinstance(value, Tagged) and value.tag in _SAME_IN_ALL)


def _maybe(first: RowValues, name: str, value: Value) -> TemplateColumn | None:
    share, wanted = _pair(value)
    column, limit = _drawn(first, name, wanted), drawn_below(share)
    if isinstance(column, Made):
        texts = column.texts
        return Made(
            lambda rows: [
                text if drawn < limit else None
                for text, drawn in zip(texts(rows), rows.draw(name, "maybe"), strict=True)
            ]
        )
    if column is None:
        return None
    picks, missing = column.picks, len(column.options)

    def picked(rows: SomeRows) -> Sequence[int]:
        present = picks(rows) if picks else [0] * len(rows.names)
        return [
            pick if drawn < limit else missing for pick, drawn in zip(present, rows.draw(name, "maybe"), strict=True)
        ]

    return Picked([*column.options, None], picked)


_DRAWN: Mapping[str, Callable[[RowValues, str, Value], TemplateColumn | None]] = {
    "!choice": _choice,
    "!between": _between,
    "!maybe": _maybe,
}
_KNOWN = frozenset({*_DRAWN, *_SAME_IN_ALL, *TEMPLATE_TAGS, *NO_LANGUAGE})
