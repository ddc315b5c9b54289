"""The judgement of a sequence: what it feeds, whether it is behind, and how far and in which way it must move."""
