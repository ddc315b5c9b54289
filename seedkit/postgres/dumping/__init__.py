"""Rows out of tables, in one snapshot."""
