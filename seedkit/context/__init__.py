"""A run as its seeders share it, and what each of them is given."""
