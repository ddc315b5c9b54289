"""Reads what functions in SQL or PL/pgSQL draw from sequences: for what they return, and in triggers for new rows.

Nothing is executed, and no more is understood than the usual forms; whatever else is done with a drawn value counts as
computing with it, so that what was not understood is never called right.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct, field

from seedkit.core.sequences.default_expressions import Draw
from seedkit.core.sequences.source_expressions import Scope, worth_of
from seedkit.core.sequences.source_tokens import Token, divided, is_sign, path_at, split_at, tokens
from seedkit.core.sequences.source_worth import Worth, constant, drawn_together

_Assignment: TypeAlias = "tuple[tuple[str, ...], Sequence[Token]]"
"""Variables, and the expression that they are set to."""

_RETURNED = "return"
_OPENING = frozenset(("begin", "then", "else", "loop", "declare"))
_LEADING = frozenset(("if", "elsif", "elseif", "when", "while", "case", "exit", "continue"))
_DRAWS = re.compile(r"\bnextval\b", re.IGNORECASE)
_NAMED = re.compile(r"\bnextval\s*\(\s*['\"]([^'\"]+)", re.IGNORECASE)
_READ = ("sql", "plpgsql")


class Source(Struct, frozen=True, kw_only=True):
    """The source of a function; `known` tells constant parameters, `drawing` the functions it calls that draw."""

    text: str
    language: str
    known: Mapping[str, str | int] = field(default_factory=dict)
    drawing: Collection[str] = ()


def returned_draws(source: Source) -> frozenset[Draw]:
    """Find what a function returns of what it draws; raises ValueError for a source that can't be read.

    What it draws otherwise counts as computed with: how the column's value follows from it is not known.

    >>> [draw.sequence for draw in returned_draws(Source(text="begin return nextval('ids'); end", language="plpgsql"))]
    ['ids']
    """
    if source.language in _READ and (found := _assigned(source).get(_RETURNED, Worth()).draws):
        return found
    names: list[str | None] = [*names_in(source)]
    return frozenset(Draw(name, computed=True) for name in names or ([None] if _may_draw(source) else []))


def new_row_draws(source: Source) -> dict[str, frozenset[Draw]]:
    """Find what the function of a trigger draws for columns of the new row; raises ValueError as above.

    >>> list(new_row_draws(Source(text="begin new.id := nextval('ids'); return new; end", language="plpgsql")))
    ['id']
    """
    if source.language != "plpgsql":
        return {}
    return {
        target.removeprefix("new."): worth.draws
        for target, worth in _assigned(source).items()
        if target.startswith("new.") and worth.draws
    }


def names_in(source: Source) -> list[str]:
    """List the sequences that `nextval` is called with by name, wherever that is."""
    if source.language not in _READ:
        return list(dict.fromkeys(_NAMED.findall(source.text)))
    words = tokens(source.text)
    calls = [words[place : place + 3] for place, word in enumerate(words) if word == Token("word", "nextval")]
    return list(dict.fromkeys(call[2].text for call in calls if len(call) == 3 and call[2].kind == "text"))


def _may_draw(source: Source) -> bool:
    """Whether a source mentions what draws, other than in a comment."""
    if source.language not in _READ:
        return _DRAWS.search(source.text) is not None
    words = tokens(source.text)
    return any(_DRAWS.search(word.text) or word.text in source.drawing for word in words)


def _assigned(source: Source) -> dict[str, Worth]:
    """Find what each variable, and what is returned, may be worth; twice through, as a loop comes back to its start."""
    known = {name: constant(value) for name, value in source.known.items()}
    assignments = _assignments(source.text, source.language)
    for targets, expression in (*assignments, *assignments):
        found = worth_of(expression, Scope(known=known, drawing=source.drawing))
        for target in targets:
            known[target] = drawn_together([known[target], found]) if target in known and found.draws else found
    return known


@lru_cache(maxsize=64)
def _assignments(text: str, language: str) -> tuple[_Assignment, ...]:
    """Take a source apart; a trigger's function may be that of ten thousand tables."""
    statements = list(_statements(tokens(text)))
    if language == "sql":
        return tuple(((_RETURNED,), statement) for statement in statements[-1:])
    return tuple(found for statement in statements for found in _of_statement(statement))


def _statements(words: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Divide a source at semicolons, and where PL/pgSQL has a statement after a word."""
    return (statement for statement in divided(words, (";", *_OPENING), statements=True) if statement)


def _of_statement(words: Sequence[Token]) -> Iterator[_Assignment]:
    """Find what a statement assigns: `target := value`, `select value into target`, `return value`."""
    first = words[0].text if words[0].kind == "word" else ""
    if first == "return":
        yield (_RETURNED,), words[1:]
    elif first in ("select", "execute", "with", "insert", "update", "delete"):
        yield from _into(words, selects=first == "select")
    elif first not in _LEADING:
        yield from _set(words)


def _set(words: Sequence[Token]) -> Iterator[_Assignment]:
    """Read an assignment; a declaration has the variable's type before it."""
    target, value = split_at(words, (":=", "=", "default"))
    path = path_at(target, 0)
    if value and path:
        yield (".".join(path),), value[1:]


def _into(words: Sequence[Token], *, selects: bool) -> Iterator[_Assignment]:
    """Read what is selected INTO variables, wherever INTO stands; from anything but a list of values: computed."""
    before, into = split_at(words, ("into",))
    if before and before[0].text == "insert":  # its own INTO
        inner, into = split_at(into[1:], ("into",))
        before = [*before, *inner]
    targets, after = _targets(into[1:])
    chosen = split_at([*before[1:], *after], ("from", "limit", "where"))[0] if selects else ()
    values = divided([word for word in chosen if word != Token("word", "strict")], ",")
    if selects and len(values) == len(targets):
        plain = (split_at(value, ("as",))[0] for value in values)
        yield from (((target,), value) for target, value in zip(targets, plain, strict=True))
    else:
        yield tuple(targets), [Token("word", ""), *words]


def _targets(words: Sequence[Token]) -> tuple[list[str], Sequence[Token]]:
    """Read the variables after INTO, and give the rest."""
    place = 1 if words and words[0] == Token("word", "strict") else 0
    found = []
    while path := path_at(words, place):
        found.append(".".join(path))
        place += 2 * len(path) - 1
        if not is_sign(words, place, ","):
            break
        place += 1
    return found, words[place:]
