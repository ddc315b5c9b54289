"""What seedkit writes for people to keep: dumps as fixtures, and first files."""
