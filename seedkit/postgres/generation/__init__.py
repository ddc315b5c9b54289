"""Rows from the schema alone: what of it is read, and how its rows get there."""
