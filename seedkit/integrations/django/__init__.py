"""At home in Django: INSTALLED_APPS += ["seedkit.integrations.django"] gives `manage.py seed` and `fix_sequences`."""
