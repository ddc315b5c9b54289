"""Generators of columns: the values of some rows, as COPY texts, each a function of its row's number alone."""
