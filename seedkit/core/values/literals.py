"""Reads the literals that PostgreSQL writes for constants, such as those of defaults."""

from __future__ import annotations

import re

_LITERAL = re.compile(
    r"""(true|false|[0-9]+(?:\.[0-9]+)?)\Z  # which need no quotes
    |'((?:[^'\\]|'')*)'(?:::[\w.," \[\]]+(?:\([0-9, ]+\)[\w \[\]]*)?)?\Z""",
    re.VERBOSE,
)


def literal_value(expression: str) -> str | None:
    """Return the text of the value that an expression is, None where it is no literal or one with a backslash.

    >>> literal_value("'it''s'::character varying(10)"), literal_value("'-1'::integer"), literal_value("true")
    ("it's", '-1', 'true')
    >>> literal_value("now()"), literal_value("('a'::text || 'b'::text)"), literal_value("NULL::text")
    (None, None, None)
    """
    match = _LITERAL.match(expression)
    if match is None:
        return None
    return match[1] if match[1] is not None else match[2].replace("''", "'")
