"""What Django is told of these models, but for the databases."""

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sites",
    "django.contrib.postgres",
    "django_blog",
]
MIGRATION_MODULES = dict.fromkeys(["contenttypes", "auth", "sites"])  # their tables, as ours, come from the models
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
SITE_ID = 1
