"""Fifty demo customers, each with a role and an address."""

from __future__ import annotations

from seedkit import SeedContext, seeder

CUSTOMER_IDS = range(101, 151)  # well above the people of fixtures/users.yml
CUSTOMER_ROLE_ID = 5


@seeder(depends_on=["users", "roles"])
def customers(db: SeedContext) -> None:
    """Insert fifty customers; `db.fake` gives the same names at each run."""
    db.insert("users", (customer(db, user_id) for user_id in CUSTOMER_IDS))
    db.insert("user_roles", ({"user_id": user_id, "role_id": CUSTOMER_ROLE_ID} for user_id in CUSTOMER_IDS))
    db.insert("addresses", (address(db, user_id) for user_id in CUSTOMER_IDS))


def customer(db: SeedContext, user_id: int) -> dict[str, object]:
    """Return a user's row with an e-mail address that nobody else has."""
    return {"id": user_id, "email": db.fake.unique.email(), "name": db.fake.name(), "country": "US"}


def address(db: SeedContext, user_id: int) -> dict[str, object]:
    """Return the row of a user's one address."""
    return {
        "id": user_id,
        "user_id": user_id,
        "street": db.fake.street_address(),
        "city": db.fake.city(),
        "zip": db.fake.postcode(),
        "country": "US",
    }
