"""PostgreSQL's own expressions, as it deparses them: read, and evaluated as the server does, or not at all."""
