"""`!range` and `!count`: one row of a fixture that stands for many; and `!default`, a column that is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from seedkit.core.fixtures import Counted, FixtureTable, Row, Tagged, Value
from seedkit.errors import FixtureError, Origin, TooManyRowsError, blamed_on

_RANGE = re.compile(r"\s*([+-]?\d[\d_]*)\s*\.\.\s*([+-]?\d[\d_]*)\s*\Z")
_COUNT = re.compile(r"\s*\+?(0*[1-9][0-9_]*)\s*\Z")
_LONGEST = 64
"""Characters of a `!range`: it takes time to read a number of a million digits."""
TEMPLATE_TAGS = frozenset({"!range", "!count"})
DEFAULT_TAG = "!default"


class Template(NamedTuple):
    """A row that stands for many, one for each of `numbers`, which is `written` under a name."""

    row: Row
    name: str
    written: type[str]
    numbers: range

    def rows(self) -> Iterator[Row]:
        """Give the rows; those of a labelled template are labelled `LABEL_NUMBER`."""
        label, line, values = self.row
        for number in self.numbers:
            numbered = None if label is None else f"{label}_{number}"
            yield Row(numbered, line, {**values, self.name: self.written(number)})


def expanded(fixture: FixtureTable, rows: Iterable[Row] | None = None) -> Iterator[Row]:
    """Give each row of a fixture, or of a part of it, and for a template one for each of its numbers."""
    for row in with_templates(fixture, rows):
        if isinstance(row, Template):
            yield from row.rows()
        else:
            yield row


def with_templates(fixture: FixtureTable, rows: Iterable[Row] | None = None) -> Iterable[Row | Template]:
    """Give each row of a fixture, or of a part of it, and templates as such."""
    rows = fixture.rows() if rows is None else rows
    if DEFAULT_TAG in fixture.tags:
        rows = map(_without_defaults, rows)
    return (_read(row, fixture) for row in rows) if fixture.tags & TEMPLATE_TAGS else rows


def _read(row: Row, fixture: FixtureTable) -> Row | Template:
    names = [name for name, value in row.values.items() if isinstance(value, Tagged) and value.tag in TEMPLATE_TAGS]
    if not names:
        return row
    with blamed_on(Origin(path=fixture.origin.path, line=row.line)):
        return _template(row, names, fixture.range_rows)


def _without_defaults(row: Row) -> Row:
    """Leave out what is left to the database."""
    kept = {name: value for name, value in row.values.items() if not _is_default(value)}
    return row if len(kept) == len(row.values) else Row(row.label, row.line, kept)


def _is_default(value: Value) -> bool:
    return isinstance(value, Tagged) and value.tag == DEFAULT_TAG and value.value is None


def _template(row: Row, names: list[str], most: int) -> Template:
    tags = [value.tag for name in names if isinstance(value := row.values[name], Tagged)]
    if len(names) > 1:
        raise FixtureError(
            f"a row takes one {' or '.join(dict.fromkeys(tags))}, not {len(names)}",
            hint="Make the other columns a !format of it.",
        )
    return Template(row, names[0], Counted if tags == ["!count"] else str, _numbers(row.values[names[0]], most))


def _numbers(value: object, most: int) -> range:
    tag = value.tag if isinstance(value, Tagged) else "!range"
    text = value.value if isinstance(value, Tagged) and isinstance(value.value, str) else ""
    first, last = _ends(tag, text)
    if last < first:
        raise FixtureError(f"{tag} {text} goes downwards", hint=f"Write {tag} {last}..{first}.")
    if (rows := last - first + 1) > most:
        raise TooManyRowsError(rows, most, tag)
    return range(first, last + 1)


def _ends(tag: str, text: str) -> tuple[int, int]:
    """Read `1..1000`, or for a count 1000 alone."""
    match, count = _RANGE.match(text), _COUNT.match(text) if tag == "!count" else None
    hint = "Write !count 1000, or !count 1..1000." if tag == "!count" else "Write !range 1..1000."
    if match is None and count is None:
        what = "a whole number from 1 up, or two" if tag == "!count" else "two whole numbers"
        raise FixtureError(f'{tag} takes {what}, not "{text[:_LONGEST]}"', hint=hint)
    if len(text) > _LONGEST:
        raise FixtureError(f"{tag} is longer than {_LONGEST} characters", hint=hint)
    return (int(match[1]), int(match[2])) if match else (1, int(count[1]) if count else 0)
