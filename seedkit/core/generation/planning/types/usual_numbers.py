"""What numbers that mean something are between, where neither their type nor a CHECK says more."""

from __future__ import annotations

from decimal import Decimal

USUAL: dict[str, tuple[int, int]] = {
    "latitude": (-90, 90),
    "longitude": (-180, 180),
    "price": (1, 500),
    "part_of_price": (1, 50),
    "net_price": (51, 250),
    "total_price": (251, 500),
    "price_in_cents": (100, 50_000),
    "salary": (24_000, 120_000),
    "quantity": (1, 20),
    "percentage": (0, 100),
    "low_percentage": (0, 25),
    "rating": (1, 5),
    "age": (20, 67),
    "birth_month": (1, 12),
    "birth_day": (1, 28),
    "quarter": (1, 4),
    "month": (1, 12),
    "week": (1, 52),
    "day": (1, 28),
    "day_of_week": (0, 6),
    "hour": (0, 23),
    "minute": (0, 59),
    "position": (1, 100),
    "size": (1, 10_000),
    "bytes": (1_000, 10_000_000),
    "seconds": (10, 7_200),
    "minutes": (5, 480),
    "speed": (5, 130),
    "population": (1_000, 5_000_000),
    "milliseconds": (5, 5_000),
    "weight": (1, 80),
    "body_weight": (45, 120),
    "height": (150, 195),
    "port": (1024, 65_535),
    "http_status": (200, 208),
    "epoch": (0, 0),
    "temperature": (-10, 35),
    "level": (1, 10),
    "enumerated": (0, 5),
}
IN_ALL = frozenset(("part_of_price", "net_price", "total_price"))
"""Amounts of one bill: a tax or a discount is less than what it is of, and that less than the total."""
SHARES = {"ratio": (Decimal(0), Decimal(1)), "exchange_rate": (Decimal("0.5"), Decimal(2))}
PERCENTAGES = {"percentage": (Decimal(0), Decimal(1)), "low_percentage": (Decimal(0), Decimal("0.25"))}
"""Percentages where the type has no room for a hundred: as shares."""
