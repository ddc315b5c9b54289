"""Rows that go elsewhere than into the database: made and judged there, taken back, and written down."""
