"""What is said of columns, tried on some rows before the first one is sent: errors with the line that says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from seedkit.core.catalog import Column, Table
from seedkit.core.generation.columns.blocks import NULL, Constant, without_nulls
from seedkit.core.generation.columns.choices import Choice, Mixture
from seedkit.core.generation.columns.derived import Derived
from seedkit.core.generation.expressions.casting import cast
from seedkit.core.generation.expressions.evaluation import Surroundings, evaluator
from seedkit.core.generation.expressions.values import NotEvaluatedError, ServerRefusesError
from seedkit.core.generation.planning.chosen import Chosen, Run
from seedkit.core.generation.planning.facts import facts_of
from seedkit.core.generation.planning.foreign_keys.typed_keys import pairs_of
from seedkit.core.generation.planning.numbering import Numbering, numbers_left_to
from seedkit.core.generation.planning.situation import Situation
from seedkit.core.generation.planning.tables import PlannedTable, planned_table
from seedkit.core.generation.planning.types.kinds import family_of
from seedkit.core.generation.reading import full_type
from seedkit.core.generation.refinements.refined import SaidColumn
from seedkit.core.generation.schema import Check, TableRules
from seedkit.core.names import in_quotes
from seedkit.core.values.copy_text import field_value
from seedkit.errors import FixtureError, SeedkitError

RefusedTexts = Callable[[Table, Column, Sequence[str]], Mapping[str, str]]
"""Gives the texts that are no input for a column's type, and what is wrong with them."""

SAMPLE = 200
"""So many rows are tried."""
_READ = frozenset(("smallint", "integer", "bigint", "numeric", "boolean", "uuid"))
"""Types whose texts are read here, nearly all of them: what every server refuses is refused without one."""


def nothing_refused(_table: Table, _column: Column, _texts: Sequence[str]) -> Mapping[str, str]:
    """Leave it to whoever takes the texts."""
    return {}


def refuse_misfits(
    rules: TableRules,
    said: Mapping[str, SaidColumn],
    run: Run,
    surroundings: Surroundings,
    counted: Mapping[str, Numbering],
    *,
    refused: RefusedTexts = nothing_refused,
) -> None:
    """Raise FixtureError for what a column can't have, or what breaks a CHECK or a key, at its line.

    What is not read here the server is asked for, by `refused`.
    """
    for column in said.values():
        column.require_sense()
        _refuse_misplaced(rules, column, counted)
    plan = _hypothetical(rules, said, run, counted)
    sample = _Sample(rules, plan, said, surroundings, refused)
    for name in said:
        sample.refuse_column(name)
    for check in rules.checks:
        sample.refuse_check(check)


def _hypothetical(
    rules: TableRules, said: Mapping[str, SaidColumn], run: Run, counted: Mapping[str, Numbering]
) -> PlannedTable:
    """Plan the table as if it were empty, and no other had rows."""
    try:
        return planned_table(rules, run, Situation(counted=numbers_left_to(counted, said), parents={}, refined=said))
    except SeedkitError as error:
        first = min(said.values(), key=lambda column: column.said.line)
        error.origin = error.origin or first.language.said.place(first.said.line)
        raise


def _refuse_misplaced(rules: TableRules, column: SaidColumn, counted: Mapping[str, Numbering]) -> None:
    """Refuse what is said of keys that are numbered, and of parents where there is no foreign key."""
    keys = [key for key in rules.table.foreign_keys if column.column in key.columns]
    if column.parent is not None and rules.table.find_column(column.parent.table) is not None:
        if not any((pair.type, pair.id) == (column.parent.table, column.column) for pair in pairs_of(rules.table)):
            raise _error(
                column,
                f'column "{column.parent.table}" says of no column "{column.column}" which table it refers to',
                "Write the name of a table, or a column's beside it: commentable_id: !choice {ref: commentable_type}.",
            )
    elif column.parent is not None and not keys:
        raise _error(
            column,
            f'column "{column.column}" is no foreign key',
            f"Add one to {column.parent.table}, or list values: !choice [1, 2, 3].",
        )
    if column.column in numbers_left_to(counted, {column.column: column}) and not (column.left or column.counted):
        raise _error(
            column,
            f'column "{column.column}" has the numbers of the rows, which go on behind those that are there',
            "Take it out, or write !default for the numbers that the database gives.",
        )


class _Sample(Struct, frozen=True):
    """Some rows of a table as it is planned, a list of COPY texts for each column."""

    rules: TableRules
    plan: PlannedTable
    said: Mapping[str, SaidColumn]
    surroundings: Surroundings
    refused: RefusedTexts

    def refuse_column(self, name: str) -> None:
        """Refuse what the column can't take."""
        chosen = self._chosen(name)
        if chosen is None or self.said[name].parent is not None or self.said[name].counted:
            return
        column = self.rules.table.column(name)
        values = list(map(field_value, dict.fromkeys(self._texts(chosen))))
        for text in values:
            if problem := _misfit(self.rules, column, text):
                raise _error(self.said[name], problem[0], problem[1])
        self._refuse_inputs(column, chosen, [text for text in values if text is not None])
        self._refuse_repeated(chosen)

    def _refuse_inputs(self, column: Column, chosen: Chosen, texts: Sequence[str]) -> None:
        """Refuse what the server would, of a type that is not read here and values that somebody has written."""
        facts = facts_of(self.rules, column)
        written = isinstance(without_nulls(chosen.generator), Constant | Choice | Mixture | Derived)
        if facts.kind in _READ:
            texts = [text for text in texts if not _is_read(column, text)]
        if not written or not texts or family_of(facts.kind) == "text":
            return
        for text, problem in self.refused(self.rules.table, column, texts).items():
            shown = "" if text in problem else f': "{_short(text)}"'
            raise _error(self.said[column.name], f'column "{column.name}": {problem}{shown}', "")

    def _refuse_repeated(self, chosen: Chosen) -> None:
        """Refuse the same value in every row of a key."""
        rule = next((rule for rule in self.rules.uniques if rule.plain_columns == (chosen.column,)), None)
        if rule is None or rule.predicate is not None or not isinstance(chosen.generator, Constant):
            return
        if chosen.generator.text != NULL:
            raise _error(
                self.said[chosen.column],
                f'column "{chosen.column}" has the same value in every row, and {rule.name} lets no two rows have it',
                'Write a value that differs, such as !format "user{id}@example.com".',
            )

    def refuse_check(self, check: Check) -> None:
        """Refuse what breaks a CHECK in a way that drawing again can not mend."""
        spoken = [name for name in check.columns if name in self.said]
        if not spoken or not check.columns <= self._settled() or check.partition is not None:
            return
        rows, holds = list(self._rows(sorted(check.columns))), evaluator(check.expression, self.surroundings)
        broken = [row for row in rows if holds(row) is False]
        if broken and (len(check.columns) == 1 or len(broken) == len(rows)):
            shown = ", ".join(f"{name} = {_shown(broken[0][name])}" for name in sorted(check.columns))
            last = max((self.said[name] for name in spoken), key=lambda column: column.said.line)
            raise _error(
                last,
                f"{shown} breaks {check.name} of table {in_quotes(self.rules.table.name)}: {check.definition}",
                "Write what holds it.",
            )

    def _settled(self) -> frozenset[str]:
        """Name the columns whose values are known here: all but those of parents and of what the server computes."""
        parents = {name for key in self.rules.table.foreign_keys for name in key.columns}
        own = {name for name, said in self.said.items() if said.parent is None}
        return frozenset(chosen.column for chosen in self.plan.columns if chosen.column not in parents - own)

    def _rows(self, names: Sequence[str]) -> Iterable[dict[str, object]]:
        columns = [self.rules.table.column(name) for name in names]
        texts = [self._texts(chosen) for name in names if (chosen := self._chosen(name)) is not None]
        for row in zip(*texts, strict=False):
            try:
                yield {
                    column.name: _value(column, field_value(text)) for column, text in zip(columns, row, strict=True)
                }
            except NotEvaluatedError:
                continue

    def _texts(self, chosen: Chosen) -> list[str]:
        return list(chosen.generator.values(range(SAMPLE)))

    def _chosen(self, name: str) -> Chosen | None:
        return next((chosen for chosen in self.plan.columns if chosen.column == name), None)


def _misfit(rules: TableRules, column: Column, text: str | None) -> tuple[str, str] | None:
    """Say why a column can't have a text, and what to write instead; None where it can, or the server is to say."""
    if text is None:
        if not column.not_null:
            return None
        return f'column "{column.name}" must not be null', "Write a value, or !default for the column's default."
    facts = facts_of(rules, column)
    if family_of(facts.kind) == "text" and facts.limits and len(text.rstrip(" ")) > facts.limits[0]:
        return (
            f'"{_short(text)}" has {len(text)} characters, and column "{column.name}" takes {facts.limits[0]}',
            "Write a shorter one; !like cuts its values to the length.",
        )
    if facts.kind in _READ and _is_refused(column, text):
        return f'column "{column.name}" is of type {column.type_name}, which has no value "{_short(text)}"', ""
    return None


def _is_refused(column: Column, text: str) -> bool:
    """Whether a text is no value of a column's type; of what is not read here the server is to say."""
    try:
        _value(column, text)
    except NotEvaluatedError as error:
        return isinstance(error, ServerRefusesError)
    return False


def _is_read(column: Column, text: str) -> bool:
    try:
        _value(column, text)
    except NotEvaluatedError:
        return False
    return True


def _value(column: Column, text: str | None) -> object:
    return text if text is None else cast(text, full_type(column))


def _error(column: SaidColumn, message: str, hint: str) -> FixtureError:
    return FixtureError(message, origin=column.language.said.place(column.said.line), hint=hint or None)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


def _shown(value: object) -> str:
    return "null" if value is None else f'"{_short(str(value))}"'
