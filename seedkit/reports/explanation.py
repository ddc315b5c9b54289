"""What `generate --explain` says, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from seedkit.core.reports.columns import aligned_lines
from seedkit.core.reports.explained import ExplainedTable, Explanation
from seedkit.core.reports.generation import repeated_by
from seedkit.core.reports.lines import in_blocks, on_lines
from seedkit.core.reports.members import as_json, server_members
from seedkit.core.reports.runs import as_text
from seedkit.core.reports.sequences import counted
from seedkit.printable import in_lines, on_one_line

_WIDTH = 100
_LONGEST_NAME = 32
_MOST_TOLD = 1_000_000_000


def explanation_text(explanation: Explanation) -> str:
    """Show each table with its columns, within a hundred letters a line."""
    repeated = repeated_by(
        explanation.generator,
        explanation.random_seed,
        explanation.now,
        explanation.locale,
        explanation.words_from,
        like_existing=explanation.like_existing,
    )
    bound = f"bounds are those with {counted(explanation.parent_rows, 'row')} in each table that rows refer to"
    is_bound = any(_is_worth_telling(table.most_rows) for table in explanation.tables)
    return in_blocks(
        on_one_line(str(explanation.server)),
        *(on_lines(_table_lines(table)) for table in explanation.tables),
        on_lines([*([bound] if is_bound else []), repeated]),
    )


def _table_lines(table: ExplainedTable) -> Iterator[str]:
    most = table.most_rows
    yield f"{table.table}: made by the {table.mode}"
    if most is not None and _is_worth_telling(most):
        yield _cut(f"  at most {counted(most, 'row')}: {table.bound_by}", _WIDTH)
    if table.looks:
        yield _cut(f"  because of {', '.join(table.looks)}", _WIDTH)
    names = [_cut(column.name, _LONGEST_NAME) for column in table.columns]
    room = _WIDTH - 6 - max(map(len, names), default=0) - max((len(column.why) for column in table.columns), default=0)
    rows = [(name, _cut(column.generator, room), column.why) for name, column in zip(names, table.columns, strict=True)]
    yield from (f"  {line}" for line in aligned_lines(rows))
    yield from (f"  note: {note}" for note in table.notes)


def _is_worth_telling(most_rows: int | None) -> bool:
    """Whether a bound is one that somebody may meet: not where an integer ends."""
    return most_rows is not None and most_rows < _MOST_TOLD


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: max(1, room - 1)]}…"


def explanation_json(explanation: Explanation) -> str:
    """Write the same as JSON, nothing of it cut."""
    return as_json(
        server=server_members(explanation.server),
        tables=[_members(table) for table in explanation.tables],
        parent_rows=explanation.parent_rows,
        generator=explanation.generator,
        random_seed=explanation.random_seed,
        now=str(explanation.now),
        locale=explanation.locale,
        words_from=explanation.words_from,
        ok=True,
    )


def _members(table: ExplainedTable) -> dict[str, object]:
    return {
        "schema": table.table.schema,
        "table": table.table.name,
        "mode": table.mode,
        "looked_at": list(table.looks),
        "most_rows": table.most_rows,
        "bound_by": table.bound_by,
        "notes": list(table.notes),
        "columns": [
            {"name": column.name, "type": column.type_name, "generator": column.generator, "why": column.why}
            for column in table.columns
        ],
    }


@as_text.register(Explanation)
def _as_shown(explanation: Explanation) -> str:
    return in_lines(explanation_text(explanation))
