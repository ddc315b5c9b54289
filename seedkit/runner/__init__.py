"""The use cases: what the command line and the Python API ask for, done with a connection at hand."""
