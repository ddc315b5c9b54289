"""Random seeds: the same project and the same `random_seed` give the same values, run after run."""

from __future__ import annotations

from hashlib import blake2b


def random_seed_for(random_seed: int, *parts: str) -> int:
    """Derive a seed of 64 bits from the run's random seed and the names of what it is for.

    >>> random_seed_for(0, "users") == random_seed_for(0, "users")
    True
    >>> random_seed_for(0, "users") == random_seed_for(1, "users")
    False
    """
    named = "\x1f".join([str(random_seed), *parts]).encode()
    return int.from_bytes(blake2b(named, digest_size=8).digest())
