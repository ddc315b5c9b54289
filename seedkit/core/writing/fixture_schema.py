"""A JSON Schema (draft-07) of a project's fixtures, for editors: what each table's rows may hold, by the live catalog.

It is made never to find fault with what loads. A tag is no part of what JSON Schema sees, only its text: so wherever a
value of a type is asked for, a text that could be a tag's is let pass, and so is whatever PostgreSQL alone can judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.references import stem_of
from seedkit.core.generation.narrowing import narrowed
from seedkit.core.writing.described_tables import TableToDescribe, stems, told, written
from seedkit.core.writing.refinement_schema import REFINEMENTS, refinement_schema
from seedkit.core.writing.value_schema import ANY, COUNTED, LIST_OR_TEXT, Schema, value_schema

_MODELINE = "# yaml-language-server: $schema={}#/definitions/{}"
_CAMEL = re.compile(r"_([a-z0-9])")
_LEAVE_OUT = ("defaults", "ignore", "rest")
"""With one of these options, rows or labels may leave out what they would have to say."""


_LEAVES_OUT: Schema = {
    "required": ["_fixture"],
    "properties": {"_fixture": {"anyOf": [{"required": [option]} for option in _LEAVE_OUT]}},
}
"""What a mapping is like that says so."""


def fixture_schema(tables: Iterable[TableToDescribe]) -> Schema:
    """Describe all fixtures: one definition a table, by its name, and files of several tables as the whole."""
    described = sorted(tables, key=lambda table: table.name)
    definitions: Schema = {"_fixture": _OPTIONS, REFINEMENTS: refinement_schema(described)}
    for table in described:
        definitions |= {
            f"columns of {table.name}": _columns(table),
            f"row of {table.name}": {"allOf": [_ref(f"columns of {table.name}"), *_required(table.table)]},
            f"labelled row of {table.name}": {
                "allOf": [_ref(f"columns of {table.name}"), *_required(table.table, labelled=True)]
            },
            table.name: _file(table.name),
            f"some of {table.name}": _file_that_leaves_out(table.name),
        }
    named: Schema = {table.name: {} for table in described}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Fixtures of several tables",
        "type": "object",
        "properties": {"_fixture": {"$ref": "#/definitions/_fixture"}, **named},
        "patternProperties": {f"^{re.escape(table.table.name.qualified)}$": {} for table in described},
        "additionalProperties": False,
        "if": _LEAVES_OUT,
        "then": _tables(described, "some of {}"),
        "else": _tables(described, "{}"),
        "definitions": definitions,
    }


def _tables(described: Iterable[TableToDescribe], definition: str) -> Schema:
    """Have each table's rows follow a definition, by whichever of its names."""
    refs = [(table, _ref(definition.format(table.name))) for table in described]
    return {
        "properties": {table.name: ref for table, ref in refs},
        "patternProperties": {f"^{re.escape(table.table.name.qualified)}$": ref for table, ref in refs},
    }


def modeline(schema: str, name: str) -> str:
    """Write the line that tells an editor which definition a file follows; `schema` is a path from the file.

    >>> modeline("../.schema.json", "sales.orders")
    '# yaml-language-server: $schema=../.schema.json#/definitions/sales.orders'
    """
    return _MODELINE.format(schema, _pointer(name))


def _pointer(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1").replace(" ", "%20")


def _ref(name: str) -> Schema:
    return {"$ref": f"#/definitions/{_pointer(name)}"}


def _file(name: str) -> Schema:
    """Describe a table's rows as a list, or under labels beside options.

    An editor that follows a definition adds what the whole document says and it does not: so it says all of it.
    """
    row, labelled, loose = (_ref(f"{kind} of {name}") for kind in ("row", "labelled row", "columns"))
    labels = _labels(loose)
    return {
        "title": f"rows of {name}",
        "type": ["array", "object", "null"],
        "properties": {},
        "additionalProperties": True,
        "if": {"type": "array"},
        "then": {"items": row},
        "else": {
            "if": _LEAVES_OUT,
            "then": labels | {"additionalProperties": loose},
            "else": labels | {"additionalProperties": labelled},
        },
    }


def _file_that_leaves_out(name: str) -> Schema:
    """Describe a table's rows where options above all tables say what is left out."""
    loose = _ref(f"columns of {name}")
    return {
        "title": f"rows of {name}",
        "type": ["array", "object", "null"],
        "if": {"type": "array"},
        "then": {"items": loose},
        "else": _labels(loose) | {"additionalProperties": loose},
    }


def _labels(loose: Schema) -> Schema:
    return {"properties": {"_fixture": {"$ref": "#/definitions/_fixture"}, "DEFAULTS": loose}}


def _columns(table: TableToDescribe) -> Schema:
    columns = written(table.table)
    properties = {column.name: _column(table, column) for column in columns}
    by_label = {stem: column.name for column in columns for stem in stems(table.table, column)}
    named = {stem: {"description": f"{name}, by a label"} for stem, name in by_label.items() if stem not in properties}
    joined = {name: {"description": f"labels of rows of {name}"} | LIST_OR_TEXT for name in table.joins}
    return {
        "type": ["object", "null"],
        "title": f"a row of {table.name}",
        **({"description": table.comment} if table.comment else {}),
        "properties": {**joined, **named, **properties},
        "patternProperties": {f"^{re.escape(other)}$": ANY for other in _other_spellings(columns, properties)},
        "additionalProperties": COUNTED | {"errorMessage": f"{table.name} has no such column"},
        "defaultSnippets": [{"label": f"a row of {table.name}", "body": dict(_snippet(columns))}],
    }


def _column(table: TableToDescribe, column: Column) -> Schema:
    checks = (check.expression for check in table.rules.checks_of(column.name))
    in_a_key = any(column.name in key.columns for key in table.table.foreign_keys)
    label = in_a_key or stem_of(column.name) is not None
    described = value_schema(column, narrowed(column.name, checks), label=label)
    return {"description": "; ".join(told(table, column))} | described


def _required(table: Table, *, labelled: bool = False) -> Iterator[Schema]:
    """Ask for what an insert must give, by whichever name; nothing where a trigger or a rule may fill it.

    A labelled row may have its key from its label.
    """
    if table.insert_triggers or table.rules:
        return
    spared = {name for key in table.foreign_keys if len(key.columns) > 1 for name in key.columns}
    if labelled and table.primary_key:
        spared |= set(table.primary_key.columns)
    for column in written(table):
        if column.required and column.name not in spared and not _is_stamp(column.name):
            names = dict.fromkeys((column.name, *stems(table, column), _camel(column.name)))
            ways = [{"required": [name]} for name in names]
            yield ways[0] if len(ways) == 1 else {"anyOf": ways}


def _is_stamp(name: str) -> bool:
    return re.fullmatch(r"(?:created|updated)_?(?:at|on)", name, re.IGNORECASE) is not None


def _other_spellings(columns: Sequence[Column], known: Mapping[str, object]) -> Iterator[str]:
    """Give the names that find a column as well, and that nobody needs to be offered."""
    for column in columns:
        spellings = (_camel(column.name), column.name.upper(), column.name.lower())
        yield from (name for name in dict.fromkeys(spellings) if name not in known)


def _camel(name: str) -> str:
    return _CAMEL.sub(lambda found: found[1].upper(), name)


def _snippet(columns: Sequence[Column]) -> Iterator[tuple[str, str]]:
    """Fill in the columns that a row must have, else the first three, each a place to type in."""
    wanted = [column for column in columns if column.required] or columns[:3]
    for place, column in enumerate(wanted, 1):
        yield column.name, f"${{{place}:{column.type_name}}}"


_NAMES = {"type": ["array", "string"], "items": {"type": "string"}}
_OPTIONS: Schema = {
    "description": "what holds for the whole file",
    "type": "object",
    "properties": {
        "table": {"type": "string", "description": "the table, where the file has another name"},
        "on_conflict": {"enum": ["update", "skip", "error"], "description": "what becomes of a row that is there"},
        "key": _NAMES | {"description": "the columns that identify a row, in place of the primary key"},
        "environments": _NAMES | {"description": "the rows load only with --env and one of these"},
        "ignore": _NAMES | {"description": "labels that are no rows"},
        "defaults": {"type": "object", "description": "what rows have in columns that they leave out"},
        "rest": {"enum": ["generate"], "description": "what rows leave out is made up"},
        "ids": {"enum": ["from-labels", "from-database"], "description": "where labelled rows take their ids from"},
    },
    "additionalProperties": False,
}
