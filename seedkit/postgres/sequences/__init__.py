"""Reads sequences and moves them forward; what is right for them is decided in `seedkit.core.sequences`."""
