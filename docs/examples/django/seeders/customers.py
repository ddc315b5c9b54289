from django.contrib.auth.models import User


def seed(db):
    """Ada and Grace, with passwords as Django hashes them."""
    for name in ("ada", "grace"):
        if not User.objects.filter(username=name).exists():
            User.objects.create_user(name, f"{name}@example.com", "a password for development")
