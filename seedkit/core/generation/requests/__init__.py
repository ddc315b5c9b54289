"""What is asked of a run: which tables are meant, and how many rows these and their parents get."""
