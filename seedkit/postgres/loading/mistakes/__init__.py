"""Finds all rows of a failed load that have the mistake PostgreSQL stopped at; a module for each kind of mistake."""
