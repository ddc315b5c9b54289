"""Finds what an expression in a function's source draws, and whether its value is the sequence's own.

Expressions are read as far as this needs: `nextval`, what keeps its value (coalesce, greatest, CASE, casts between
numbers and to text) and what spells it as a text (`||`, lpad, to_char, concat, format). All else computes with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct, field

from seedkit.core.sequences.default_expressions import Draw
from seedkit.core.sequences.source_tokens import (
    Token,
    bracketed,
    case_at,
    divided,
    is_sign,
    path_at,
    split_at,
    type_length,
)
from seedkit.core.sequences.source_worth import SPELLING_CALLS, Worth, constant, drawn_together, joined

_KEEPING_TYPES = (
    *("bigint", "int8", "integer", "int", "int4", "smallint", "int2", "numeric", "decimal"),
    *("text", "varchar", "character", "char", "bpchar", "citext", "regclass", "name"),
)
_KEEPING_CALLS = frozenset(("coalesce", "greatest", "least"))
_DRAWS = re.compile(r"\bnextval\b", re.IGNORECASE)
_DEEPEST = 100
_MOST_WORK = 100_000
"""Words of an expression, times how deep it stands: those inside are looked at once more at each depth."""
_END = Token("end", "")


class Scope(Struct, frozen=True, kw_only=True):
    """What names stand for: variables and parameters, `new.id`; and the functions that draw from a sequence."""

    known: Mapping[str, Worth] = field(default_factory=dict)
    drawing: Collection[str] = ()


def worth_of(expression: Sequence[Token], scope: Scope) -> Worth:
    """Find what an expression draws.

    >>> from seedkit.core.sequences.source_tokens import tokens
    >>> [(draw.sequence, draw.computed) for draw in worth_of(tokens("coalesce(new.id, nextval('s'))"), Scope()).draws]
    [('s', False)]
    """
    return _Reader(expression, scope).whole()


class _Reader:
    """Reads one expression from its beginning to its end."""

    def __init__(self, expression: Sequence[Token], scope: Scope, depth: int = 0) -> None:
        self._tokens = expression
        self._scope = scope
        self._place = 0
        self._depth = depth
        if depth > _DEEPEST or depth * len(expression) > _MOST_WORK:
            raise ValueError("is nested too deep")

    def whole(self) -> Worth:
        """Read all of it; what follows on an operand that is understood, such as `+ 1`, computes with it."""
        if self._is("select"):
            self._place += 1
            return self._selected()
        found = self._operand()
        while self._is("||"):
            self._place += 1
            found = joined([found, self._operand()])
        rest = self._tokens[self._place :]
        return drawn_together([found, self._loose(rest)]).computed() if rest else found

    def _selected(self) -> Worth:
        """Read what a SELECT in brackets gives: the first of its list, if there is no other set of rows."""
        rest = self._tokens[self._place :]
        chosen, others = split_at(rest, ("from", "as", "limit", "where"))
        if any(token.text in ("union", "except", "intersect") for token in others if token.kind == "word"):
            return self._loose(rest).computed()
        return self._inner(chosen)

    def _loose(self, expression: Sequence[Token]) -> Worth:
        """Find what is drawn anywhere in an expression that is not understood."""
        found, place = [], 0
        while place < len(expression):
            token = expression[place]
            found.append(self._scope.known.get(".".join(path_at(expression, place)), Worth()))
            if token.kind == "text" and _DRAWS.search(token.text):  # SQL that is put together, and executed
                found.append(Worth(draws=frozenset({Draw(None)})))
            place += 1
            calls = token.kind == "word" and (token.text == "nextval" or token.text in self._scope.drawing)
            if calls and is_sign(expression, place, "("):
                inside, place = bracketed(expression, place)
                found.append(self._called(token.text, [self._inner(part) for part in divided(inside, ",")]))
        return drawn_together(found).computed()

    def _inner(self, expression: Sequence[Token]) -> Worth:
        return _Reader(expression, self._scope, self._depth + 1).whole()

    def _operand(self) -> Worth:
        token = self._peek()
        if token.text == "(" and token.kind == "sign":
            inside, self._place = bracketed(self._tokens, self._place)
            found = self._inner(inside)
        elif token.kind in ("text", "number"):
            self._place += 1
            found = constant(token.text if token.kind == "text" else int(token.text[:18]))
        elif self._is("case"):
            found = self._case()
        else:
            found = self._named()
        return self._cast(found)

    def _named(self) -> Worth:
        """Read a variable or a call; PostgreSQL's own functions may be named with their schema."""
        path = path_at(self._tokens, self._place)
        name = ".".join(path)
        self._place += max(0, 2 * len(path) - 1)
        if self._is("[") and name == "tg_argv":  # a trigger's arguments, of which each is known by its place
            index, self._place = self._tokens[self._place + 1 : self._place + 2], self._place + 3
            return self._scope.known.get(f"{name}[{index[0].text if index else ''}]", Worth())
        if not self._is("("):
            return self._scope.known.get(name, Worth())
        inside, self._place = bracketed(self._tokens, self._place)
        if name == "cast":
            return self._cast_to(inside)
        return self._called(name.removeprefix("pg_catalog."), [self._inner(part) for part in divided(inside, ",")])

    def _called(self, name: str, arguments: Sequence[Worth]) -> Worth:
        if name == "nextval":
            return Worth(draws=frozenset({Draw(arguments[0].constant if arguments else None)}))
        if name in _KEEPING_CALLS:
            return drawn_together(arguments)
        if name in SPELLING_CALLS and arguments:
            return SPELLING_CALLS[name](arguments)
        if name.rpartition(".")[2] in self._scope.drawing:
            return Worth(draws=frozenset({Draw(None, computed=True)}))
        return drawn_together(arguments).computed()

    def _case(self) -> Worth:
        """Read a CASE: its value is that of a branch; what its conditions draw is thrown away."""
        inside, self._place = case_at(self._tokens, self._place)
        branches = []
        while inside:
            inside = split_at(inside, ("then", "else"))[1]
            branch, inside = split_at(inside[1:], ("when", "else"))
            branches.append(self._inner(branch))
            if inside and inside[0].text == "else":
                branches.append(self._inner(inside[1:]))
                break
        return drawn_together(branches)

    def _cast(self, found: Worth) -> Worth:
        while self._is("::"):
            keeps = _keeps(self._tokens, self._place + 1)
            self._place += 1 + type_length(self._tokens, self._place + 1)
            found = found if keeps else found.computed()
        return found

    def _cast_to(self, inside: Sequence[Token]) -> Worth:
        value, kind = split_at(inside, ("as",))
        found = self._inner(value)
        return found if _keeps(kind, 1) else found.computed()

    def _peek(self) -> Token:
        return self._tokens[self._place] if self._place < len(self._tokens) else _END

    def _is(self, text: str) -> bool:
        token = self._peek()
        return token.kind in ("word", "sign") and token.text == text


def _keeps(words: Sequence[Token], place: int) -> bool:
    """Whether a type holds a sequence's value as it is."""
    path = path_at(words, place)
    return bool(path) and path[:-1] in ((), ("pg_catalog",)) and path[-1] in _KEEPING_TYPES
