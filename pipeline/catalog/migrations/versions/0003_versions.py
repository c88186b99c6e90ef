"""Takes and decisions say which version of the film they were made in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what is there is of the version with every default."""
    for name in ("take", "decision"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("version", sa.JSON, nullable=True))
