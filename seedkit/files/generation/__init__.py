"""The data that generated rows are made of: what columns' names mean, and words."""
