"""Fixture files of other tools, read one by one in bounded memory, and where the rows that are made of them go."""
