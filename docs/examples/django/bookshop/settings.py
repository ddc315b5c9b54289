import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = "for development"  # noqa: S105 - an example

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "catalog",
    "orders",
    "seedkit.integrations.django",
]

# Where the server is, libpq finds out: PGHOST, PGPORT, PGUSER, PGPASSWORD, ~/.pgpass.
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ.get("PGDATABASE", "bookshop")}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

USE_TZ = True
