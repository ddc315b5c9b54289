"""Rows into tables: in the way that suits them, merged with what is there; and which row is to blame."""
