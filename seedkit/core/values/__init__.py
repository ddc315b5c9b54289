"""Text for a column: each value of a fixture or a dump, spelt as PostgreSQL reads it for the column's type."""
