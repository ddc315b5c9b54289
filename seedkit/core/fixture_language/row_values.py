"""The values of one row that is not plain: each is worked out when it is asked for, as one may need another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.fakes import Fakes, random_seed_for
from seedkit.core.fixture_language.labels import Labels
from seedkit.core.fixture_language.row_plans import RowPlan, may_be_label
from seedkit.core.fixtures import DEFAULT_LIMITS, Counted, FixtureLimits, FixtureTable, Moment, Row, Tagged, Value
from seedkit.core.names import in_quotes
from seedkit.core.read_secrets import Secrets
from seedkit.errors import FixtureError, Origin, SeedkitError, blamed_on

if TYPE_CHECKING:
    from seedkit.core.fixture_language.candidates import Candidates

MOST_MADE = 300_000_000
"""How many characters the tags of one row may make: a value of 64 million, which a few characters make, a few times."""

Meaning: TypeAlias = "Callable[[RowValues, str, Value], Value]"
"""Gives the value that something in a column of a row stands for; raises FixtureError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What generated values depend on besides their place, and what they may be made of.

    `variables` are those of the environment. What is taken from there, or from a file, goes into `secrets`. `like` is
    told a row, a column and the name of a meaning, and gives a value that has it; None where there are no words.
    `backslash_escapes` says that the session reads a backslash in `'...'` as an escape.
    """

    random_seed: int
    now: datetime
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)  # secrets among them
    limits: FixtureLimits = DEFAULT_LIMITS
    secrets: Secrets = field(default_factory=Secrets, repr=False)
    backslash_escapes: bool = False
    like: Callable[[RowValues, str, str], Value] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the rows of a fixture share.

    `tags` are the tags' meanings, `label` that of a bare label; `fill` gives what references fill besides their own
    column; `labels_of_ids` which label each id was made from, with its file and line, in all fixtures of the table, or
    of parts of it; `hashes` those of the unique values drawn so far for each column; `candidates` are the keys of each
    table that rows choose from.
    """

    setting: Setting
    labels: Labels
    fakes: Fakes
    tags: Mapping[str, Meaning]
    label: Meaning
    fill: Callable[[RowValues], dict[str, Value]]
    fixture: FixtureTable
    table: Table
    labels_of_ids: dict[str, tuple[str, Path, int]]
    hashes: dict[str, set[int]] = field(default_factory=dict)
    candidates: dict[str, Candidates] = field(default_factory=dict)

    def place(self, line: int) -> Origin:
        """Return a line of the fixture's file."""
        return Origin(path=self.fixture.origin.path, line=line)


class RowValues:
    """One row. `once` are the columns that are written on insert only, `computed` those that the server evaluates.

    `number` is its place in the file, from 1; `made` counts the characters that its tags have made.
    """

    def __init__(self, around: Surroundings, row: Row, plan: RowPlan, number: int) -> None:
        self.around = around
        self.row = row
        self.plan = plan
        self.given = {column: name for name, column in plan.columns.items()}
        self.once: set[str] = set()
        self.computed: dict[str, str] = {}
        self.number = number
        self._known: dict[str, Value] = {}
        self._filled: dict[str, Value] | None = None
        self._under_way: list[str] = []
        self.made = 0

    def gives(self, column: str) -> bool:
        """Whether the file tells the value of a column; a label tells a uuid key by which its row is recognised."""
        if column in self.given or (self.derives(column) and not self.plan.recognised_otherwise):
            return True
        return column in self.plan.fills and column in self.filled

    def derives(self, column: str) -> bool:
        """Whether the label tells what its row, where it is new, has in a column: its uuid, or its id."""
        return self.plan.label_key is not None and self.row.label is not None and column == self.plan.missing_key

    def all(self) -> dict[str, Value]:
        """Work out every column, and leave out those that the server computes."""
        values = {column: self.value(column) for column in self.given if not _counts(self, column)}
        values |= self.filled | self._stamps() | self._key()
        return {column: value for column, value in values.items() if column not in self.computed}

    def value(self, column: str) -> Value:
        """Work out one column that the row gives or derives; raises FixtureError with its place."""
        if column not in self._known:
            try:
                self._known[column] = self._found_out(column)
            except SeedkitError as error:  # as `blamed_on` does, which would be a tenth of the time
                error.origin = error.origin or self.around.place(self.row.line)
                raise
        return self._known[column]

    def plain(self, column: str, value: Value) -> Value:
        """Replace the tags in a value, also in a list or a mapping."""
        if isinstance(value, Tagged):
            return _meaning(self, column, value)
        if isinstance(value, list):
            return [self.plain(column, item) for item in value]
        if isinstance(value, dict):
            return {name: self.plain(column, item) for name, item in value.items()}
        return value

    def draw(self, column: str, *further: str) -> int:
        """Draw the number of 64 bits that belongs to this place: random seed, table, row and column."""
        return random_seed_for(
            self.around.setting.random_seed, str(self.around.table.name), self.name, column, *further
        )

    @property
    def name(self) -> str:
        """What generated values go by: the label, else the literal primary key, else the place in the file."""
        if self.row.label is not None:
            return self.row.label
        key = self.around.table.primary_key
        literal = [self.row.values.get(self.given.get(column, "")) for column in key.columns] if key else []
        if literal and all(isinstance(value, str) for value in literal):
            return "\x1f".join(map(str, literal))
        return f"{self.around.fixture.origin.path.name}:{self.number}"

    @property
    def filled(self) -> dict[str, Value]:
        """What the row's references fill besides their own columns."""
        if (self.plan.fills or self.plan.told) and self._filled is None:
            self._filled = self.around.fill(self)
        return self._filled or {}

    def _stamps(self) -> dict[str, Value]:
        if not self.plan.stamped:
            return {}
        self.once.update(self.plan.stamped)
        return dict.fromkeys(self.plan.stamped, Moment(self.around.setting.now.isoformat()))

    def _key(self) -> dict[str, Value]:
        """Give a labelled row without a key the one that references to it use; a row that is there keeps its own."""
        key, label = self.plan.missing_key, self.row.label
        if key is None or label is None:
            return {}
        with blamed_on(self.around.place(self.row.line)):
            own = self.value(key) if self.derives(key) else self.around.labels.own_key(self.around.table, label)
        if own is None:
            return {}
        if self.plan.recognised_otherwise:
            self.once.add(key)
        return {key: own}

    def _found_out(self, column: str) -> Value:
        _refuse_circle(self, self._under_way, column)
        self._under_way.append(column)
        try:
            return self._worked_out(column)
        finally:
            self._under_way.pop()

    def _worked_out(self, column: str) -> Value:
        if column in self.plan.fills:
            return self.filled[column]
        if column not in self.given:
            return key_of_label(self.around, self.plan, self.row.label or "", self.row.line)
        name = self.given[column]
        value = self.row.values[name]
        made = value if isinstance(value, str) else self.plain(column, value)
        if isinstance(made, str) and may_be_label(self.plan, name, value, made):
            return self.around.label(self, column, made)
        return made


def _meaning(row: RowValues, column: str, tagged: Tagged) -> Value:
    around = row.around
    if tagged.tag not in around.tags:
        return tagged
    try:
        if tagged.tag not in around.fixture.tags:  # what a load is like is decided by the tags that are seen
            raise FixtureError(f'the tag "{tagged.tag}" is not written out', hint=f"Write {tagged.tag}.")
        made = around.tags[tagged.tag](row, column, tagged.value)
        row.made += len(made) if isinstance(made, str) else 0
        if row.made > MOST_MADE:
            raise FixtureError(f"the tags of one row make more than {MOST_MADE // 1_000_000} million characters")
    except SeedkitError as error:
        error.origin = error.origin or around.place(tagged.line)
        raise
    return made


def _refuse_circle(row: RowValues, under_way: list[str], column: str) -> None:
    if column in under_way:
        circle = under_way[under_way.index(column) :]
        asks = row.row.values[row.given[circle[-1]]]
        tag = asks.tag if isinstance(asks, Tagged) else "!format"
        raise FixtureError(f"{tag} goes in a circle: {' → '.join([*circle, column])}")


def _counts(row: RowValues, column: str) -> bool:
    """Whether a column is none, but the name of the number that a `!count` gives the row."""
    name = row.given[column]
    if not isinstance(row.row.values[name], Counted):
        return False
    if any(known.name == column for known in row.around.table.columns):
        raise FixtureError(
            f'"{name}" is a column, and !count stands under a name that is none',
            origin=row.around.place(row.row.line),
            hint=f"Write {name}: !range for the column's values, or give the !count another name.",
        )
    return True


def key_of_label(around: Surroundings, plan: RowPlan, label: str, line: int) -> str:
    """Make a row's key from its label; ids from labels are too short for no two to be the same."""
    made = plan.label_key(label) if plan.label_key else ""
    if not around.fixture.ids_from_labels or not made.isdigit():
        return made
    other, path, first = around.labels_of_ids.setdefault(made, (label, around.fixture.origin.path, line))
    if other != label:
        raise FixtureError(
            f'the labels "{other}" and "{label}" of table {in_quotes(around.table.name)} make the same id {made}',
            detail=f"The first one is at {Origin(path=path, line=first)}.",
            hint=f'Write the "{plan.missing_key}" of one of them, or change its label.',
        )
    return made
