"""Values as other tools' fixtures have them, with their types, and as a column of ours is given them.

Where no column is known the value's own type decides; what would need one is refused by the caller.
"""

from __future__ import annotations

import json
import re

from seedkit.core.catalog import Column
from seedkit.core.values.json_reading import Foreign, Number, decoded, refuse_halves
from seedkit.core.writing.dump_spellings import spelling_for
from seedkit.core.writing.yaml_text import block_scalar, quoted_scalar, text_scalar, word_scalar
from seedkit.errors import FixtureError

BLOCK_INDENT = "    "
"""Stands before the lines of a text of several lines, deeper than the columns of a row."""

_TRUTH = {"t": "true", "f": "false", "true": "true", "false": "false", "1": "true", "0": "false"}


def spelled(value: Foreign, column: Column | None, *, refers: bool = False) -> str:
    """Write a value for a column, or for any; `refers` says that plain text might be taken for a label there.

    >>> spelled("NO", None), spelled(Number("1.10"), None), spelled(True, None), spelled(None, None)
    ("'NO'", '1.10', 'true', 'null')
    """
    if value is None:
        return "null"
    if column is None:
        return _by_its_own_type(value)
    if column.base_type in ("json", "jsonb"):
        return spelling_for(column, indent=BLOCK_INDENT)(json_text(value))
    if column.base_type == "bytea" and isinstance(value, str):
        return f"!!binary {quoted_scalar(value)}"
    if column.category in ("A", "R") or column.base_type.rpartition(".")[2] in ("hstore", "vector", "halfvec"):
        return _composed(value)
    if isinstance(value, (list, dict)):
        raise FixtureError(
            f'column "{column.name}" is of type {column.type_name} and can not take a '
            f"{'list' if isinstance(value, list) else 'mapping'}"
        )
    return _single(_as_python_shows(value) if column.category == "S" else str(value), column, refers=refers)


def _single(text: str, column: Column, *, refers: bool) -> str:
    if column.category == "B":
        return _TRUTH.get(text.lower()) or quoted_scalar(text)
    if text in ("True", "False") and column.category == "N":
        return str(int(text == "True"))
    if refers and column.category in ("S", "E"):
        return quoted_scalar(text)
    return spelling_for(column, indent=BLOCK_INDENT)(text)


def _by_its_own_type(value: Foreign) -> str:
    if isinstance(value, (Number, bool)):
        return str(value).lower() if isinstance(value, bool) else _plain_number(value)
    if isinstance(value, str):
        return (block_scalar(value, BLOCK_INDENT) if "\n" in value else None) or text_scalar(value)
    return quoted_scalar(json_text(value))


def _plain_number(number: str) -> str:
    return number if re.fullmatch(r"-?[0-9][0-9.eE+-]*", number) else quoted_scalar(number)


def _composed(value: Foreign) -> str:
    """Write what Django says as JSON in a text: an array, a range, an hstore."""
    if not isinstance(value, str) or isinstance(value, Number):
        return flow(value)
    try:
        parsed = from_json(value)
    except ValueError:
        return quoted_scalar(value)
    refuse_halves(parsed)
    if parsed == {"empty": True}:
        return "empty"
    return flow(_unpacked(parsed)) if isinstance(parsed, (list, dict)) else quoted_scalar(value)


def _unpacked(value: Foreign) -> Foreign:
    """Take a list of lists out of the texts in which Django says the inner ones."""
    if not isinstance(value, list) or not value:
        return value
    inner = [_list_in(item) for item in value]
    return value if None in inner else [_unpacked(item) for item in inner]


def _list_in(value: Foreign) -> list[Foreign] | None:
    if not isinstance(value, str) or value[:1] != "[":
        return None
    try:
        found = from_json(value)
    except ValueError:
        return None
    return found if isinstance(found, list) else None


def flow(value: Foreign) -> str:
    """Write a list or a mapping on one line.

    >>> flow(["a", "no", None, Number("1")]), flow({"lower": "2020-01-01", "upper": None})
    ("[a, 'no', null, 1]", "{lower: '2020-01-01', upper: null}")
    """
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{word_scalar(key)}: {flow(part)}' for key, part in value.items())}}}"
    if isinstance(value, str) and not isinstance(value, Number):
        return word_scalar(value)
    return "null" if value is None else _by_its_own_type(value)


def json_text(value: Foreign) -> str:
    """Write a document as PostgreSQL shows one, numbers as Python shows them.

    >>> json_text({"a": [Number("1.10"), True, None, "é"]})
    '{"a": [1.1, true, null, "é"]}'
    """
    if isinstance(value, list):
        return f"[{', '.join(map(json_text, value))}]"
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key, ensure_ascii=False)}: {json_text(part)}" for key, part in value.items())
        return f"{{{', '.join(pairs)}}}"
    return _as_python_shows(value) if isinstance(value, Number) else json.dumps(value, ensure_ascii=False)


def _as_python_shows(value: str | bool) -> str:  # noqa: FBT001 - a value among others
    """Give the text of a single value; Django's own are Python's, so that 1.10 is 1.1."""
    if not isinstance(value, Number):
        return str(value)
    try:
        return str(int(value)) if value.lstrip("-").isdecimal() else repr(float(value))
    except ValueError:  # Python reads no number of more than 4,300 digits
        return str(value)


def from_json(text: str) -> Foreign:
    """Read JSON with its numbers as they are spelled; raises ValueError, also for what is nested too deeply."""
    return decoded(text, 0)[0]
