"""Databases for tests: a template that is made once, clones of it, and connections of which nothing stays."""
