"""What functions of defaults and triggers draw for columns: which sequence, and in whose words it was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.names import SequenceName, TableName, in_quotes
from seedkit.core.sequences.default_expressions import Draw, FunctionCall, drawn_by_body
from seedkit.core.sequences.feeding import UnresolvedDefault
from seedkit.core.sequences.function_sources import Source, new_row_draws, returned_draws
from seedkit.core.sequences.key_patterns import PLAIN
from seedkit.core.sequences.late_names import why_unknown

_AUTOINC = "autoinc"
"""The trigger of PostgreSQL's contrib, in C: its arguments are columns, each with its sequence."""


class DrawingFunction(Struct, frozen=True, kw_only=True):
    """A function that a default or a trigger calls, and that draws from a sequence, or may do so (`draws` is False).

    `drawing` are the functions it calls that draw. `owner` is the role (OID) that wrote it; `path` the search path that
    it sets. `body` is stored as a tree, in SQL-standard form; otherwise there is a `source`.
    """

    oid: int
    name: str
    language: str
    draws: bool
    owner: int
    drawing: Sequence[str] = ()
    source: str = ""
    body: str | None = None
    parameters: Sequence[str] = ()
    path: str | None = None

    def returned(self, call: FunctionCall) -> frozenset[Draw]:
        """Find what a call draws for its result; what can't be read counts as a draw from a sequence unknown."""
        if not self.draws:
            return frozenset({Draw(None)})
        try:
            found = self._returned(call.arguments)
        except ValueError as error:
            return frozenset({Draw(None, problem=str(error))})
        return frozenset(_after(draw, call) for draw in found)

    def for_new_rows(self, arguments: Sequence[str], table: TableName) -> Mapping[str, frozenset[Draw]]:
        """Find what a trigger draws for the columns of a new row; what can't be read, for a column without a name."""
        if self.source == _AUTOINC:
            names = zip(arguments[::2], arguments[1::2], strict=False)
            return {column: frozenset({Draw(name)}) for column, name in names}
        known: dict[str, str | int] = {f"tg_argv[{place}]": text for place, text in enumerate(arguments)}
        known |= {"tg_table_name": table.name, "tg_relname": table.name, "tg_table_schema": table.schema}
        try:
            return new_row_draws(self._source(known))
        except ValueError as error:
            return {"": frozenset({Draw(None, problem=str(error))})}

    def _returned(self, arguments: Sequence[str | int | None]) -> frozenset[Draw]:
        if self.body is not None:
            return drawn_by_body(self.body)
        numbers = (f"${place}" for place in range(1, len(arguments) + 1))
        named = [*zip(numbers, arguments, strict=False), *zip(self.parameters, arguments, strict=False)]
        return returned_draws(self._source({name: value for name, value in named if value is not None}))

    def _source(self, known: Mapping[str, str | int]) -> Source:
        return Source(text=self.source, language=self.language, known=known, drawing=self.drawing)


def _after(draw: Draw, call: FunctionCall) -> Draw:
    """See what becomes of a drawn value in the default that calls the function."""
    pattern = call.pattern.of(draw.pattern)
    computed = draw.computed or call.computed or pattern is None
    return replace(draw, computed=computed, pattern=pattern or PLAIN)


class ColumnDraw(Struct, frozen=True, kw_only=True):
    """A draw for a column that the catalog shows in no dependency.

    `who` draws, as in "its default", by calling `function`, None for a rule. `role` (OID) wrote it down; `path` is the
    search path that the function sets. `outranks` says that it comes instead of what the catalog shows, as a default
    does: a trigger may leave the default's value as it is. `covered` says that the partitioned table above it has the
    same default; `owned` is the sequence that the column owns.
    """

    table_oid: int
    table: TableName
    column: str
    column_number: int
    draw: Draw
    who: str
    role: int
    function: str | None = None
    path: str | None = None
    outranks: bool = False
    covered: bool = False
    owned: SequenceName | None = None

    @property
    def by_rule(self) -> bool:
        """Whether a rule draws, which may be that of another table."""
        return self.function is None


class FoundDraw(Struct, frozen=True, kw_only=True):
    """A draw with the sequence that it is from, if that is found; `entitled` says that its role has a right to it.

    `late_name` is the text that is looked up at every insert, where that decides; `candidates` what it may find.
    """

    of: ColumnDraw
    sequence: int | None = None
    entitled: bool = True
    late_name: str | None = None
    candidates: tuple[SequenceName, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it says anything: anybody may make a rule of a table of theirs that inserts into another's."""
        return self.entitled or not self.of.by_rule

    @property
    def row(self) -> tuple[int | None, int, int, bool, bool, bool] | None:
        """What the catalog query wants to know of it, if anything: a trigger that can't be followed leads nowhere."""
        if self.sequence is None and not self.of.outranks:
            return None
        of = self.of
        return self.sequence, of.table_oid, of.column_number, of.draw.computed, of.outranks, self.entitled

    @property
    def unresolved(self) -> UnresolvedDefault:
        """Say why a draw from a sequence unknown can't be judged."""
        of = self.of
        return UnresolvedDefault(
            table_oid=of.table_oid,
            table=of.table,
            column=of.column,
            reason=self._why_unknown,
            owned=of.owned,
            computed=of.draw.computed,
            late_name=self.late_name,
            candidates=self.candidates,
        )

    @property
    def _why_unknown(self) -> str:
        draw, calls = self.of.draw, f"{self.of.who} calls {self.of.function}"
        if draw.problem is not None:
            return f"{calls}, whose source {draw.problem}"
        if self.late_name is not None:
            return why_unknown(self.late_name, self.candidates, self.of.who)
        if draw.sequence is not None:
            return f"{calls}, which draws from {in_quotes(draw.sequence)}, and there is no such sequence"
        if draw.computed:
            return f"{calls}, and how its value follows from what that draws can't be known"
        return f"{calls}, and which sequence that draws from can't be known"
