"""YAML as PyYAML's events tell it, read into values that no type has touched yet."""
