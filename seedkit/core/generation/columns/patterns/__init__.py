"""Texts that match patterns of LIKE and regular expressions: read as pieces, and walked through."""
