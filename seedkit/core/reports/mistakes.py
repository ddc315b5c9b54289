"""Mistakes of several kinds in a project's files, told in one error: the first ten of each, in the files' order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.names import TableName, in_quotes, listed
from seedkit.errors import Lines, LoadError, Origin, SeedkitError, UnknownLabelError, lines
from seedkit.printable import on_one_line

SHOWN = 10
_COLUMN = re.compile(r'column "(?:[^"]|"")+"(?= is of type )')


class Kind(Enum):
    """What a mistake is about, as the ones that are not shown are called."""

    FILE = "files that can not be read"
    TABLE = "tables that are not there"
    COLUMN = "columns that can not be written"
    LABEL = "labels that no row has"
    VALUE = "values that can not be read"
    MISSING = "values that are missing"
    KEY = "rows that can not be recognised"
    TWIN = "rows with keys of others"
    CHECK = "rows that checks refuse"
    PARENT = "rows that refer to none"


class Mistake(Struct, frozen=True, kw_only=True):
    """One mistake at its place, in the words of a list; `message` are those of an error, where they are others.

    `label` is the one that no row has, `left_out` are the columns that the row leaves out, with what the text says of
    them in the end; `distinct` those of them in which no two rows may have the same value.
    """

    kind: Kind
    origin: Origin
    text: str
    hint: str | None = None
    message: str | None = None
    label: str | None = None
    left_out: tuple[str, ...] = ()
    distinct: tuple[str, ...] = ()
    ending: str = ""


class MissingValueError(LoadError):
    """A row has no value where it must have one, as the catalog tells before PostgreSQL is asked."""


def mistake_of(error: SeedkitError, kind: Kind, origin: Origin) -> Mistake:
    """Keep what an error says, at its own place if it has one."""
    label = error.label if isinstance(error, UnknownLabelError) else None
    kind = kind if label is None else Kind.LABEL
    return Mistake(kind=kind, origin=error.origin or origin, text=error.message, hint=error.hint, label=label)


def leaving_out(table: TableName, names: Sequence[str], origin: Origin, distinct: Collection[str] = ()) -> Mistake:
    """Say of a row what it leaves out."""
    mistake = _missing(_violation(table, names), left_out_text(names), origin, tuple(names))
    return replace(mistake, distinct=tuple(name for name in names if name in distinct))


def perhaps_leaving_out(mistake: Mistake) -> Mistake:
    """Say it of a row that a trigger or a rule may fill."""
    ending = ", unless a trigger or a rule gives them a value"
    return replace(mistake, text=f"{mistake.text}{ending}", ending=ending)


def null(table: TableName, name: str, origin: Origin) -> Mistake:
    """Say of a row what must not be null."""
    return _missing(_violation(table, [name]), f'column "{name}" is null', origin)


def same_key(table: TableName, key: Iterable[tuple[str, str | None]], origin: Origin, other: Origin) -> Mistake:
    """Say that a row has the key of another one."""
    shown = ", ".join(f"{name} {text}" for name, text in key)
    message = f"two rows of table {in_quotes(table)} have the same key, {shown}"
    return Mistake(kind=Kind.TWIN, origin=origin, text=f"{message} (the other one: {other})", message=message)


def refusal(table: TableName, names: Sequence[str], origin: Origin | None) -> MissingValueError:
    """Refuse a row for what it leaves out."""
    return MissingValueError(_violation(table, names), origin=origin, detail=left_out_text(names))


def _missing(message: str, text: str, origin: Origin, left_out: tuple[str, ...] = ()) -> Mistake:
    return Mistake(kind=Kind.MISSING, origin=origin, text=text, message=message, left_out=left_out)


def _violation(table: TableName, names: Sequence[str]) -> str:
    """Say it in PostgreSQL's words, but of all columns of a row."""
    if len(names) == 1:
        return f'null value in column {listed(names)} of relation "{table.name}" violates not-null constraint'
    return f'null values in columns {listed(names)} of relation "{table.name}" violate not-null constraints'


def left_out_text(names: Sequence[str]) -> str:
    """Tell columns that must have a value and have none.

    >>> left_out_text(["email"]), left_out_text(["email", "plan"])
    ('column "email" is left out and has no default', 'columns "email", "plan" are left out and have no default')
    """
    if len(names) == 1:
        return f"column {listed(names)} is left out and has no default"
    return f"columns {listed(names)} are left out and have no default"


def refuse_together(errors: Sequence[tuple[SeedkitError, Kind]], further: Iterable[Mistake] = ()) -> None:
    """Raise the first of some errors, with all others that have a place, and further mistakes; nothing without one."""
    if errors:
        [(first, _), *others] = errors
        mistakes = [mistake_of(error, kind, error.origin) for error, kind in others if error.origin]
        tell_together(first, [*mistakes, *further])
        raise first


def tell_together(error: SeedkitError, mistakes: Iterable[Mistake]) -> None:
    """Add to an error what else is wrong, each of several equal mistakes in a file with its line."""
    found = sorted({(mistake.origin, mistake.text): mistake for mistake in mistakes}.values(), key=_place)
    remedy = _remedy(found)
    _move_to_first(error, found)
    told = _ToldBy(error)
    same = (mistake.hint for mistake in found if mistake.origin == error.origin and told.tells_value(mistake))
    error.hint = error.hint or remedy or next(same, None)
    untold = list(_untold(found, told))
    shown = Counter(mistake.kind for mistake in found if told.holds(mistake))
    further = list(_told(_together(_with_remedy(untold, remedy)), shown, error.hint))
    if further:
        error.detail = lines([*_lines_of(error.detail), *further])


def _move_to_first(error: SeedkitError, mistakes: Iterable[Mistake]) -> None:
    """Put an error about missing values where the first of its file are: rows come by the columns that they give."""
    if not isinstance(error, MissingValueError) or error.origin is None:
        return
    for mistake in mistakes:
        if mistake.kind is Kind.MISSING and mistake.origin.path == error.origin.path:
            error.message, error.origin, error.detail = mistake.message or mistake.text, mistake.origin, mistake.text
            error.args = (error.message,)
            return


def _place(mistake: Mistake) -> tuple[str, int, str]:
    return str(mistake.origin.path), mistake.origin.line or 0, mistake.text


def _lines_of(detail: str | None) -> list[str]:
    """Take a detail apart where its breaks are our own; another's is one line."""
    return detail.split("\n  ") if isinstance(detail, Lines) else [detail] if detail else []


class _ToldBy:
    """What an error tells already; what its message says is left out of the line below it."""

    def __init__(self, error: SeedkitError) -> None:
        first, *others = _lines_of(error.detail) or [""]
        self._message = error.message
        self._lines = {
            *(_line(error.origin, text) for text in (error.message, first)),
            *(line.removeprefix("also at ") for line in others),
        }

    def holds(self, mistake: Mistake) -> bool:
        texts = (mistake.text, mistake.text.replace(f": {self._message}", "", 1))
        is_its_twin = mistake.kind is Kind.TWIN and mistake.message == self._message
        is_told = any(_line(mistake.origin, text) in self._lines for text in texts)
        return is_its_twin or is_told or self.tells_value(mistake)

    def tells_value(self, mistake: Mistake) -> bool:
        """Whether the error is about the same value of the same row, in the server's words."""
        column = _COLUMN.match(mistake.text) if mistake.kind is Kind.VALUE else None
        if column is None:
            return False
        line = _line(mistake.origin, column[0])
        return any(told == line or told.startswith(f"{line}: ") for told in self._lines)

    def leaves_out(self, mistake: Mistake, name: str) -> bool:
        return _line(mistake.origin, left_out_text([name])) in self._lines


def _line(origin: Origin | None, text: str) -> str:
    return on_one_line(f"{origin}: {text}")


def _untold(mistakes: Iterable[Mistake], told: _ToldBy) -> Iterator[Mistake]:
    """Leave out what an error tells already, also of the columns that a row leaves out."""
    for mistake in mistakes:
        names = [name for name in mistake.left_out if not told.leaves_out(mistake, name)]
        if told.holds(mistake) or (mistake.left_out and not names):
            continue
        if mistake.ending and len(names) == len(mistake.left_out):
            continue  # PostgreSQL was asked about all rows, and has not refused this one
        text = f"{left_out_text(names)}{mistake.ending}" if names else mistake.text
        yield replace(mistake, text=text, left_out=tuple(names))


def _together(mistakes: Iterable[Mistake]) -> list[list[Mistake]]:
    """Put equal mistakes of a file together."""
    groups: dict[object, list[Mistake]] = {}
    for mistake in mistakes:
        groups.setdefault((mistake.kind, mistake.origin.path, mistake.text), []).append(mistake)
    return list(groups.values())


def _told(groups: Sequence[Sequence[Mistake]], shown: Counter[Kind], hint: str | None) -> Iterator[str]:
    full = {kind for kind, count in shown.items() if count >= SHOWN}  # and told to go on
    for first, *others in groups:
        shown[first.kind] += 1
        if shown[first.kind] > SHOWN:
            continue
        places = [str(first.origin), *(str(other.origin.line) for other in others[: SHOWN - 1])]
        more = ", ..." if len(others) >= SHOWN else ""
        remedy = f" ({first.hint})" if first.hint and first.hint != hint else ""
        yield f"also at {', '.join(places)}{more}: {first.text}{remedy}"
    yield from (f"and more {kind.value}" for kind, count in shown.items() if count > SHOWN and kind not in full)


def _with_remedy(mistakes: Iterable[Mistake], remedy: str | None) -> Iterator[Mistake]:
    """Put the remedy to the first row that leaves something out."""
    for mistake in mistakes:
        yield replace(mistake, hint=remedy) if mistake.left_out else mistake
        remedy = None if mistake.left_out else remedy


def _remedy(mistakes: Iterable[Mistake]) -> str | None:
    """Name what helps a whole file, if rows leave something out."""
    found = [(name, name in mistake.distinct) for mistake in mistakes for name in mistake.left_out]
    values = ", ".join(f"{name}: ..." for name in dict.fromkeys(name for name, distinct in found if not distinct))
    if not values:
        return "Give each row a value of its own." if found else None
    return f"Give each row a value, or all rows of a file: _fixture: {{defaults: {{{values}}}}}."
