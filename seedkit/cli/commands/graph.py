"""`seedkit graph`: the load order and the foreign keys as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seedkit.cli import completion
from seedkit.cli.colours import When
from seedkit.cli.opening import opened
from seedkit.cli.options import Color, Debug, Json, Quiet, Url
from seedkit.cli.terminal import Terminal
from seedkit.core.graphs.forms import JSON, Form, chosen_form
from seedkit.errors import UsageError

if TYPE_CHECKING:
    from seedkit.core.graphs.tables import TableGraph


def graph(
    tables: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TABLE", help="Only these and what is near; default: all.", autocompletion=completion.tables
        ),
    ] = None,
    distance: Annotated[
        int | None,
        typer.Option(min=0, help="How many foreign keys away from the named tables, up or down. Default: 1."),
    ] = None,
    form: Annotated[
        Form | None, typer.Option("--format", help="Default: as the file's name ends, else mermaid.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Default: standard output.")
    ] = None,
    url: Url = None,
    json: Json = False,
    quiet: Quiet = False,
    color: Color = When.AUTO,
    debug: Debug = False,
) -> None:
    """Draw the tables by load order, with their foreign keys."""
    with Terminal(json=json, quiet=quiet, color=color, debug=debug) as terminal:
        from seedkit.cli.pages import ensure_writable, write_file
        from seedkit.config import load_settings
        from seedkit.runner.graph import GraphRequest
        from seedkit.runner.graph import graph as table_graph

        _refuse_contradictions(tables, distance, form, json=json)
        chosen = chosen_form(str(output or ""), JSON if json else form)
        if output is not None:
            ensure_writable(output)
        settings = load_settings(url=url)
        request = GraphRequest(
            project=settings.trusted,
            tables=tuple(tables or ()),
            distance=1 if distance is None else distance,
            limits=settings.limits,
        )
        with opened(settings, read_only=True) as connection:
            found = table_graph(connection, request)
            database = connection.info.dbname
        text = _text(terminal, found, chosen, database)
        if output is None:
            terminal.show_as_it_is(text)
        else:
            write_file(output, text)
            terminal.note(f"wrote {output}")


def _refuse_contradictions(tables: list[str] | None, distance: int | None, form: Form | None, *, json: bool) -> None:
    if distance is not None and not tables:
        raise UsageError(
            "--distance counts from tables that are named, and none is", hint="Name a table, or leave --distance out."
        )
    if json and form is not None:
        raise UsageError(f"--json and --format {form} are two forms", hint="Leave one of them out.")


def _text(terminal: Terminal, graph: TableGraph, form: str, database: str) -> str:
    from seedkit.reports.graphs.dot import dot
    from seedkit.reports.graphs.mermaid import MOST_KEYS, mermaid
    from seedkit.reports.graphs.svg import svg
    from seedkit.reports.json import graph_json

    if form == JSON:
        return graph_json(graph)
    if form == Form.SVG:
        return svg(graph, f"Tables of {database}")
    if form == Form.DOT:
        return dot(graph)
    if len(graph.keys) > MOST_KEYS:
        terminal.note(
            f"Mermaid draws {MOST_KEYS} arrows unless `maxEdges` says otherwise, and these are {len(graph.keys)}: "
            "name tables, or write --format svg"
        )
    return mermaid(graph)
