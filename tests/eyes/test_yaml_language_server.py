"""What an editor makes of the schema: the real language server completes, shows and marks."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import psycopg
import pytest

from seedkit.runner.editor_schema import editor_schema
from tests.eyes.language_server import LanguageServer
from tests.pages import blocks

SERVER = "yaml-language-server"

pytestmark = pytest.mark.skipif(shutil.which(SERVER) is None, reason=f"{SERVER} is not on this machine (npm install)")


@pytest.fixture
def editor(shop: Path, connection: psycopg.Connection) -> Iterator[LanguageServer]:
    """An editor with the settings of docs/editor.md, in the example project with its schema."""
    (shop / "fixtures/.schema.json").write_text(editor_schema(connection), encoding="utf-8")
    (settings,) = [json.loads(block.text) for block in blocks("editor.md") if block.language == "json"]
    options = {"validate": True, "hover": True, "completion": True, "customTags": settings["yaml.customTags"]}
    server = LanguageServer(shutil.which(SERVER) or SERVER, shop, options)
    yield server
    server.close()


def written(name: str, text: str) -> Path:
    path = Path.cwd() / "fixtures" / name
    path.write_text(dedent(text), encoding="utf-8")
    return path


def test_columns_values_tags_and_a_whole_row_are_offered(editor: LanguageServer) -> None:
    path = written(
        "orders.yml",
        """\
        # yaml-language-server: $schema=.schema.json#/definitions/orders
        - id: 1
          user: ada
          status: p
          to
        - \n""",
    )
    editor.marked(path)

    assert {"placed", "paid", "shipped", "!choice", "!ref"} <= set(editor.offered(path, 4, 11))
    assert {"total", "placed_at"} <= set(editor.offered(path, 5, 4))
    assert "a row of orders" in editor.offered(path, 6, 2)


def test_tables_are_offered_in_a_file_of_several(editor: LanguageServer) -> None:
    path = written("all.yml", "# yaml-language-server: $schema=.schema.json\nus")
    editor.marked(path)

    assert {"users", "user_roles", "orders", "_fixture"} <= set(editor.offered(path, 2, 2))


def test_a_type_and_what_it_refers_to_are_shown(editor: LanguageServer) -> None:
    path = written(
        "orders.yml", "# yaml-language-server: $schema=.schema.json#/definitions/orders\n- {id: 1, user_id: 7}\n"
    )
    editor.marked(path)

    assert "bigint; not null; refers to users" in editor.shown(path, 2, 12)


def test_what_can_not_load_is_marked_with_its_line(editor: LanguageServer) -> None:
    path = written(
        "orders.yml",
        """\
        # yaml-language-server: $schema=.schema.json#/definitions/orders
        - {id: 1, user: ada, status: payed, total: 5}
        - {id: 2, user: ada, status: !choice [paid], total: !faker pyint, emial: x}
        - {id: 3, user: ada, status: paid}
        """,
    )

    marked = editor.marked(path)

    assert marked == [
        '2: Value is not accepted. Valid values: "placed", "paid", "shipped", "delivered", "cancelled".',
        "3: orders has no such column",
        '4: Missing property "total".',
    ]


def test_the_project_s_own_fixtures_are_left_alone(editor: LanguageServer) -> None:
    for path in sorted((Path.cwd() / "fixtures").glob("*.yml")):
        definition = "" if path.stem == "company" else f"#/definitions/{path.stem}"
        text = f"# yaml-language-server: $schema=.schema.json{definition}\n{path.read_text('utf-8')}"

        assert editor.marked(written(path.name, text)) == []
