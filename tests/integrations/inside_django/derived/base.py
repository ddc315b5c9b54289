"""A backend of one's own, as PostGIS's is: derived from Django's for PostgreSQL."""

from __future__ import annotations

from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQLWrapper


class DatabaseWrapper(PostgreSQLWrapper):
    display_name = "Derived"
