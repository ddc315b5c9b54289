"""Texts that mean something: names, addresses, sentences, numbers with a check digit."""
