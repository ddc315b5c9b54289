"""Alembic projects as `alembic init` writes them, with migrations of one's own."""

from __future__ import annotations

import io
from pathlib import Path
from textwrap import indent

from alembic import command
from alembic.config import Config

MIGRATION = '''\
"""{revision}"""
import sqlalchemy as sa
from alembic import op

{imports}

revision = "{revision}"
down_revision = {down_revision!r}
branch_labels = {labels!r}
depends_on = {depends_on!r}


def upgrade():
{body}


def downgrade():
    pass
'''


def new_project(folder: Path, url: str, *, template: str = "generic") -> Config:
    """Write a project that migrates the database of a URL."""
    config = Config(str(folder / "alembic.ini"))
    command.init(config, str(folder / "migrations"), template=template)
    ini = folder / "alembic.ini"
    text = ini.read_text(encoding="utf-8")
    lines = [
        f"sqlalchemy.url = {url.replace('%', '%%')}" if line.startswith("sqlalchemy.url") else line
        for line in text.splitlines()
    ]
    ini.write_text("\n".join(lines), encoding="utf-8")
    return Config(str(ini), stdout=io.StringIO())


def add_migration(
    folder: Path,
    revision: str,
    body: str,
    *,
    after: str | tuple[str, ...] | None = None,
    imports: str = "",
    labels: tuple[str, ...] | None = None,
    depends_on: str | None = None,
) -> None:
    """Write a migration, with the lines of its upgrade."""
    text = MIGRATION.format(
        revision=revision,
        down_revision=after,
        imports=imports,
        body=indent(body, "    "),
        labels=labels,
        depends_on=depends_on,
    )
    (folder / "migrations" / "versions" / f"{revision}.py").write_text(text, encoding="utf-8")


def upgrade(config: Config) -> None:
    """Migrate to all heads."""
    command.upgrade(config, "heads")


def script_of(config: Config) -> str:
    """Print what a migration to the heads would run."""
    printed = io.StringIO()
    offline = Config(config.config_file_name, output_buffer=printed)
    command.upgrade(offline, "heads", sql=True)
    return printed.getvalue()
