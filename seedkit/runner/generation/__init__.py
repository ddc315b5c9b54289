"""`seedkit generate`: which tables get how many rows, what stands before the first and after the last of them."""
