from decimal import Decimal

import pytest
from orders.models import Order

pytestmark = pytest.mark.django_db


def test_an_order_costs_what_its_books_cost():
    assert Order.objects.get(number="2026-1").total() == 2 * (Decimal("17.99") + Decimal("14.95"))


def test_rows_of_the_seed_are_there_for_every_test():
    Order.objects.get(number="2026-1").delete()

    assert not Order.objects.exists()


def test_also_after_a_test_that_deleted_them():
    assert Order.objects.count() == 1
