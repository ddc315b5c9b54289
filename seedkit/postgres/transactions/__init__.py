"""The transactions of a run: its settings, its locks, what a seeder may change in it; and short ones."""
