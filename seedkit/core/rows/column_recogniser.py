r"""Reads rows that are written plainly, a chunk of a file at once, in place of YAML's parser.

A fixture of a million rows is written by a program, row after row alike. One regular expression, made from the first
row's keys and the columns' types, then reads all rows of a chunk twenty times faster than a parser that looks at every
character. What it does not match as a whole is not accepted, and YAML's parser reads it: the recogniser never decides
what a text means, it only knows texts that have one meaning.

A chunk is a part of a file whose root is a block sequence at column 0; it starts where an entry starts, with `- `.
It is accepted if all of this holds, and each line says why that is safe.

1. Every character is printable in Unicode's sense, or a line feed. So there are no tabs, carriage returns, control
   characters, byte order marks, nor the characters that YAML 1.1 also takes for line breaks (NEL, U+2028, U+2029);
   all other characters are allowed in YAML. A line is what stands between two line feeds.
2. There is no backslash. So nothing is escaped in double quotes, and nothing has to be escaped for COPY, which gives
   a meaning to backslash, tab and line breaks only.
3. There is no `<%` and no `RAW=`. So no template and no SQL of another tool has to be refused.
4. Every row is `- KEY: VALUE` and then lines `  KEY: VALUE`, or one line `- {KEY: VALUE, KEY: VALUE}`, with the keys
   of the first row in their order, none of them twice, all of them letters, digits and underscores, and each the name
   of a column that can be written. So a row is a mapping whose keys are plain scalars, without an anchor, a tag, a
   merge key or a comment, for which no place is left. (`^` and the count of line feeds prove "every": each match
   starts at the start of a line and has as many line feeds as a row, and together they have all.)
5. A VALUE ends on its line. What continues a plain scalar on the next line has to be indented more than its key; here
   the next line is a key of the same row or the next row.
6. A quoted VALUE has no quote of its own kind inside. So it ends at its second quote, and with 2 it is its own text.
7. A plain VALUE starts with a letter, a digit or one of `_ . / + $ (`, maybe after a minus sign: with nothing that
   opens a quote, an anchor, an alias, a tag, a collection, a block scalar, a comment or a directive. It holds no `#`,
   so no comment; no colon but before a letter, a digit or one of `_ . / -`, so no further key; in braces none of
   `, [ ] { } ?`, so the collection goes on. It does not end with a space, which YAML would drop. So it is its own text.
8. A VALUE that is `null`, `Null`, `NULL`, `~`, or nothing at the end of a line, is NULL, in every column.
9. In a column of numbers other VALUEs are plain digits with a sign, a fraction and an exponent; in one of `timestamp
   without time zone`, a date with or without a time, in one of `time`, a time perhaps quoted, both without an offset
   where there is no zone; in one of `date`, a date without a time; in one of `uuid`, its usual form (`plain_literals`).
   These pass through `encoder_choice.encoder_for` as they are, and none of them needs to be looked up as a label.
10. In columns of text, of enums, and of booleans, intervals and network addresses, every VALUE passes through
   `encoder_choice.encoder_for` as it is; but not in a foreign key of these types (text apart), which may hold labels.
   Columns of all other types may hold only NULL here.

A chunk without quoted VALUEs and without NULL is read twice as fast by a bare pattern. Its numbers have no exponent,
and in columns of integers no fraction. In place of 7 and 8 it has:

7. A VALUE starts as in 7, is not the word null, and goes to the end of its line, in braces to the next comma on it. It
   does not end with a space or a colon. The VALUEs, looked through when they are together, hold no `#`, so no comment;
   no `: `, so no further key; and in braces no brace, no `[`, no `]` and no `?`.

There "every" of 4 is proved by lengths: rows differ in their VALUEs alone, so what is not VALUE has the same length in
each, and all matches together are as long as the chunk.

What the bare pattern does not match may still be matched by the other one.

Whoever reads chunk after chunk knows that a chunk that is accepted ends where an entry ends, by 4 and 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from seedkit.core.catalog import Column, Table
from seedkit.core.fixtures import NULL_WORDS
from seedkit.core.names import Columns
from seedkit.core.rows.plain_literals import BARE_LITERALS, LITERALS, MAY_BE_LABELS, NULL
from seedkit.core.rows.tidy_chunks import is_harmless

_SIGNS_OF_CELLS = ("'", '"', "null", "Null", "NULL", "~", ":\n")
"""Where none of these is in a chunk, no value is NULL or quoted."""

_QUOTED = r"""'[^'\n]*+'|"[^"\n]*+\""""
_PLAIN_IN_BLOCK = r"-?[\w./+$(][^\n:#]*+(?::[\w./-][^\n:#]*+)*+(?<! )"
_PLAIN_IN_FLOW = r"-?[\w./+$(][^\n:#,\[\]{}?]*(?::[\w./-][^\n:#,\[\]{}?]*)*(?<! )"  # gives back a space before "}"
_BARE_IN_BLOCK = r"(?![nN][uU][lL][lL]\n)-?[\w./+$(].*+(?<![ :])"
_BARE_IN_FLOW = r"(?![nN][uU][lL][lL][,}])-?[\w./+$(][^\n,]*+(?<![ :])"
_BARE_AT_END_OF_FLOW = r"(?![nN][uU][lL][lL]\})-?[\w./+$(][^\n,}]*+(?<![ :])"
_AS_THEY_ARE = "SEBDTI"
"""The categories of types (`pg_type.typcategory`) whose values pass through as they are."""

_SIGNS_OF_MORE = ("#", ": ")
_SIGNS_OF_MORE_IN_FLOW = (*_SIGNS_OF_MORE, "[", "]", "{", "}", "?")

_KEYS_IN_BLOCK = re.compile(r"^(?:- |  )([A-Za-z_][A-Za-z0-9_]*+):", re.MULTILINE)
_KEYS_IN_FLOW = re.compile(r"(?:\{ ?|, )([A-Za-z_][A-Za-z0-9_]*+): ")


class Recognised(NamedTuple):
    """Rows as COPY text; `columns` in the table's order."""

    columns: tuple[str, ...]
    text: bytes
    rows: int


class SpelledRows(NamedTuple):
    """Rows as COPY text, whose columns are in the table's order; `once` of them are written on insert only.

    `places` are their numbers among the rows of their chunk, from 0.
    """

    columns: Columns
    once: Columns
    text: bytes
    places: Sequence[int]


class _Bare(NamedTuple):
    """The pattern of rows without quotes and NULL; of each row `frame` characters are no values."""

    pattern: re.Pattern[str]
    frame: int


class _Row(NamedTuple):
    """How the rows of a chunk are written: the groups of its patterns are their values, `order` sorts them.

    There is no `bare` where a column takes only NULL here.
    """

    flow: bool
    pattern: re.Pattern[str]
    bare: _Bare | None
    columns: tuple[str, ...]
    order: tuple[int, ...]


class ColumnRecogniser:
    """Recognises the rows of one table; the patterns that it has made are kept.

    A chunk is likely to be written as the one before it: if that was not bare, this one is not tried as such.
    """

    def __init__(self, table: Table) -> None:
        foreign = {name for key in table.foreign_keys for name in key.columns}
        self._columns = {column.name: column for column in table.columns if not column.generated}
        self._literals = {name: _literal(column, name in foreign) for name, column in self._columns.items()}
        self._rows: dict[tuple[bool, tuple[str, ...]], _Row | None] = {}
        self._bare = True

    def recognise(self, chunk: str) -> Recognised | None:
        """Read a chunk's rows, or give None where YAML's parser has to. A file's last line may have no line feed."""
        chunk = chunk if chunk.endswith("\n") else f"{chunk}\n"
        if not chunk.startswith("- ") or "\\" in chunk or not is_harmless(chunk):
            return None
        row = self._row(chunk)
        return row and (self._bare_rows(row, chunk) or self._rows_with_cells(row, chunk))

    def _bare_rows(self, row: _Row, chunk: str) -> Recognised | None:
        if row.bare is None or not self._bare:
            return None
        values = row.bare.pattern.findall(chunk)
        text = _copy_text(values, row.order)
        matched = len(text) + len(values) * (row.bare.frame - len(row.columns))
        self._bare = matched == len(chunk) and not _holds_more(text, flow=row.flow)
        return Recognised(row.columns, text.encode(), len(values)) if self._bare else None

    def _rows_with_cells(self, row: _Row, chunk: str) -> Recognised | None:
        rows, rest = divmod(chunk.count("\n"), 1 if row.flow else len(row.columns))
        values = [] if rest else row.pattern.findall(chunk)
        if rest or len(values) != rows:
            return None
        with_cells = any(sign in chunk for sign in _SIGNS_OF_CELLS)
        text = _copy_text(values, row.order, with_cells=with_cells)
        self._bare = not (with_cells or _holds_more(text, flow=row.flow))
        return Recognised(row.columns, text.encode(), rows)

    def _row(self, chunk: str) -> _Row | None:
        flow = chunk.startswith("- {")
        first = chunk[: chunk.find("\n- ") + 1] or chunk
        names = tuple((_KEYS_IN_FLOW if flow else _KEYS_IN_BLOCK).findall(first))
        if (flow, names) not in self._rows:
            self._rows[flow, names] = self._made(names, flow=flow)
        return self._rows[flow, names]

    def _made(self, names: tuple[str, ...], *, flow: bool) -> _Row | None:
        if not names or len(set(names)) < len(names) or not self._columns.keys() >= set(names):
            return None
        literals = [self._literals[name] for name in names]
        bare_literals = [BARE_LITERALS.get(self._columns[name].base_type) for name in names]
        bare = None if NULL in literals else _bare(names, bare_literals, flow=flow)
        order = sorted(range(len(names)), key=lambda place: self._columns[names[place]].number)
        columns = tuple(names[place] for place in order)
        return _Row(flow, _pattern(names, literals, flow=flow), bare, columns, tuple(order))


def _pattern(names: Sequence[str], literals: Sequence[str | None], *, flow: bool) -> re.Pattern[str]:
    any_text = f"{_PLAIN_IN_FLOW if flow else _PLAIN_IN_BLOCK}|{_QUOTED}"
    values = (f" ({literal or any_text}|{NULL})" for literal in literals)
    if flow:
        return _row_pattern(names, values, r"- \{ ?", ", ", r" ?\}\n")
    return _row_pattern(names, (f"(?:{value}|(?=\\n))" for value in values), "- ", "\n  ", r"\n")


def _bare(names: Sequence[str], literals: Sequence[str | None], *, flow: bool) -> _Bare:
    last = len(names) - 1
    any_texts = [_BARE_IN_FLOW] * last + [_BARE_AT_END_OF_FLOW] if flow else [_BARE_IN_BLOCK] * len(names)
    values = (f" ({literal or any_text})" for literal, any_text in zip(literals, any_texts, strict=True))
    start, between, end = ("- {", ", ", "}\n") if flow else ("- ", "\n  ", "\n")
    frame = len(start) + len(between) * last + len(end) + sum(len(f"{name}: ") for name in names)
    return _Bare(_row_pattern(names, values, *map(re.escape, (start, between, end))), frame)


def _row_pattern(names: Sequence[str], values: Iterable[str], start: str, between: str, end: str) -> re.Pattern[str]:
    entries = (f"{name}:{value}" for name, value in zip(names, values, strict=True))
    return re.compile(f"^{start}{between.join(entries)}{end}", re.MULTILINE)


def _holds_more(text: str, *, flow: bool) -> bool:
    """Whether values hold what may begin a comment, a key or a collection."""
    return any(sign in text for sign in (_SIGNS_OF_MORE_IN_FLOW if flow else _SIGNS_OF_MORE))


def _literal(column: Column, foreign: bool) -> str | None:  # noqa: FBT001
    """Give the pattern of a column's literals, or None where any text is one."""
    as_they_are = column.category in _AS_THEY_ARE
    if as_they_are and foreign and column.base_type in MAY_BE_LABELS:
        return NULL
    any_text = column.category == "S" or (as_they_are and not foreign)
    return LITERALS.get(column.base_type, None if any_text else NULL)


def _copy_text(values: Sequence[Any], order: tuple[int, ...], *, with_cells: bool = False) -> str:
    rows: Iterable[tuple[str, ...]] = values if len(order) > 1 else zip(values, strict=True)
    if list(order) != sorted(order):
        rows = map(itemgetter(*order), rows)
    if with_cells:
        rows = (tuple(map(_cell, row)) for row in rows)
    return "\n".join(map("\t".join, rows)) + "\n"


def _cell(value: str) -> str:
    if value in NULL_WORDS:
        return "\\N"
    return value[1:-1] if value[0] in "'\"" else value
