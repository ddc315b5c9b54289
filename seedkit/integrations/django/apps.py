"""What Django is told of the app."""

from __future__ import annotations

from django.apps import AppConfig


class SeedkitConfig(AppConfig):
    """The app, which has commands and no models; its label is not `django`, which would say nothing."""

    name = "seedkit.integrations.django"
    label = "seedkit"
    verbose_name = "seedkit"
