"""Speaks to sequences through connections of other drivers than psycopg 3: psycopg2, pg8000, asyncpg."""
