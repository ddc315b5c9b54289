"""Keys that no two rows share, by construction; parents' keys, held in little room; foreign keys that choose together."""
