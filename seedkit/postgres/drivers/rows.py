"""Rows as JSON, as values: what a driver makes of them is its own affair."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

_QUERY = re.compile(r"(?:\s|--[^\n]*\n)*(?:select|with)\b", re.IGNORECASE)


def gives_rows(statement: str) -> bool:
    r"""Whether a statement is a query.

    >>> gives_rows("-- One row.\nwith one as (select 1) select"), gives_rows("savepoint selected")
    (True, False)
    """
    return _QUERY.match(statement) is not None


def as_json(query: str) -> str:
    """Have a query give one text a row, with its columns by name."""
    return f"select pg_catalog.row_to_json(seedkit_row)::pg_catalog.text from (\n{query}\n) as seedkit_row"  # noqa: S608


def row_in(document: str) -> list[tuple[str, Any]]:
    """Read a row; its pairs are kept, as columns may have one name.

    >>> row_in('{"a": 1, "a": [{"b": null}]}')
    [('a', 1), ('a', [{'b': None}])]
    """
    pairs: list[tuple[str, Any]] = json.loads(document, object_pairs_hook=_Pairs, parse_float=Decimal)
    return [(name, _plain(value)) for name, value in pairs]


class _Pairs(list[tuple[str, Any]]):
    """An object of JSON."""


def _plain(value: object) -> object:
    if isinstance(value, _Pairs):
        return {name: _plain(inner) for name, inner in value}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
