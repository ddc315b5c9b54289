"""Tables whose names are shown in double quotes: no message puts them in a second pair."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, fix_sequence, seed

Connection = psycopg.Connection[Any]

SCHEMA = """
    create table "Post" (id integer primary key, title text not null, slug text unique);
    create table comments (id integer primary key, post_id integer references "Post");
    """


@pytest.mark.parametrize(
    "files",
    [
        {"Post.yml": "- {id: 1, titel: a}"},
        {"Post.yml": "- {id: 1, title: a}\n- {id: 1, title: b}"},
        {"Post.yml": "- {title: a}"},
        {"Post.yml": "a: {title: a, slug: a}\nb: {title: b}", "comments.yml": "- {id: 1, post_id: c}"},
        {"comments.yml": "- {id: 1, post_id: !ref Post.c}"},
        {"blog.yml": '"\\"Posts\\"":\n- {id: 1, title: a}'},
    ],
)
def test_a_mistake_names_the_table_in_one_pair_of_quotes(
    files: dict[str, str], project: Callable[[dict[str, str]], Path], connection: Connection
) -> None:
    connection.execute(SCHEMA.encode())
    project({f"fixtures/{name}": text for name, text in files.items()})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    told = f"{caught.value.message} {caught.value.hint}"
    assert '"Post"' in told
    assert '""' not in told


def test_a_name_that_is_nothing_is_told_with_the_near_one_in_one_pair_of_quotes(
    project: Callable[[dict[str, str]], Path], connection: Connection
) -> None:
    connection.execute(SCHEMA.encode())
    project({"fixtures/Post.yml": "- {id: 1, title: a}"})

    with pytest.raises(SeedkitError) as unknown:
        seed(["Posts"], connection=connection)
    with pytest.raises(SeedkitError) as unfed:
        fix_sequence('"Post"', connection=connection)

    assert unknown.value.hint == 'Did you mean "Post"?'
    assert '""' not in unfed.value.message
