"""Rows on their way into a table: recognised in the file, gathered by shape, known again by their key."""
