r"""Reads rows that are written almost plainly, a chunk of a file at once, where the `column_recogniser` can't.

Programs and people write comments and empty lines, line breaks of two characters, keys in quotes, lists and mappings in
one line, texts and lists in the lines below their keys, rows with and without a key. What holds there holds here (see
the `column_recogniser`, 1 and 3 to 10), with these differences, and each line says why it is safe.

1. `\r\n` is one line break for YAML; lines that hold nothing, or a comment alone, mean nothing (`tidy_chunks`).
2. A backslash in a plain or single-quoted VALUE is one, and is escaped for COPY. In double quotes it escapes a quote,
   itself, a line feed, a tab, a carriage return, or a character by its code, but for code zero and half characters.
   Two single quotes inside single ones are one.
4. Rows are grouped by what is left of them without their values, and each group has a pattern made from its first row:
   its keys, as they are spelled there, in their order. What is left only says which rows to try together: the pattern
   says whether they are. Each match starts where a line starts with `- `, and ends where the next one does, or the
   chunk; so there are as many matches as such lines only if every row is matched as a whole.
5. Behind a VALUE that ends its line, or a row in braces, may stand a space and a comment. A VALUE holds no `#` that is
   not in quotes, so the first other one starts the comment. A text behind `|` and a list in lines of its own are first
   written beside their key, as what they mean there (`values_below`).
6. After a key in quotes the space behind the colon may be missing, in braces, and so may the one behind a comma.
9. VALUEs of any type may be in quotes, as text that is in quotes is no label, and means the same in these columns.
10. In columns of JSON and of lists a VALUE may be a list or a mapping in one line, without any other (`spelled_cells`).
    A tag that makes the same of the same text in each row is a part of its key: rows with it are a group of their own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from seedkit.core.catalog import Column, Table
from seedkit.core.rows.column_recogniser import SpelledRows
from seedkit.core.rows.spelled_cells import QUOTED, Cells, cells_of, tagged_pattern, value_pattern
from seedkit.core.rows.tidy_chunks import is_harmless, without_empty_lines
from seedkit.core.rows.values_below import with_values_beside

_MOST_KNOWN = 1_000
"""How many ways to write a row are kept."""

_WORD = r"[A-Za-z_][A-Za-z0-9_]*+"
_KEY = rf"""({_WORD}|"{_WORD}"|'{_WORD}')"""
_TAG = r"(?:(![a-z]+) )?"
_COLLECTION = r"[{\[](?:[^{}\[\]\n]|[{\[](?:[^{}\[\]\n]|[{\[][^{}\[\]\n]*[}\]])*[}\]])*[}\]]"
_KEYS_IN_BLOCK = re.compile(rf"^(?:- |  ){_KEY}:(?: +{_TAG}|$)", re.MULTILINE)
_KEY_IN_FLOW = re.compile(rf"(?:- \{{ ?|, ?){_KEY}: ?{_TAG}(?:{QUOTED}|{_COLLECTION}|[^,{{}}\[\]\n]*)")
_VALUES_IN_BLOCK = re.compile(r":(?! ![a-z]).*")
_VALUES_IN_FLOW = re.compile(r":(?! ![a-z])[^,}\n]*")
_COMMENT = r"(?: ++#.*)?+"
_OR_NOTHING = r"|(?= ?[\n#])"
_QUOTES = "\"'"

Made = Callable[[str, str, str], "str | None"]
"""Works out what a tag with a text makes in a column, as text for it; None where the parser has to."""


class _Key(NamedTuple):
    """A key as it is spelled, and the tag of its value, or nothing."""

    spelled: str
    tag: str

    @property
    def name(self) -> str:
        return self.spelled.strip("\"'")


class _Spelling(NamedTuple):
    """How rows are written: the groups of the pattern are their values, `order` sorts them by column."""

    pattern: re.Pattern[str]
    columns: tuple[Column, ...]
    cells: tuple[Cells, ...]
    tags: tuple[str, ...]
    order: tuple[int, ...]


class SpelledRecogniser:
    """Recognises the rows of one table; how they were written so far is kept."""

    def __init__(self, table: Table, made: Made) -> None:
        self._columns = {column.name: column for column in table.columns if not column.generated}
        self._foreign = {name for key in table.foreign_keys for name in key.columns}
        self._made = made
        self._known: dict[tuple[bool, bool, tuple[_Key, ...]], _Spelling | None] = {}
        self._made_texts: dict[tuple[str, str], dict[str, str | None]] = {}
        self._last: _Spelling | None = None

    def recognise(self, chunk: str) -> list[SpelledRows] | None:
        """Read a chunk's rows, those of each spelling by themselves, or give None where YAML's parser has to."""
        if not is_harmless(chunk):
            return None
        chunk = with_values_beside(chunk)
        chunk = without_empty_lines(chunk if chunk.endswith("\n") else f"{chunk}\n")
        if self._last and (found := self._read(self._last, chunk, range(chunk.count("\n- ") + 1))):
            return [found]
        read: list[SpelledRows] = []
        for spelling, text, places in self._groups(chunk):
            found = self._read(spelling, text, places) if spelling else None
            if found is None:
                return None
            read.append(found)
            self._last = spelling if len(read) == 1 else None
        return read

    def _groups(self, chunk: str) -> Iterator[tuple[_Spelling | None, str, Sequence[int]]]:
        """Give the rows that may be spelled alike: each group's text, and the places of its rows."""
        rows = chunk[2:-1].split("\n- ")
        values = _VALUES_IN_FLOW if rows[0].startswith("{") else _VALUES_IN_BLOCK
        places: dict[str, list[int]] = {}
        for place, rest in enumerate(values.sub("", chunk[2:-1]).split("\n- ")):
            places.setdefault(rest, []).append(place)
        alike: dict[tuple[bool, tuple[_Key, ...]], list[int]] = {}
        for found in places.values():
            alike.setdefault(_keys(rows[found[0]]), []).extend(found)
        for (flow, keys), found in alike.items():
            text = "".join([f"- {rows[place]}\n" for place in sorted(found)])
            yield self._spelling(keys, flow=flow, comments="#" in chunk), text, sorted(found)

    def _spelling(self, keys: tuple[_Key, ...], *, flow: bool, comments: bool) -> _Spelling | None:
        kind = flow, comments, keys
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        if kind not in self._known:
            self._known[kind] = self._new_spelling(keys, flow=flow, comments=comments)
        return self._known[kind]

    def _new_spelling(self, keys: tuple[_Key, ...], *, flow: bool, comments: bool) -> _Spelling | None:
        names = [key.name for key in keys]
        if not names or len(set(names)) < len(names) or not self._columns.keys() >= set(names):
            return None
        columns = [self._columns[name] for name in names]
        values = [self._value(key, column, flow=flow) for key, column in zip(keys, columns, strict=True)]
        if None in values:
            return None
        pattern = _pattern(
            [(key.spelled, value or "") for key, value in zip(keys, values, strict=True)], flow, comments
        )
        order = tuple(sorted(range(len(names)), key=lambda place: columns[place].number))
        tags = tuple(key.tag for key in keys)
        return _Spelling(pattern, tuple(columns), tuple(map(cells_of, columns)), tags, order)

    def _value(self, key: _Key, column: Column, *, flow: bool) -> str | None:
        foreign = column.name in self._foreign
        if key.tag:
            return tagged_pattern(column, key.tag, foreign=foreign)
        return f"({value_pattern(column, foreign=foreign, flow=flow)})"

    def _read(self, spelling: _Spelling, chunk: str, places: Sequence[int]) -> SpelledRows | None:
        found = spelling.pattern.findall(chunk)
        if len(found) != len(places):
            return None
        values = list(zip(*found, strict=True)) if len(spelling.columns) > 1 else [tuple(found)]
        cells = [self._cells(spelling, place, values[place]) for place in spelling.order]
        if any(column is None for column in cells):
            return None
        columns = tuple(spelling.columns[place].name for place in spelling.order)
        once = tuple(spelling.columns[place].name for place in spelling.order if spelling.tags[place])
        text = "\n".join(map("\t".join, zip(*cells, strict=True))) + "\n"
        return SpelledRows(columns, once, text.encode(), places)

    def _cells(self, spelling: _Spelling, place: int, values: Sequence[str]) -> Sequence[str] | None:
        tag, column = spelling.tags[place], spelling.columns[place]
        if not tag:
            return spelling.cells[place](values)
        known = self._made_texts.setdefault((column.name, tag), {})
        if len(known) > _MOST_KNOWN:
            known.clear()
        known.update({text: self._made(column.name, tag, text) for text in {*values} - known.keys()})
        made = [known[text] for text in values]
        return None if None in made else [text or "" for text in made]


def _keys(row: str) -> tuple[bool, tuple[_Key, ...]]:
    """Tell whether a row is one in braces, and its keys, as well as that can be done without reading it."""
    flow = row.startswith("{")
    found = (_KEY_IN_FLOW if flow else _KEYS_IN_BLOCK).findall(f"- {row}")
    return flow, tuple(_Key(key, tag) for key, tag in found)


def _pattern(entries: Sequence[tuple[str, str]], flow: bool, comments: bool) -> re.Pattern[str]:  # noqa: FBT001
    comment, end = _COMMENT if comments else "", r"(?=- |\Z)"
    if flow:
        spelled = (f"{key}:{' ?' if key[0] in _QUOTES else ' '}{value}" for key, value in entries)
        return re.compile(rf"^- \{{ ?{', ?'.join(spelled)} ?\}}{comment}\n{end}", re.MULTILINE)
    lines = (rf"{key}:(?: ++{value}{_OR_NOTHING if value[0] == '(' else ''}){comment}\n" for key, value in entries)
    return re.compile(f"^- {'  '.join(lines)}{end}", re.MULTILINE)
