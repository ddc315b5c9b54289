"""Tables in which tools keep what they have done are told from those of an application."""

from __future__ import annotations

import pytest

from seedkit.core.generation.requests.bookkeeping import keeps_books


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("migrations", "id migration batch"),  # Laravel
        ("migrations", "id timestamp name"),  # TypeORM
        ("custom_migrations", "id timestamp name"),
        ("migrations", "id name run_on"),  # db-migrate
        ("migrations", "id name hash executed_at"),  # postgres-migrations
        ("migrations", "id version class group namespace time batch"),  # CodeIgniter
        ("migration", "version apply_time"),  # Yii
        ("migration_versions", "version executed_at"),
        ("VersionInfo", "Version AppliedOn Description"),  # FluentMigrator
        ("schemaversions", "schemaversionsid scriptname applied"),  # DbUp
        ("schema_version", "version"),  # tern
        *(
            (name, "id name")
            for name in [
                "knex_migrations",
                "knex_migrations_lock",
                "SequelizeMeta",
                "_prisma_migrations",
                "__EFMigrationsHistory",
                "databasechangelog",
                "databasechangeloglock",
                "goose_db_version",
                "atlas_schema_revisions",
                "phinxlog",
                "doctrine_migration_versions",
                "typeorm_metadata",
                "mikro_orm_migrations",
                "gorp_migrations",
                "pgmigrations",
                "seaql_migrations",
                "refinery_schema_history",
                "adonis_schema",
                "aerich",
                "__MigrationHistory",
                "bun_migrations",
            ]
        ),
    ],
)
def test_a_tool_keeps_its_books_there(name: str, columns: str) -> None:
    assert keeps_books(name, columns.split())


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("migrations", "id species begun_on ended_on"),
        ("migrations", ""),
        ("changelog", "id title body published_at"),
        ("users", "id name timestamp"),
        ("immigration", "id person_id"),
    ],
)
def test_a_table_of_an_application_is_none(name: str, columns: str) -> None:
    assert not keeps_books(name, columns.split())
