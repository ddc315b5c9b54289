"""Under which name a fixture finds its table again: the file's stem, or a key inside the file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import chain, count
from pathlib import PurePath

from seedkit.core.fixtures import OPTIONS_KEY
from seedkit.core.names import QualifiedName, quote_identifier
from seedkit.core.relations import Catalog, Relation
from seedkit.errors import CatalogError
from seedkit.printable import on_one_line

_FILE_STEM = re.compile(r'[^ .\\/:*?"<>|~-][^\\/:*?"<>|]*\Z')
_NOT_IN_A_FILE_NAME = re.compile(r"[^\w-]+")
_STEM_LIMIT_BYTES = 200


def typed_name(catalog: Catalog, relation: Relation) -> str:
    """Give the name that finds just this table: bare in the schema public, else with its schema; quoted if need be."""
    for name in _candidates(relation.name):
        if name != OPTIONS_KEY and _finds(catalog, name, relation):
            return name
    return relation.name.qualified


def file_stem(name: str) -> str | None:
    """Give the stem of a file that is named after a table, or None where no file can have the name.

    >>> file_stem("sales.orders"), file_stem("a/b"), file_stem('"a.b"')
    ('sales.orders', None, None)
    """
    fits = _FILE_STEM.match(name) and name[-1] not in " ." and len(name.encode()) <= _STEM_LIMIT_BYTES
    return name if fits and on_one_line(name) == name else None


def is_called_after(path: str, name: str) -> bool:
    """Whether a file, packed or not, is called after a name, in any case.

    >>> is_called_after("fixtures/Users.csv.gz", "users"), is_called_after("fixtures/users.yml", "user")
    (True, False)
    """
    file = PurePath(path)
    return PurePath(file.stem if file.suffix.lower() == ".gz" else file).stem.lower() == name.lower()


def file_stems(names: Collection[str]) -> Mapping[str, str]:
    """Give each of several tables' files a stem of its own: the table's name, or a spare one where no file can have it.

    >>> file_stems(["a/b", "a_b", "a?b"])
    {'a_b': 'a_b', 'a/b': 'a_b_2', 'a?b': 'a_b_3'}
    """
    stems = {name: name for name in names if file_stem(name)}
    taken = set(stems)
    for name in dict.fromkeys(names):
        if name not in stems:
            spare = spare_stem(name)
            numbered = chain([spare], (f"{spare}_{number}" for number in count(2)))
            stems[name] = next(stem for stem in numbered if stem not in taken)
            taken.add(stems[name])
    return stems


def spare_stem(name: str) -> str:
    """Make a stem for a table whose own name no file can have.

    >>> spare_stem("a/b"), spare_stem("...")
    ('a_b', 'rows')
    """
    return _NOT_IN_A_FILE_NAME.sub("_", name).strip("_-")[:60] or "rows"


def _candidates(name: QualifiedName) -> Iterator[str]:
    if name.schema == "public":
        yield name.name
        yield quote_identifier(name.name)
    yield f"{name.schema}.{name.name}"


def _finds(catalog: Catalog, text: str, relation: Relation) -> bool:
    try:
        found = catalog.find(text, kinds="rp")
    except CatalogError:
        return False
    return found is not None and found.oid == relation.oid
