"""The authors whom the old blog had, with the ids that links to them have."""

import sqlalchemy as sa
from alembic import op

from seedkit.integrations.alembic import fix_sequences

revision = "0002"
down_revision = "0001"

authors = sa.table("authors", sa.column("id", sa.Integer), sa.column("email", sa.Text), sa.column("name", sa.Text))


def upgrade() -> None:
    op.bulk_insert(authors, [{"id": 17, "email": "ada@example.com", "name": "Ada Lovelace"}])
    fix_sequences("authors")


def downgrade() -> None:
    op.execute("delete from authors where id = 17")
