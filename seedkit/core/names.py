"""Names of tables, columns and sequences: how they are read from text, folded, shown and found again when misspelt.

Names are looked up among the catalog's own names; no SQL is ever built from them here.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct

from seedkit.errors import CatalogError, Origin

NAME_LIMIT_BYTES = 63
"""PostgreSQL cuts an identifier after 63 bytes (NAMEDATALEN - 1)."""

Columns: TypeAlias = "tuple[str, ...]"
"""Some columns of a table, by their names."""

_PLAIN_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_$]*\Z")
_QUOTED = r'"(?:[^"]|"")*"'
_SHOWN_QUOTED = re.compile(rf"(?:{_QUOTED}|[a-z_][a-z0-9_$]*)\.{_QUOTED}\Z|{_QUOTED}(?:\.[a-z_][a-z0-9_$]*)?\Z")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PART = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^."]+?))\s*(\.|\Z)')


class QualifiedName(Struct, frozen=True, order=True):
    """The name of a table or a sequence together with its schema, exactly as the catalog has them.

    >>> str(QualifiedName("public", "users")), str(QualifiedName("sales", "Order Items"))
    ('users', 'sales."Order Items"')
    """

    schema: str
    name: str

    def __str__(self) -> str:
        if self.schema == "public":
            return quote_identifier(self.name)
        return self.qualified

    @property
    def qualified(self) -> str:
        """The name with its schema, also where that is public, as `to_regclass` reads it.

        >>> QualifiedName("public", "users").qualified
        'public.users'
        """
        return f"{quote_identifier(self.schema)}.{quote_identifier(self.name)}"


class TableName(QualifiedName, frozen=True):
    """The name of a table, a partitioned table, a view or a foreign table."""


class SequenceName(QualifiedName, frozen=True):
    """The name of a sequence."""


def quote_identifier(name: str) -> str:
    """Show an identifier as psql shows it: bare where it can stand bare, else in double quotes.

    >>> quote_identifier("users"), quote_identifier("Users"), quote_identifier('a"b')
    ('users', '"Users"', '"a""b"')
    """
    if _PLAIN_IDENTIFIER.match(name):
        return name
    return '"' + name.replace('"', '""') + '"'


def column_of(table: object, column: str) -> str:
    """Show a column with its table, both as psql would.

    >>> column_of(TableName("public", "users"), "id"), column_of(TableName("public", "Order Items"), "Item Id")
    ('users.id', '"Order Items"."Item Id"')
    """
    return f"{table}.{quote_identifier(column)}"


def in_quotes(name: object) -> str:
    """Put a name of a table or a sequence in quotes for a sentence; one that is shown in quotes has them already.

    >>> in_quotes(TableName("public", "users")), in_quotes(TableName("public", "Post")), in_quotes("shop.posts")
    ('"users"', '"Post"', '"shop.posts"')
    """
    shown = str(name)
    return shown if _SHOWN_QUOTED.match(shown) else f'"{shown}"'


class ExactName(str):
    """A table's name that is meant as it is spelled, in no other case: it comes from a program, nobody has typed it.

    As text it is what would be typed. Without a schema the search path finds it.

    >>> ExactName("users"), ExactName("Order Items", "sales")
    ('users', 'sales."Order Items"')
    """

    __slots__ = ("name", "schema")

    schema: str | None
    name: str

    def __new__(cls, name: str, schema: str | None = None) -> ExactName:
        """Cut the names where PostgreSQL cuts them."""
        parts = [quote_identifier(part) for part in (schema, name) if part is not None]
        made = super().__new__(cls, ".".join(parts))
        made.name, made.schema = truncate(name), schema and truncate(schema)
        return made


def truncate(name: str) -> str:
    """Cut a name where PostgreSQL cuts it, never inside a character.

    >>> len(truncate("ü" * 40).encode())
    62
    """
    written = name.encode(errors="replace")  # what is no UTF-8 is one byte, and so is its replacement
    return name if len(written) <= NAME_LIMIT_BYTES else written[:NAME_LIMIT_BYTES].decode(errors="ignore")


def readings(text: str) -> list[tuple[str | None, str]]:
    """List what a typed name can mean, as (schema or None, name), the likeliest first.

    >>> readings("sales.orders")
    [('sales', 'orders'), (None, 'sales.orders')]
    >>> readings('"Order Items"')
    [(None, 'Order Items'), (None, '"Order Items"')]
    """
    if isinstance(text, ExactName):
        return [(text.schema, text.name)]
    found: list[tuple[str | None, str]] = []
    parts = identifiers(text)
    if len(parts) == 1:
        found.append((None, truncate(parts[0])))
    elif len(parts) == 2:
        found.append((truncate(parts[0]), truncate(parts[1])))
    whole: tuple[str | None, str] = (None, truncate(text))
    found = found if whole in found else [*found, whole]
    return found if text.isascii() else [*found, *_in_other_forms(found)]


def _in_other_forms(found: Sequence[tuple[str | None, str]]) -> Iterator[tuple[str | None, str]]:
    """Spell names with composed or decomposed letters: macOS gives the names of files in the latter."""
    from unicodedata import normalize

    for form in ("NFC", "NFD"):
        for schema, name in found:
            other = (schema and normalize(form, schema), normalize(form, name))
            if other != (schema, name):
                yield other


def identifiers(text: str) -> list[str]:
    """Take a name with its schema apart; nothing comes of a text that is none.

    >>> identifiers('sales."Order Items"'), identifiers("a..b")
    (['sales', 'Order Items'], [])
    """
    parts: list[str] = []
    position = 0
    while match := _PART.match(text, position):
        quoted, bare, end = match.groups()
        parts.append(bare if quoted is None else quoted.replace('""', '"'))
        position = match.end()
        if end == "":
            return parts
    return []


def nearest(name: str, candidates: Iterable[str], limit: int = 3) -> list[str]:
    """Pick the candidates that look like the name, the nearest first.

    >>> nearest("emial", ["email", "name", "id"])
    ['email']
    """
    by_folded = {candidate.lower(): candidate for candidate in candidates}
    close = difflib.get_close_matches(name.lower(), by_folded, n=limit, cutoff=0.6)
    return [by_folded[match] for match in close]


def meant_name(name: str, names: Sequence[str], what: str, origin: Origin | None = None) -> str | None:
    """Return the name that a typed one means: as typed, else in lower case, else in any case if just one fits.

    Raises CatalogError where several fit; `what` they are.

    >>> meant_name("EMAIL", ["email", "Email"], "columns"), meant_name("firstname", ["firstName"], "columns")
    ('email', 'firstName')
    """
    for spelling in (name, name.lower()):
        if spelling in names:
            return spelling
    fitting = [each for each in names if each.lower() == name.lower()]
    if len(fitting) > 1:
        raise CatalogError(
            f'"{name}" fits several {what}', origin=origin, hint=f"Write {listed_or(fitting)}, as it is spelled."
        )
    return fitting[0] if fitting else None


def words_in(name: str) -> list[str]:
    """Give the words of a name that is written in capitals, in small letters or in camel case; digits are none.

    >>> words_in("shopDatabase2-URL")
    ['shop', 'Database', 'URL']
    """
    return _WORD.findall(name)


def did_you_mean(name: str, candidates: Iterable[str]) -> str | None:
    """Phrase the nearest candidates as a question, or None where nothing is near.

    >>> did_you_mean("usres", ["users", "orders"])
    'Did you mean "users"?'
    """
    close = nearest(name, candidates)
    return f"Did you mean {listed_or(close)}?" if close else None


def listed(names: Iterable[str]) -> str:
    """Join names for a sentence, each in double quotes.

    >>> listed(["id", "email"])
    '"id", "email"'
    """
    return ", ".join(map(in_quotes, names))


def listed_or(names: Sequence[str]) -> str:
    """Join names for a question.

    >>> listed_or(["a", "b"])
    '"a" or "b"'
    """
    return " or ".join(map(in_quotes, names))
