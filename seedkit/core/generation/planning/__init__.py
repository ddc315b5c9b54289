"""Which generator a column gets, and why: the first rung that fits."""
