"""The first days of the audit log: sign-ins of the demo customers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from seedkit import SeedContext, seeder

EVENT_IDS = range(1, 121)
CUSTOMER_IDS = range(101, 151)
BROWSERS = ("Firefox", "Chrome", "Safari", "Lynx")
OPENED_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@seeder(depends_on=["customers"], tables=["audit_events"])
def audit_events(db: SeedContext) -> None:
    """Insert 120 sign-ins; `details` is a jsonb column and takes a dict."""
    db.insert(
        "audit_events",
        (
            {
                "id": event_id,
                "actor_id": db.fake.random_element(CUSTOMER_IDS),
                "action": "user.signed_in",
                "details": {
                    "ip": db.fake.ipv4_public(),
                    "browser": db.fake.random_element(BROWSERS),
                    "second_factor": db.fake.boolean(chance_of_getting_true=70),
                },
                "happened_at": OPENED_AT + event_id * timedelta(minutes=53),
            }
            for event_id in EVENT_IDS
        ),
    )
