"""Reads the expressions of CHECKs, predicates, indexes, domains, partition bounds and SQL functions.

PostgreSQL writes the first ones down in one canonical form, with every operation in parentheses (`pg_get_expr`,
`pg_get_constraintdef`); bodies of functions are as their authors wrote them, so precedence is PostgreSQL's (manual,
"Operator Precedence").
"""

from __future__ import annotations

import re
from functools import lru_cache

from seedkit.core.generation.expressions.predicates import comparison_by_word, is_test
from seedkit.core.generation.expressions.primaries import primary
from seedkit.core.generation.expressions.token_stream import TokenStream
from seedkit.core.generation.expressions.tokens import NotReadError
from seedkit.core.generation.expressions.tree import (
    And,
    Call,
    Cast,
    Collated,
    Expression,
    Field,
    Not,
    Operation,
    Or,
    Quantified,
    Subscript,
    Unread,
)
from seedkit.core.generation.expressions.type_names import qualified, type_name

_OR, _AND, _NOT, _IS, _COMPARISON, _LIKE, _OTHER, _SUM, _PRODUCT, _POWER, _AT, _COLLATE, _SIGN, _POSTFIX = range(1, 15)
_BINDING = {
    **dict.fromkeys(("<", ">", "=", "<=", ">=", "<>", "!="), _COMPARISON),
    **dict.fromkeys("+-", _SUM),
    **dict.fromkeys("*/%", _PRODUCT),
    "^": _POWER,
}
_CHECK = re.compile(r"CHECK \((?P<expression>.*)\)(?: NO INHERIT| NOT VALID| NOT ENFORCED)*", re.DOTALL)


@lru_cache(maxsize=8192)
def parsed(text: str) -> Expression:
    """Read an expression; what is not known comes back as `Unread`, never as an exception.

    >>> parsed("(price > (0)::numeric)")
    Operation(operator='>', left=Column(name='price'), right=Cast(operand=Constant(value=0), type='numeric'))
    >>> parsed("(a > ")
    Unread(text='(a > ', reason="'' instead of a value")
    """
    try:
        parser = _Parser(TokenStream(text))
        return parser.whole()
    except NotReadError as error:
        return Unread(text, str(error))
    except RecursionError:
        return Unread(text, "too deep")


def parsed_check(definition: str) -> Expression:
    """Read what `pg_get_constraintdef` writes of a CHECK.

    >>> parsed_check("CHECK ((a IS NULL)) NOT VALID")
    IsNull(operand=Column(name='a'))
    """
    found = _CHECK.fullmatch(definition)
    return parsed(found.group("expression")) if found else Unread(definition, "no CHECK")


class _Parser:
    """Takes operators by how tightly they bind; what stands between them is read by `primaries`."""

    def __init__(self, tokens: TokenStream) -> None:
        self._tokens = tokens

    def whole(self) -> Expression:
        """Read all of the text."""
        expression = self.expression()
        if self._tokens.next.kind != "end":
            raise NotReadError(f"{self._tokens.next.text!r} after an expression")
        return expression

    def expression(self, binding: int = 0) -> Expression:
        """Read what binds more tightly than `binding`."""
        left = self._first()
        while True:
            longer = self._longer(left, binding)
            if longer is None:
                return left
            left = longer

    def _first(self) -> Expression:
        tokens = self._tokens
        if tokens.took("not"):
            return Not(self.expression(_NOT))
        if tokens.next.kind == "operator":
            operator = tokens.take().text
            return Operation(operator, None, self.expression(_SIGN if operator in "+-" else _OTHER))
        return primary(tokens, self.expression)

    def _longer(self, left: Expression, binding: int) -> Expression | None:
        """Take an operator and what stands behind it; None where it binds less tightly, or there is none."""
        for level, take in (
            (_POSTFIX, self._postfix),
            (_COLLATE, self._collated),
            (_AT, self._at_time_zone),
            (_LIKE, self._like),
            (_IS, self._is),
            (_AND, self._and),
            (_OR, self._or),
        ):
            if level > binding and (longer := take(left)) is not None:
                return longer
        return self._operation(left, binding)

    def _operation(self, left: Expression, binding: int) -> Expression | None:
        tokens = self._tokens
        if tokens.next.kind == "operator":
            level = _BINDING.get(tokens.next.text, _OTHER)
            return self._right_of(left, tokens.take().text, level) if level > binding else None
        if binding < _OTHER and tokens.took("operator", "("):
            return self._right_of(left, _named_operator(self._tokens), _OTHER)
        return None

    def _right_of(self, left: Expression, operator: str, level: int) -> Expression:
        operator = "<>" if operator == "!=" else operator
        for word in ("any", "some", "all"):
            if self._tokens.took(word, "("):
                array = self.expression()
                self._tokens.expect(")")
                return Quantified(operator, left, array, every=word == "all")
        return Operation(operator, left, self.expression(level))

    def _postfix(self, left: Expression) -> Expression | None:
        tokens = self._tokens
        if tokens.took("::"):
            return Cast(left, type_name(tokens))
        if tokens.took("["):
            index = self.expression()
            tokens.expect("]")
            return Subscript(left, index)
        if tokens.took("."):
            return Field(left, tokens.name())
        return None

    def _collated(self, left: Expression) -> Expression | None:
        return Collated(left, qualified(_parts(self._tokens))) if self._tokens.took("collate") else None

    def _at_time_zone(self, left: Expression) -> Expression | None:
        if self._tokens.took("at", "local"):
            return Call("timezone", (left,))
        if self._tokens.took("at", "time", "zone"):
            return Call("timezone", (self.expression(_AT), left))
        return None

    def _like(self, left: Expression) -> Expression | None:
        return comparison_by_word(left, self._tokens, lambda: self.expression(_LIKE))

    def _is(self, left: Expression) -> Expression | None:
        return is_test(left, self._tokens, lambda: self.expression(_IS))

    def _and(self, left: Expression) -> Expression | None:
        if not self._tokens.took("and"):
            return None
        right = self.expression(_AND)
        return And((*(left.operands if isinstance(left, And) else (left,)), right))

    def _or(self, left: Expression) -> Expression | None:
        if not self._tokens.took("or"):
            return None
        right = self.expression(_OR)
        return Or((*(left.operands if isinstance(left, Or) else (left,)), right))


def _parts(tokens: TokenStream) -> list[str]:
    parts = [tokens.name()]
    while tokens.took("."):
        parts.append(tokens.name())
    return parts


def _named_operator(tokens: TokenStream) -> str:
    """Take the rest of `OPERATOR(schema.@>)`."""
    parts = []
    while tokens.next.kind in ("name", "word"):
        parts.append(tokens.name())
        tokens.expect(".")
    operator = tokens.take().text
    tokens.expect(")")
    return qualified([*parts, operator])
