"""A graph of tables as text that others draw, Mermaid and DOT, and drawn as SVG."""
