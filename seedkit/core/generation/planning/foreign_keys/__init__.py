"""Foreign keys: which parents rows may have, by what is declared or a column's name, and earlier rows of their own."""
