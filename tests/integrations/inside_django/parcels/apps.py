from __future__ import annotations

from django.apps import AppConfig


class ParcelsConfig(AppConfig):
    """An app whose tables its migrations make."""

    name = "tests.integrations.inside_django.parcels"
    label = "parcels"
    default_auto_field = "django.db.models.BigAutoField"
