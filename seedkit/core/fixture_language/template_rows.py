"""The rows of a template, made by the column where nothing in them has to be asked row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from seedkit.core.fixture_language.row_templates import Template
from seedkit.core.fixture_language.row_values import RowValues
from seedkit.core.fixture_language.template_columns import SomeRows, TemplateColumn
from seedkit.core.fixture_language.template_reading import TemplateReading, is_known
from seedkit.core.values.dates import TIMES


class TemplateRows(Struct, frozen=True):
    """The rows of a template; `first` is the first one, `rows` gives those from a place up to another, from 0."""

    first: RowValues
    columns: Mapping[str, TemplateColumn]
    count: int
    rows: Callable[[int, int], SomeRows]


def by_column(template: Template, first: RowValues) -> TemplateRows | None:
    """Read a template by its first row; None where its rows have to be made one by one. Raises FixtureError."""
    plan, written = first.plan, template.row.values
    if template.row.label is not None or plan.fills or plan.told or len(plan.columns) < len(written):
        return None
    if not all(map(is_known, written.values())):
        return None
    reading = TemplateReading(template, first, first.all())
    columns = {name: column for name in reading.values if (column := reading.column(name))}
    if not columns or len(columns) < len(reading.values):
        return None
    given = [column for column in first.around.table.columns if column.name in columns]
    if any(column.value_type.innermost.base_type in TIMES for column in given):
        return None  # what a column of times drops is told of each row
    names, numbers = _naming(template, first), template.numbers
    random_seed, table = first.around.setting.random_seed, str(first.around.table.name)
    return TemplateRows(
        first,
        columns,
        len(numbers),
        lambda start, stop: SomeRows(numbers[start:stop], names(start, stop), random_seed, table),
    )


def _naming(template: Template, first: RowValues) -> Callable[[int, int], Sequence[str]]:
    """Return what gives the names of rows from one place up to another, as `RowValues.name` has them."""
    key = first.around.table.primary_key
    names = [first.given.get(column, "") for column in (key.columns if key else ())]
    values, numbers = first.row.values, template.numbers
    if names == [template.name]:
        return lambda start, stop: list(map(str, numbers[start:stop]))
    if names and all(isinstance(values.get(name), str) for name in names):
        texts = [None if name == template.name else values[name] for name in names]
        return lambda start, stop: [
            "\x1f".join(str(number) if text is None else str(text) for text in texts) for number in numbers[start:stop]
        ]
    file, place = first.around.fixture.origin.path.name, first.number
    return lambda start, stop: [f"{file}:{number}" for number in range(place + start, place + stop)]
