"""Says which row PostgreSQL has refused: its file and line, where they can be found."""

from __future__ import annotations

import re
from collections.abc import Sequence

import psycopg

from seedkit.core.names import in_quotes
from seedkit.core.rows.blocks import RowSource
from seedkit.core.rows.shapes import RowShape
from seedkit.errors import LoadError, Origin, SeedkitError
from seedkit.postgres.driver_errors import explain
from seedkit.postgres.loading.table_loads import TableLoad

_COPY_LINE = re.compile(r"\bCOPY \S.*?, line (\d+)")
_KEY_DETAIL = re.compile(r"Key \((?P<columns>.+?)\)=\((?P<values>.*?)\)")


def refuse_repeated(load: TableLoad, key: Sequence[str], found: Sequence[str | None] | None) -> None:
    """Raise LoadError for a key that was found twice in a run, if one was found."""
    if found is not None:
        raise repeated(load, key, found)


def repeated(load: TableLoad, key: Sequence[str], texts: Sequence[str | None]) -> LoadError:
    """Explain that two rows of a run have the same key, and name both."""
    places = [place for source in load.sources for place in source.locate_key(key, texts)]
    return LoadError(
        f"two rows of table {in_quotes(load.table.name)} have the same key, {shown_row(key, texts)}",
        origin=places[0] if places else load.sources[0].origin,
        detail=f"The other one: {places[1]}." if len(places) > 1 else None,
        hint="Give one of them another key, or take it out.",
    )


def shown_row(columns: Sequence[str], texts: Sequence[str | None]) -> str:
    """Tell some columns of a row."""
    return ", ".join(f"{name} {'null' if text is None else text}" for name, text in zip(columns, texts, strict=True))


def located(error: psycopg.Error, load: TableLoad, source: RowSource, shape: RowShape, *, before: int) -> SeedkitError:
    """Explain an error of one COPY: PostgreSQL counts its lines, and a line is a row; `before` counts earlier ones.

    Only an empty table takes rows directly, so a key that is there already is one of the run's own.
    """
    if isinstance(error, psycopg.errors.UniqueViolation) and (key := _key_of(error)):
        return repeated(load, *key)
    match = _COPY_LINE.search(error.diag.context or "")
    origin = source.locate(shape, before + int(match[1])) if match else None
    return placed(error, load, source, origin or place_of_key(error, [source]))


def placed(error: psycopg.Error, load: TableLoad, source: RowSource, origin: Origin | None) -> SeedkitError:
    """Explain an error at a place; without one, at the source as a whole."""
    explained = explain(error, f"loading {load.table.name} from {source.name}")
    explained.origin = origin or source.origin
    return explained


def addressed(error: psycopg.Error, loads: Sequence[TableLoad]) -> SeedkitError:
    """Explain an error of the statement that merges the stages; it names the table and mostly the key."""
    table = error.diag.table_name
    blamed = [load for load in loads if load.table.name.name == table] or list(loads)
    names = ", ".join(str(load.table.name) for load in loads)
    explained = explain(error, f"loading {names}")
    sources = [source for load in blamed for source in load.sources]
    explained.origin = place_of_key(error, sources) or sources[0].origin
    return explained


def place_of_key(error: psycopg.Error, sources: Sequence[RowSource]) -> Origin | None:
    """Find the row whose key PostgreSQL names in its detail."""
    key = _key_of(error)
    return next((place for source in sources for place in source.locate_key(*key)), None) if key else None


def _key_of(error: psycopg.Error) -> tuple[list[str], list[str]] | None:
    """Read the columns and their values from PostgreSQL's detail, or None where a value with a comma hides them."""
    match = _KEY_DETAIL.search(error.diag.message_detail or "")
    if match is None:
        return None
    columns, texts = match["columns"].split(", "), match["values"].split(", ")
    return (columns, texts) if len(columns) == len(texts) else None
