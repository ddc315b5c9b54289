"""The functions of the public API: they find the connection, and leave the work to the use cases."""
