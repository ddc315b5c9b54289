r"""Whether a text that somebody wrote is one SQL expression, by PostgreSQL's lexical rules alone.

It stands in brackets of ours: nothing in it may close these, begin another command, or leave a quote or comment open.
Where texts, names and comments end is decided as PostgreSQL's scanner does (src/backend/parser/scan.l, PostgreSQL 15 to
18). What stands between them is the server's to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from seedkit.core.sql_comments import end_of_comment

_LETTER = r"[^\x00-@\[-^`{-\x7f]"  # and all beyond ASCII; written with it in the class, it took 10 ms to compile
_DIGIT_OR_LETTER = r"[^\x00-/:-@\[-^`{-\x7f]"
_WORD = re.compile(rf"{_LETTER}(?:{_DIGIT_OR_LETTER}|\$)*")
_DOLLARS = re.compile(rf"\$(?:{_LETTER}{_DIGIT_OR_LETTER}*)?\$")
_LINE_COMMENT = re.compile(r"--[^\n\r]*")
_PLAIN_END = re.compile(r"[^']*'")
_ESCAPED_END = re.compile(r"(?:[^'\\]++|\\.|'')*+'", re.DOTALL)
_CONTINUED = re.compile(r"(?:[ \t\f\v]|--[^\n\r]*)*[\n\r](?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])*'")
"""A text goes on after a line break, read as it began."""

_PAIRS = {")": "(", "]": "["}
_SPACE = " \t\n\r\f\v"
_QUERIES = ("select", "with", "values", "table")
"""What may begin a subselect, in which a comma is no second expression."""


class _Open(Exception):  # noqa: N818 - says what is the case
    """Something is begun and not ended."""


@lru_cache(1_000)
def expression_problem(text: str, *, backslash_escapes: bool = False) -> str | None:
    r"""Say why a text is not one SQL expression, or None; `backslash_escapes` as without standard_conforming_strings.

    >>> expression_problem("coalesce('a; b', $$it's$$) -- c")
    >>> expression_problem("'x'); drop table victim; --")
    'it closes a bracket that it has not opened'
    >>> expression_problem("1, 2")
    'it is more than one expression'
    """
    if "\0" in text:
        return "it holds a character of code 0"
    try:
        return _problem(list(_tokens(text, backslash_escapes=backslash_escapes)))
    except _Open as what:
        return f"{what} in it is not closed"


def _problem(tokens: list[str]) -> str | None:
    opened: list[str] = []
    is_query = bool(tokens) and tokens[0].lower() in _QUERIES
    for sign in tokens:
        if sign in _PAIRS.values():
            opened.append(sign)
        elif sign in _PAIRS and (not opened or opened.pop() != _PAIRS[sign]):
            return "it closes a bracket that it has not opened"
        elif sign == ";":
            return "a semicolon ends the expression"
        elif sign == "," and not opened and not is_query:
            return "it is more than one expression"
    if opened:
        return f'a bracket "{opened[-1]}" in it is not closed'
    return None if tokens else "it is empty"


def _tokens(text: str, *, backslash_escapes: bool) -> Iterator[str]:
    """Give the words and signs of a text; a quoted text or name counts as a quote, comments as nothing."""
    place = 0
    while place < len(text):
        sign, pair = text[place], text[place : place + 2]
        if sign in _SPACE:
            place += 1
        elif pair == "--":
            place = _end(_LINE_COMMENT, text, place, "a comment")
        elif pair == "/*":
            place = _end_of_comment(text, place)
        elif sign in "'\"$" or _WORD.match(text, place):
            token, place = _word_or_quoted(text, place, backslash_escapes=backslash_escapes)
            yield token
        else:
            yield sign
            place += 1


def _word_or_quoted(text: str, place: int, *, backslash_escapes: bool) -> tuple[str, int]:
    """Read a word, or what is in quotes; a letter right before them says how they are read."""
    sign, start = text[place].lower(), place + 1
    if sign in "ebx" and text[start : start + 1] == "'":
        return "'", _end_of_text(text, start + 1, escapes=sign == "e")
    if sign == "'":
        return "'", _end_of_text(text, start, escapes=backslash_escapes)
    if sign == '"':
        return '"', _after(text, '"', start, "a quoted name")
    if dollars := _DOLLARS.match(text, place):
        return "'", _after(text, dollars[0], dollars.end(), f"a text in {dollars[0]}")
    if word := _WORD.match(text, place):
        return word[0], word.end()
    return sign, start


def _end_of_text(text: str, place: int, *, escapes: bool) -> int:
    while True:
        place = _end(_ESCAPED_END if escapes else _PLAIN_END, text, place, "a quoted text")
        continued = _CONTINUED.match(text, place)
        if continued is None:
            return place
        place = continued.end()


def _end_of_comment(text: str, place: int) -> int:
    end = end_of_comment(text, place)
    if end is None:
        raise _Open("a comment")
    return end


def _end(pattern: re.Pattern[str], text: str, place: int, what: str) -> int:
    found = pattern.match(text, place)
    if found is None:
        raise _Open(what)
    return found.end()


def _after(text: str, closing: str, place: int, what: str) -> int:
    found = text.find(closing, place)
    if found < 0:
        raise _Open(what)
    return found + len(closing)
