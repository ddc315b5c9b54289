"""Reads what PostgreSQL knows about tables, types and the database; takes no lock on any table."""
