"""Which table a fixture of Rails fills: that of its model class, else the one that is called as its path is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.plurals import irregular_plurals, plurals
from seedkit.core.fixture_language.references import foreign_key_of, literal_test, stem_of, table_names, underscored
from seedkit.core.fixtures import Row, Value

_ES = ("y", "s", "x", "ch", "sh")
_IRREGULAR = ("person", "child", "man", "mouse", "quiz", "datum", "medium")


def table_candidates(set_name: str, model_class: Value) -> list[str]:
    """List the tables that a fixture may mean, the likeliest first.

    >>> table_candidates("admin/users", None), table_candidates("other_posts", "Blog::Post")[:2]
    (['admin_users', 'users'], ['blog_posts', 'posts'])
    >>> table_candidates("users", "Person")[0], table_candidates("users", "Category")[0]
    ('people', 'categories')
    """
    own = [set_name.replace("/", "_"), set_name.rpartition("/")[2]]
    if not isinstance(model_class, str):
        return list(dict.fromkeys(own))
    words = [underscored(name) for name in (model_class.replace("::", "_"), model_class.rpartition("::")[2])]
    named = [table_names(word) for word in words]
    guesses = [name for regular, irregular in named for name in (*regular, *irregular)]
    return list(dict.fromkeys([*map(_likeliest, words), *guesses, *own]))


def _likeliest(word: str) -> str:
    """Give the plural that Rails would."""
    regular, irregular = plurals(word), irregular_plurals(word)
    if irregular and word.endswith(_IRREGULAR):
        return irregular[0]
    return regular[2 if word.endswith(_ES) else 1]


def leaves_out_key(rows: tuple[Row, ...], table: Table | None) -> bool:
    """Whether a row leaves out its id, which Rails makes of its label."""
    column = "id" if table is None else table.key_column
    return column is not None and any(column not in row.values for row in rows)


def words_for_numbers(rows: tuple[Row, ...], table: Table) -> Mapping[str, Row]:
    """Give the columns of numbers that have words, and no foreign key for labels, each with its first row."""
    found: dict[str, Row] = {}
    for row in rows:
        for name in _words(row, table):
            found.setdefault(name, row)
    return found


def _words(row: Row, table: Table) -> Iterator[str]:
    for name, value in row.values.items():
        column = next((column for column in table.columns if column.name == name), None)
        if column is None or column.category != "N" or type(value) is not str or stem_of(name) is not None:
            continue
        is_number = literal_test(column)
        if is_number and not is_number(value) and "$LABEL" not in value and foreign_key_of(table, name) is None:
            yield name
