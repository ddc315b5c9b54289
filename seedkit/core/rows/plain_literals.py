"""Spellings of values that have one meaning in columns of their type, as patterns of the recogniser.

The bare ones are for chunks that hold no quotes. A value that is spelled otherwise is read by YAML's parser.
"""

from __future__ import annotations

_NUMBER = r"[-+]?[0-9]++(?:\.[0-9]++)?+(?:[eE][-+]?[0-9]++)?+"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T]00:00(?::00(?:\.0++)?+)?+Z?+)?+"
_TIMESTAMP = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]++)?+)?+)?+"
_TIME = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]++)?+)?+"
_ZONED_TIME = rf"{_TIME}(?:[+-][0-9]{{2}}(?::?[0-9]{{2}})?+)?+"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_QUOTABLE = {"time without time zone": _TIME, "time with time zone": _ZONED_TIME, "date": _DATE}

NULL = "null|Null|NULL|~"
"""The words for NULL; nothing at all is one too."""

MAY_BE_LABELS = ("date", "time with time zone")
"""Types whose values in a foreign key may be meant as labels."""

LITERALS = {
    "timestamp without time zone": _TIMESTAMP,
    **{name: rf"""{literal}|'{literal}'|"{literal}\"""" for name, literal in _QUOTABLE.items()},
    "uuid": _UUID,
    **dict.fromkeys(("smallint", "integer", "bigint", "numeric", "real", "double precision"), _NUMBER),
}
BARE_LITERALS = {
    **LITERALS,
    **_QUOTABLE,
    **dict.fromkeys(("smallint", "integer", "bigint"), r"[-+]?[0-9]++"),
    **dict.fromkeys(("numeric", "real", "double precision"), r"[-+]?[0-9]++(?:\.[0-9]++)?+"),
}
