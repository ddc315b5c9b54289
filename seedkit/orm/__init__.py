"""What mapped classes, models and their sessions say of tables and rows: SQLAlchemy, Django, Python alone."""
