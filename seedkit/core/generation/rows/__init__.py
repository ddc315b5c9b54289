"""Rows of a table, block by block: made by the column, looked at by the row, and mended where a rule does not hold."""
