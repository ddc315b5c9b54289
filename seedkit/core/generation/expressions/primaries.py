"""Reads what stands between operators: literals, columns, calls, and the calls that have a syntax of their own."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from seedkit.core.generation.expressions.token_stream import TokenStream
from seedkit.core.generation.expressions.tokens import NotReadError
from seedkit.core.generation.expressions.tree import (
    NULL,
    ArrayOf,
    Call,
    Case,
    Cast,
    Column,
    Constant,
    Expression,
    Operation,
    RowOf,
)
from seedkit.core.generation.expressions.type_names import qualified, type_name

Inner = Callable[[], Expression]
"""Reads an expression that stands inside of another."""

_MOMENTS = frozenset(("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"))
_NAMES_OF_THE_SERVER = frozenset(
    ("current_role", "current_user", "session_user", "user", "current_catalog", "current_schema")
)
_CONSTANTS = {"null": NULL, "true": Constant(value=True), "false": Constant(value=False)}
_LITERALS = frozenset(("date", "interval", "time", "timestamp", "timestamptz"))
_UNKNOWN = frozenset(("exists", "json_exists", "json_query", "json_value", "overlay", "xmlexists"))
_TRIMS = {"both": "btrim", "leading": "ltrim", "trailing": "rtrim"}


def primary(tokens: TokenStream, inner: Inner) -> Expression:
    """Read one operand; raises NotReadError for what none begins with."""
    if tokens.took("("):
        return _in_parentheses(tokens, inner)
    token = tokens.take()
    match token.kind:
        case "text":
            return Constant(token.text)
        case "bits":
            return _bits(token.text)
        case "number":
            return _number(token.text)
        case "word":
            return _word(token.text, tokens, inner)
        case "name":
            return _named(token.text, tokens, inner)
        case _:
            raise NotReadError(f"{token.text!r} instead of a value")


def _in_parentheses(tokens: TokenStream, inner: Inner) -> Expression:
    items = [inner()]
    while tokens.took(","):
        items.append(inner())
    tokens.expect(")")
    return items[0] if len(items) == 1 else RowOf(tuple(items))


def _bits(text: str) -> Expression:
    digits = text[2:-1]
    return Cast(Constant(digits if text[0] in "bB" else "".join(f"{int(digit, 16):04b}" for digit in digits)), "bit")


def _number(text: str) -> Expression:
    return Constant(int(text) if text.isdecimal() else Decimal(text))


def _word(word: str, tokens: TokenStream, inner: Inner) -> Expression:
    if word in _CONSTANTS:
        return _CONSTANTS[word]
    for begun in (_without_parentheses, _constructor, _special, _typed_literal):
        found = begun(word, tokens, inner)
        if found is not None:
            return found
    return _named(word, tokens, inner)


def _constructor(word: str, tokens: TokenStream, inner: Inner) -> Expression | None:
    if word == "array" and tokens.took("["):
        return ArrayOf(_items(tokens, inner, "]"))
    if word == "row" and tokens.took("("):
        return RowOf(_items(tokens, inner, ")"))
    return None


def _special(word: str, tokens: TokenStream, inner: Inner) -> Expression | None:
    """Read what has a syntax of its own."""
    if word == "case":
        return _case(tokens, inner)
    if word in _UNKNOWN and tokens.has("("):
        raise NotReadError(word.upper())
    special = _SPECIAL.get(word)
    return special(tokens, inner) if special is not None and tokens.took("(") else None


def _typed_literal(word: str, tokens: TokenStream, inner: Inner) -> Expression | None:
    """Read `DATE '2024-02-29'`; PostgreSQL itself writes a cast."""
    del inner
    return Cast(Constant(tokens.take().text), word) if word in _LITERALS and tokens.next.kind == "text" else None


def _without_parentheses(word: str, tokens: TokenStream, inner: Inner) -> Expression | None:
    """Read a function that is called without parentheses; those of a moment may have a precision."""
    if word not in _MOMENTS | _NAMES_OF_THE_SERVER or tokens.has("."):
        return None
    return Call(word, _items(tokens, inner, ")") if tokens.took("(") else ())


def _named(name: str, tokens: TokenStream, inner: Inner) -> Expression:
    """Read a column or a call; before a column stands the table, and before a function its schema, which it keeps."""
    parts = [name]
    while tokens.took("."):
        parts.append(tokens.name())
    if not tokens.took("("):
        return Column(parts[-1])
    if tokens.has("variadic"):
        raise NotReadError("VARIADIC")
    return Call(qualified(parts), _items(tokens, inner, ")"))


def _items(tokens: TokenStream, inner: Inner, closing: str) -> tuple[Expression, ...]:
    if tokens.took(closing):
        return ()
    items = [inner()]
    while tokens.took(","):
        items.append(inner())
    tokens.expect(closing)
    return tuple(items)


def _case(tokens: TokenStream, inner: Inner) -> Expression:
    subject = None if tokens.has("when") else inner()
    branches = []
    while tokens.took("when"):
        condition = inner()
        tokens.expect("then")
        branches.append((condition if subject is None else Operation("=", subject, condition), inner()))
    otherwise = inner() if tokens.took("else") else NULL
    tokens.expect("end")
    return Case(tuple(branches), otherwise)


def _extract(tokens: TokenStream, inner: Inner) -> Expression:
    field = tokens.take()
    tokens.expect("from")
    return _closed(tokens, Call("extract", (Constant(field.text), inner())))


def _trim(tokens: TokenStream, inner: Inner) -> Expression:
    which = next((name for word, name in _TRIMS.items() if tokens.took(word)), "btrim")
    if tokens.took("from"):
        return _closed(tokens, Call(which, (inner(),)))
    first = inner()
    if tokens.took("from"):
        return _closed(tokens, Call(which, (inner(), first)))
    return _closed(tokens, Call(which, (first,)))


def _position(tokens: TokenStream, inner: Inner) -> Expression:
    """Read `POSITION((part) IN (whole))`; its parts are in parentheses, or `IN` would be taken for an operator."""
    tokens.expect("(")
    part = _in_parentheses(tokens, inner)
    tokens.expect("in")
    return _closed(tokens, Call("strpos", (inner(), part)))


def _substring(tokens: TokenStream, inner: Inner) -> Expression:
    arguments = [inner()]
    while tokens.took("from") or tokens.took("for") or tokens.took(","):
        arguments.append(inner())
    return _closed(tokens, Call("substring", tuple(arguments)))


def _cast(tokens: TokenStream, inner: Inner) -> Expression:
    operand = inner()
    tokens.expect("as")
    return _closed(tokens, Cast(operand, type_name(tokens)))


def _closed(tokens: TokenStream, call: Expression) -> Expression:
    tokens.expect(")")
    return call


_SPECIAL: dict[str, Callable[[TokenStream, Inner], Expression]] = {
    "cast": _cast,
    "extract": _extract,
    "position": _position,
    "substring": _substring,
    "trim": _trim,
}
