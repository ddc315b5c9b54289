"""What has kept a table from having all the rows that were asked for, in words that say what to write."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from seedkit.core.generation.schema import TableRules
from seedkit.core.names import in_quotes


class Shortfall(Struct):
    """How many rows of a table could not be made so that a rule holds."""

    rule: str
    rows: int = 0


class Refusal(Struct, frozen=True, kw_only=True):
    """What refuses rows of a table, and the columns that it speaks of, as far as they are known.

    `is_taken` says that it is a key that another row has, perhaps one of another table, into which a trigger writes;
    `is_displaced` that it is one of the table itself;
    `elsewhere` that a function names what is not there, as it counts on another search_path, and what sets that.
    """

    cause: str
    columns: tuple[str, ...] = ()
    is_taken: bool = False
    is_displaced: bool = False
    elsewhere: str = ""


def told(shortfall: Shortfall, rules: TableRules, fixed: Collection[str]) -> str:
    """Say what a rule has cost a table, and of a CHECK what to write so that it holds."""
    table, check = str(rules.table.name), next((one for one in rules.checks if one.name == shortfall.rule), None)
    write = "" if check is None else f"; {_written(table, sorted(check.columns - frozenset(fixed)))}"
    return f"table {in_quotes(table)}: {shortfall.rows:,} rows could not be made so that {shortfall.rule} holds{write}"


def _written(table: str, columns: Iterable[str]) -> str:
    """Say what to write of some columns."""
    values = ", ".join(f"{name}: …" for name in columns) or "…"
    return f"write {table}: {{{values}}} in generate.yml"


def given_up(table: str, rows: int, asked: int) -> str:
    """Say that no further row of a table was tried.

    >>> given_up("orders", 16_384, 1_000_000)
    'table orders: none of the first 16,384 of 1,000,000 rows could be made, and no further one was tried'
    """
    return f"table {table}: none of the first {rows:,} of {asked:,} rows could be made, and no further one was tried"


def refused(refusal: Refusal, table: str, rows: int, tried: int, asked: int) -> str:
    """Say how many of a table's rows were refused, by what, and what to write so that they are not.

    >>> refused(Refusal(cause="check (valid(iban))", columns=("iban",)), "orders", 800, 800, 800)
    'table orders: check (valid(iban)) refused all of 800 rows; write orders: {iban: …} in generate.yml'
    >>> refused(Refusal(cause="judge()", columns=("day",)), "orders", 51, 63, 50)
    'table orders: judge() refused 51 of 63 rows, those made in their place among them; write orders: {day: …} \
in generate.yml'
    """
    if refusal.elsewhere:
        path = f"it may count on another search_path: {refusal.elsewhere}"
        return f"table {table}: {refusal.cause} refuses every row; {path}"
    if rows < tried:
        again = ", those made in their place among them" if tried > asked else ""
        many = f"{rows:,} of {tried:,} rows{again}"
    else:
        many = f"all of {asked:,} rows" if tried >= asked else f"all of the first {tried:,} of {asked:,} rows"
    return f"table {table}: {refusal.cause} refused {many}; {_written(table, refusal.columns)}"


def swallowed(table: str, rows: int, sent: int, by: Sequence[str]) -> str:
    """Say how many rows were left out without a word, and what may have done that.

    >>> swallowed("events", 5, 100, ["keep_few"])
    'table events: 5 of 100 rows are not there, without a word of the server; what may do that: keep_few'
    """
    names = f"; what may do that: {', '.join(by)}" if by else ""
    return f"table {table}: {rows:,} of {sent:,} rows are not there, without a word of the server{names}"


def asked_early(trigger: str, table: str, children: Sequence[str]) -> str:
    """Say of a trigger that refuses a run at its end how its rows were found, and what it may want instead.

    >>> asked_early("has_lines", "orders", ["lines"])
    'table orders: has_lines refuses rows at the end of the run, and was asked as they came; \
if each needs a row of lines, write lines: {_rows: !per {orders: 1..3}} in generate.yml'
    """
    each = f"; if each needs a row of {children[0]}, " if children else ""
    write = f"write {children[0]}: {{_rows: !per {{{table}: 1..3}}}} in generate.yml" if children else ""
    return f"table {table}: {trigger} refuses rows at the end of the run, and was asked as they came{each}{write}"


def gone_at_the_end(table: str, rows: int, sent: int, triggers: Sequence[str]) -> str:
    """Say how many rows triggers have taken away at the end of the run.

    >>> gone_at_the_end("tags", 5, 100, ["purge"])
    'table tags: 5 of 100 rows were taken away at the end of the run; triggers that wait for it: purge'
    """
    names = ", ".join(triggers)
    gone = f"{rows:,} of {sent:,} rows were taken away at the end of the run"
    return f"table {table}: {gone}; triggers that wait for it: {names}"


def refusal_by(rules: TableRules, constraint: str | None, fixed: Collection[str]) -> Refusal | None:
    """Say what a constraint of a table asks for, None where there is none of this name."""
    for check in rules.checks:
        if check.name == constraint:
            definition = check.definition.replace("CHECK", "check", 1).replace("public.", "")
            return Refusal(cause=definition, columns=tuple(sorted(check.columns - frozenset(fixed))))
    for exclusion in rules.exclusions:
        if exclusion.name == constraint:
            return Refusal(cause=exclusion.definition.replace("EXCLUDE USING", "exclude using", 1))
    return None if constraint is None else Refusal(cause=constraint)
