"""Links that are shared say which version of the film they show."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is there shows the version with every default."""
    with op.batch_alter_table("share_link") as table:
        table.add_column(sa.Column("version", sa.Text, nullable=False, server_default=""))
