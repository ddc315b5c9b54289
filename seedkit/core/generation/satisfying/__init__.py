"""Builds values so that a CHECK of several columns holds: what it says is walked, and columns are changed."""
