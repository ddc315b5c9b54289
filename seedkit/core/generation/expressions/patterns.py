"""LIKE patterns and PostgreSQL's regular expressions, as Python's: those that mean the same, and no other."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

from seedkit.core.generation.expressions.values import NotEvaluatedError, ascii_only

_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\t\n\v\f\r ",
    "blank": r"\t ",
    "punct": r"!-/:-@\[-`{-~",
    "xdigit": "0-9A-Fa-f",
    "cntrl": r"\x00-\x1f\x7f",
    "print": r"\x20-\x7e",
    "graph": r"\x21-\x7e",
}
_ESCAPES = {
    "d": "[0-9]",
    "D": "[^0-9]",
    "w": "[a-zA-Z0-9_]",
    "W": "[^a-zA-Z0-9_]",
    "s": r"[\t\n\v\f\r ]",
    "S": r"[^\t\n\v\f\r ]",
}
_ESCAPES |= {"A": r"\A", "Z": r"\Z", "y": r"\b", "Y": r"\B", "m": r"\b(?=\w)", "M": r"\b(?<=\w)", "B": r"\\"}
_ESCAPES |= {"t": r"\t", "n": r"\n", "r": r"\r", "f": r"\f", "v": r"\v", "e": r"\x1b", "a": r"\x07"}
_IN_BRACKETS = {"d": "0-9", "w": "a-zA-Z0-9_", "s": r"\t\n\v\f\r "} | {letter: _ESCAPES[letter] for letter in "tnrfvea"}
_CLASS = re.compile(r"\[:([a-z]+):\]")
_BOUND = re.compile(r"\{\d{1,3}(?:,(?:\d{1,3})?)?\}")
_GROUPS = ("(?:", "(?=", "(?!", "(?<=", "(?<!")


def is_like(text: str, pattern: str, *, folds: bool = False) -> bool:
    r"""Whether a text is like a pattern; `folds` is ILIKE.

    >>> is_like("mail@example.com", "%@%.%"), is_like("Ada", "a%"), is_like("50%", r"50\%")
    (True, False, True)
    """
    if folds:
        text, pattern = ascii_only(text).lower(), ascii_only(pattern).lower()
    return _like(pattern).fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _like(pattern: str) -> re.Pattern[str]:
    parts, escaped = [], False
    for letter in pattern:
        if escaped or letter not in r"\%_":
            parts.append(re.escape(letter))
            escaped = False
        elif letter == "\\":
            escaped = True
        else:
            parts.append(".*" if letter == "%" else ".")
    if escaped:
        raise NotEvaluatedError("a LIKE pattern that ends in an escape")
    return re.compile("".join(parts), re.DOTALL)


def matches(text: str, pattern: str, *, folds: bool = False) -> bool:
    """Whether a regular expression matches somewhere in a text.

    >>> matches("T-345.246.800-1", "^T-?[0-9]{3}.?"), matches("ab", "^[[:digit:]]+$"), matches(",", "^[+--]$")
    (True, False, True)
    """
    found = _regular_expression(pattern)
    if folds or found.depends_on_locale:
        ascii_only(text)
    expression = _compiled(found.pattern, found.flags | re.IGNORECASE) if folds else found.compiled
    return expression.search(text) is not None


class _Translated:
    """A pattern in Python's spelling; whether its classes mean something else beyond ASCII."""

    def __init__(self, pattern: str, *, depends_on_locale: bool) -> None:
        self.pattern = pattern
        self.depends_on_locale = depends_on_locale
        self.flags = re.DOTALL | re.ASCII
        try:
            self.compiled = _compiled(pattern, self.flags)
        except re.error as error:
            raise NotEvaluatedError(f"regular expression: {error}") from error


def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    """Compile without Python's warning that `[+--]`, up to a hyphen, may mean something else one day."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return re.compile(pattern, flags)


@lru_cache(maxsize=1024)
def _regular_expression(pattern: str) -> _Translated:
    if pattern.startswith(("***", "(?")) and not pattern.startswith(_GROUPS):
        raise NotEvaluatedError("a regular expression with options")
    reader = _Reader(pattern)
    return _Translated(reader.translated(), depends_on_locale=reader.depends_on_locale)


class _Reader:
    """Goes through a regular expression of PostgreSQL's (manual, "Regular Expression Details")."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._place = 0
        self.depends_on_locale = False

    def translated(self) -> str:
        """Write it in Python's spelling; raises NotEvaluatedError for what may mean something else."""
        parts = []
        while self._place < len(self._pattern):
            parts.append(self._atom(self._pattern[self._place]))
        return "".join(parts)

    def _atom(self, letter: str) -> str:
        match letter:
            case "\\":
                return self._escape(_ESCAPES)
            case "[":
                return self._brackets()
            case "(":
                return self._group()
            case "{":
                return self._bound()
            case "*" | "+" | "?":
                return self._quantifier(letter)
            case _:
                return self._plain(letter)

    def _plain(self, letter: str) -> str:
        plain = {"$": r"\Z"} | {mark: mark for mark in "^.|)"}
        return self._taken(letter, plain.get(letter) or re.escape(letter))

    def _taken(self, text: str, python: str) -> str:
        self._place += len(text)
        return python

    def _group(self) -> str:
        group = next((group for group in _GROUPS if self._pattern.startswith(group, self._place)), "(")
        if group == "(" and self._pattern.startswith("(?", self._place):
            raise NotEvaluatedError("a regular expression with options")
        return self._taken(group, group)

    def _bound(self) -> str:
        found = _BOUND.match(self._pattern, self._place)
        if found is None:
            return self._taken("{", r"\{")
        return self._quantifier(found.group())

    def _quantifier(self, text: str) -> str:
        """Take a quantifier; Python's possessive ones (`a++`) are an error in PostgreSQL."""
        self._place += len(text)
        lazy = self._pattern.startswith("?", self._place)
        self._place += lazy
        if self._pattern.startswith(("*", "+", "?"), self._place):
            raise NotEvaluatedError("a regular expression with two quantifiers in a row")
        return text + "?" * lazy

    def _escape(self, known: dict[str, str]) -> str:
        letter = self._pattern[self._place + 1 : self._place + 2]
        if letter.isalnum() and letter not in known:
            raise NotEvaluatedError(f"\\{letter} in a regular expression")
        if letter in "wWsSyYmM":
            self.depends_on_locale = True
        return self._taken("\\" + letter, known.get(letter) or re.escape(letter or "\\"))

    def _brackets(self) -> str:
        """Take a bracket expression; `]` is its member where it comes first."""
        negated = self._pattern.startswith("[^", self._place)
        self._place += 2 if negated else 1
        members = [self._taken("]", r"\]")] if self._pattern.startswith("]", self._place) else []
        while not self._pattern.startswith("]", self._place):
            if self._place >= len(self._pattern):
                raise NotEvaluatedError("brackets that do not end in a regular expression")
            members.append(self._member())
        self._place += 1
        return f"[{'^' * negated}{''.join(members)}]"

    def _member(self) -> str:
        named = _CLASS.match(self._pattern, self._place)
        if named is not None:
            self.depends_on_locale |= named.group(1) not in ("digit", "xdigit")
            return self._taken(named.group(), self._named_class(named.group(1)))
        letter = self._pattern[self._place]
        if letter == "\\":
            return self._escape(_IN_BRACKETS)
        if self._pattern.startswith(("[.", "[="), self._place):
            raise NotEvaluatedError("a collating element in a regular expression")
        return self._taken(letter, letter if letter == "-" else re.escape(letter))

    @staticmethod
    def _named_class(name: str) -> str:
        if name not in _CLASSES:
            raise NotEvaluatedError(f"[:{name}:] in a regular expression")
        return _CLASSES[name]
