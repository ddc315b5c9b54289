"""What was found and done, as values, and the words for it."""
