"""A column of which something has been said: what planning is to make of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.fixture_language.choices import is_of_a_table
from seedkit.core.fixture_language.drawn_values import share_of
from seedkit.core.fixtures import Tagged, Value
from seedkit.core.generation.columns.blocks import Generator, in_256ths
from seedkit.core.generation.columns.derived import Derived
from seedkit.core.generation.planning.chosen import Chosen, Facts, Run, Rung
from seedkit.core.generation.planning.refined import OfParent
from seedkit.core.generation.refinements.language import Language
from seedkit.core.generation.refinements.making import Making, choices_of
from seedkit.core.generation.refinements.meant import tags_in
from seedkit.core.generation.refinements.said import Said
from seedkit.core.generation.refinements.spelling import spelled
from seedkit.core.values.copy_text import field_value
from seedkit.errors import FixtureError, blamed_on

_SENSELESS = {
    "!sql": ("the rows are made before the server sees them", "Write !default for the column's default."),
    "!ref": ("a generated row refers to no label", "Write !choice {ref: TABLE} for one of a table's rows."),
    "!count": ("_rows says how many rows there are", "Write _rows: 1000 beside the columns, or !range for numbers."),
    "!per": ("it says how many rows a table has", "Write _rows: !per {users: 0..8}."),
}


class SaidColumn(Struct, frozen=True, dict=True):
    """What is said of a column, in the language of its table."""

    column: str
    said: Said
    language: Language
    others: tuple[str, ...] = ()

    @cached_property
    def reads(self) -> tuple[str, ...]:
        """The columns that its values are made of; for a function all `others` that are made of none themselves."""
        if self.said.function is not None:
            return self.others
        return self.language.reads(self.column, self.said)

    @cached_property
    def values(self) -> tuple[str, ...] | None:
        """All its values as COPY texts, where it is a choice of a few that weigh the same."""
        value = self.said.value
        if not isinstance(value, Tagged) or value.tag != "!choice" or not isinstance(value.value, list):
            return None
        found = choices_of(self._constant, value.value)
        return found if found is not None and len(set(found)) == len(found) else None

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What it may have, where it is a choice of constants or a constant."""
        value = self.said.value
        if isinstance(value, Tagged) and value.tag == "!maybe" and isinstance(value.value, list):
            value = value.value[-1]
        choices = value.value if isinstance(value, Tagged) and value.tag == "!choice" else [value]
        known = self.said.function is None and not self.reads and not self.left and self.parent is None
        found = (choices_of(self._constant, choices) if known else None) or ()
        return tuple(dict.fromkeys(text for copied in found if (text := field_value(copied)) is not None))

    @property
    def like(self) -> bool:
        """Whether it is to be like a meaning, in every row."""
        return isinstance(self.said.value, Tagged) and self.said.value.tag == "!like"

    @property
    def left(self) -> bool:
        """Whether the column is left to the database."""
        return isinstance(self.said.value, Tagged) and self.said.value.tag == "!default"

    @property
    def counted(self) -> bool:
        """Whether it is to have the rows' own numbers."""
        return isinstance(self.said.value, Tagged) and self.said.value.tag == "!range" and self.said.value.value is None

    @property
    def parent(self) -> OfParent | None:
        """The table that it is to have a key of, in which share of the rows."""
        return _parent(self.said.value)

    def chosen(self, facts: Facts, run: Run, attempt: int, others: Mapping[str, Generator]) -> Chosen:
        """Give the column's generator; raises FixtureError at the line of what is said."""
        facts = replace(facts, attempt=attempt)
        making = Making(facts=facts, run=run, language=self.language, line=self.said.line, others=others)
        with blamed_on(self.language.said.place(self.said.line)):
            generator = self._worked_out(others) or making.generator(self.said.value)
        spelling = spelled(self.said.value) if self.said.function is None else "function"
        return Chosen(column=self.column, generator=generator, spelling=spelling, rung=Rung.REFINED)

    def _worked_out(self, others: Mapping[str, Generator]) -> Generator | None:
        if self.said.function is None:
            return None
        make = self.language.worked_out(self.column, self.said.function, self.reads)
        return Derived(self.reads, tuple(others[read] for read in self.reads), make)

    def require_sense(self) -> None:
        """Raise FixtureError for a tag that makes no sense where rows are generated."""
        with blamed_on(self.language.said.place(self.said.line)):
            parts = list(tags_in(self.said.value))
            for tagged in parts:
                if tagged.tag in _SENSELESS:
                    reason, hint = _SENSELESS[tagged.tag]
                    raise FixtureError(f"{tagged.tag} makes no sense here: {reason}", hint=hint)
            meant = [self.said.value] if self.left else []
            meant += [tagged for tagged in parts if _is_ref(tagged)] if self.parent else []
            for tagged in parts:
                if tagged not in meant and (tagged.tag == "!default" or _is_ref(tagged)):
                    raise FixtureError(
                        f"{tagged.tag} stands for the whole value of a column, not for a part of it",
                        hint="A key of another table may stand under !maybe: !maybe [90%, !choice {ref: TABLE}].",
                    )

    def _constant(self, value: Value) -> str:
        return self.language.text(self.column, Said(value, self.said.line))


def _parent(value: Value) -> OfParent | None:
    if not isinstance(value, Tagged):
        return None
    if value.tag == "!maybe" and isinstance(value.value, list) and len(value.value) == 2:
        share, inner = value.value
        found = _parent(inner) if _is_ref(inner) else None
        return found and OfParent(found.table, in_256ths(float(1 - share_of(share))))
    if value.tag == "!choice" and is_of_a_table(value.value) and isinstance(value.value["ref"], str):
        return OfParent(value.value["ref"], 0)
    return None


def _is_ref(value: Value) -> bool:
    return isinstance(value, Tagged) and value.tag == "!choice" and is_of_a_table(value.value)
