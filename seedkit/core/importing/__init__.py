"""Rows of other tools' fixtures: which tables and columns they mean by the catalog, and how ours say the same."""
