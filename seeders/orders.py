"""A hundred orders of the demo customers, with 250 items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from seedkit import SeedContext, fix_sequence, seeder

ORDER_IDS = range(1, 101)
CUSTOMER_IDS = range(101, 151)
PRODUCT_IDS = range(1, 16)
STATUSES = ("placed", "paid", "shipped", "delivered", "cancelled")
FIRST_ORDER_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)  # fixed: with db.now each run would change every order


@seeder(depends_on=["customers", "products"], tables=["orders", "order_items"])  # `--fresh` empties these
def orders(db: SeedContext) -> None:
    """Insert the orders and their items; an order's total is the sum of its items."""
    items = list(order_items(db))
    totals: dict[int, Decimal] = defaultdict(Decimal)
    for item in items:
        totals[item["order_id"]] += item["quantity"] * item["unit_price"]

    db.insert(
        "orders",
        (
            {
                "id": order_id,
                "user_id": db.fake.random_element(CUSTOMER_IDS),
                "status": db.fake.random_element(STATUSES),
                "total": totals[order_id],
                "placed_at": FIRST_ORDER_AT + order_id * timedelta(hours=7),
            }
            for order_id in ORDER_IDS
        ),
    )
    db.insert("order_items", items)
    fix_sequence("orders", sequence_name="custom_orders_seq")  # optional: the run repairs every table it touched


def order_items(db: SeedContext) -> Iterator[dict[str, Any]]:
    """Yield two items for each odd order and three for each even one, at the price of the product."""
    prices: dict[int, Decimal] = dict(db.execute("select product_id, price from products"))
    item_id = 0
    for order_id in ORDER_IDS:
        for product_id in db.fake.random_sample(PRODUCT_IDS, length=3 - order_id % 2):
            item_id += 1
            yield {
                "id": item_id,
                "order_id": order_id,
                "product_id": product_id,
                "quantity": db.fake.random_int(1, 4),
                "unit_price": prices[product_id],
            }
