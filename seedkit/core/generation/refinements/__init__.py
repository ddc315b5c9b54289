"""What people say of generated values, in fixtures and in `generate.yml`: read, and made into generators."""
