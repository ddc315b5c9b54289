"""Keys that no two rows share, by construction; parents' keys in little room; foreign keys that choose together."""
