"""What runs, and in which order; and whether it may run on this database at all."""
