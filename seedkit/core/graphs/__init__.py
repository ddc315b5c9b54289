"""Tables and their foreign keys as a graph: which level a table loads at, who is in a circle, where each is drawn."""
