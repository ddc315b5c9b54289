"""The tag `!json`: its text is the JSON document itself, whatever it looks like.

Without it a fixture can't say three things: the document `null`, which is not NULL; a string that begins like an object
or an array; and the very spelling of a lone number or string in a `json` column.
"""

from __future__ import annotations

from seedkit.core import values
from seedkit.core.catalog import Column
from seedkit.core.fixtures import Tagged, Value
from seedkit.core.values import Encoder

JSON_TAG = "!json"


def encoder_for(column: Column) -> Encoder:
    """Choose how values of a column become text, as `values.encoder_for`, with `!json` for the columns that take it."""
    encode = values.encoder_for(column)
    if column.base_type not in ("json", "jsonb"):
        return encode

    def encode_document(value: Value) -> str | None:
        if isinstance(value, Tagged) and value.tag == JSON_TAG and isinstance(value.value, str):
            return str(value.value)
        return encode(value)

    return encode_document
