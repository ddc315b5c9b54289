"""The judge of generated rows: looks, after any tool, at the databases that it has filled.

What it knows of a schema it reads by queries of its own, and what is plausible it says by rules of its own: nothing of
what makes the rows is used to look at them.
"""
