"""Merges rows with those that are there: one statement updates what differs and inserts what is missing."""
