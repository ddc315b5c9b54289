"""Tables in which tools keep what they have done to the schema: a made-up row would mislead them."""

from __future__ import annotations

import re
from collections.abc import Collection

_BY_NAME = frozenset(
    (
        *("__diesel_schema_migrations", "__drizzle_migrations", "__efmigrationshistory", "__migrationhistory"),
        *("_prisma_migrations", "_sqlx_migrations", "_yoyo_log", "_yoyo_migration", "_yoyo_version", "yoyo_lock"),
        *("adonis_schema", "adonis_schema_versions", "aerich", "alembic_version", "ar_internal_metadata"),
        *("atlas_schema_revisions", "bun_migration_locks", "bun_migrations", "cake_migrations", "cake_seeds"),
        *("databasechangelog", "databasechangeloglock", "directus_migrations", "django_migrations"),
        *("doctrine_migration_versions", "flyway_schema_history", "goose_db_version", "gorp_migrations"),
        *("knex_migrations", "knex_migrations_lock", "kysely_migration", "kysely_migration_lock"),
        *("mikro_orm_migrations", "payload_migrations", "pgmigrations", "phinxlog", "refinery_schema_history"),
        *("river_migration", "schema_migrations", "seaql_migrations", "sequelizedata", "sequelizemeta"),
        *("south_migrationhistory", "spatial_ref_sys", "strapi_database_schema", "strapi_migrations"),
        *("strapi_migrations_internal", "tortoise_migrations", "typeorm_metadata"),
    )
)
"""Names that no other table has, in lower case."""

DOUBTFUL = r"(migrations?|schema_?versions?|changelog|versioninfo|migration_versions?)$"
"""What names end in, in lower case, that others may have, too: there the columns tell."""
_COLUMNS = """
migration batch; timestamp name; name runon; name hash executedat; name batch migrationtime; name executedat;
version applytime; version executedat; version executedat executiontime; version; version name; version dirty;
migration; version class group namespace time batch; type name migration; name appname ranon; name appliedat;
version appliedon description; version appliedon; appliedat; appliedat description; hash previoushash filename date;
ts breaking; schemaversionsid scriptname applied; scriptname applied; line version createdat; name migratedat;
versionrank installedrank version description type script checksum installedby installedon executiontime success
"""
"""The columns of Laravel's, TypeORM's, db-migrate's, Yii's, Doctrine's, CodeIgniter's and others' but an `id`."""
_SIGNATURES = tuple(frozenset(columns.split()) for columns in _COLUMNS.split(";"))


def keeps_books(name: str, columns: Collection[str] = ()) -> bool:
    """Whether a tool keeps in a table what it has done, by its name, and where others have such a name by its columns.

    >>> keeps_books("SequelizeMeta"), keeps_books("migrations", ["id", "migration", "batch"])
    (True, True)
    >>> keeps_books("migrations", ["id", "species", "begun_on"])
    False
    """
    if name.lower() in _BY_NAME:
        return True
    plain = frozenset(column.lower().replace("_", "") for column in columns) - {"id"}
    return plain in _SIGNATURES and re.search(DOUBTFUL, name.lower()) is not None
