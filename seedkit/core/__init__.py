"""The rules: pure functions and frozen values, without I/O. Nothing here knows a driver, a file or a terminal."""
