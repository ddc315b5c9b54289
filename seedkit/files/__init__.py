"""What people wrote: fixture files and seeder modules, read into the core's values. Knows no database."""
