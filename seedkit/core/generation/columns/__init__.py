"""Generators of columns: a block of rows at a time, as COPY texts, each value a function of its row's number alone."""
