"""Says which row PostgreSQL has refused: its file and line, where they can be found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import psycopg

from seedkit.core.catalog import Table
from seedkit.core.names import TableName, in_quotes
from seedkit.core.reports.columns import few
from seedkit.core.rows.blocks import RowSource
from seedkit.core.rows.shapes import RowShape
from seedkit.errors import LoadError, Origin, SeedkitError, lines
from seedkit.postgres.driver_errors import explain
from seedkit.postgres.loading.causes import blames_no_row
from seedkit.postgres.loading.table_loads import TableLoad

_COPY_LINE = re.compile(r"\bCOPY \S.*?, line (\d+)(?:, column (.+))?", re.DOTALL)
_KEY_DETAIL = re.compile(r"\((?P<columns>.+?)\)=\((?P<values>.*)\)", re.DOTALL)
_NAME = re.compile(r'"(?P<quoted>(?:[^"]|"")+)"|(?P<plain>[^",]+)')


_SAME_KEY_HINT = "Give one of them another key, or take it out."
_IDENTITY_HINT = (
    "Rows that are there differ. Leave them as they are (on_conflict: skip), or let subscribers know them:"
    " alter table {} replica identity full;"
)
_NULL_HINT = "NULL is like any other value here: choose columns that tell the rows apart, with the option key."


class RepeatedKeyError(LoadError):
    """Two rows of a load have the same `key`, which they may spell in different ways."""

    def __init__(self, load: TableLoad, key: Sequence[str], *spellings: Sequence[str | None]) -> None:
        self.load = load
        self.key = key
        self.spellings = list(dict.fromkeys(map(tuple, spellings)))
        shown = " and ".join(shown_row(key, texts) for texts in self.spellings[:2])
        super().__init__(
            f"two rows of table {in_quotes(load.table.name)} have the same key, {shown}",
            origin=load.sources[0].origin,
            hint=_NULL_HINT if any(None in texts for texts in spellings) else _SAME_KEY_HINT,
        )

    def locate(self) -> None:
        """Look for the rows by the texts of their key, which takes a while."""
        places = [place for source in self.load.sources for place in _places(source, self.key, self.spellings)]
        self.origin = places[0] if places else self.origin
        if len(places) > 1:
            self.detail = f"The other one: {places[1]}."
        elif numbers := _numbered(self.load, self.key, self.spellings):
            self.detail = numbers


class MeantTwiceError(LoadError):
    """Two rows of a load mean the same row of its table by different keys, and say otherwise of it."""

    def __init__(self, load: TableLoad) -> None:
        self.load = load
        super().__init__(
            f"two rows mean the same row of table {in_quotes(load.table.name)}",
            origin=load.sources[0].origin,
            detail="They recognise it by different keys, and each run would update it by both.",
            hint="Write the same in both, or take one of them out.",
        )


def refuse_repeated(load: TableLoad, key: Sequence[str], found: Sequence[Sequence[str | None]] | None) -> None:
    """Raise LoadError for a key that was found twice in a run, if one was found, each column in all its spellings."""
    if found is not None:
        raise RepeatedKeyError(load, key, *zip(*found, strict=True))


def _places(source: RowSource, key: Sequence[str], spellings: Sequence[Sequence[str | None]]) -> list[Origin]:
    found = {place for texts in spellings for place in source.locate_key(key, texts)}
    return sorted(found, key=lambda place: place.line or 0)


def shown_row(columns: Sequence[str], texts: Sequence[str | None]) -> str:
    """Tell some columns of a row."""
    return ", ".join(f"{name} {'null' if text is None else text}" for name, text in zip(columns, texts, strict=True))


def located(error: psycopg.Error, load: TableLoad, source: RowSource, shape: RowShape, *, before: int) -> SeedkitError:
    """Explain an error of one COPY: PostgreSQL counts its lines, and a line is a row; `before` counts earlier ones.

    Only an empty table takes rows directly, so a key that is there already is one of the run's own. A time-out has a
    line as well: the one that was read by then.
    """
    match = None if blames_no_row(error) else _COPY_LINE.search(error.diag.context or "")
    origin = source.locate(shape, before + int(match[1])) if match else None
    number = source.number(shape, before + int(match[1])) if match else None
    if isinstance(error, psycopg.errors.UniqueViolation) and _whole_key_of(error, load.table):
        explained = refused(error, load)
        explained.origin = origin or explained.origin
        explained.detail = explained.detail or (f"The second one is row {number:,}." if number else None)
        return explained
    explained = placed(error, load, source, origin)
    if match is None and (numbers := _numbers_told(error, [load])):
        explained.detail = f"{numbers}: {explained.detail}"
    elif match and number:
        named = f"row {number:,}{_column_in(match[2], shape)}"
        explained.detail = (
            f"{named}: {explained.detail}" if error.diag.message_detail else f"{named} {explained.detail}"
        )
    return explained


def _column_in(context: str | None, shape: RowShape) -> str:
    """Name the column of a context, in which a value may follow on it: of several that fit, the longest."""
    names = [name for name in shape.columns if f"{context}:".startswith(f"{name}:")]
    return f", column {in_quotes(max(names, key=len))}" if names else ""


def _numbered(load: TableLoad, key: Sequence[str], spellings: Iterable[Sequence[str | None]]) -> str | None:
    """Name rows of a program by their numbers, by what some of their columns hold."""
    found = {number for source in load.sources for texts in spellings for number in source.numbers_of_key(key, texts)}
    listed = [f"{number:,}" for number in sorted(found)]
    if not listed:
        return None
    more = len(listed) > _SHOWN
    shown = ", ".join(listed[:_SHOWN]) if more else " and ".join(filter(None, [", ".join(listed[:-1]), listed[-1]]))
    return f"{'row' if len(listed) == 1 else 'rows'} {shown}{' and more' if more else ''}"


def refused(error: psycopg.errors.UniqueViolation, load: TableLoad) -> SeedkitError:
    """Explain a key that two rows of a run have, as the table had none."""
    key = _whole_key_of(error, load.table)
    return RepeatedKeyError(load, *key) if key else addressed(error, [load])


def as_told(error: psycopg.Error, loads: Sequence[TableLoad]) -> psycopg.Error:
    """Give an error as the tables of some loads know it: that of a shard names the shard."""
    if not any(load.table.citus for load in loads):
        return error
    from seedkit.postgres.shard_errors import as_of_tables

    return as_of_tables(error, [load.table for load in loads])


def copies_a_row(error: psycopg.Error) -> bool:
    """Whether a COPY has met an error in one of its rows, and so in none before."""
    return bool(_COPY_LINE.search(error.diag.context or ""))


def placed(error: psycopg.Error, load: TableLoad, source: RowSource, origin: Origin | None) -> SeedkitError:
    """Explain an error at a place; without one, at the source as a whole."""
    explained = explain(error, f"loading {load.table.name} from {source.name}")
    explained.origin = origin or source.origin
    return explained


def addressed(error: psycopg.Error, loads: Sequence[TableLoad]) -> SeedkitError:
    """Explain an error of a statement that is about many rows, at the files of the table that it names."""
    names = few([str(load.table.name) for load in loads])
    explained = explain(error, f"loading {names}")
    explained.origin = next(iter(of_its_table(error, loads) or loads)).sources[0].origin
    if numbers := _numbers_told(error, loads):
        explained.detail = f"{numbers}: {explained.detail}"
    if isinstance(error, psycopg.errors.ObjectNotInPrerequisiteState):
        unknown = [str(load.table.name) for load in loads if load.table.without_identity]
        explained.hint = _IDENTITY_HINT.format(unknown[0]) if unknown else explained.hint
    return explained


def _numbers_told(error: psycopg.Error, loads: Sequence[TableLoad]) -> str | None:
    """Name the rows of a program that a statement's error is about, by a key or a missing value that it names."""
    for load in of_its_table(error, loads):
        key: tuple[Sequence[str], Sequence[str | None]] | None = _whole_key_of(error, load.table)
        if isinstance(error, psycopg.errors.NotNullViolation):
            key = [error.diag.column_name or ""], [None]
        if key and (numbers := _numbered(load, key[0], [key[1]])):
            return numbers
    return None


def with_places_of_key(explained: SeedkitError, error: psycopg.Error, loads: Sequence[TableLoad]) -> SeedkitError:
    """Name the rows whose key PostgreSQL has named at the end, when there is nothing left to ask.

    Those of a foreign key have no parent, all of them; of a unique key one is too many.
    """
    places = [place for load in of_its_table(error, loads) for place in _places_of_key(error, load)]
    if places:
        first, *others = places
        explained.origin = first
        listed = [f"also at {place}" for place in others[:_SHOWN]] + ["and more"] * (len(others) > _SHOWN)
        explained.detail = lines([explained.detail or "", *listed])
    return explained


_SHOWN = 9


def table_of(error: psycopg.Error) -> TableName:
    """Return the table that an error names, of empty names where it names none; a partition may stand for its table."""
    return TableName(error.diag.schema_name or "", error.diag.table_name or "")


def of_its_table(error: psycopg.Error, loads: Sequence[TableLoad]) -> list[TableLoad]:
    """Choose the loads of the table that an error names, or of those that may have the partition which it names."""
    return [load for load in loads if load.table.name == table_of(error)] or [
        load for load in loads if load.table.kind == "p"
    ]


def _places_of_key(error: psycopg.Error, load: TableLoad) -> list[Origin]:
    key = _whole_key_of(error, load.table)
    return [place for source in load.sources for place in source.locate_key(*key)] if key else []


def _whole_key_of(error: psycopg.Error, table: Table) -> tuple[list[str], list[str]] | None:
    """Read a key that all rows have: no partial index's, which some rows with the same values are outside of."""
    whole = {key.name for key in table.keys} | {key.name for key in table.foreign_keys}
    return key_of(error, table) if error.diag.constraint_name in whole else None


def key_of(error: psycopg.Error, table: Table) -> tuple[list[str], list[str]] | None:
    """Read a key of a table from PostgreSQL's detail: its columns and their values.

    None where these are no columns (but expressions, or of another table) or where a value with a comma hides them.
    """
    match = _KEY_DETAIL.search(error.diag.message_detail or "")
    if match is None:
        return None
    columns = [
        (name["quoted"] or "").replace('""', '"') or name["plain"].strip()
        for name in _NAME.finditer(match["columns"])
        if name["quoted"] or name["plain"].strip()
    ]
    texts = values_in(match["values"], len(columns))
    known = {column.name for column in table.columns}
    return (columns, texts) if texts is not None and known.issuperset(columns) else None


def values_in(text: str, count: int) -> list[str] | None:
    """Take the values of a key apart as PostgreSQL lists them; None where one with a comma hides them."""
    texts = text.split(", ", -1 if count > 1 else 0)
    return texts if len(texts) == count else None
