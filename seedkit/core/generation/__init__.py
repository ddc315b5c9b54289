"""Rows from the schema alone: what its constraints say, and values that hold them."""
