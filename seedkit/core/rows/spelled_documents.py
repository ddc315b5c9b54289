r"""Lists and mappings that stand in one line of a row, as the texts of JSON and of arrays. Knows no columns.

What the patterns match has one meaning: no word holds a quote, a backslash, a colon or a sign of a collection, and
numbers are spelled as JSON spells them. So a document is JSON once its words are in quotes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from seedkit.core.fixtures import NULL_WORDS

_QUOTES = ("'", '"')
_OPENING = frozenset("{[")
_WORDS = ("true", "false", "null")
_END = r"(?=[,}\]])"
_KEY = r"""(?:[^\W\d]\w*+|"[^"\\\n]*+"|'[^'"\\\n]*+')"""
_NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+"
_NO_WORD = rf"(?!(?:true|True|TRUE|false|False|FALSE|null|Null|NULL){_END})"
_NO_NULL = rf"(?!(?:null|Null|NULL){_END})"
_REST = r"""[^\n:#,\[\]{}?"'\\]*(?<! )"""
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_SINGLE, _DOUBLE = r"""'[^'"\\\n]*+'""", r'"[^"\\\n]*+"'
_LEAF = rf"(?:(?:(?:{'|'.join(_WORDS)}|{_NUMBER}){_END})|{_NO_WORD}[^\W\d]{_REST}|{_DATE}{_REST}|{_SINGLE}|{_DOUBLE})"
_DEPTH = 3
"""How deep lists and mappings may stand in each other."""


def _mapping(item: str) -> str:
    return rf"\{{(?:{_KEY}: {item}(?:, (?!\}})|(?=\}})))*\}}"


def _list(item: str) -> str:
    return rf"\[(?:{item}(?:, (?!\])|(?=\])))*\]"


def _document() -> str:
    item = _LEAF
    for _ in range(_DEPTH - 1):
        item = f"(?:{_LEAF}|{_mapping(item)}|{_list(item)})"
    return f"{_mapping(item)}|{_list(item)}"


DOCUMENT = _document()
TEXT_LIST = _list(rf"(?:{_NO_NULL}-?[\w./+$(]{_REST}|{_SINGLE}|{_DOUBLE})")
NUMBER_LIST = _list(_NUMBER + _END)

_TOKENS = re.compile(
    rf"""(\n|"[^"\n]*+":?+|'[^'\n]*+':?+|[A-Za-z_\x80-\U0010ffff][^\n:,\[\]{{}}]*+:?+|{_DATE}[^\n:,\[\]{{}}]*+)"""
)
"""Keys, words and texts, and what is between two documents; all else of them is JSON already."""
_ITEMS = re.compile(r"""(?:"([^"\n]*+)"|'([^'\n]*+)'|([^,\n]++))(?:, |\Z)""")


def document_texts(values: Sequence[str]) -> list[str] | None:
    r"""Write documents as JSON; None where one of them has a key twice.

    >>> document_texts(["{a: 1, b: [x y, 'z']}", "~", "'[1]'"])
    ['{"a": 1, "b": ["x y", "z"]}', '\\N', '[1]']
    """
    only_collections = {value[:1] for value in values} <= _OPENING
    parts = _TOKENS.split("\n".join(values if only_collections else map(_bare, values)))
    tokens, quoted = parts[1::2], _Quoted()
    parts[1::2] = map(quoted.__getitem__, tokens)
    written = "".join(parts).split("\n")
    if _repeat_keys("".join(map(quoted.keys_alone.__getitem__, tokens)).split("\n"), written):
        return None
    if only_collections:
        return written
    return [_given(value) or text for value, text in zip(values, written, strict=True)]


class _Quoted(dict[str, str]):
    """Keys, words and texts as JSON has them, each made once; `keys_alone` has nothing for what is no key."""

    def __init__(self) -> None:
        self["\n"] = "\n"
        self.keys_alone = {"\n": "\n"}

    def __missing__(self, token: str) -> str:
        is_key = token[-1] == ":"
        text = token[:-1] if is_key else token
        quoted = f'"{text[1:-1]}"' if text[0] in _QUOTES else f'"{text}"'
        self.keys_alone[token] = f"{quoted}:" if is_key else ""
        self[token] = self.keys_alone[token] or (text if text in _WORDS else quoted)
        return self[token]


def _bare(value: str) -> str:
    return value if value[:1] in _OPENING else ""


def _given(value: str) -> str | None:
    """Give what is no collection: JSON in quotes as it is, or NULL."""
    if value[:1] == "'":
        return value[1:-1].replace("''", "'")
    return "\\N" if value in NULL_WORDS else None


def _repeat_keys(keys: Sequence[str], documents: Sequence[str]) -> bool:
    """Whether one of some documents has a key twice in one mapping: only those with equal keys are looked at."""
    twice = {named for named in set(keys) if _holds_twice(named)}
    return bool(twice) and any(named in twice and _repeats(text) for named, text in zip(keys, documents, strict=True))


def _holds_twice(keys: str) -> bool:
    found = keys.split('":')
    return len(set(found)) < len(found)


def _repeats(document: str) -> bool:
    found: list[bool] = []

    def look(pairs: list[tuple[str, object]]) -> None:
        found.append(len(dict(pairs)) < len(pairs))

    json.loads(document, object_pairs_hook=look)
    return any(found)


def array_texts(values: Sequence[str]) -> list[str]:
    r"""Write lists of scalars as arrays.

    >>> array_texts(["[a, 'b, c', d]", "[]", "~"])
    ['{"a","b, c","d"}', '{}', '\\N']
    """
    return [_array(value) for value in values]


def _array(value: str) -> str:
    if value in NULL_WORDS:
        return "\\N"
    items = value[1:-1]
    if not items:
        return "{}"
    if "'" not in items and '"' not in items:
        return '{"' + items.replace(", ", '","') + '"}'
    texts = items.split(", ")
    if all(map(_is_whole, texts)):
        texts = [text[1:-1] if text[0] in _QUOTES else text for text in texts]
    else:
        texts = ["".join(found) for found in _ITEMS.findall(items)]
    return '{"' + '","'.join(texts) + '"}'


def _is_whole(item: str) -> bool:
    return item != "" and (item[0] not in _QUOTES or (len(item) > 1 and item[0] == item[-1]))
