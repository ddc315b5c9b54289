from catalog.models import Book
from django.contrib.auth.models import User
from orders.models import Order

from seedkit import seeder


@seeder(depends_on=["customers", "catalog_book"])
def orders(db):
    """An order by Ada, of every book."""
    ada = User.objects.get(username="ada")
    order, _ = Order.objects.get_or_create(number="2026-1", defaults={"customer": ada, "placed_at": db.now})
    for book in Book.objects.all():
        order.lines.get_or_create(book=book, defaults={"copies": 2})
