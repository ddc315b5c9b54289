"""Reads a template by the column: each tag once, and its values for many rows together.

They are the values that `RowValues` gives row by row. Whatever is not known here to be so is left to it: labelled
rows, what counts from another column or must not repeat, and tags inside of values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from seedkit.core.fixture_language.bounds import WHOLE_NUMBERS, bounds_for
from seedkit.core.fixture_language.choices import by_weight, is_of_a_table
from seedkit.core.fixture_language.drawn_values import drawn_below, further_bits
from seedkit.core.fixture_language.fakes import faker_call
from seedkit.core.fixture_language.other_columns import other_name
from seedkit.core.fixture_language.row_plans import NO_LANGUAGE, holds_tag
from seedkit.core.fixture_language.row_templates import TEMPLATE_TAGS, Template
from seedkit.core.fixture_language.row_values import RowValues
from seedkit.core.fixture_language.tags import keys_chosen_from, weights_of
from seedkit.core.fixture_language.template_columns import (
    WIDEST,
    Made,
    Picked,
    SomeRows,
    TemplateColumn,
    for_some,
    put_together,
    with_format,
)
from seedkit.core.fixture_language.text_templates import formatter, parts_of
from seedkit.core.fixtures import UNREAD, Tagged, Value

_BITS = 64
_SAME_IN_ALL = frozenset({"!ago", "!ahead", "!env", "!file", "!ref", "!sql"})
"""Tags that stand for the same in each row of a template."""


class TemplateReading(Struct, frozen=True):
    """A template as it is read: its first row, what that has, and its columns so far; None for one not to be told."""

    template: Template
    first: RowValues
    values: Mapping[str, Value]
    columns: dict[str, TemplateColumn | None] = field(default_factory=dict)

    def column(self, name: str) -> TemplateColumn | None:
        """Read a column, and before it what it is made of; one that is made of itself can not be told."""
        if name not in self.columns:
            self.columns[name] = None
            self.columns[name] = _column(self, name)
        return self.columns[name]


def is_known(value: Value) -> bool:
    """Whether no tag stands in a value that has to be asked in the order of its rows, and once for each."""
    if isinstance(value, Tagged):
        unique = value.tag == "!faker" and faker_call(value.value).unique
        return value.tag in _KNOWN and not unique and is_known(value.value)
    if isinstance(value, list):
        return all(map(is_known, value))
    return not isinstance(value, dict) or all(map(is_known, value.values()))


def _column(reading: TemplateReading, name: str) -> TemplateColumn | None:
    given = reading.first.given.get(name)
    if given == reading.template.name:
        return None if _may_be_labels(reading.first, name) else _numbers(reading.template.numbers)
    if name not in reading.values:  # the server computes it
        return None
    written = reading.template.row.values[given] if given else None
    if isinstance(written, Tagged) and written.tag not in _SAME_IN_ALL:
        return _drawn(reading, name, written)
    return None if not isinstance(written, Tagged) and holds_tag(written) else Picked([reading.values[name]])


def _numbers(numbers: range) -> TemplateColumn:
    return Made(lambda rows: list(map(str, rows.numbers)), max(len(str(end)) for end in (numbers[0], numbers[-1])))


def _may_be_labels(first: RowValues, name: str) -> bool:
    """Whether numbers in a column may be labels: not where whole numbers are what it holds."""
    return _label_test(first, name) is not None and first.around.table.column(name).base_type not in WHOLE_NUMBERS


def _label_test(first: RowValues, name: str) -> Callable[[str], object] | None:
    """Return what says of a text that it is no label; None where none may be one."""
    return first.plan.literals.get(first.given[name])


def _drawn(reading: TemplateReading, name: str, written: Value) -> TemplateColumn | None:
    if isinstance(written, Tagged):
        read = _DRAWN.get(written.tag)
        return read(reading, name, written.value) if read else None
    return _picked(reading, name, [written])


def _picked(
    reading: TemplateReading,
    name: str,
    options: Sequence[Value],
    picks: Callable[[SomeRows], Sequence[int]] | None = None,
) -> TemplateColumn | None:
    """Offer values that need no look at their row: none of them is a label, holds tags, or is a long text."""
    is_literal = _label_test(reading.first, name)
    for option in options:
        if isinstance(option, str):
            if len(option) > WIDEST or (is_literal and not is_literal(option)):
                return None
        elif option is not None:
            return None
    return Picked(options, picks)


def _choice(reading: TemplateReading, name: str, value: Value) -> TemplateColumn | None:
    if isinstance(value, list):
        count = len(value)
        return _picked(reading, name, value, lambda rows: [drawn * count >> _BITS for drawn in rows.draw(name)])
    if is_of_a_table(value):
        return _key(reading, name, value["ref"])
    if not isinstance(value, dict):
        return None
    names, weighed = by_weight(weights_of(value))
    return _picked(reading, name, names, lambda rows: list(map(weighed, rows.draw(name))))


def _key(reading: TemplateReading, name: str, table: Value) -> TemplateColumn | None:
    keys = keys_chosen_from(reading.first, table)
    if keys.longest > WIDEST:
        return None
    return Made(lambda rows: keys.winners(rows.draw(name)), keys.longest)


def _between(reading: TemplateReading, name: str, value: Value) -> TemplateColumn | None:
    first = reading.first
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

    return Made(texts, max(len(bounds.text(place)) for place in (0, bounds.count - 1)))


def _pair(value: Value) -> tuple[Value, Value]:
    """Take what stands behind a tag that takes two; another one's first row was refused."""
    return (value[0], value[1]) if isinstance(value, list) and len(value) == 2 else (UNREAD, UNREAD)


def _is_same_in_all(value: Value) -> bool:
    return isinstance(value, str) or (isinstance(value, Tagged) and value.tag in _SAME_IN_ALL)


def _maybe(reading: TemplateReading, name: str, value: Value) -> TemplateColumn | None:
    share, wanted = _pair(value)
    if _may_be_once(reading, wanted) or (column := _drawn(reading, name, wanted)) is None:
        return None
    limit = drawn_below(share)
    if isinstance(column, Made):
        return column._replace(values=for_some(column.values, lambda rows: rows.draw(name, "maybe"), limit))
    picks, missing = column.picks, len(column.options)

    def picked(rows: SomeRows) -> Sequence[int]:
        present = picks(rows) if picks else [0] * len(rows.names)
        return [
            pick if drawn < limit else missing for pick, drawn in zip(present, rows.draw(name, "maybe"), strict=True)
        ]

    return Picked([*column.options, None], picked)


def _may_be_once(reading: TemplateReading, wanted: Value) -> bool:
    """Whether some rows may write a column on insert only, and others not."""
    if not isinstance(wanted, Tagged):
        return False
    if wanted.tag == "!faker":
        return reading.first.around.fakes.depends_on_today(faker_call(wanted.value))
    return wanted.tag == "!format" and bool(reading.first.once)


def _faker(reading: TemplateReading, name: str, value: Value) -> TemplateColumn | None:
    if _label_test(reading.first, name):
        return None
    fakes, call = reading.first.around.fakes, faker_call(value)
    return Made(lambda rows: fakes.values(call, rows.draw(name)), None)


def _format(reading: TemplateReading, name: str, value: Value) -> TemplateColumn | None:
    """Put the texts of other columns together; not where they may be a label together, or are made of secrets."""
    first = reading.first
    if _label_test(first, name) or first.around.setting.secrets.any or not isinstance(value, str):
        return None
    return put_together(list(_pieces(reading, value)))


def _pieces(reading: TemplateReading, template: str) -> Iterator[Made | None]:
    for literal, column, spec in parts_of(template):
        yield with_format(Picked([literal]), str)
        if column is not None:
            yield with_format(reading.column(other_name(reading.first, column, "!format")), formatter(column, spec))


_DRAWN: Mapping[str, Callable[[TemplateReading, str, Value], TemplateColumn | None]] = {
    "!choice": _choice,
    "!between": _between,
    "!maybe": _maybe,
    "!faker": _faker,
    "!format": _format,
}
_KNOWN = frozenset({*_DRAWN, *_SAME_IN_ALL, *TEMPLATE_TAGS, *NO_LANGUAGE})
