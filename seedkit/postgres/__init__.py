"""Everything that talks to PostgreSQL, and the only package that imports psycopg."""
